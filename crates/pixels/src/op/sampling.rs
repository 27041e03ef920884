//! Reading a picture between its pixels, for operations that bend or turn it.

use crate::picture::{Layout, Picture};

/// The part of a pixel at `place` that lies between the edges 0 and `side`.
pub(super) fn covered(place: f64, side: f64) -> f64 {
    (place + 0.5).min(side - place + 0.5).clamp(0.0, 1.0)
}

/// Premultiplied colour, 0 to 255, and alpha, 0 to 1, at a place in pixels from the centre of the first one. Edges
/// are replicated.
pub(super) fn sample(picture: &Picture, x: f32, y: f32) -> [f32; 4] {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (weights(x - left), weights(y - top));
    let place = |start: f32, i: i64, side: u32| {
        (start as i64 - 1 + i).clamp(0, i64::from(side) - 1) as usize
    };
    let columns: [usize; 4] = std::array::from_fn(|i| place(left, i as i64, picture.size.width));
    let mut sum = [0.0_f32; 4];
    for (j, down) in down.iter().enumerate() {
        let row = picture.row(place(top, j as i64, picture.size.height) as u32);
        let mut line = [0.0_f32; 4];
        for (&column, across) in columns.iter().zip(across) {
            let pixel = load(row, picture.layout, column);
            for c in 0..4 {
                line[c] += pixel[c] * across;
            }
        }
        for c in 0..4 {
            sum[c] += line[c] * down;
        }
    }
    // Overshoot must not make colours that are brighter than their alpha allows.
    let alpha = sum[3].clamp(0.0, 1.0);
    [
        sum[0].clamp(0.0, 255.0 * alpha),
        sum[1].clamp(0.0, 255.0 * alpha),
        sum[2].clamp(0.0, 255.0 * alpha),
        alpha,
    ]
}

/// Catmull-Rom weights of the four samples around a place, `t` of the way from the second to the third.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

#[inline]
fn load(row: &[u8], layout: Layout, column: usize) -> [f32; 4] {
    match layout {
        Layout::Gray => {
            let level = f32::from(row[column]);
            [level, level, level, 1.0]
        }
        Layout::Rgb => {
            let pixel = &row[column * 3..column * 3 + 3];
            [f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2]), 1.0]
        }
        Layout::Rgba => {
            let pixel = &row[column * 4..column * 4 + 4];
            let alpha = f32::from(pixel[3]) * (1.0 / 255.0);
            [
                f32::from(pixel[0]) * alpha,
                f32::from(pixel[1]) * alpha,
                f32::from(pixel[2]) * alpha,
                alpha,
            ]
        }
    }
}

/// The samples of a colour as [`sample`] gives it, straight.
pub(super) fn store([r, g, b, alpha]: [f32; 4], target: &mut [u8]) {
    let factor = if alpha > 0.001 { 1.0 / alpha } else { 0.0 };
    let code = |sample: f32| (sample * factor + 0.5) as u8;
    match target {
        [level] => *level = code(g),
        [red, green, blue, rest @ ..] => {
            (*red, *green, *blue) = (code(r), code(g), code(b));
            if let [a] = rest {
                *a = (alpha * 255.0 + 0.5) as u8;
            }
        }
        _ => {}
    }
}
