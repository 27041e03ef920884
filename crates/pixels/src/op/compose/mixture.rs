//! How a pixel on top and one beneath become one, by the books: the operators of Porter and Duff, and the mixtures of
//! colours of W3C Compositing.

use plan::Blend;

/// Colours and alpha of a pixel, 0 to 1, straight.
type Pixel = [f32; 4];

/// The rule of a blend that is not about layer and base. `None` for those that are.
pub(super) fn rule(blend: Blend) -> Option<fn(Pixel, Pixel) -> Pixel> {
    Some(match blend {
        Blend::Normal => |top, under| porter_duff(top, under, 1.0, 1.0 - top[3]),
        Blend::Source => |top, under| porter_duff(top, under, 1.0, 0.0),
        Blend::In => |top, under| porter_duff(top, under, under[3], 0.0),
        Blend::Out => |top, under| porter_duff(top, under, 1.0 - under[3], 0.0),
        Blend::Atop => |top, under| porter_duff(top, under, under[3], 1.0 - top[3]),
        Blend::Xor => |top, under| porter_duff(top, under, 1.0 - under[3], 1.0 - top[3]),
        Blend::Add => |top, under| porter_duff(top, under, 1.0, 1.0),
        Blend::Saturate => |top, under| {
            let left = if top[3] > 0.0 { ((1.0 - under[3]) / top[3]).min(1.0) } else { 0.0 };
            porter_duff(top, under, left, 1.0)
        },
        Blend::Multiply => |top, under| mixed(top, under, |a, b| a * b),
        Blend::Screen => |top, under| mixed(top, under, screen),
        Blend::Overlay => |top, under| mixed(top, under, |a, b| hard_light(b, a)),
        Blend::Darken => |top, under| mixed(top, under, f32::min),
        Blend::Lighten => |top, under| mixed(top, under, f32::max),
        Blend::ColorDodge => |top, under| mixed(top, under, color_dodge),
        Blend::ColorBurn => |top, under| mixed(top, under, color_burn),
        Blend::HardLight => |top, under| mixed(top, under, hard_light),
        Blend::SoftLight => |top, under| mixed(top, under, soft_light),
        Blend::Difference => |top, under| mixed(top, under, |a, b| (a - b).abs()),
        Blend::Exclusion => |top, under| mixed(top, under, |a, b| a + b - 2.0 * a * b),
        Blend::Displace | Blend::Cutout | Blend::Cutter => return None,
    })
}

/// Parts of both, weighed with their alpha.
fn porter_duff(top: Pixel, under: Pixel, top_part: f32, under_part: f32) -> Pixel {
    let (over, below) = (top[3] * top_part, under[3] * under_part);
    let alpha = (over + below).min(1.0);
    if alpha <= 0.0 {
        return [0.0; 4];
    }
    let mix = |c: usize| ((top[c] * over + under[c] * below) / alpha).min(1.0);
    [mix(0), mix(1), mix(2), alpha]
}

/// Where both are, their colours are mixed; where one is, it shows.
fn mixed(top: Pixel, under: Pixel, mix: impl Fn(f32, f32) -> f32) -> Pixel {
    let blended = |c: usize| (1.0 - under[3]) * top[c] + under[3] * mix(top[c], under[c]);
    let top = [blended(0), blended(1), blended(2), top[3]];
    porter_duff(top, under, 1.0, 1.0 - top[3])
}

fn screen(top: f32, under: f32) -> f32 {
    top + under - top * under
}

fn hard_light(top: f32, under: f32) -> f32 {
    if top <= 0.5 { 2.0 * top * under } else { screen(2.0 * top - 1.0, under) }
}

fn color_dodge(top: f32, under: f32) -> f32 {
    if under <= 0.0 {
        0.0
    } else if top >= 1.0 {
        1.0
    } else {
        (under / (1.0 - top)).min(1.0)
    }
}

fn color_burn(top: f32, under: f32) -> f32 {
    if under >= 1.0 {
        1.0
    } else if top <= 0.0 {
        0.0
    } else {
        1.0 - ((1.0 - under) / top).min(1.0)
    }
}

fn soft_light(top: f32, under: f32) -> f32 {
    if top <= 0.5 {
        return under - (1.0 - 2.0 * top) * under * (1.0 - under);
    }
    let curve =
        if under <= 0.25 { ((16.0 * under - 12.0) * under + 4.0) * under } else { under.sqrt() };
    under + (2.0 * top - 1.0) * (curve - under)
}
