//! Tags, and the keywords inside files.

use super::{Compiler, Condition, Fragment, found_by_index, is_in, texts};
use crate::TagTest;
use crate::listing::source::Source;

impl Compiler {
    pub(super) fn tags(self, test: &TagTest) -> Condition {
        let tags = match test {
            TagTest::Words(text) => return self.words("tags", text),
            TagTest::Exists => {
                let exists = "EXISTS (SELECT 1 FROM asset_tags WHERE asset = a.seq)";
                return Condition::test(Fragment::new(exists, []));
            }
            TagTest::Like(glob) => return self.tags_like(glob),
            TagTest::AnyOf(tags) => texts(tags),
        };
        if tags.is_empty() {
            return Condition::Never;
        }
        let by_age = tags.len() == 1;
        let mut checked = Fragment::new(
            "EXISTS (SELECT 1 FROM asset_tags WHERE asset = a.seq AND tenant = ? AND ",
            [self.tenant.0.into()],
        );
        checked.append(is_in("tag", &tags));
        checked.push(")");
        let mut found = Fragment::new(
            "SELECT asset AS seq, created FROM asset_tags WHERE tenant = ? AND ",
            [self.tenant.0.into()],
        );
        found.append(is_in("tag", &tags));
        found_by_index(checked, found, by_age)
    }

    pub(super) fn keywords(self, test: &TagTest) -> Condition {
        let keywords = match test {
            TagTest::AnyOf(keywords) => texts(keywords),
            TagTest::Exists => {
                return self.inside("version_keywords", Fragment::new("1 = 1", []), false);
            }
            // Keywords are found as a whole only.
            TagTest::Words(_) | TagTest::Like(_) => return Condition::Never,
        };
        if keywords.is_empty() {
            return Condition::Never;
        }
        self.inside("version_keywords", is_in("k.keyword", &keywords), true)
    }

    /// A condition on rows `k` that belong to the entry's version.
    pub(super) fn inside(self, table: &str, condition: Fragment, is_findable: bool) -> Condition {
        if self.source == Source::PastVersions {
            let exists = format!("EXISTS (SELECT 1 FROM {table} k WHERE k.version = v.seq AND ");
            return Condition::test(condition.inside(&exists, ")"));
        }
        let exists = format!(
            "EXISTS (SELECT 1 FROM versions w JOIN {table} k ON k.version = w.seq \
             WHERE w.asset = a.seq AND w.number = a.current_number AND "
        );
        let checked = condition.clone().inside(&exists, ")");
        if !is_findable {
            return Condition::test(checked);
        }
        let mut found = Fragment::new(
            format!(
                "SELECT e.seq AS seq, e.created AS created FROM {table} k \
                 JOIN versions w ON w.seq = k.version \
                 JOIN assets e ON e.seq = w.asset AND e.current_number = w.number \
                 WHERE k.tenant = ? AND "
            ),
            [self.tenant.0.into()],
        );
        found.append(condition);
        Condition::found_repeatedly(checked, found)
    }
}
