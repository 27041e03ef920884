//! Tests of what people say about photos, and of the groups they put them in.

use super::{Compiler, Condition, Fragment, marks};
use crate::{Fact, Grouped, Pattern};

pub(super) fn sha1(hashes: &[[u8; 20]]) -> Condition {
    if hashes.is_empty() {
        return Condition::Never;
    }
    let values: Vec<_> = hashes.iter().map(|hash| hash.to_vec().into()).collect();
    let sql = format!(
        "EXISTS (SELECT 1 FROM versions h JOIN blobs g ON g.hash = h.blob \
         WHERE h.asset = a.seq AND h.number = a.current_number AND g.sha1 IN ({}))",
        marks(values.len())
    );
    Condition::test(Fragment::new(sql, values))
}

impl Compiler {
    pub(super) fn fact(self, fact: Fact, patterns: &[Pattern]) -> Condition {
        Condition::any(patterns.iter().map(|pattern| self.one_fact(fact, pattern)))
    }

    fn one_fact(self, fact: Fact, pattern: &Pattern) -> Condition {
        let (fits, by_age) = (fits("value", pattern), pattern.whole().is_some());
        let mut checked = Fragment::new(
            "EXISTS (SELECT 1 FROM asset_facts WHERE asset = a.seq AND fact = ? AND ",
            [column(fact).into()],
        );
        checked.append(fits.clone());
        checked.push(")");
        let mut found = Fragment::new(
            "SELECT asset AS seq, created FROM asset_facts WHERE tenant = ? AND fact = ? AND ",
            [self.tenant.0.into(), column(fact).into()],
        );
        found.append(fits);
        Condition::found(checked, found, by_age)
    }

    pub(super) fn path(self, patterns: &[Pattern]) -> Condition {
        let path = "LOWER(SUBSTR(path, 2))";
        let fits = Fragment::join(patterns.iter().map(|pattern| fits(path, pattern)), " OR ");
        if patterns.is_empty() {
            return Condition::Never;
        }
        let mut folders = Fragment::new(
            "a.folder IN (SELECT seq FROM folders WHERE tenant = ? AND (",
            [self.tenant.0.into()],
        );
        folders.append(fits);
        folders.push("))");
        Condition::test(folders)
    }

    pub(super) fn album(self, albums: &[Grouped]) -> Condition {
        if albums.is_empty() {
            return Condition::Never;
        }
        let named = albums.iter().map(|album| match album {
            Grouped::Id(id) => Fragment::new("g.id = ?", [(*id).into()]),
            Grouped::Named(pattern) => either("g.by_title", "g.slug", pattern),
        });
        self.grouped(
            "EXISTS (SELECT 1 FROM album_assets m JOIN albums g ON g.seq = m.album \
             WHERE m.asset = a.seq AND g.deleted IS NULL AND g.tenant = ? AND (",
            Fragment::join(named, " OR "),
        )
    }

    pub(super) fn label(self, patterns: &[Pattern]) -> Condition {
        if patterns.is_empty() {
            return Condition::Never;
        }
        let named = patterns.iter().map(|pattern| either("g.by_name", "g.slug", pattern));
        self.grouped(
            "EXISTS (SELECT 1 FROM asset_labels m JOIN labels g ON g.seq = m.label \
             WHERE m.asset = a.seq AND m.uncertainty < 100 AND g.tenant = ? AND (",
            Fragment::join(named, " OR "),
        )
    }

    fn grouped(self, exists: &str, named: Fragment) -> Condition {
        let mut condition = Fragment::new(exists, [self.tenant.0.into()]);
        condition.append(named);
        condition.push("))");
        Condition::test(condition)
    }
}

fn column(fact: Fact) -> &'static str {
    match fact {
        Fact::Title => "title",
        Fact::Name => "name",
        Fact::OriginalName => "original",
        Fact::Country => "country",
        Fact::Color => "color",
        Fact::Camera => "camera",
        Fact::Lens => "lens",
        Fact::Kind => "type",
        Fact::Year => "year",
        Fact::Month => "month",
        Fact::Day => "day",
        Fact::Shape => "shape",
        Fact::Scan => "scan",
        Fact::Panorama => "panorama",
    }
}

fn either(one: &str, other: &str, pattern: &Pattern) -> Fragment {
    Fragment::join([fits(one, pattern), fits(other, pattern)], " OR ")
}

fn fits(column: &str, pattern: &Pattern) -> Fragment {
    if let Some(whole) = pattern.whole() {
        Fragment::new(format!("{column} = ?"), [whole.into()])
    } else {
        Fragment::new(format!("{column} LIKE ? ESCAPE '!'"), [pattern.like().into()])
    }
}
