//! One colour in the place of another.

use plan::Color;

use crate::{
    Error,
    color::lab,
    limits::Cancel,
    picture::{Layout, Picture},
};

/// What is to be exchanged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) from: Color,
    pub(crate) to: Color,
    /// 0 to 100, as in [`plan::ReplaceColor`].
    pub(crate) tolerance: f64,
}

/// Exchanges a colour and its shades for another and its shades.
///
/// In coordinates (L + 16, a, b), multiples of a colour's light lie on a line through 0. A pixel `p` is seen as
/// `s * from + rest`, `rest` standing at right angles to the line. Its distance is the length of `(rest, half of
/// (s - 1) * from)`: shades count half, so that the shadows on a thing belong to it. Up to half of the tolerance (a
/// distance; 100 is that of black from white) a pixel is exchanged in full, and less and less up to the whole. It becomes
/// `s * to + rest`; beyond `s = 1`, in highlights, `to + (s - 1) * from + rest`. Alpha is multiplied by that of `to`.
/// From a clear colour there is nothing to exchange.
pub(crate) fn recolor(
    picture: Picture,
    exchange: Exchange,
    cancel: &Cancel,
) -> Result<Picture, Error> {
    let to = exchange.to;
    if exchange.from.a == 0 {
        return Ok(picture);
    }
    let is_neutral = to.r == to.g && to.g == to.b;
    let layout = match picture.layout {
        _ if !to.is_opaque() => Layout::Rgba,
        layout if is_neutral => layout,
        layout => layout.with_colors(),
    };
    let mut picture = picture.into_layout(layout);
    let rule = Rule::new(exchange);
    let channels = layout.channels();
    for y in 0..picture.size.height {
        cancel.check()?;
        for pixel in picture.row_mut(y).chunks_exact_mut(channels) {
            rule.apply(pixel);
        }
    }
    Ok(picture)
}

/// An exchange in coordinates (L + 16, a, b).
struct Rule {
    from: [f32; 3],
    to: [f32; 3],
    /// Opacity of the new colour.
    alpha: f32,
    /// Distances up to which a pixel is exchanged in full, and at all.
    full: f32,
    end: f32,
}

impl Rule {
    fn new(Exchange { from, to, tolerance }: Exchange) -> Self {
        let lab = |Color { r, g, b, .. }: Color| lab::lab(lab::roots(&[r, g, b]));
        // Never quite zero: the colour itself is always exchanged.
        let end = (tolerance.clamp(0.0, 100.0) as f32).max(0.5);
        let alpha = f32::from(to.a) / 255.0;
        Self { from: lab(from), to: lab(to), alpha, full: end / 2.0, end }
    }

    fn apply(&self, pixel: &mut [u8]) {
        if let [.., 0] = pixel
            && pixel.len() == 4
        {
            return;
        }
        let own = lab::lab(lab::roots(pixel));
        let length = dot(self.from, self.from);
        let shade = dot(own, self.from) / length;
        let rest: [f32; 3] = std::array::from_fn(|i| own[i] - shade * self.from[i]);
        let along = (shade - 1.0) / 2.0;
        let distance = (dot(rest, rest) + along * along * length).sqrt();
        if distance.is_nan() || distance >= self.end {
            return;
        }
        let part = ((self.end - distance) / (self.end - self.full)).min(1.0);
        // The highest shade that is scaled; brighter ones are moved.
        let scaled = shade.min(1.0);
        let changed = std::array::from_fn(|i| {
            let new = scaled * self.to[i] + (shade - scaled) * self.from[i] + rest[i];
            own[i] + (new - own[i]) * part
        });
        lab::store(lab::roots_of(changed), pixel);
        if let [_, _, _, alpha] = pixel {
            let kept = 1.0 + (self.alpha - 1.0) * part;
            *alpha = (f32::from(*alpha) * kept + 0.5) as u8;
        }
    }
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::curve::{code_of, linear_of};

    const RED: Color = Color::rgb(220, 20, 30);
    const BLUE: Color = Color::rgb(20, 40, 200);

    fn with(picture: Picture, to: Color, tolerance: f64, from: Color) -> Picture {
        recolor(picture, Exchange { from, to, tolerance }, &Cancel::default()).unwrap()
    }

    fn one(pixel: [u8; 3]) -> Picture {
        Picture::of(1, 1, |_, _| pixel)
    }

    #[track_caller]
    fn check_near(got: &[u8], expected: [u8; 3]) {
        assert!(
            got.iter().zip(expected).all(|(got, expected)| got.abs_diff(expected) <= 1),
            "{got:?}"
        );
    }

    #[test]
    fn the_colour_itself_becomes_the_other() {
        for to in [BLUE, Color::WHITE, Color::BLACK, Color::rgb(255, 255, 0)] {
            for tolerance in [0.0, 35.0, 100.0] {
                let got = with(one([220, 20, 30]), to, tolerance, RED);
                check_near(&got.data, [to.r, to.g, to.b]);
            }
        }
    }

    #[test]
    fn what_is_far_stays() {
        for pixel in [[255, 255, 255], [0, 200, 0], [30, 60, 220], [90, 90, 90]] {
            let got = with(one(pixel), BLUE, 35.0, RED);
            if pixel != [90, 90, 90] {
                assert_eq!(got.data, pixel);
            }
        }
        assert_eq!(with(one([210, 25, 35]), BLUE, 0.0, RED).data, [210, 25, 35]);
    }

    #[test]
    fn shades_stay_shades() {
        // A third of the light of red becomes a third of the light of blue.
        let shade =
            |color: Color| [color.r, color.g, color.b].map(|code| code_of(linear_of(code) / 3.0));
        let [r, g, b] = shade(RED);
        let got = with(one([r, g, b]), BLUE, 60.0, RED);
        for (got, expected) in got.data.iter().zip(shade(BLUE)) {
            assert!(got.abs_diff(expected) <= 4, "{:?}, expected {:?}", got, shade(BLUE));
        }
    }

    #[test]
    fn there_is_no_seam_at_the_tolerance() {
        // From red to white: neighbours stay neighbours.
        let ramp = Picture::of(256, 1, |x, _| [255, x as u8, x as u8]);
        let got = with(ramp, Color::rgb(0, 160, 0), 50.0, Color::rgb(255, 0, 0));
        for pair in got.data.as_chunks::<3>().0.windows(2) {
            assert!(pair[0].iter().zip(pair[1]).all(|(a, b)| a.abs_diff(b) <= 14), "{pair:?}");
        }
        assert_eq!(got.at(255, 0), [255, 255, 255]);
    }

    #[test]
    fn alpha_and_layout_follow_the_new_colour() {
        const GRAY: Color = Color::rgb(90, 90, 90);
        let clear = Color { a: 0, ..BLUE };
        assert_eq!(with(one([220, 20, 30]), clear, 10.0, RED).data[3], 0);
        let gray = Picture::of(1, 1, |_, _| [90]);
        assert_eq!(with(gray.clone(), Color::WHITE, 10.0, GRAY).data, [255]);
        assert_eq!(with(gray, BLUE, 10.0, GRAY).layout, Layout::Rgb);
        let hidden = Picture::of(1, 1, |_, _| [220, 20, 30, 0]);
        assert_eq!(with(hidden.clone(), BLUE, 10.0, RED), hidden);
    }
}
