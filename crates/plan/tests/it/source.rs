//! Sources and shorthands for the tables.

use plan::{
    Action, Format, Length, Limits, Plan, ResolveError, Resolved, Size, Step, probe::Probe,
};

/// A picture about which only the size is known.
pub(crate) fn picture(width: u32, height: u32) -> Probe {
    Probe {
        format: Format::Jpeg,
        size: Size::new(width, height),
        orientation: 1,
        has_alpha: false,
        frames: 1,
        duration_ms: 0,
        has_profile: false,
        density: None,
        jpeg_quality: None,
        metadata: Vec::new(),
        look: None,
    }
}

pub(crate) fn plan(steps: Vec<Step>) -> Plan {
    Plan { steps, ..Plan::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "sides are optional, and given in most rows")]
pub(crate) fn px(pixels: u32) -> Option<Length> {
    Some(Length::from(pixels))
}

/// Resolves, and checks on the way that text and normal form mean the same.
pub(crate) fn resolve(steps: Vec<Step>, source: &Probe) -> Result<Resolved, ResolveError> {
    let plan = plan(steps);
    let resolved = plan.resolve(source, Limits::default());
    let reread: Plan = plan.to_string().parse().expect("a plan reads its own text");
    assert_eq!(reread, plan);
    assert_eq!(plan.normalized().resolve(source, Limits::default()).ok(), resolved.clone().ok());
    resolved
}

/// Size of the result as `300x200`.
pub(crate) fn size(steps: Vec<Step>, source: &Probe) -> String {
    resolve(steps, source).expect("the plan fits the source").size.to_string()
}

/// The actions as `explain` prints them, joined by `; `.
pub(crate) fn actions(steps: Vec<Step>, source: &Probe) -> String {
    let resolved = resolve(steps, source).expect("the plan fits the source");
    let actions: Vec<String> = resolved.actions.iter().map(Action::to_string).collect();
    actions.join("; ")
}
