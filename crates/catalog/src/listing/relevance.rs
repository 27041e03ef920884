//! How well an entry fits the words that were asked for.

use super::clause::Compiler;
use super::condition::Condition;
use super::fragment::Fragment;
use crate::{Clause, Query, TagTest, Test, TextTest, ValueTest};

/// Tests of words that count; the rest of a long search moves little.
const MOST_TESTS: usize = 16;

/// One for each test of words that the entry passes, and one more where its last word is there as a whole and not only
/// as a beginning. `None`: no words are asked for.
pub(super) fn relevance(compiler: Compiler, query: &Query) -> Option<Fragment> {
    let mut tests = Vec::new();
    collect(query, &mut tests);
    tests.truncate(MOST_TESTS);
    let points = tests.into_iter().flat_map(|test| {
        let fits = compiler.clause(&Clause { negated: false, test: test.clone() });
        let whole = compiler.last_word(test);
        [fits.clone(), Condition::all([fits, whole])]
    });
    let points: Vec<Fragment> =
        points.map(|point| point.into_sql().inside("CASE WHEN ", " THEN 1 ELSE 0 END")).collect();
    (!points.is_empty()).then(|| Fragment::join(points, " + "))
}

fn collect<'a>(query: &'a Query, tests: &mut Vec<&'a Test>) {
    match query {
        Query::All(parts) | Query::Any(parts) => {
            for part in parts {
                collect(part, tests);
            }
        }
        Query::Clause(Clause { negated: false, test })
            if matches!(
                test,
                Test::Name(TextTest::Words(_))
                    | Test::Tags(TagTest::Words(_))
                    | Test::Custom { test: ValueTest::Words(_), .. }
            ) =>
        {
            tests.push(test);
        }
        Query::Clause(_) => {}
    }
}
