//! How often somebody may ask: everybody has an allowance that is refilled at a steady rate up to a burst.
//!
//! Of each actor one number is kept: until when what they asked for so far takes at the steady rate (the generic cell
//! rate algorithm). A request moves it on by one interval, unless that would put it more than a burst ahead of the clock.
//! So there is nothing to refill in the background, and a request costs a look into a concurrent map and one atomic
//! exchange: actors never wait for each other. Each process counts for itself.
//!
//! A dialect makes one limiter for each of its rules, and asks it once it knows who asks.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use moka::{policy::EvictionPolicy, sync::Cache};

use crate::{Error, Result};

/// An allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// After so long one request more is allowed; zero: there is no limit.
    pub interval: Duration,
    /// Requests at once after a pause; at least 1.
    pub burst: u32,
}

impl Rate {
    /// None per second: there is no limit.
    pub fn per_second(requests: u32, burst: u32) -> Self {
        Self { interval: Duration::from_secs(1).checked_div(requests).unwrap_or_default(), burst }
    }
}

/// Holds actors to a [`Rate`], each for itself.
#[derive(Debug)]
pub struct RateLimiter {
    /// `None`: there is no limit.
    pace: Option<Pace>,
    began: Instant,
    /// Keyed by random numbers, so that nobody can choose a name that shares somebody else's allowance.
    hasher: RandomState,
    /// By the hash of who asks: nanoseconds since the beginning until which their requests take.
    busy_until: Cache<u64, Arc<AtomicU64>>,
}

#[derive(Debug, Clone, Copy)]
struct Pace {
    interval: Duration,
    burst: Duration,
}

impl RateLimiter {
    /// Actors that are kept in mind, some 20 MB of them. Who is forgotten, longest unseen first, has a whole burst again.
    const ACTORS: u64 = 100_000;

    pub fn new(rate: Rate) -> Self {
        Self::for_actors(Self::ACTORS, rate)
    }

    fn for_actors(most: u64, rate: Rate) -> Self {
        let Rate { interval, burst } = rate;
        let pace = (!interval.is_zero())
            .then(|| Pace { interval, burst: interval.saturating_mul(burst.max(1)) });
        let memory = pace.map_or(Duration::ZERO, |pace| pace.burst) + Duration::from_secs(1);
        Self {
            pace,
            began: Instant::now(),
            hasher: RandomState::new(),
            busy_until: Cache::builder()
                .max_capacity(most)
                // Not by frequency: a crowd of new names must not be let in uncounted.
                .eviction_policy(EvictionPolicy::lru())
                // Whoever rested for so long has a whole burst again anyway.
                .time_to_idle(memory)
                .build(),
        }
    }

    /// Counts one request of `who`. [`Error::RateLimited`]: it is one too many, and was not counted.
    pub fn take(&self, who: impl Hash) -> Result<()> {
        self.take_at(who, self.began.elapsed())
    }

    /// Whether `who` has used up what they have, without counting anything: for rules that count failures only.
    pub fn is_spent(&self, who: impl Hash) -> bool {
        let Some(pace) = self.pace else { return false };
        let busy_until = self.busy_until.get(&self.hasher.hash_one(who));
        let busy_until = busy_until.map_or(0, |nanos| nanos.load(Ordering::Relaxed));
        pace.after(busy_until, self.began.elapsed()).is_err()
    }

    fn take_at(&self, who: impl Hash, now: Duration) -> Result<()> {
        let Some(pace) = self.pace else { return Ok(()) };
        let busy_until = self.busy_until.get_with(self.hasher.hash_one(who), Arc::default);
        let counted = busy_until.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |until| {
            pace.after(until, now).ok()
        });
        // What stood in the way is told by the same number.
        counted.map(drop).or_else(|until| pace.after(until, now).map(drop))
    }
}

impl Pace {
    /// Until when everything takes with one more request at `now`.
    fn after(self, busy_until: u64, now: Duration) -> Result<u64> {
        let until = Duration::from_nanos(busy_until).max(now) + self.interval;
        match until.checked_sub(now + self.burst) {
            None | Some(Duration::ZERO) => Ok(u64::try_from(until.as_nanos()).unwrap_or(u64::MAX)),
            Some(retry_after) => Err(Error::RateLimited { retry_after }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(per_second: u32, burst: u32) -> RateLimiter {
        RateLimiter::new(Rate::per_second(per_second, burst))
    }

    #[track_caller]
    fn check(limiter: &RateLimiter, now_ms: u64, expected: Option<u64>) {
        let outcome = limiter.take_at("ann", Duration::from_millis(now_ms));
        let wait = match outcome {
            Ok(()) => None,
            Err(Error::RateLimited { retry_after }) => Some(retry_after.as_millis() as u64),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(wait, expected, "at {now_ms} ms");
    }

    #[test]
    fn a_burst_goes_through_and_then_the_rate() {
        let limiter = limiter(10, 3);
        for _ in 0..3 {
            check(&limiter, 0, None);
        }
        check(&limiter, 0, Some(100));
        check(&limiter, 40, Some(60));
        check(&limiter, 100, None);
        check(&limiter, 100, Some(100));
        check(&limiter, 399, None);
        check(&limiter, 399, None);
        check(&limiter, 399, Some(1));
        // However long the pause was.
        for _ in 0..3 {
            check(&limiter, 100_000, None);
        }
        check(&limiter, 100_000, Some(100));
    }

    #[test]
    fn everybody_has_an_allowance_of_their_own() {
        let limiter = limiter(1, 1);
        for who in ["ann", "bob"] {
            assert!(limiter.take_at((7, who), Duration::ZERO).is_ok());
            assert!(limiter.take_at((7, who), Duration::ZERO).is_err());
        }
        assert!(limiter.take_at((8, "ann"), Duration::ZERO).is_ok());
    }

    #[test]
    fn what_is_refused_costs_nothing() {
        let limiter = limiter(1, 1);
        check(&limiter, 0, None);
        for _ in 0..100 {
            check(&limiter, 0, Some(1000));
        }
        check(&limiter, 1000, None);
    }

    #[test]
    fn looking_costs_nothing() {
        let limiter = limiter(1, 2);
        for _ in 0..2 {
            assert!((0..10).all(|_| !limiter.is_spent("ann")));
            limiter.take("ann").unwrap();
        }
        assert!(limiter.is_spent("ann"));
        assert!(!limiter.is_spent("bob"));
    }

    #[test]
    fn without_a_rate_there_is_no_limit() {
        let limiter = limiter(0, 1);
        assert!((0..10_000).all(|_| limiter.take("ann").is_ok()));
        assert!(!limiter.is_spent("ann"));
    }

    #[test]
    fn of_many_at_once_exactly_a_burst_goes_through() {
        let limiter = limiter(1, 1000);
        let ask = || (0..500).filter(|_| limiter.take_at("ann", Duration::ZERO).is_ok()).count();
        let through: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(through, 1000);
    }

    #[test]
    fn a_crowd_of_names_does_not_fill_memory() {
        let limiter = RateLimiter::for_actors(10, Rate::per_second(10, 3));
        for who in 0..1000 {
            limiter.take(who).unwrap();
        }
        limiter.busy_until.run_pending_tasks();
        assert!(limiter.busy_until.entry_count() <= 10);
    }
}
