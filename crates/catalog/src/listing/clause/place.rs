//! Where pictures were taken.

use super::{Compiler, Condition, Fragment};
use crate::{Area, globe};

impl Compiler {
    pub(super) fn location(self, area: &Area) -> Condition {
        let condition = match area {
            Area::Around { centre, metres } => around(*centre, *metres),
            Area::Box(one, other) => inside_box(*one, *other),
            Area::Polygon(corners) if corners.len() < 3 => return Condition::Never,
            Area::Polygon(corners) => inside_polygon(corners),
        };
        self.inside("version_places", condition, true)
    }
}

/// A band of latitudes, which an index finds, and in it what is near enough.
fn around(centre: (f64, f64), metres: f64) -> Fragment {
    let [x, y, z] = globe::point(centre);
    let height = globe::degrees_of_latitude(metres);
    let squared = "(k.x - ?) * (k.x - ?) + (k.y - ?) * (k.y - ?) + (k.z - ?) * (k.z - ?) <= ?";
    Fragment::new(
        format!("k.latitude >= ? AND k.latitude <= ? AND {squared}"),
        [centre.0 - height, centre.0 + height, x, x, y, y, z, z, globe::squared_chord(metres)]
            .map(Into::into),
    )
}

fn inside_box(one: (f64, f64), other: (f64, f64)) -> Fragment {
    Fragment::new(
        "k.latitude >= ? AND k.latitude <= ? AND k.longitude >= ? AND k.longitude <= ?",
        [one.0.min(other.0), one.0.max(other.0), one.1.min(other.1), one.1.max(other.1)]
            .map(Into::into),
    )
}

/// A way out of the polygon crosses its edges an odd number of times.
#[expect(clippy::float_cmp, reason = "only an edge of no height at all has no slope")]
fn inside_polygon(corners: &[(f64, f64)]) -> Fragment {
    let latitudes = corners.iter().map(|corner| corner.0);
    let (south, north) =
        (latitudes.clone().fold(f64::MAX, f64::min), latitudes.fold(f64::MIN, f64::max));
    let next = corners.iter().cycle().skip(1);
    let crossings = corners.iter().zip(next).filter(|(from, to)| from.0 != to.0).map(|(from, to)| {
        let slope = (to.1 - from.1) / (to.0 - from.0);
        Fragment::new(
            "CASE WHEN k.latitude >= ? AND k.latitude < ? AND k.longitude < (k.latitude - ?) * ? + ? \
             THEN 1 ELSE 0 END",
            [from.0.min(to.0), from.0.max(to.0), from.0, slope, from.1].map(Into::into),
        )
    });
    let crossings = Fragment::join(crossings, " + ");
    let mut inside =
        Fragment::new("k.latitude >= ? AND k.latitude <= ? AND ", [south, north].map(Into::into));
    inside.append(crossings.inside("(0 + ", ") % 2 = 1"));
    inside
}
