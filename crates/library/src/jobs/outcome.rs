//! How a turn at a job ends.

use std::time::Duration;

use crate::{Error, Result, library::now};

/// How a turn at a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// It may go better at that time.
    Again {
        at: catalog::Millis,
        why: String,
    },
    /// It will never go better.
    Failed(String),
}

/// After so many turns the reason is not one that passes.
const MOST_TURNS: u32 = 20;
/// Pause after the first turn; each further one takes twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

impl Outcome {
    /// What becomes of a job that works with the library only: what is busy, full or cannot be reached is tried again
    /// for about an hour, every other fault is final. `turn`: 1 for the first.
    pub(crate) fn of(result: Result<()>, turn: u32) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(error @ (Error::Unavailable(_) | Error::Busy { .. } | Error::Full))
                if turn < MOST_TURNS =>
            {
                Self::after(pause(turn), error.to_string())
            }
            Err(error) => Self::Failed(error.to_string()),
        }
    }

    /// Again after a pause.
    pub(crate) fn after(pause: Duration, why: String) -> Self {
        Self::Again { at: now().saturating_add(super::millis(pause)), why }
    }
}

fn pause(turn: u32) -> Duration {
    let doublings = turn.saturating_sub(1).min(16);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<u64> = (1..=11).map(|turn| pause(turn).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(pause(u32::MAX).as_secs(), 300);
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let busy = || Err(Error::Busy { retry_after: Duration::from_secs(1) });
        assert_eq!(Outcome::of(Ok(()), 1), Outcome::Done);
        let again = Outcome::of(busy(), 1);
        assert!(matches!(&again, Outcome::Again { at, .. } if *at > now()), "{again:?}");
        assert_eq!(Outcome::of(busy(), 20), Outcome::Failed("the server is busy".to_owned()));
        let invalid = Outcome::of(Err(Error::Invalid("wrong".to_owned())), 1);
        assert_eq!(invalid, Outcome::Failed("wrong".to_owned()));
    }
}
