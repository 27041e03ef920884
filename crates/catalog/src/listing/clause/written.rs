//! Cards, sets, and the words of a newsroom.

use sea_orm::Value;

use super::{Compiler, Condition, Fragment, begins, is_in, texts};
use crate::database::Kind;
use crate::index::token_field;
use crate::listing::source::{FILE_NAME, MEDIA_TYPE, TITLE};
use crate::{
    AssetId, Glob, GlobPart, SetId, TokenField, TokenTest, VersionId, Visibility, Written,
    WrittenTest, row,
};

impl Compiler {
    pub(super) fn sets(self, sets: &[Option<SetId>]) -> Condition {
        let ids: Vec<Value> = sets.iter().flatten().map(|&id| id.into()).collect();
        let mut any = Vec::new();
        if !ids.is_empty() {
            let rows = is_in("id", &ids).inside("SELECT seq FROM sets WHERE tenant = ? AND ", "");
            let rows = with_tenant(rows, self.tenant.0);
            let members = |column: &str| rows.clone().inside(&format!("{column} IN ("), ")");
            let mut checked = members(&self.checked("set_seq"));
            checked.push(" AND a.set_seq IS NOT NULL");
            any.push(self.either(checked, members("set_seq"), false));
        }
        if sets.contains(&None) {
            let none = |column: &str| Fragment::new(format!("{column} IS NULL"), []);
            any.push(self.either(none("a.set_seq"), none("set_seq"), true));
        }
        Condition::any(any)
    }

    /// In a set that is not usable.
    pub(super) fn withheld(self) -> Condition {
        let rows = "SELECT seq FROM sets WHERE tenant = ? AND state <> 'usable'";
        let members =
            |column: &str| Fragment::new(format!("{column} IN ({rows})"), [self.tenant.0.into()]);
        let mut checked = members(&self.checked("set_seq"));
        checked.push(" AND a.set_seq IS NOT NULL");
        self.either(checked, members("set_seq"), false)
    }

    pub(super) fn written(self, of: Written, test: &WrittenTest) -> Condition {
        let text = expression(of);
        let mut present = Fragment::new(format!("{text} IS NOT NULL AND "), []);
        match test {
            WrittenTest::Exists => present.push("1 = 1"),
            WrittenTest::OneOf(wanted) => {
                let wanted = texts(wanted);
                if wanted.is_empty() {
                    return Condition::Never;
                }
                present.append(is_in(text, &wanted));
            }
            WrittenTest::Like(glob) => match like(self.database, text, glob) {
                Some(like) => present.append(like),
                None => return Condition::Never,
            },
        }
        Condition::test(present)
    }

    pub(super) fn tags_like(self, glob: &Glob) -> Condition {
        like(self.database, "tag", glob).map_or(Condition::Never, |like| {
            let exists = "EXISTS (SELECT 1 FROM asset_tags WHERE asset = a.seq AND ";
            Condition::test(like.inside(exists, ")"))
        })
    }

    pub(super) fn tokens(self, of: TokenField, test: &TokenTest) -> Condition {
        let Some(tokens) = self.matching(test) else { return Condition::Never };
        let own = self.token(of, tokens.clone());
        if of != TokenField::Title {
            return own;
        }
        // A title that is the file name has no rows of its own.
        let untitled = Fragment::new(
            "NOT EXISTS (SELECT 1 FROM asset_tokens WHERE asset = a.seq AND field = 'title')",
            [],
        );
        let named = self.token(TokenField::FileName, tokens);
        Condition::any([own, Condition::all([named, Condition::test(untitled)])])
    }

    /// A condition on a row `k` of tokens. `None`: nothing can match.
    fn matching(self, test: &TokenTest) -> Option<Fragment> {
        let equal = |row: &str, token: &str| {
            Fragment::new(format!("{row}.token = ?"), [Value::from(token)])
        };
        match test {
            TokenTest::Word(word) => (!word.contains('\0')).then(|| equal("k", word)),
            TokenTest::Like(glob) => like(self.database, "k.token", glob),
            TokenTest::Phrase(words) => {
                let (first, others) = words.split_first()?;
                if words.iter().any(|word| word.contains('\0')) {
                    return None;
                }
                let mut phrase = equal("k", first);
                for (distance, word) in others.iter().enumerate() {
                    phrase.push(&format!(
                        " AND EXISTS (SELECT 1 FROM asset_tokens n WHERE n.asset = k.asset \
                         AND n.field = k.field AND n.place = k.place + {} AND ",
                        distance + 1
                    ));
                    phrase.append(equal("n", word));
                    phrase.push(")");
                }
                Some(phrase)
            }
        }
    }

    fn token(self, of: TokenField, condition: Fragment) -> Condition {
        let field: Value = token_field(of).into();
        let mut checked = Fragment::new(
            "EXISTS (SELECT 1 FROM asset_tokens k WHERE k.asset = a.seq AND k.field = ? AND ",
            [field.clone()],
        );
        checked.append(condition.clone());
        checked.push(")");
        let mut found = Fragment::new(
            "SELECT DISTINCT k.asset AS seq, k.created AS created FROM asset_tokens k \
             WHERE k.tenant = ? AND k.field = ? AND ",
            [self.tenant.0.into(), field],
        );
        found.append(condition);
        Condition::found(checked, found, false)
    }
}

pub(super) fn visibility(wanted: &[Visibility]) -> Condition {
    let words: Vec<Value> = wanted.iter().map(|&one| row::visibility(one).into()).collect();
    if words.is_empty() {
        return Condition::Never;
    }
    Condition::test(is_in("a.visibility", &words))
}

pub(super) fn parent(ids: &[AssetId]) -> Condition {
    let ids: Vec<Value> = ids.iter().map(|&id| id.into()).collect();
    if ids.is_empty() {
        return Condition::Never;
    }
    Condition::test(
        is_in("parent", &ids).inside(
            "EXISTS (SELECT 1 FROM cards WHERE asset = a.seq AND parent IS NOT NULL AND ",
            ")",
        ),
    )
}

pub(super) fn current_version(ids: &[VersionId]) -> Condition {
    let ids: Vec<Value> = ids.iter().map(|&id| id.into()).collect();
    if ids.is_empty() {
        return Condition::Never;
    }
    let exists = "EXISTS (SELECT 1 FROM versions w WHERE w.asset = a.seq AND w.number = a.current_number AND ";
    Condition::test(is_in("w.id", &ids).inside(exists, ")"))
}

/// The value goes before all others.
fn with_tenant(rows: Fragment, tenant: i64) -> Fragment {
    let mut all = Fragment::new("", [tenant.into()]);
    all.append(rows);
    all
}

/// The text of an asset `a`; null where there is none.
pub(in crate::listing) fn expression(of: Written) -> &'static str {
    match of {
        Written::Title => TITLE,
        Written::FileName => FILE_NAME,
        Written::Description => "a.description",
        Written::Parent => "(SELECT parent FROM cards WHERE asset = a.seq)",
        Written::MediaType => MEDIA_TYPE,
        Written::Creator => "(SELECT creator FROM cards WHERE asset = a.seq)",
        Written::Editor => "(SELECT editor FROM cards WHERE asset = a.seq)",
        Written::LockUser => "(SELECT lock_user FROM cards WHERE asset = a.seq)",
        Written::LockSession => "(SELECT lock_session FROM cards WHERE asset = a.seq)",
        Written::LockAction => "(SELECT lock_action FROM cards WHERE asset = a.seq)",
    }
}

/// A text that fits a pattern. `None`: none in a database can.
fn like(database: Kind, column: &str, glob: &Glob) -> Option<Fragment> {
    if let Some(prefix) = glob.as_prefix() {
        return begins(prefix).map(|begins| begins.sql(column));
    }
    let mut pattern = String::new();
    for part in &glob.0 {
        match (part, database) {
            (GlobPart::Text(text), _) if text.contains('\0') => return None,
            (GlobPart::Text(text), Kind::Sqlite) => {
                for c in text.chars() {
                    match c {
                        '*' | '?' | '[' => pattern.extend(['[', c, ']']),
                        c => pattern.push(c),
                    }
                }
            }
            (GlobPart::Text(text), Kind::Postgres) => {
                for c in text.chars() {
                    if matches!(c, '%' | '_' | '\\') {
                        pattern.push('\\');
                    }
                    pattern.push(c);
                }
            }
            (GlobPart::One, Kind::Sqlite) => pattern.push('?'),
            (GlobPart::One, Kind::Postgres) => pattern.push('_'),
            (GlobPart::Any, Kind::Sqlite) => pattern.push('*'),
            (GlobPart::Any, Kind::Postgres) => pattern.push('%'),
        }
    }
    // SQLite's `LIKE` does not tell letter cases apart, PostgreSQL has no `GLOB`.
    let operator = match database {
        Kind::Sqlite => "GLOB",
        Kind::Postgres => "LIKE",
    };
    Some(Fragment::new(format!("{column} {operator} ?"), [pattern.into()]))
}
