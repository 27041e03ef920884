//! Points on the globe. On a unit sphere nearness is plain arithmetic, which both databases have; sines are not.

/// The mean radius of the earth in metres.
const EARTH: f64 = 6_371_008.8;

/// A point on the unit sphere.
pub(crate) fn point((latitude, longitude): (f64, f64)) -> [f64; 3] {
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

/// The square of the straight line, through the unit sphere, between points that are so many metres apart on the ground.
/// Everything is nearer than half-way round.
pub(crate) fn squared_chord(metres: f64) -> f64 {
    let angle = (metres / EARTH).clamp(0.0, std::f64::consts::PI);
    let chord = 2.0 * (angle / 2.0).sin();
    chord * chord
}

/// How many degrees of latitude so many metres are.
pub(crate) fn degrees_of_latitude(metres: f64) -> f64 {
    (metres / EARTH).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_tell_distances() {
        let (paris, london) = (point((48.8566, 2.3522)), point((51.5074, -0.1278)));
        let squared: f64 = paris.iter().zip(london).map(|(a, b)| (a - b) * (a - b)).sum();
        assert!(squared < squared_chord(344_000.0));
        assert!(squared > squared_chord(343_000.0));
        assert!((squared_chord(1e9) - 4.0).abs() < 1e-12);
        assert!((degrees_of_latitude(111_195.0) - 1.0).abs() < 1e-4);
    }
}
