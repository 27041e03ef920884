//! How many pixels a drawing would touch, and how much memory its layers would take.

use plan::{Format, Size};
use resvg::usvg::{
    ClipPath, Fill, Group, ImageKind, Mask, Node, Paint, Path, Pattern, Rect, Stroke, Transform,
    Tree,
    filter::{Filter, Kind},
};

use crate::{Error, Limits, decode, sniff};

/// Pixels written, over the whole drawing. At some hundred million a second this stays inside the time of a
/// render.
const WORK: f64 = 2e9;

/// Adds up a drawing.
pub(super) struct Cost<'a> {
    limits: &'a Limits,
    canvas: Size,
    /// Pixels of the canvas to units of the drawing's user space.
    scale: (f64, f64),
    work: f64,
}

impl Cost<'_> {
    /// Refuses a drawing that costs more than the limits on a canvas of this size.
    pub(super) fn check(tree: &Tree, canvas: Size, limits: &Limits) -> Result<(), Error> {
        let scale = (
            f64::from(canvas.width) / f64::from(tree.size().width()),
            f64::from(canvas.height) / f64::from(tree.size().height()),
        );
        let mut cost = Cost { limits, canvas, scale, work: 0.0 };
        cost.group(tree.root(), canvas.pixels() as f64 * 4.0)
    }

    /// `held`: bytes of the layers around.
    fn group(&mut self, group: &Group, mut held: f64) -> Result<(), Error> {
        if group.should_isolate() {
            let area = self.layer_area(group.abs_layer_bounding_box().to_rect());
            let primitives: usize = group.filters().iter().map(|f| f.primitives().len()).sum();
            let masks =
                usize::from(group.mask().is_some()) + usize::from(group.clip_path().is_some());
            // The layer itself, one copy for each mask, two for each filter step.
            held += area * 4.0 * (1 + masks + 2 * primitives) as f64;
            self.hold(held)?;
            self.spend(area * (2 + masks) as f64)?;
            for filter in group.filters() {
                self.filter(filter, area, held)?;
            }
            if let Some(clip) = group.clip_path() {
                self.clip(clip, area, held)?;
            }
            if let Some(mask) = group.mask() {
                self.mask(mask, area, held)?;
            }
        }
        for child in group.children() {
            match child {
                Node::Group(group) => self.group(group, held)?,
                Node::Path(path) => self.path(path, held)?,
                Node::Image(image) => self.image(image.kind(), image.abs_bounding_box())?,
                Node::Text(text) => self.group(text.flattened(), held)?,
            }
        }
        Ok(())
    }

    fn clip(&mut self, clip: &ClipPath, area: f64, held: f64) -> Result<(), Error> {
        self.spend(area)?;
        if let Some(inner) = clip.clip_path() {
            self.clip(inner, area, held)?;
        }
        self.group(clip.root(), held)
    }

    fn mask(&mut self, mask: &Mask, area: f64, held: f64) -> Result<(), Error> {
        let held = held + area * 4.0;
        self.hold(held)?;
        self.spend(area * 2.0)?;
        if let Some(inner) = mask.mask() {
            self.mask(inner, area, held)?;
        }
        self.group(mask.root(), held)
    }

    fn filter(&mut self, filter: &Filter, area: f64, held: f64) -> Result<(), Error> {
        for primitive in filter.primitives() {
            let per_pixel = match primitive.kind() {
                Kind::Turbulence(noise) => 20.0 * f64::from(noise.num_octaves()),
                Kind::ConvolveMatrix(convolve) => {
                    f64::from(convolve.matrix().columns()) * f64::from(convolve.matrix().rows())
                }
                Kind::Morphology(morphology) => {
                    let reach = |radius: f32, scale: f64| 2.0 * f64::from(radius) * scale + 1.0;
                    let x = reach(morphology.radius_x().get(), self.scale.0);
                    let y = reach(morphology.radius_y().get(), self.scale.1);
                    (x * y).min(area)
                }
                Kind::GaussianBlur(_)
                | Kind::DropShadow(_)
                | Kind::DiffuseLighting(_)
                | Kind::SpecularLighting(_) => 20.0,
                Kind::Image(image) => {
                    self.group(image.root(), held)?;
                    2.0
                }
                _ => 4.0,
            };
            self.spend(area * per_pixel)?;
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, held: f64) -> Result<(), Error> {
        let area = self.visible_area(path.abs_stroke_bounding_box());
        let paints = [path.fill().map(Fill::paint), path.stroke().map(Stroke::paint)];
        for paint in paints.into_iter().flatten() {
            self.spend(area + 1.0)?;
            if let Paint::Pattern(pattern) = paint {
                self.pattern(pattern, path.abs_transform(), held)?;
            }
        }
        Ok(())
    }

    /// A pattern's tile is drawn into a picture of its own, however large it is.
    fn pattern(&mut self, pattern: &Pattern, transform: Transform, held: f64) -> Result<(), Error> {
        let (x, y) = transform.pre_concat(pattern.transform()).get_scale();
        let tile = pattern.rect();
        let width = f64::from(tile.width()) * f64::from(x.abs()) * self.scale.0;
        let height = f64::from(tile.height()) * f64::from(y.abs()) * self.scale.1;
        let held = held + width * height * 4.0;
        self.hold(held)?;
        self.spend(width * height)?;
        self.group(pattern.root(), held)
    }

    fn image(&mut self, kind: &ImageKind, place: Rect) -> Result<(), Error> {
        if let ImageKind::JPEG(data)
        | ImageKind::PNG(data)
        | ImageKind::GIF(data)
        | ImageKind::WEBP(data) = kind
        {
            let format = sniff(data).unwrap_or(Format::Png);
            let size = decode::header(data, format, self.limits)?.size;
            // Unpacking a pixel takes longer than drawing one.
            self.spend(size.pixels() as f64 * 4.0)?;
        }
        self.spend(self.visible_area(place))
    }

    fn spend(&mut self, pixels: f64) -> Result<(), Error> {
        self.work += pixels;
        // Written so that NaN is too much.
        if self.work <= WORK { Ok(()) } else { Err(too_large("work")) }
    }

    fn hold(&self, bytes: f64) -> Result<(), Error> {
        if bytes <= self.limits.memory as f64 { Ok(()) } else { Err(too_large("memory")) }
    }

    /// Pixels that a shape covers at most.
    fn visible_area(&self, place: Rect) -> f64 {
        self.area(place, 1.0)
    }

    /// Layers reach up to twice the canvas to each side.
    fn layer_area(&self, place: Rect) -> f64 {
        self.area(place, 5.0)
    }

    fn area(&self, place: Rect, canvases: f64) -> f64 {
        let side = |length: f32, scale: f64, canvas: u32| {
            (f64::from(length) * scale + 4.0).min(f64::from(canvas) * canvases)
        };
        side(place.width(), self.scale.0, self.canvas.width)
            * side(place.height(), self.scale.1, self.canvas.height)
    }
}

fn too_large(what: &str) -> Error {
    Error::TooLarge(format!("drawing the SVG would take too much {what}"))
}
