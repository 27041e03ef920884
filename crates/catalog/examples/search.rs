//! Fills a library with assets and measures searches over it. See `bench/README.md`.
//!
//! ```text
//! cargo run -p catalog --release --example search -- sqlite:///tmp/search.db [assets]
//! tests/postgres cargo run -p catalog --release --example search -- postgres [assets]
//! ```
//!
//! `postgres` stands for `DATABASE_URL`. The database must be empty, or filled by an earlier run.

// A measurement that cannot go on is none.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use catalog::{
    Catalog, Comparison, FolderPath, Listing, Measure, Options, Query, Scalar, Sort, SortKey,
    TagTest, TenantId, Test, TextTest, ValueTest,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

const ASSETS: u64 = 1_000_000;
const RUNS: usize = 31;
/// 2024-01-01T00:00:00Z; one asset a minute follows.
const BEGIN: i64 = 1_704_067_200_000;
const MINUTE: i64 = 60_000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("the URL of a database");
    let url = if url == "postgres" { std::env::var("DATABASE_URL").unwrap() } else { url };
    let assets = arguments.next().map_or(ASSETS, |count| count.parse().unwrap());
    let catalog = Catalog::open(&Options { url: url.clone(), ..Options::default() }).await.unwrap();
    catalog.migrate().await.unwrap();
    let tenant = catalog.ensure_tenant("demo").await.unwrap().id;
    if catalog.list(&Listing { limit: 1, ..Listing::of(tenant) }).await.unwrap().entries.is_empty()
    {
        fill(&catalog, &url, tenant, assets).await;
    }
    println!("| search | found | first 100, ms | first 1000, ms |");
    println!("|---|---|---|---|");
    for (name, query) in searches(assets as i64) {
        measure(&catalog, tenant, name, &query).await;
    }
    page_through(&catalog, tenant, assets).await;
}

/// A thousand folders in ten, a tenth of the names begin alike, tags and values of every frequency.
async fn fill(catalog: &Catalog, url: &str, TenantId(tenant): TenantId, assets: u64) {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    let (id, hash, sha1) = match raw.get_database_backend() {
        DbBackend::Postgres => (
            "convert_to(lpad(i::text, 12, '0'), 'UTF8')",
            "decode(repeat('5a', 32), 'hex')",
            "decode(repeat('5a', 20), 'hex')",
        ),
        _ => ("CAST(printf('%012d', i) AS BLOB)", "zeroblob(32)", "zeroblob(20)"),
    };
    let numbers = |from: u64, to: u64| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {to})"
        )
    };
    let root = format!("(SELECT seq FROM folders WHERE tenant = {tenant} AND path = '/')");
    let begun = Instant::now();
    for statement in [
        format!(
            "INSERT INTO blobs (hash, sha1, crc32c, size, touched) VALUES ({hash}, {sha1}, 0, 1000000, 0)"
        ),
        format!(
            "INSERT INTO folders (seq, id, tenant, parent, path, name, created, updated) {} \
             SELECT i, {id}, {tenant}, {root}, '/f' || (i - 10), 'f' || (i - 10), {BEGIN}, {BEGIN} FROM n",
            numbers(10, 19)
        ),
        format!(
            "INSERT INTO folders (seq, id, tenant, parent, path, name, created, updated) {} \
             SELECT i, {id}, {tenant}, 10 + i % 10, '/f' || (i % 10) || '/g' || i, 'g' || i, {BEGIN}, {BEGIN} FROM n",
            numbers(1000, 1999)
        ),
        format!(
            "INSERT INTO assets (seq, id, tenant, folder, name, tags, auto_tags, custom_metadata, access, visibility, \
             created, updated, current_number, last_number, is_image, by_width, by_height, by_size, by_duration, by_captured) {} \
             SELECT i + 10000, {id}, {tenant}, 1000 + i * 7919 % 1000, \
             CASE WHEN i % 10 = 3 THEN 'summer-' ELSE 'img-' END || (i * 7919 % 1000003) || '.jpg', \
             '[\"t' || (i * 31 % 1000) || '\",\"u' || (i % 20) || '\"]', '[]', \
             '{{\"price\":' || (i * 37 % 10000) || ',\"brand\":\"brand' || (i * 41 % 500) || '\",\"launch\":\"20' || (10 + i % 10) || '-03-04\"}}', \
             'public', 'listed', {BEGIN} + i * {MINUTE}, {BEGIN} + i * {MINUTE}, 1, 1, TRUE, \
             400 + i * 13 % 4000, 300 + i * 17 % 3000, 1000 + i * 19 % 5000000, {absent}, {absent} FROM n",
            numbers(1, assets),
            absent = i64::MIN + 1,
        ),
        "INSERT INTO versions (id, asset, number, blob, mime, created, format, width, height, orientation, has_alpha, \
             frames, duration_ms, has_profile, metadata) \
             SELECT a.id, a.seq, 1, (SELECT hash FROM blobs), 'image/jpeg', a.created, 'jpeg', a.by_width, a.by_height, 1, FALSE, \
             1, 0, FALSE, '[]' FROM assets a".to_string(),
        "UPDATE search_index SET revision = 0".to_owned(),
    ] {
        raw.execute_unprepared(&statement).await.unwrap();
    }
    println!("{assets} assets in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    catalog.migrate().await.unwrap();
    println!("indexed in {:.0} s", begun.elapsed().as_secs_f64());
    settle(&raw).await;
}

/// What PostgreSQL does by itself after a while.
async fn settle(raw: &DatabaseConnection) {
    if raw.get_database_backend() == DbBackend::Postgres {
        raw.execute_unprepared("VACUUM ANALYZE").await.unwrap();
    }
}

fn searches(assets: i64) -> Vec<(&'static str, Query)> {
    let tag = |tag: &str| Test::Tags(TagTest::AnyOf(vec![tag.to_owned()]));
    let prefix = |prefix: &str| Test::Name(TextTest::Prefix(prefix.to_owned()));
    let words = |words: &str| Test::Name(TextTest::Words(words.to_owned()));
    let custom = |field: &str, test| Test::Custom { field: field.to_owned(), test };
    let text = |text: &str| ValueTest::OneOf(vec![Scalar::Text(text.to_owned())]);
    let price =
        |comparison, bound| custom("price", ValueTest::Compare(comparison, Scalar::Number(bound)));
    let later = |share: i64| {
        let bound = BEGIN + (assets - assets / share) * MINUTE;
        Test::Created(Measure::Compare(Comparison::More, bound))
    };
    let updated = |share: i64| {
        let bound = BEGIN + (assets - assets / share) * MINUTE;
        Test::Updated(Measure::Compare(Comparison::More, bound))
    };
    let inside = |path: &str, below| Test::Folder { path: FolderPath::parse(path).unwrap(), below };
    let all = |tests: Vec<Test>| Query::All(tests.into_iter().map(Query::from).collect());
    vec![
        ("name prefix, 0.01 %", prefix("summer-123").into()),
        ("name prefix, 1 %", prefix("img-1").into()),
        ("name prefix, 10 %", prefix("summer-").into()),
        ("name prefix, 90 %", prefix("img-").into()),
        ("words of a name", words("summer 1234").into()),
        ("tag, 0.1 %", tag("t7").into()),
        ("tag, 5 %", tag("u7").into()),
        ("created, last 0.1 %", later(1000).into()),
        ("created, last half", later(2).into()),
        ("updated, last 1 %", updated(100).into()),
        ("updated, last half", updated(2).into()),
        ("custom text, 0.2 %", custom("brand", text("brand7")).into()),
        ("custom number, 1 %", price(Comparison::Less, 100.0).into()),
        ("custom number, 50 %", price(Comparison::Less, 5000.0).into()),
        ("folder, 0.1 %", inside("/f3/g1003", false).into()),
        ("folder and below, 10 %", inside("/f3", true).into()),
        ("tag and number", all(vec![tag("t7"), price(Comparison::More, 5000.0)])),
        (
            "folder below and prefix and date",
            all(vec![inside("/f3", true), prefix("summer-"), later(2)]),
        ),
        ("size over 4 MB", Test::Size(Measure::Compare(Comparison::More, 4_000_000)).into()),
    ]
}

async fn measure(catalog: &Catalog, tenant: TenantId, name: &str, query: &Query) {
    let mut medians = Vec::new();
    let mut found = None;
    for limit in [100, 1000] {
        let listing = Listing {
            kinds: query.kinds(),
            query: Some(query.clone()),
            limit,
            ..Listing::of(tenant)
        };
        let mut times: Vec<f64> = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let begun = Instant::now();
            let page = catalog.list(&listing).await.unwrap();
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            found = page.total;
        }
        times.sort_by(f64::total_cmp);
        medians.push(times[RUNS / 2]);
    }
    let found = found.map_or_else(|| "not counted".to_owned(), |found| found.to_string());
    println!("| {name} | {found} | {:.1} | {:.1} |", medians[0], medians[1]);
}

/// Everything, a thousand at a time in steps of fifty thousand; memory before and at its most.
async fn page_through(catalog: &Catalog, tenant: TenantId, assets: u64) {
    let before = resident_mb();
    let (mut most, mut slowest) = (before, 0.0_f64);
    let sort = Sort { by: SortKey::Name, descending: false };
    for skip in (0..assets).step_by(50_000) {
        let begun = Instant::now();
        let listing = Listing { sort, skip, ..Listing::of(tenant) };
        catalog.list(&listing).await.unwrap();
        slowest = slowest.max(begun.elapsed().as_secs_f64() * 1000.0);
        most = most.max(resident_mb());
    }
    println!(
        "\npaging through everything: {before} MB resident before, {most} MB at most, slowest page {slowest:.0} ms"
    );
}

fn resident_mb() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096 / (1 << 20)
}
