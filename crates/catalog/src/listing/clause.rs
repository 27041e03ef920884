//! Each test as a condition on the rows of a source.
//!
//! For assets a condition comes with its finder, where an index serves it. The condition itself then hides its column
//! from the planner: it checks rows that something else has found.

mod inside;
mod photo;
mod place;
mod value;
mod written;

pub(super) use written::expression as written_expression;

use std::borrow::Cow;

use sea_orm::Value;

use super::condition::Condition;
use super::fragment::{Fragment, marks};
use super::source::Source;
use crate::database::{self, Kind};
use crate::index::{CAPTION, custom_field};
use crate::query::words;
use crate::row::ABSENT;
use crate::{
    Arrangement, Clause, Comparison, FolderPath, Measure, Query, SortKey, TagTest, TenantId, Test,
    TextTest, ValueTest,
};

/// Whose entries of which source, on which database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compiler {
    pub(super) tenant: TenantId,
    pub(super) source: Source,
    pub(super) sort: SortKey,
    pub(super) arrangement: Arrangement,
    pub(super) database: Kind,
}

impl Compiler {
    pub(super) fn query(self, query: &Query) -> Condition {
        match query {
            Query::All(parts) => Condition::all(parts.iter().map(|part| self.query(part))),
            Query::Any(parts) => Condition::any(parts.iter().map(|part| self.query(part))),
            Query::Clause(clause) => self.clause(clause),
        }
    }

    pub(super) fn clause(self, clause: &Clause) -> Condition {
        if self.source == Source::Folders && is_about_files(&clause.test) {
            return Condition::Never;
        }
        let condition = self.test(&clause.test);
        if clause.negated { condition.negated() } else { condition }
    }

    fn test(self, test: &Test) -> Condition {
        let is_past = self.source == Source::PastVersions;
        match test {
            Test::Name(test) => self.name(test),
            Test::Tags(test) => self.tags(test),
            Test::Kind(kinds) => constant(kinds.contains(&self.source.kind())),
            Test::Id(ids) => {
                let ids: Vec<Value> = ids.iter().map(|id| (*id).into()).collect();
                self.one_of("id", &ids)
            }
            Test::Created(measure) if is_past => self.measure("v.created", None, measure),
            Test::Updated(measure) if is_past => self.measure("v.created", None, measure),
            Test::Captured(measure) if is_past => self.measure("v.captured", None, measure),
            Test::Width(measure) if is_past => self.measure("v.width", None, measure),
            Test::Height(measure) if is_past => self.measure("v.height", None, measure),
            Test::Size(measure) if is_past => self.measure("b.size", None, measure),
            Test::Created(measure) => self.column("created", measure),
            Test::Updated(measure) => self.column("updated", measure),
            Test::Captured(measure) => self.column("by_captured", measure),
            Test::Width(measure) => self.column("width", measure),
            Test::Height(measure) => self.column("height", measure),
            Test::Size(measure) => self.column("by_size", measure),
            Test::Format(formats) => self.format(formats),
            Test::Image if is_past => Condition::test(Fragment::new("v.mime LIKE 'image/%'", [])),
            Test::Image => Condition::test(Fragment::new("a.is_image", [])),
            Test::Private => self.rarity("access <> 'public'"),
            Test::Unlisted => {
                let hidden = self.rarity("visibility <> 'listed'");
                Condition::any([hidden, self.concealed(), self.withheld()])
            }
            Test::Concealed => self.concealed(),
            Test::Shown(part) => self.shown(part),
            Test::Alpha if is_past => {
                Condition::test(Fragment::new("COALESCE(v.has_alpha, FALSE)", []))
            }
            Test::Alpha => self.rarity("has_alpha"),
            Test::CreatedBy(_) => Condition::Never,
            Test::Folder { path, below } => self.folder(path, *below),
            Test::Custom { field, test } => self.custom(field, test),
            Test::Keywords(test) => self.keywords(test),
            Test::Location(area) => self.location(area),
            Test::Visibility(wanted) => written::visibility(wanted),
            Test::Set(sets) => self.sets(sets),
            Test::Parent(ids) => written::parent(ids),
            Test::CurrentVersion(ids) => written::current_version(ids),
            Test::Written { of, test } => self.written(*of, test),
            Test::Tokens { of, test } => self.tokens(*of, test),
            Test::Favorite => self.rarity("is_favorite"),
            Test::Closed => self.rarity("access IN ('presets-only', 'closed')"),
            Test::Quality(measure) => self.column("quality", measure),
            Test::Taken(measure) => self.column("by_taken", measure),
            Test::Sha1(hashes) => photo::sha1(hashes),
            Test::Caption(text) => self.words(CAPTION, text),
            Test::Fact(fact, patterns) => self.fact(*fact, patterns),
            Test::Path(patterns) => self.path(patterns),
            Test::Album(albums) => self.album(albums),
            Test::Label(patterns) => self.label(patterns),
        }
    }

    /// The table's name in the statement.
    fn entry(self) -> &'static str {
        match self.source {
            Source::Assets | Source::PastVersions => "a",
            Source::Folders => "d",
        }
    }

    /// A column of the entry in a condition that only checks. A walk along that very column may begin where it holds.
    fn checked(self, column: &str) -> String {
        let entry = self.entry();
        let is_walked = self.source.sort_key(self.sort) == format!("{entry}.{column}");
        if self.source == Source::Assets && !is_walked {
            format!("{}{entry}.{column}", database::unindexed(self.database))
        } else {
            format!("{entry}.{column}")
        }
    }

    /// A condition on columns of the entry, and the same on those of the table, by which assets are found.
    fn either(self, checked: Fragment, found: Fragment, by_age: bool) -> Condition {
        if self.source != Source::Assets {
            return Condition::test(checked);
        }
        let mut select = Fragment::new(
            "SELECT seq, created FROM assets WHERE tenant = ? AND ",
            [self.tenant.0.into()],
        );
        select.append(found);
        Condition::found(checked, select, by_age)
    }

    /// Likewise for `folder`, where `found` names the tenant of the folders. Named once more, SQLite would take an index
    /// that begins with the tenant, and read all of it.
    fn either_in_folders(self, checked: Fragment, found: Fragment, by_age: bool) -> Condition {
        if self.source != Source::Assets {
            return Condition::test(checked);
        }
        let select = found.inside("SELECT seq, created FROM assets WHERE ", "");
        Condition::found(checked, select, by_age)
    }

    fn one_of(self, column: &str, values: &[Value]) -> Condition {
        if values.is_empty() {
            return Condition::Never;
        }
        self.either(is_in(&self.checked(column), values), is_in(column, values), false)
    }

    fn name(self, test: &TextTest) -> Condition {
        match test {
            TextTest::OneOf(names) => self.one_of("name", &texts(names)),
            TextTest::Prefix(prefix) => match begins(prefix) {
                None => Condition::Never,
                Some(begins) => {
                    let found = begins.sql("name");
                    self.either(begins.sql(&self.checked("name")), found, false)
                }
            },
            TextTest::Words(text) => self.words("name", text),
        }
    }

    /// Part of the name that clients know who know short names. Both databases fold case as far as they can.
    fn shown(self, part: &str) -> Condition {
        if part.contains('\0') {
            return Condition::Never;
        }
        let name = match self.source {
            Source::Assets | Source::PastVersions => "COALESCE(a.short_name, a.name)",
            Source::Folders => "d.name",
        };
        let escaped: String = part
            .chars()
            .flat_map(|c| {
                let escape = matches!(c, '%' | '_' | '\\').then_some('\\');
                escape.into_iter().chain([c])
            })
            .collect();
        let sql = format!("lower({name}) LIKE lower(?) ESCAPE '\\'");
        Condition::test(Fragment::new(sql, [format!("%{escaped}%").into()]))
    }

    fn concealed(self) -> Condition {
        if self.source == Source::Folders {
            return Condition::test(Fragment::new("d.concealed", []));
        }
        let tree = "SELECT seq FROM folders WHERE tenant = ? AND concealed";
        let within =
            |column: &str| Fragment::new(format!("{column} IN ({tree})"), [self.tenant.0.into()]);
        self.either_in_folders(within(&self.checked("folder")), within("folder"), false)
    }

    /// All words of the text under a field of the index, the last one as the beginning of a word.
    fn words(self, field: &str, text: &str) -> Condition {
        let mut words: Vec<String> = words(text).collect();
        let Some(last) = words.pop() else {
            // A text without words asks for nothing that could be found.
            return Condition::Never;
        };
        let whole = words.iter().map(|word| self.word(field, word));
        let last = self.word_prefix(field, &last);
        Condition::all(whole.chain([last]).collect::<Vec<_>>())
    }

    /// The last word of a test of words, as a whole.
    pub(super) fn last_word(self, test: &Test) -> Condition {
        let (field, text) = match test {
            Test::Name(TextTest::Words(text)) => (Cow::Borrowed("name"), text),
            Test::Tags(TagTest::Words(text)) => (Cow::Borrowed("tags"), text),
            Test::Custom { field, test: ValueTest::Words(text) } => {
                (Cow::Owned(custom_field(field)), text)
            }
            _ => return Condition::Never,
        };
        words(text).last().map_or(Condition::Never, |word| self.word(&field, &word))
    }

    /// An entry that has the whole word.
    fn word(self, field: &str, word: &str) -> Condition {
        let equal = Fragment::new("word = ?", [word.into()]);
        self.any_word(field, equal, true)
    }

    fn word_prefix(self, field: &str, prefix: &str) -> Condition {
        begins(prefix)
            .map_or(Condition::Never, |begins| self.any_word(field, begins.sql("word"), false))
    }

    /// `by_age`: the index finds no asset twice, and older ones first.
    fn any_word(self, field: &str, word: Fragment, by_age: bool) -> Condition {
        if self.source == Source::Folders {
            let exists = "EXISTS (SELECT 1 FROM folder_words WHERE folder = d.seq AND ";
            return Condition::test(word.inside(exists, ")"));
        }
        let mut checked = Fragment::new(
            "EXISTS (SELECT 1 FROM asset_words WHERE asset = a.seq AND field = ? AND ",
            [field.into()],
        );
        checked.append(word.clone());
        checked.push(")");
        let mut found = Fragment::new(
            "SELECT asset AS seq, created FROM asset_words WHERE tenant = ? AND field = ? AND ",
            [self.tenant.0.into(), field.into()],
        );
        found.append(word);
        found_by_index(checked, found, by_age)
    }

    fn format(self, formats: &[String]) -> Condition {
        let values = texts(formats);
        if values.is_empty() {
            return Condition::Never;
        }
        if self.source == Source::PastVersions {
            let known = Fragment::new("v.file_format IS NOT NULL AND ", []);
            return Condition::test(Fragment::join([known, is_in("v.file_format", &values)], ""));
        }
        let mut checked = is_in(&self.checked("file_format"), &values);
        checked.push(" AND a.file_format IS NOT NULL");
        self.either(checked, is_in("file_format", &values), values.len() == 1)
    }

    /// Rare enough for an index of its own, which `condition` must repeat word by word.
    fn rarity(self, condition: &str) -> Condition {
        let checked = Fragment::new(self.checked(condition), []);
        self.either(checked, Fragment::new(condition, []), true)
    }

    fn folder(self, path: &FolderPath, below: bool) -> Condition {
        if below && path.is_root() {
            return Condition::Always;
        }
        let column = if self.source == Source::Folders { "parent" } else { "folder" };
        let values = [self.tenant.0.into(), path.as_str().into()];
        let exactly = "SELECT seq FROM folders WHERE tenant = ? AND path = ?";
        if !below {
            let checked =
                Fragment::new(format!("{} IN ({exactly})", self.checked(column)), values.clone());
            // One folder, so that the index hands its assets over by age.
            let found = Fragment::new(format!("folder = ({exactly})"), values);
            return self.either_in_folders(checked, found, true);
        }
        let (from, to) = (format!("{path}/"), format!("{path}0"));
        let tree =
            "SELECT seq FROM folders WHERE tenant = ? AND (path = ? OR path >= ? AND path < ?)";
        let values = [self.tenant.0.into(), path.as_str().into(), from.into(), to.into()];
        let list = |column: &str| Fragment::new(format!("{column} IN ({tree})"), values.clone());
        self.either_in_folders(list(&self.checked(column)), list("folder"), false)
    }

    /// A measure in a column of the entry's own table.
    fn column(self, column: &str, measure: &Measure) -> Condition {
        self.measure(&self.checked(column), Some(column), measure)
    }

    /// `found`: the column by which an index finds assets.
    fn measure(self, checked: &str, found: Option<&str>, measure: &Measure) -> Condition {
        let sql = |column: &str| match measure {
            Measure::OneOf(values) => {
                is_in(column, &values.iter().map(|&value| value.into()).collect::<Vec<_>>())
            }
            Measure::Compare(comparison, value) => {
                Fragment::new(format!("{column} {} ?", operator(*comparison)), [(*value).into()])
            }
        };
        if matches!(measure, Measure::OneOf(values) if values.is_empty()) {
            return Condition::Never;
        }
        // Some columns are null where there is nothing to measure, others hold what sorts first.
        let present = |column: &str| {
            let mut present = Fragment::new(
                format!("{column} IS NOT NULL AND {column} <> ? AND "),
                [ABSENT.into()],
            );
            present.append(sql(column));
            present
        };
        match found {
            Some(column) => self.either(present(checked), present(column), column == "created"),
            None => Condition::test(present(checked)),
        }
    }
}

/// Folders have nothing of the kind, whatever is asked about it.
fn is_about_files(test: &Test) -> bool {
    match test {
        Test::Name(_)
        | Test::Shown(_)
        | Test::Concealed
        | Test::Kind(_)
        | Test::Id(_)
        | Test::Created(_)
        | Test::Updated(_)
        | Test::CreatedBy(_)
        | Test::Folder { .. }
        | Test::Custom { .. } => false,
        Test::Tags(_)
        | Test::Captured(_)
        | Test::Width(_)
        | Test::Height(_)
        | Test::Size(_)
        | Test::Format(_)
        | Test::Image
        | Test::Private
        | Test::Unlisted
        | Test::Alpha
        | Test::Keywords(_)
        | Test::Location(_)
        | Test::Visibility(_)
        | Test::Set(_)
        | Test::Parent(_)
        | Test::CurrentVersion(_)
        | Test::Written { .. }
        | Test::Tokens { .. }
        | Test::Favorite
        | Test::Closed
        | Test::Quality(_)
        | Test::Taken(_)
        | Test::Sha1(_)
        | Test::Caption(_)
        | Test::Fact(..)
        | Test::Path(_)
        | Test::Album(_)
        | Test::Label(_) => true,
    }
}

fn constant(value: bool) -> Condition {
    if value { Condition::Always } else { Condition::Never }
}

/// An index that finds an asset twice hands nothing over in order.
fn found_by_index(checked: Fragment, found: Fragment, by_age: bool) -> Condition {
    if by_age {
        Condition::found(checked, found, true)
    } else {
        Condition::found_repeatedly(checked, found)
    }
}

/// Texts that can be in a database at all.
fn texts(texts: &[String]) -> Vec<Value> {
    texts.iter().filter(|text| !text.contains('\0')).map(|text| text.as_str().into()).collect()
}

fn is_in(column: &str, values: &[Value]) -> Fragment {
    let list = marks(values.len());
    let sql =
        if values.len() == 1 { format!("{column} = ?") } else { format!("{column} IN ({list})") };
    Fragment::new(sql, values)
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
    }
}

/// The texts that begin with another one, as a range of texts.
struct Begins {
    from: String,
    /// The first text that does not any more; `None` if all that follow do.
    to: Option<String>,
}

/// `None`: no text in a database begins like this.
fn begins(prefix: &str) -> Option<Begins> {
    (!prefix.contains('\0')).then(|| Begins { from: prefix.to_owned(), to: successor(prefix) })
}

impl Begins {
    fn sql(&self, column: &str) -> Fragment {
        let mut sql = Fragment::new(format!("{column} >= ?"), [self.from.as_str().into()]);
        if let Some(to) = &self.to {
            sql.append(Fragment::new(format!(" AND {column} < ?"), [to.as_str().into()]));
        }
        sql
    }
}

/// The prefix with its last character raised by one: by code point, nothing that begins with the prefix lies beyond.
fn successor(prefix: &str) -> Option<String> {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            rest.push(next);
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors_skip_what_is_no_character() {
        for (prefix, expected) in [
            ("", None),
            ("a", Some("b")),
            ("ab\u{10ffff}", Some("ac")),
            ("\u{10ffff}", None),
            ("\u{d7ff}", Some("\u{e000}")),
        ] {
            assert_eq!(successor(prefix).as_deref(), expected, "{prefix:?}");
        }
    }
}
