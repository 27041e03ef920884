//! `t.merge`: another picture or a rectangle, laid onto the picture or beneath it.

use plan::{
    Area, Blend, Content, Distort, Fit, Ingredient, Inset, Layer, Length, Light, Order, Orient,
    Place, Position, Repeat, Resize, Side, Step,
};

use super::{
    arguments::Arguments,
    meaning::{MeaningError, bbox, steps_of},
    outside::Surroundings,
    presets::Chains,
};

/// `room`: merges that may be nested, this one included.
pub(super) fn steps(
    it: &Arguments<'_>,
    chains: &dyn Chains,
    outside: Surroundings,
    room: usize,
) -> Result<Vec<Step>, MeaningError> {
    let nested = |depth| MeaningError::MergesTooDeep(depth);
    let room = room.checked_sub(1).ok_or_else(|| nested(Layer::MAX_NESTING))?;
    let steps = match it.text("tr") {
        "" => Vec::new(),
        pattern => steps_of(pattern, chains, outside, room)?,
    };
    let (order, blend) = blend(it);
    let layer = Layer {
        content: content(it),
        steps,
        place: place(it),
        blend,
        order,
        repeat: if it.flag("r") { Repeat::Tiled } else { Repeat::Once },
    };
    if it.text("m") != "wrap" {
        return Ok(vec![Step::Layer(Box::new(layer))]);
    }
    let mut layers = Vec::new();
    for text in groups(it.text("bboxes")) {
        let expected = || it.fault("bboxes", "left_top_width_height, joined with `-`".to_owned());
        let rect = bbox(text).filter(|[_, _, width, height]| *width > 0 && *height > 0);
        layers.push(fitted(&layer, rect.ok_or_else(expected)?));
    }
    for text in groups(it.text("polys")) {
        let expected =
            || it.fault("polys", "at least three points x_y_x_y_.., joined with `-`".to_owned());
        layers.push(bent(&layer, &points(text).ok_or_else(expected)?));
    }
    if layers.is_empty() {
        let expected = "boxes to wrap the picture into, left_top_width_height, or `polys`";
        return Err(it.fault("bboxes", expected.to_owned()).into());
    }
    Ok(layers)
}

fn content(it: &Arguments<'_>) -> Content {
    let tail = it.text("i");
    if tail.is_empty() {
        let side = |key| match it.integer(key) {
            0 => None,
            pixels => Some(Length::Px(pixels as f64)),
        };
        let color = it.color("bg");
        return Content::Area(Area { width: side("w"), height: side("h"), color });
    }
    let path = format!("/{}", tail.trim_matches('/'));
    Content::Picture(Inset { file: Ingredient::Path(path), frame: None, orient: Orient::Exif })
}

fn place(it: &Arguments<'_>) -> Place {
    use Side::{End, Middle, Start};
    let (x, y) = match it.text("g") {
        "northwest" => (Start, Start),
        "north" => (Middle, Start),
        "northeast" => (End, Start),
        "west" => (Start, Middle),
        "east" => (End, Middle),
        "southwest" => (Start, End),
        "south" => (Middle, End),
        "southeast" => (End, End),
        "custom" => {
            let at = |key| Position::At(Length::Px(it.integer(key) as f64));
            return Place { x: at("l"), y: at("t") };
        }
        _ => (Middle, Middle),
    };
    Place { x: Position::Align(x), y: Position::Align(y) }
}

/// `dest-` exchanges top and bottom, and so does a layer beneath.
fn blend(it: &Arguments<'_>) -> (Order, Blend) {
    let (order, blend) = match it.text("b") {
        "in" => (Order::Above, Blend::In),
        "out" => (Order::Above, Blend::Out),
        "atop" => (Order::Above, Blend::Atop),
        "dest" => (Order::Below, Blend::Source),
        "dest-over" => (Order::Below, Blend::Normal),
        "dest-in" => (Order::Below, Blend::In),
        "dest-out" => (Order::Below, Blend::Out),
        "dest-atop" => (Order::Below, Blend::Atop),
        "xor" => (Order::Above, Blend::Xor),
        "add" => (Order::Above, Blend::Add),
        "saturate" => (Order::Above, Blend::Saturate),
        "multiply" => (Order::Above, Blend::Multiply),
        "screen" => (Order::Above, Blend::Screen),
        "overlay" => (Order::Above, Blend::Overlay),
        "darken" => (Order::Above, Blend::Darken),
        "lighten" => (Order::Above, Blend::Lighten),
        "colour-dodge" | "color-dodge" => (Order::Above, Blend::ColorDodge),
        "colour-burn" | "color-burn" => (Order::Above, Blend::ColorBurn),
        "hard-light" => (Order::Above, Blend::HardLight),
        "soft-light" => (Order::Above, Blend::SoftLight),
        "difference" => (Order::Above, Blend::Difference),
        "exclusion" => (Order::Above, Blend::Exclusion),
        _ => (Order::Above, Blend::Normal),
    };
    let order = match (it.text("m"), order) {
        ("underlay", Order::Above) => Order::Below,
        ("underlay", Order::Below) => Order::Above,
        (_, order) => order,
    };
    (order, blend)
}

/// The layer, squeezed into a box.
fn fitted(layer: &Layer, [left, top, width, height]: [u32; 4]) -> Step {
    let mut layer = layer.clone();
    layer.steps.push(Step::Resize(Resize {
        width: Some(width.into()),
        height: Some(height.into()),
        fit: Fit::Fill,
        light: Light::Srgb,
        ..Resize::default()
    }));
    let at = |pixels: u32| Position::At(pixels.into());
    layer.place = Place { x: at(left), y: at(top) };
    Step::Layer(Box::new(layer))
}

/// The layer, bent so that its corners are the points if there are four of them; else in the box around the points.
fn bent(layer: &Layer, points: &[(u32, u32)]) -> Step {
    let bounds = points.iter().fold((u32::MAX, u32::MAX, 0, 0), |(x0, y0, x1, y1), &(x, y)| {
        (x0.min(x), y0.min(y), x1.max(x), y1.max(y))
    });
    let (left, top, right, bottom) = bounds;
    let mut step = fitted(layer, [left, top, (right - left).max(1), (bottom - top).max(1)]);
    let corners: Result<[(u32, u32); 4], _> = points.try_into();
    if let (Step::Layer(layer), Ok(corners)) = (&mut step, corners) {
        let corners = corners.map(|(x, y)| (f64::from(x - left), f64::from(y - top)));
        layer.steps.push(Step::Distort(Distort::Perspective(corners)));
    }
    step
}

fn groups(text: &str) -> impl Iterator<Item = &str> {
    text.split('-').filter(|group| !group.is_empty())
}

fn points(text: &str) -> Option<Vec<(u32, u32)>> {
    let numbers: Vec<u32> = text.split('_').map(str::parse).collect::<Result<_, _>>().ok()?;
    let is_fine = numbers.len() >= 6
        && numbers.len().is_multiple_of(2)
        && numbers.iter().all(|number| *number <= 65_535);
    is_fine.then(|| numbers.as_chunks::<2>().0.iter().map(|&[x, y]| (x, y)).collect())
}
