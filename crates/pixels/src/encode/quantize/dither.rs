//! Error diffusion after Floyd and Steinberg, on rows of alternating direction.

use super::Palette;
use crate::{Cancel, Error};

/// Share of each error that is passed on, in sixteenths of a sixteenth: a little less than all keeps flat areas calm.
const STRENGTH: i32 = 14;

/// Gives `set` the number of a colour of `palette` for every pixel. Pixels of alpha 0 neither take nor pass on errors.
pub(in crate::encode) fn dither(
    pixels: &[[u8; 4]],
    width: usize,
    palette: &mut Palette,
    cancel: &Cancel,
    mut set: impl FnMut(usize, u8),
) -> Result<(), Error> {
    // One more pixel on both sides, so that nothing has to ask whether it is at the border.
    let mut here = vec![[0_i32; 4]; width + 2];
    let mut below = vec![[0_i32; 4]; width + 2];
    for (y, row) in pixels.chunks_exact(width).enumerate() {
        if y % 64 == 0 {
            cancel.check()?;
        }
        below.fill([0; 4]);
        let rightward = y % 2 == 0;
        for step in 0..width {
            let x = if rightward { step } else { width - 1 - step };
            let pixel = row[x];
            let index = y * width + x;
            if pixel[3] == 0 {
                set(index, palette.nearest(pixel));
                continue;
            }
            // Errors are kept in 256ths: 16 for the weights, 16 for the strength.
            let mut wanted = [0_u8; 4];
            for channel in 0..4 {
                let value = i32::from(pixel[channel]) + ((here[x + 1][channel] + 128) >> 8);
                wanted[channel] = value.clamp(0, 255) as u8;
            }
            // An opaque pixel stays opaque, whatever its neighbours owe.
            if pixel[3] == 255 {
                wanted[3] = 255;
            }
            let number = palette.nearest(wanted);
            set(index, number);
            let got = palette.colors()[usize::from(number)];
            let (ahead, behind) = if rightward { (x + 2, x) } else { (x, x + 2) };
            for channel in 0..4 {
                let mut error = (i32::from(wanted[channel]) - i32::from(got[channel])) * STRENGTH;
                if channel < 3 && pixel[3] != 255 {
                    // Colour counts as much as it is seen.
                    error = error * i32::from(pixel[3]) / 255;
                }
                here[ahead][channel] += error * 7;
                below[behind][channel] += error * 3;
                below[x + 1][channel] += error * 5;
                below[ahead][channel] += error;
            }
        }
        std::mem::swap(&mut here, &mut below);
    }
    Ok(())
}
