//! Which way a listing takes to its assets.
//!
//! Either an index *finds* what passes one of the conditions, and the rest is checked on what was found; or all assets are
//! *walked* in the order wanted until the page is full. The first is quick where an index finds little, the second where
//! much passes. Neither database can tell which (SQLite keeps no figures, PostgreSQL none about pages), so the entries of
//! each index are counted first, and counting stops where finding would not be worth it.

use super::condition::{Condition, Finder};
use super::fragment::Fragment;

/// Most that is found and sorted, when the index alone tells all that is asked for.
const MOST_FOUND: u64 = 50_000;
/// Most that is found when the asset itself has to be read as well.
const MOST_READ: u64 = 10_000;
/// Indexes that are considered: others of the same search would hardly find less.
const MOST_FINDERS: usize = 16;

#[derive(Debug)]
pub(super) enum Way {
    Walk(Condition),
    Find {
        /// `seq` and `created` of each once.
        select: Fragment,
        /// What is still to be checked.
        rest: Condition,
        found: Found,
    },
}

/// What counting the entries of an index told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    Exactly(u64),
    /// Few enough to count each once.
    Few,
    /// More than were counted.
    Many,
}

/// How to count what each finder of a condition finds: one row with `n0`, `n1` and so on. `None`: there are none.
pub(super) fn estimate(condition: &Condition) -> Option<(Fragment, u64)> {
    let mut finders = Vec::new();
    collect(condition, &mut finders);
    finders.truncate(MOST_FINDERS);
    if finders.is_empty() {
        return None;
    }
    let most = (MOST_FOUND / finders.len() as u64).max(MOST_READ);
    let counts = finders.into_iter().enumerate().map(|(place, finder)| {
        let after = format!(") AS f LIMIT {}) AS n) AS n{place}", most + 1);
        finder.select.clone().inside("(SELECT COUNT(*) FROM (SELECT 1 FROM (", &after)
    });
    Some((Fragment::join(counts, ", ").inside("SELECT ", ""), most))
}

/// In the order in which [`choose`] comes by them.
fn collect<'a>(condition: &'a Condition, finders: &mut Vec<&'a Finder>) {
    match condition {
        Condition::Always | Condition::Never => {}
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                collect(part, finders);
            }
        }
        Condition::Test(check) => finders.extend(&check.finder),
    }
}

/// `counts`: what [`estimate`] found, up to one more than `most`. `by_age`: creation is the order wanted.
pub(super) fn choose(condition: Condition, counts: &[u64], most: u64, by_age: bool) -> Way {
    let mut parts = match condition {
        Condition::All(parts) => parts,
        other => vec![other],
    };
    let mut counts = counts.iter().copied();
    let mut candidates: Vec<(usize, Candidate)> = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        candidates.extend(candidate(part, &mut counts, most).map(|candidate| (place, candidate)));
    }
    let is_alone = |candidate: &Candidate| parts.len() == 1 && candidate.is_exact;
    let is_few = |candidate: &Candidate| {
        let is_ready = by_age && is_alone(candidate) && !candidate.repeats;
        let limit = if is_ready { MOST_FOUND } else { MOST_READ };
        !candidate.is_cut && candidate.found <= limit
    };
    let few = candidates.iter().filter(|(_, candidate)| is_few(candidate));
    let best = few.min_by_key(|(_, candidate)| candidate.found);
    // Whatever there is of it, its first page lies in front.
    let in_order =
        || candidates.iter().filter(|(_, c)| by_age && c.by_age).min_by_key(|(_, c)| c.found);
    let Some(place) = best.or_else(in_order).map(|(place, _)| *place) else {
        return Way::Walk(Condition::all(parts));
    };
    let found = candidates.into_iter().find(|(of, _)| *of == place).map(|(_, found)| found);
    let Some(Candidate { found, is_cut, repeats, selects, is_exact, .. }) = found else {
        return Way::Walk(Condition::all(parts));
    };
    if is_exact {
        parts.remove(place);
    }
    let is_one = selects.len() == 1;
    let mut select = Fragment::join(selects, " UNION ");
    if is_one && repeats {
        select = select.inside("SELECT DISTINCT seq, created FROM (", ") AS d");
    }
    let found = match (is_cut, repeats) {
        (true, _) => Found::Many,
        (false, true) => Found::Few,
        (false, false) => Found::Exactly(found),
    };
    Way::Find { select, rest: Condition::all(parts), found }
}

/// What finds a part of a condition, or somewhat more.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Candidate {
    found: u64,
    /// There may be more.
    is_cut: bool,
    /// Some may have been counted several times.
    repeats: bool,
    selects: Vec<Fragment>,
    by_age: bool,
    is_exact: bool,
}

fn candidate(
    condition: &Condition,
    counts: &mut impl Iterator<Item = u64>,
    most: u64,
) -> Option<Candidate> {
    match condition {
        Condition::Always | Condition::Never => None,
        Condition::Test(check) => {
            let finder = check.finder.as_ref()?;
            let found = counts.next()?;
            Some(Candidate {
                found,
                is_cut: found > most,
                repeats: finder.repeats,
                selects: vec![finder.select.clone()],
                by_age: finder.by_age,
                is_exact: true,
            })
        }
        // All are asked, because each takes its own counts.
        Condition::All(parts) => {
            let found: Vec<_> =
                parts.iter().filter_map(|part| candidate(part, counts, most)).collect();
            let least = found.into_iter().min_by_key(|candidate| candidate.found)?;
            Some(Candidate { is_exact: false, ..least })
        }
        Condition::Any(parts) => {
            let found: Vec<_> = parts.iter().map(|part| candidate(part, counts, most)).collect();
            found.into_iter().collect::<Option<Vec<_>>>()?.into_iter().reduce(Candidate::or)
        }
    }
}

impl Candidate {
    fn or(mut self, other: Self) -> Self {
        self.selects.extend(other.selects);
        Self {
            found: self.found + other.found,
            is_cut: self.is_cut || other.is_cut,
            repeats: true,
            selects: self.selects,
            by_age: false,
            is_exact: self.is_exact && other.is_exact,
        }
    }
}
