//! Laying one picture onto another.

mod mixture;

use plan::{Blend, Order, Rect};

use super::sampling;
use crate::{
    Error,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// Lays `layer` onto `base`, its top-left corner at `x`, `y`, which may be negative; what sticks out is cut off. The
/// base keeps its size, and becomes [`Layout::Rgba`] only where it loses opacity.
///
/// * As W3C Compositing says, on the encoded samples; where the base is clear, the layer shows. `Order::Below` exchanges
///   the two. Where the layer does not reach it counts as clear, which shows in what is cut by alpha alone.
/// * `Displace`: where the layer's red is 128 nothing moves; at 255 the base is read half of the layer's width farther to
///   the right, at 0 farther to the left; green, likewise, downwards. The layer's alpha scales it.
/// * `Cutout`, `Cutter`: alpha of the base times what the layer leaves, or times what it covers.
pub(crate) fn compose(
    base: Picture,
    layer: &Picture,
    (x, y): (i64, i64),
    (blend, order): (Blend, Order),
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let placed = Placed { layer, x, y };
    match (blend, order) {
        (Blend::Normal, Order::Above) => placed.mix(base, lay, cancel),
        (Blend::Multiply, _) => placed.mix(base, multiply, cancel),
        (Blend::Displace, _) => placed.displace(base, cancel),
        (Blend::Cutout, _) => placed.cut_out(base, cancel),
        (Blend::Cutter, _) => placed.cut(base, cancel),
        (blend, order) => placed.blend(base, blend, order, cancel),
    }
}

/// Whether a pixel of the base on which no layer lies is gone.
fn clears_the_rest(blend: Blend, order: Order) -> bool {
    match order {
        Order::Above => matches!(blend, Blend::Source | Blend::In | Blend::Out),
        Order::Below => matches!(blend, Blend::In | Blend::Atop),
    }
}

/// Bytes that this needs beside base and layer.
pub(crate) fn memory(base: &Picture, layer: Layout, blend: Blend) -> u64 {
    let in_layout = |layout: Layout| {
        if layout == base.layout { 0 } else { base.size.pixels() * layout.channels() as u64 }
    };
    match blend {
        Blend::Normal | Blend::Multiply => in_layout(layout_for(base.layout, layer)),
        Blend::Displace => base.data.len() as u64,
        _ => in_layout(Layout::Rgba),
    }
}

/// What holds both.
fn layout_for(base: Layout, layer: Layout) -> Layout {
    if layer == Layout::Gray { base } else { base.with_colors() }
}

/// One pixel over another, both with straight alpha.
pub(crate) fn over(top: [u8; 4], bottom: [u8; 4]) -> [u8; 4] {
    let (over, under) = (u32::from(top[3]), u32::from(bottom[3]));
    match (over, under) {
        (255, _) | (_, 0) => top,
        (0, _) => bottom,
        (_, 255) => {
            let mix = |c: usize| mixed(top[c], bottom[c], top[3]);
            [mix(0), mix(1), mix(2), 255]
        }
        _ => {
            // All in 255ths of 255ths.
            let behind = under * (255 - over);
            let alpha = over * 255 + behind;
            let mix = |c: usize| {
                let sum = u32::from(top[c]) * over * 255 + u32::from(bottom[c]) * behind;
                ((sum + alpha / 2) / alpha) as u8
            };
            [mix(0), mix(1), mix(2), ((alpha + 127) / 255) as u8]
        }
    }
}

/// Lays a row of pixels onto as many of another layout, whose alpha grows with it.
pub(crate) fn lay(top: &[[u8; 4]], layout: Layout, bottom: &mut [u8]) {
    match layout {
        Layout::Gray => {
            for (top, level) in top.iter().zip(bottom) {
                *level = mixed(top[1], *level, top[3]);
            }
        }
        Layout::Rgb => {
            for (top, pixel) in top.iter().zip(bottom.as_chunks_mut::<3>().0) {
                // Most of a text is clear, and most of a picture is not.
                match top[3] {
                    0 => {}
                    255 => pixel.copy_from_slice(&top[..3]),
                    alpha => {
                        for (sample, &top) in pixel.iter_mut().zip(top) {
                            *sample = mixed(top, *sample, alpha);
                        }
                    }
                }
            }
        }
        Layout::Rgba => {
            for (top, pixel) in top.iter().zip(bottom.as_chunks_mut::<4>().0) {
                *pixel = over(*top, *pixel);
            }
        }
    }
}

/// Lays a row of pixels onto another, colours multiplied.
fn multiply(top: &[[u8; 4]], layout: Layout, bottom: &mut [u8]) {
    match layout {
        Layout::Gray => {
            for (top, level) in top.iter().zip(bottom) {
                *level = mixed(product(top[1], *level), *level, top[3]);
            }
        }
        Layout::Rgb => {
            for (top, pixel) in top.iter().zip(bottom.as_chunks_mut::<3>().0) {
                for (sample, &color) in pixel.iter_mut().zip(top) {
                    *sample = mixed(product(color, *sample), *sample, top[3]);
                }
            }
        }
        Layout::Rgba => {
            for (top, pixel) in top.iter().zip(bottom.as_chunks_mut::<4>().0) {
                // Where the base shows, by its alpha, colours are multiplied; where it does not, the layer's stays.
                let blended = |c: usize| mixed(product(top[c], pixel[c]), top[c], pixel[3]);
                *pixel = over([blended(0), blended(1), blended(2), top[3]], *pixel);
            }
        }
    }
}

/// `top * alpha + bottom * (1 - alpha)`.
fn mixed(top: u8, bottom: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    of_255ths(u32::from(top) * alpha + u32::from(bottom) * (255 - alpha))
}

fn product(a: u8, b: u8) -> u8 {
    of_255ths(u32::from(a) * u32::from(b))
}

/// Divides by 255, to nearest, exactly for all that two codes can multiply to.
fn of_255ths(sum: u32) -> u8 {
    let sum = sum + 128;
    ((sum + (sum >> 8)) >> 8) as u8
}

fn parts(pixel: [u8; 4]) -> [f32; 4] {
    pixel.map(|code| f32::from(code) / 255.0)
}

/// Truncated, as the reference does; a hair is added, so that what comes out whole stays whole. Alpha is rounded.
fn codes([r, g, b, alpha]: [f32; 4]) -> [u8; 4] {
    let code = |part: f32| (part * 255.0 + 0.01) as u8;
    [code(r), code(g), code(b), (alpha * 255.0 + 0.5) as u8]
}

/// The layout without alpha.
fn opaque(layout: Layout) -> Layout {
    if layout == Layout::Gray { Layout::Gray } else { Layout::Rgb }
}

struct Placed<'a> {
    layer: &'a Picture,
    x: i64,
    y: i64,
}

impl Placed<'_> {
    /// The part of the base that the layer covers.
    fn on(&self, base: &Picture) -> Option<Rect> {
        let span = |at: i64, own: u32, side: u32| {
            let start = at.clamp(0, i64::from(side));
            let end = at.saturating_add(i64::from(own)).clamp(start, i64::from(side));
            (start as u32, (end - start) as u32)
        };
        let (x, width) = span(self.x, self.layer.size.width, base.size.width);
        let (y, height) = span(self.y, self.layer.size.height, base.size.height);
        (width > 0 && height > 0).then_some(Rect { x, y, width, height })
    }

    /// The layer's pixels that lie on row `y` of the base, between the columns of `on`.
    fn row(&self, on: Rect, y: u32) -> &[u8] {
        let channels = self.layer.layout.channels();
        let start = (i64::from(on.x) - self.x) as usize * channels;
        let row = (i64::from(y) - self.y) as u32;
        &self.layer.row(row)[start..start + on.width as usize * channels]
    }

    /// The same with alpha. `buffer` is used where it has none.
    fn pixels<'b>(&'b self, on: Rect, y: u32, buffer: &'b mut Vec<[u8; 4]>) -> &'b [[u8; 4]] {
        let row = self.row(on, y);
        match self.layer.layout {
            Layout::Rgba => return row.as_chunks().0,
            Layout::Rgb => {
                buffer.clear();
                buffer.extend(row.as_chunks().0.iter().map(|&[r, g, b]| [r, g, b, 255]));
            }
            Layout::Gray => {
                buffer.clear();
                buffer.extend(row.iter().map(|&level| [level, level, level, 255]));
            }
        }
        buffer
    }

    fn mix(
        &self,
        base: Picture,
        rule: impl Fn(&[[u8; 4]], Layout, &mut [u8]),
        cancel: &Cancel,
    ) -> Result<Picture, Error> {
        let Some(on) = self.on(&base) else { return Ok(base) };
        let mut base = match (base.layout, self.layer.layout) {
            // A layer with alpha and no colour, text for the most part, leaves a grey picture grey.
            (Layout::Gray, Layout::Rgba) if is_neutral(self.layer) => base,
            (own, layer) => base.into_layout(layout_for(own, layer)),
        };
        let (layout, mut buffer) = (base.layout, Vec::new());
        for y in on.y..on.y + on.height {
            cancel.check()?;
            let pixels = self.pixels(on, y, &mut buffer);
            rule(pixels, layout, part_mut(&mut base, on, y));
        }
        Ok(base)
    }

    fn blend(
        &self,
        base: Picture,
        blend: Blend,
        order: Order,
        cancel: &Cancel,
    ) -> Result<Picture, Error> {
        let Some(rule) = mixture::rule(blend) else { return Ok(base) };
        let on = match self.on(&base) {
            Some(on) => on,
            None if clears_the_rest(blend, order) => Rect { x: 0, y: 0, width: 0, height: 0 },
            None => return Ok(base),
        };
        let own = layout_for(base.layout, self.layer.layout);
        let mut base = base.into_layout(Layout::Rgba);
        let mut buffer = Vec::new();
        for y in 0..base.size.height {
            cancel.check()?;
            let is_on = (on.y..on.y + on.height).contains(&y);
            let pixels = if is_on { self.pixels(on, y, &mut buffer) } else { &[] };
            let row = base.row_mut(y).as_chunks_mut::<4>().0;
            let (left, rest) = row.split_at_mut(on.x as usize);
            let (covered, right) = rest.split_at_mut(pixels.len());
            if clears_the_rest(blend, order) {
                left.iter_mut().chain(right).for_each(|pixel| *pixel = [0; 4]);
            }
            for (pixel, layer) in covered.iter_mut().zip(pixels) {
                let (layer, own) = (parts(*layer), parts(*pixel));
                *pixel = codes(match order {
                    Order::Above => rule(layer, own),
                    Order::Below => rule(own, layer),
                });
            }
        }
        let is_opaque = base.data.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        Ok(if is_opaque { base.into_layout(opaque(own)) } else { base })
    }

    fn displace(&self, base: Picture, cancel: &Cancel) -> Result<Picture, Error> {
        let Some(on) = self.on(&base) else { return Ok(base) };
        let mut result = base.clone();
        let reach_x = self.layer.size.width as f32 / 2.0;
        let reach_y = self.layer.size.height as f32 / 2.0;
        let channels = base.layout.channels();
        let mut buffer = Vec::new();
        for y in on.y..on.y + on.height {
            cancel.check()?;
            let pixels = self.pixels(on, y, &mut buffer);
            let targets = part_mut(&mut result, on, y).chunks_exact_mut(channels);
            for ((x, &[red, green, _, alpha]), target) in (on.x..).zip(pixels).zip(targets) {
                let shift = |code: u8, reach: f32| {
                    (f32::from(code) - 128.0) / 128.0 * reach * f32::from(alpha) / 255.0
                };
                let (dx, dy) = (shift(red, reach_x), shift(green, reach_y));
                if dx != 0.0 || dy != 0.0 {
                    sampling::store(sampling::sample(&base, x as f32 + dx, y as f32 + dy), target);
                }
            }
        }
        Ok(result)
    }

    fn cut_out(&self, base: Picture, cancel: &Cancel) -> Result<Picture, Error> {
        let Some(on) = self.on(&base) else { return Ok(base) };
        let mut base = base.into_layout(Layout::Rgba);
        let mut buffer = Vec::new();
        for y in on.y..on.y + on.height {
            cancel.check()?;
            let pixels = self.pixels(on, y, &mut buffer);
            for (pixel, top) in
                part_mut(&mut base, on, y).as_chunks_mut::<4>().0.iter_mut().zip(pixels)
            {
                pixel[3] = product(pixel[3], 255 - top[3]);
            }
        }
        Ok(base)
    }

    fn cut(&self, base: Picture, cancel: &Cancel) -> Result<Picture, Error> {
        let on = self.on(&base).unwrap_or(Rect { x: 0, y: 0, width: 0, height: 0 });
        let mut base = base.into_layout(Layout::Rgba);
        let mut buffer = Vec::new();
        for y in 0..base.size.height {
            cancel.check()?;
            if !(on.y..on.y + on.height).contains(&y) {
                base.row_mut(y).as_chunks_mut::<4>().0.iter_mut().for_each(|pixel| pixel[3] = 0);
                continue;
            }
            let row = base.row_mut(y).as_chunks_mut::<4>().0;
            let (left, rest) = row.split_at_mut(on.x as usize);
            let (covered, right) = rest.split_at_mut(on.width as usize);
            left.iter_mut().chain(right).for_each(|pixel| pixel[3] = 0);
            for (pixel, top) in covered.iter_mut().zip(self.pixels(on, y, &mut buffer)) {
                pixel[3] = product(pixel[3], top[3]);
            }
        }
        Ok(base)
    }
}

/// The samples of row `y` between the columns of `on`.
fn part_mut(base: &mut Picture, on: Rect, y: u32) -> &mut [u8] {
    let channels = base.layout.channels();
    &mut base.row_mut(y)[on.x as usize * channels..][..on.width as usize * channels]
}

fn is_neutral(picture: &Picture) -> bool {
    let pixels = picture.data.as_chunks::<4>().0;
    pixels.iter().all(|[r, g, b, alpha]| *alpha == 0 || (r == g && g == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(base: Picture, layer: &Picture, at: (i64, i64), blend: Blend) -> Picture {
        compose(base, layer, at, (blend, Order::Above), &Cancel::default()).unwrap()
    }

    /// One pixel on one pixel.
    #[track_caller]
    fn check(blend: Blend, bottom: [u8; 4], top: [u8; 4], expected: [u8; 4]) {
        let got = composed(
            Picture::of(1, 1, |_, _| bottom),
            &Picture::of(1, 1, |_, _| top),
            (0, 0),
            blend,
        );
        assert_eq!(got.at(0, 0), expected, "{blend:?} of {top:?} on {bottom:?}");
    }

    #[test]
    fn alpha_is_composed_as_the_books_say() {
        for (bottom, top, expected) in [
            ([0, 0, 255, 255], [255, 0, 0, 255], [255, 0, 0, 255]),
            ([0, 0, 255, 255], [255, 0, 0, 128], [128, 0, 127, 255]),
            ([0, 0, 255, 255], [255, 0, 0, 0], [0, 0, 255, 255]),
            ([0, 0, 255, 0], [255, 0, 0, 100], [255, 0, 0, 100]),
            ([0, 0, 255, 128], [255, 0, 0, 128], [170, 0, 85, 192]),
            ([200, 200, 200, 100], [200, 200, 200, 50], [200, 200, 200, 130]),
        ] {
            check(Blend::Normal, bottom, top, expected);
        }
    }

    #[test]
    fn multiplying_darkens_by_alpha() {
        for (bottom, top, expected) in [
            ([200, 100, 50, 255], [255, 255, 255, 255], [200, 100, 50, 255]),
            ([200, 100, 50, 255], [0, 0, 0, 255], [0, 0, 0, 255]),
            ([200, 100, 50, 255], [128, 128, 128, 255], [100, 50, 25, 255]),
            ([200, 100, 50, 255], [0, 0, 0, 128], [100, 50, 25, 255]),
            ([200, 100, 50, 0], [10, 20, 30, 200], [10, 20, 30, 200]),
        ] {
            check(Blend::Multiply, bottom, top, expected);
        }
    }

    /// The numbers are those of sharp 0.35.
    #[test]
    fn colours_mix_as_in_sharp() {
        for (blend, expected) in [
            (Blend::Multiply, [78, 78, 29]),
            (Blend::Screen, [221, 221, 170]),
            (Blend::Darken, [100, 100, 50]),
            (Blend::Lighten, [200, 200, 150]),
            (Blend::Difference, [100, 100, 100]),
            (Blend::Exclusion, [143, 143, 141]),
            (Blend::Add, [255, 255, 200]),
            (Blend::Overlay, [188, 156, 58]),
            (Blend::HardLight, [156, 188, 86]),
        ] {
            let (bottom, top) = ([200, 100, 50], [100, 200, 150]);
            let got = composed(
                Picture::of(1, 1, |_, _| bottom),
                &Picture::of(1, 1, |_, _| top),
                (0, 0),
                blend,
            );
            assert_eq!((got.layout, got.at(0, 0)), (Layout::Rgb, &expected[..]), "{blend:?}");
        }
    }

    /// A base clear on the left and opaque on the right, a layer clear above and opaque below: what is seen of
    /// either, from top left on, row by row.
    #[test]
    fn each_operator_keeps_its_quarters() {
        let base = || Picture::of(2, 2, |x, _| if x == 0 { [0; 4] } else { [9, 9, 9, 255] });
        let layer = Picture::of(2, 2, |_, y| if y == 0 { [0; 4] } else { [200, 200, 200, 255] });
        for (blend, order, expected) in [
            (Blend::Normal, Order::Above, " bll"),
            (Blend::Normal, Order::Below, " blb"),
            (Blend::Source, Order::Above, "  ll"),
            (Blend::Source, Order::Below, " b b"),
            (Blend::In, Order::Above, "   l"),
            (Blend::In, Order::Below, "   b"),
            (Blend::Out, Order::Above, "  l "),
            (Blend::Out, Order::Below, " b  "),
            (Blend::Atop, Order::Above, " b l"),
            (Blend::Atop, Order::Below, "  lb"),
            (Blend::Xor, Order::Above, " bl "),
            (Blend::Saturate, Order::Above, " blb"),
            (Blend::Cutout, Order::Above, " b  "),
            (Blend::Cutter, Order::Above, "   b"),
        ] {
            let got = compose(base(), &layer, (0, 0), (blend, order), &Cancel::default()).unwrap();
            let seen: String = got
                .data
                .as_chunks::<4>()
                .0
                .iter()
                .map(|pixel| match pixel {
                    [_, _, _, 0] => ' ',
                    [9, ..] => 'b',
                    _ => 'l',
                })
                .collect();
            assert_eq!(seen, expected, "{blend:?} {order:?}");
        }
    }

    #[test]
    fn where_no_layer_lies_it_is_clear() {
        let base = || Picture::of(2, 1, |_, _| [50, 60, 70]);
        let layer = Picture::of(1, 1, |_, _| [200, 200, 200]);
        let seen = |blend, order, at| {
            let got = compose(base(), &layer, (at, 0), (blend, order), &Cancel::default()).unwrap();
            (0..2).map(|x| got.at(x, 0).get(3) != Some(&0)).collect::<Vec<_>>()
        };
        for (blend, order) in
            [(Blend::Source, Order::Above), (Blend::In, Order::Above), (Blend::Atop, Order::Below)]
        {
            assert_eq!(seen(blend, order, 1), [false, true], "{blend:?}");
            assert_eq!(seen(blend, order, 2), [false, false], "{blend:?}");
        }
        for blend in [Blend::Atop, Blend::Xor, Blend::Screen] {
            assert_eq!(seen(blend, Order::Above, 2), [true, true], "{blend:?}");
        }
    }

    #[test]
    fn cutting_changes_alpha_alone() {
        check(Blend::Cutout, [1, 2, 3, 255], [9, 9, 9, 255], [1, 2, 3, 0]);
        check(Blend::Cutout, [1, 2, 3, 200], [9, 9, 9, 51], [1, 2, 3, 160]);
        check(Blend::Cutter, [1, 2, 3, 200], [9, 9, 9, 51], [1, 2, 3, 40]);
        check(Blend::Cutter, [1, 2, 3, 255], [9, 9, 9, 0], [1, 2, 3, 0]);
    }

    #[test]
    fn what_sticks_out_is_cut_off() {
        let base = Picture::of(6, 5, |x, y| [x as u8, y as u8, 0]);
        let layer = Picture::of(4, 3, |x, y| [100 + x as u8, 100 + y as u8, 9]);
        for at in [(1, 1), (-2, -1), (4, 3), (-9, 0), (0, 9), (i64::MIN, i64::MAX), (i64::MAX, 0)] {
            let expected = |inside: bool, x: u32, y: u32| {
                if inside {
                    [
                        (100 + i128::from(x) - i128::from(at.0)) as u8,
                        (100 + i128::from(y) - i128::from(at.1)) as u8,
                        9,
                    ]
                } else {
                    [x as u8, y as u8, 0]
                }
            };
            let inside = |x: u32, y: u32| {
                (0..4).contains(&(i128::from(x) - i128::from(at.0)))
                    && (0..3).contains(&(i128::from(y) - i128::from(at.1)))
            };
            let got = composed(base.clone(), &layer, at, Blend::Normal);
            assert_eq!(got, Picture::of(6, 5, |x, y| expected(inside(x, y), x, y)), "{at:?}");
            let alpha = |picture: Picture| -> Vec<bool> {
                picture.data.as_chunks::<4>().0.iter().map(|pixel| pixel[3] == 255).collect()
            };
            let covered: Vec<bool> =
                (0..5).flat_map(|y| (0..6).map(move |x| inside(x, y))).collect();
            assert_eq!(alpha(composed(base.clone(), &layer, at, Blend::Cutter)), covered, "{at:?}");
            let got = composed(base.clone(), &layer, at, Blend::Cutout);
            if covered.contains(&true) {
                let left: Vec<bool> = covered.iter().map(|covered| !covered).collect();
                assert_eq!(alpha(got), left, "{at:?}");
            }
            let _ = composed(base.clone(), &layer, at, Blend::Multiply);
            let _ = composed(base.clone(), &layer, at, Blend::Displace);
        }
    }

    #[test]
    fn every_layout_lies_on_every_other() {
        let pictures = [
            Picture::of(3, 3, |_, _| [80]),
            Picture::of(3, 3, |_, _| [80, 90, 100]),
            Picture::of(3, 3, |_, _| [80, 90, 100, 120]),
        ];
        for (base, layer, expected) in [
            (0, 0, Layout::Gray),
            (0, 1, Layout::Rgb),
            (0, 2, Layout::Rgb),
            (1, 0, Layout::Rgb),
            (1, 2, Layout::Rgb),
            (2, 0, Layout::Rgba),
            (2, 1, Layout::Rgba),
        ] {
            for blend in [Blend::Normal, Blend::Multiply] {
                let got = composed(pictures[base].clone(), &pictures[layer], (1, 1), blend);
                assert_eq!((got.layout, got.size), (expected, pictures[0].size));
            }
        }
        let text = Picture::of(3, 3, |x, _| [255, 255, 255, x as u8 * 100]);
        let got = composed(pictures[0].clone(), &text, (0, 0), Blend::Normal);
        assert_eq!((got.layout, &got.data[..3]), (Layout::Gray, &[80, 149, 217][..]));
    }

    #[test]
    fn displacing_reads_elsewhere() {
        let base = Picture::of(40, 20, |x, y| [(x * 5) as u8, (y * 10) as u8, 0]);
        let still = Picture::of(20, 20, |_, _| [128, 128, 0]);
        assert_eq!(composed(base.clone(), &still, (10, 0), Blend::Displace), base);
        // Half of the half width: five pixels to the right.
        let right = Picture::of(20, 20, |_, _| [192, 128, 0]);
        let got = composed(base.clone(), &right, (10, 0), Blend::Displace);
        assert_eq!(
            (got.at(15, 7), got.at(9, 7), got.at(30, 7)),
            (base.at(20, 7), base.at(9, 7), base.at(30, 7))
        );
        let up = Picture::of(20, 20, |_, _| [128, 0, 0, 255]);
        let got = composed(base.clone(), &up, (10, 0), Blend::Displace);
        assert_eq!((got.at(15, 19), got.at(15, 3)), (base.at(15, 9), base.at(15, 0)));
        let clear = Picture::of(20, 20, |_, _| [0, 0, 0, 0]);
        assert_eq!(composed(base.clone(), &clear, (10, 0), Blend::Displace), base);
    }

    #[test]
    fn division_by_255_is_exact() {
        for sum in 0..=255_u32 * 255 {
            assert_eq!(u32::from(of_255ths(sum)), (sum + 127) / 255, "{sum}");
        }
    }
}
