//! Debug mode: what a URL was understood as, in headers beside the answer or the refusal.
//!
//! | Header | Holds |
//! |---|---|
//! | `x-halftone-plan` | the canonical plan; once it has met its source the one that is the cache key |
//! | `x-halftone-resolved` | what was done to the source, with all sizes, joined by `; ` |
//! | `x-halftone-ignored` | items without effect, and why, joined by `; ` |

use std::fmt::Write;

use http::{HeaderMap, HeaderName, HeaderValue};
use library::{Actor, Deliver, Explained};

use crate::{ImageKit, transformation::Meaning};

/// Longer explanations are cut: proxies refuse heads of more than some kilobytes.
const MAX_CHARS: usize = 2000;

/// Taken on the way; nothing is if the mode is off.
#[derive(Debug, Default)]
pub(super) struct Notes {
    is_on: bool,
    plan: String,
    resolved: String,
    ignored: String,
}

impl Notes {
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    pub(super) fn meant(&mut self, meaning: &Meaning) {
        if self.is_on {
            self.plan = meaning.plan.to_string();
            self.ignored = meaning.ignored.join("; ");
        }
    }

    /// What the library makes of the request. A refusal says why in `ik-error`.
    pub(super) async fn wanted(&mut self, app: &ImageKit, actor: Actor, request: &Deliver) {
        if !self.is_on {
            return;
        }
        if let Ok(Explained { plan, resolved, .. }) = app.library.explain(actor, request).await {
            self.plan = plan;
            self.resolved = resolved.lines().map(str::trim).collect::<Vec<_>>().join("; ");
        }
    }

    pub(super) fn write(self, headers: &mut HeaderMap) {
        for (name, text) in [
            ("x-halftone-plan", self.plan),
            ("x-halftone-resolved", self.resolved),
            ("x-halftone-ignored", self.ignored),
        ] {
            if let (false, Ok(value)) = (text.is_empty(), HeaderValue::try_from(escaped(&text))) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// In printable ASCII; other characters as plans may write them in texts.
fn escaped(text: &str) -> String {
    let mut line = String::new();
    for character in text.chars().take(MAX_CHARS) {
        if character.is_ascii_graphic() || character == ' ' {
            line.push(character);
        } else {
            // Writing into a string cannot fail.
            let _ = write!(line, "\\u{{{:x}}}", u32::from(character));
        }
    }
    line
}
