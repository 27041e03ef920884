//! Destinations with places of their own: a directory and a bucket beside the data directory.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;
use library::{
    Actor, Asked, Asset, CardPatch, Change, Config, DestinationConfig, DestinationPlace, Error,
    JobId, JobState, Library, Made, NewSet, SetId, SetState, Upload, Wanted,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use testkit::{Bucket, EchoEngine, Picture, upload_to};

use crate::ask::{get, original, read, rendering};

/// Later than everything, so that every orphan goes.
const LATER: i64 = i64::MAX;

/// Places that libraries are opened on one after the other.
struct Places {
    home: tempfile::TempDir,
    /// Empty: SQLite in the data directory.
    database_url: String,
    bucket: Bucket,
}

impl Places {
    fn config(&self) -> Config {
        config(self.home.path(), &self.database_url, self.bucket.config("files"))
    }

    async fn open(&self) -> (Library, Actor) {
        open(self.config()).await
    }

    /// Names of all files in a directory and below it.
    fn files(&self, directory: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        let mut directories = vec![self.home.path().join(directory)];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
                if entry.path().is_dir() {
                    directories.push(entry.path());
                } else {
                    files.insert(entry.file_name().into_string().unwrap());
                }
            }
        }
        files
    }

    fn at_home(&self) -> BTreeSet<String> {
        self.files("data/blobs")
    }

    fn in_archive(&self) -> BTreeSet<String> {
        self.files("archive")
    }

    fn in_cloud(&self) -> BTreeSet<String> {
        let names = self.bucket.names();
        assert!(names.iter().all(|name| name.starts_with("files/")), "{names:?}");
        names.iter().filter_map(|name| Some(name.rsplit_once('/')?.1.to_owned())).collect()
    }
}

/// What lies in one of them.
type Where = fn(&Places) -> BTreeSet<String>;

fn config(home: &Path, database_url: &str, bucket: library::BucketConfig) -> Config {
    let destination = |name: &str, place| DestinationConfig {
        name: name.to_owned(),
        provider: "LocalDisk".to_owned(),
        place,
    };
    let mut config = Config::default();
    config.storage.data = home.join("data");
    database_url.clone_into(&mut config.storage.database_url);
    config.cache.disk_bytes = 0;
    config.destinations = vec![
        destination("internal", DestinationPlace::Home),
        destination("archive", DestinationPlace::Directory(home.join("archive"))),
        destination("cloud", DestinationPlace::Bucket(bucket)),
    ];
    config
}

async fn open(config: Config) -> (Library, Actor) {
    let library = Library::open(config, Arc::new(EchoEngine::drawing())).await.unwrap();
    let actor = Actor::full(library.ensure_tenant("demo").await.unwrap());
    (library, actor)
}

/// On SQLite, and on PostgreSQL where there is one: `tests/postgres cargo test -p library` brings it.
async fn on_databases(case: impl AsyncFn(Places)) {
    let places = async |database_url: String| Places {
        home: tempfile::tempdir().unwrap(),
        database_url,
        bucket: Bucket::start().await,
    };
    case(places(String::new()).await).await;
    let Ok(server) = std::env::var("DATABASE_URL") else { return };
    // One of its own: what is in stores must be configured in every process of a database.
    let name = format!("stores_{:x}", std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (host, _) = server.rsplit_once('/').unwrap();
    let case = case(places(format!("{host}/{name}")).await);
    let outcome = std::panic::AssertUnwindSafe(case).catch_unwind().await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

async fn add_set(library: &Library, actor: Actor, name: &str, destination: &str) -> SetId {
    let new = NewSet {
        id: None,
        name: name.to_owned(),
        state: SetState::Usable,
        description: None,
        destination: destination.to_owned(),
        destination_config: None,
        max_bytes: None,
        creator: None,
    };
    library.add_sets(actor, vec![new]).await.unwrap().remove(0).id
}

async fn put(
    library: &Library,
    actor: Actor,
    set: Option<SetId>,
    path: &str,
    content: impl Into<Vec<u8>>,
) -> library::Result<Asset> {
    let card = match set {
        None => CardPatch::default(),
        Some(set) => CardPatch { set: Change::Set(Some(set)), ..CardPatch::default() },
    };
    let mut spool = library.spool().unwrap();
    spool.write(content.into().into()).await.unwrap();
    let spooled = spool.finish().await.unwrap();
    let upload = Upload { card, ..upload_to(path) };
    Ok(library.upload(actor, upload, spooled).await?.asset)
}

fn hash(asset: &Asset) -> String {
    asset.current.blob.hash.to_string()
}

fn hashes<'a>(assets: impl IntoIterator<Item = &'a Asset>) -> BTreeSet<String> {
    assets.into_iter().map(hash).collect()
}

/// Bounded, so that what never comes is a failure.
async fn until(library: &Library, actor: Actor, job: JobId, holds: impl Fn(&library::Job) -> bool) {
    for _ in 0..6000 {
        if holds(&library.job(actor, job).await.unwrap()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came: {:?}", library.job(actor, job).await);
}

async fn until_done(library: &Library, actor: Actor, job: JobId) {
    until(library, actor, job, |job| job.state == JobState::Done).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_lie_where_their_set_says() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let archive = add_set(&library, actor, "A", "archive").await;
        let cloud = add_set(&library, actor, "C", "cloud").await;
        let picture = Picture::png(40, 20).bytes();
        let archived = put(&library, actor, Some(archive), "/a/a.png", picture.clone()).await;
        let archived = archived.unwrap();
        let clouded = put(&library, actor, Some(cloud), "/c/c.png", picture.clone()).await.unwrap();
        let plain = put(&library, actor, None, "/b.txt", "plain").await.unwrap();
        assert_eq!(places.in_archive(), hashes([&archived]));
        assert_eq!(places.in_cloud(), hashes([&clouded]));
        assert_eq!(places.at_home(), hashes([&plain]));

        for path in ["/a/a.png", "/c/c.png"] {
            assert_eq!(get(&library, actor, original(path)).await.unwrap(), picture);
            let small = rendering(path, "resize(10x)|png");
            assert!(!get(&library, actor, small).await.unwrap().is_empty());
        }
        let ids = [archived.id, clouded.id, plain.id];
        let zip = library.archive(actor, &ids, |asset| asset.name.to_string()).await.unwrap();
        assert_eq!(zip.size, 2 * picture.len() as u64 + 5 + 3 * 76 + 2 * 15 + 22);

        let asked = Asked { width: Some(10), height: None, keeps_proportions: true };
        let wanted = Wanted { asked, name: None, editor: None, max_bytes: None };
        let made = library.rendition(actor, clouded.id, wanted).await.unwrap();
        let Made::Rendition(asset, made) = made else { panic!("{made:?}") };
        assert!(places.in_cloud().contains(&made.blob.hash.to_string()));
        assert_eq!(places.at_home().len(), 1);
        let bytes = library.deliver_rendition(actor, &asset, &made).unwrap();
        assert_eq!(read(bytes).await.unwrap().len() as u64, made.blob.size);

        library.delete(actor, clouded.id).await.unwrap();
        assert_eq!(library.collect(LATER).await.unwrap(), 2);
        assert!(places.in_cloud().is_empty());
        assert_eq!(get(&library, actor, original("/a/a.png")).await.unwrap(), picture);
        library.close().await;
        let (library, _) = places.open().await;
        assert_eq!(get(&library, actor, original("/a/a.png")).await.unwrap(), picture);
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_files_go_in_parts_and_come_in_ranges() {
    let places = Places {
        home: tempfile::tempdir().unwrap(),
        database_url: String::new(),
        bucket: Bucket::start().await,
    };
    let (library, actor) = places.open().await;
    let cloud = add_set(&library, actor, "C", "cloud").await;
    let content: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 251) as u8).collect();
    put(&library, actor, Some(cloud), "/large.bin", content.clone()).await.unwrap();
    assert!(get(&library, actor, original("/large.bin")).await.unwrap() == content);
    let delivery = library.deliver(actor, original("/large.bin")).await.unwrap();
    let library::Body::Stream { length, mut stream } =
        delivery.open(Some(9_000_000..9_000_500)).await.unwrap()
    else {
        panic!("a range is a stream")
    };
    let mut part = Vec::new();
    while let Some(bytes) = futures_util::StreamExt::next(&mut stream).await {
        part.extend_from_slice(&bytes.unwrap());
    }
    assert_eq!((length, &part[..]), (500, &content[9_000_000..9_000_500]));
    library.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_refuses_takes_nothing_and_loses_nothing() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let cloud = add_set(&library, actor, "C", "cloud").await;
        places.bucket.refuse_after(0);
        let refused = put(&library, actor, Some(cloud), "/c.txt", "words").await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert_eq!(library.set_size(actor, cloud).await.unwrap(), 0);
        assert!(library.collect(LATER).await.is_err(), "what may be there cannot be removed");
        places.bucket.refuse_after(usize::MAX);
        let asset = put(&library, actor, Some(cloud), "/c.txt", "words").await.unwrap();
        assert_eq!(library.collect(LATER).await.unwrap(), 0);
        assert_eq!(places.in_cloud(), hashes([&asset]));
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_moves_and_can_be_read_meanwhile() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let set = add_set(&library, actor, "S", "archive").await;
        let mut assets = Vec::new();
        for n in 0..20 {
            let path = format!("/{n}.txt");
            assets
                .push(put(&library, actor, Some(set), &path, format!("words {n}")).await.unwrap());
        }
        let all = hashes(&assets);
        let can_be_read = async || {
            for (n, asset) in assets.iter().enumerate() {
                let bytes = get(&library, actor, original(&format!("/{n}.txt"))).await.unwrap();
                assert_eq!(bytes, format!("words {n}").into_bytes(), "{}", asset.id);
            }
        };
        let destinations: [(&str, Where); 3] = [
            ("cloud", Places::in_cloud),
            ("internal", Places::at_home),
            ("archive", Places::in_archive),
        ];
        for (destination, files) in destinations {
            let job = library.move_set(actor, set, destination).await.unwrap();
            can_be_read().await;
            until_done(&library, actor, job).await;
            can_be_read().await;
            assert_eq!(files(&places), all, "{destination}");
            assert_eq!(library.collect(LATER).await.unwrap(), 20);
            can_be_read().await;
            let total =
                places.in_cloud().len() + places.at_home().len() + places.in_archive().len();
            assert_eq!(total, 20, "only in {destination}");
        }
        let unknown = library.move_set(actor, set, "nowhere").await;
        assert!(matches!(unknown, Err(Error::Invalid(_))), "{unknown:?}");
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_fails_anywhere_goes_on() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        // Each file is one request to put, and one to read it back.
        for requests in 0..4 {
            let set = add_set(&library, actor, &format!("S{requests}"), "archive").await;
            for n in 0..2 {
                let path = format!("/{requests}/{n}.txt");
                put(&library, actor, Some(set), &path, path.as_str()).await.unwrap();
            }
            places.bucket.refuse_after(requests);
            let job = library.move_set(actor, set, "cloud").await.unwrap();
            until(&library, actor, job, |job| job.error.is_some()).await;
            places.bucket.refuse_after(usize::MAX);
            let can_be_read = async || {
                for n in 0..2 {
                    let path = format!("/{requests}/{n}.txt");
                    let bytes = get(&library, actor, original(&path)).await.unwrap();
                    assert_eq!(bytes, path.into_bytes());
                }
            };
            can_be_read().await;
            until_done(&library, actor, job).await;
            library.collect(LATER).await.unwrap();
            can_be_read().await;
            assert!(places.in_archive().is_empty());
            assert_eq!(places.in_cloud().len(), 2 * (requests + 1));
        }
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_bytes_stay_where_they_are() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let set = add_set(&library, actor, "S", "cloud").await;
        let sound = put(&library, actor, Some(set), "/sound.txt", "sound").await.unwrap();
        let other = put(&library, actor, Some(set), "/other.txt", "other").await.unwrap();
        let name = places.bucket.names().into_iter().find(|name| name.ends_with(&hash(&other)));
        places.bucket.damage(&name.unwrap());
        let job = library.move_set(actor, set, "archive").await.unwrap();
        until(&library, actor, job, |job| job.error.is_some()).await;
        assert_eq!(places.in_archive(), hashes([&sound]), "one does not keep the others");
        library.collect(LATER).await.unwrap();
        assert_eq!(places.in_cloud(), hashes([&other]));
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_follow_an_asset_into_another_set_and_out() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let cloud = add_set(&library, actor, "C", "cloud").await;
        let asset = put(&library, actor, None, "/a.txt", "words").await.unwrap();
        for set in [Some(cloud), None] {
            let card = CardPatch { set: Change::Set(set), ..CardPatch::default() };
            let patch = library::AssetPatch { card, ..library::AssetPatch::default() };
            library.update(actor, asset.id, patch).await.unwrap();
            let both: [Where; 2] = [Places::in_cloud, Places::at_home];
            let [wanted, left] = if set.is_some() { both } else { [both[1], both[0]] };
            for _ in 0..600 {
                let store = library.asset(actor, asset.id).await.unwrap().current.blob.store;
                if store.is_home() == set.is_none() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            library.collect(LATER).await.unwrap();
            assert_eq!((wanted(&places), left(&places)), (hashes([&asset]), BTreeSet::new()));
            assert_eq!(get(&library, actor, original("/a.txt")).await.unwrap(), b"words");
        }
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_moved_behind_ones_back_is_found() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let set = add_set(&library, actor, "S", "archive").await;
        put(&library, actor, Some(set), "/a.txt", "words").await.unwrap();
        // Decided, and not read: the answer knows where the bytes were.
        let delivery = library.deliver(actor, original("/a.txt")).await.unwrap();
        let job = library.move_set(actor, set, "cloud").await.unwrap();
        until_done(&library, actor, job).await;
        library.collect(LATER).await.unwrap();
        assert!(places.in_archive().is_empty());
        assert_eq!(read(delivery).await.unwrap(), b"words");
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_holds_files_must_be_configured() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let set = add_set(&library, actor, "S", "archive").await;
        put(&library, actor, Some(set), "/a.txt", "words").await.unwrap();
        library.close().await;
        let mut config = places.config();
        config.destinations.remove(1);
        let refused = Library::open(config, Arc::new(EchoEngine::default())).await;
        let said = "the store of the destination `archive` holds files, and it is not configured";
        assert_eq!(refused.unwrap_err().to_string(), said);

        let (library, _) = places.open().await;
        assert_eq!(get(&library, actor, original("/a.txt")).await.unwrap(), b"words");
        library.close().await;
    })
    .await;
}

/// Where the process that dies finds everything.
const HOME: &str = "HALFTONE_TEST_STORES_HOME";
const DATABASE: &str = "HALFTONE_TEST_STORES_DATABASE";
const ENDPOINT: &str = "HALFTONE_TEST_STORES_ENDPOINT";
/// More than are moved before the process dies.
const MANY: u32 = 150;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_goes_on_after_a_kill() {
    on_databases(async |places| {
        let (library, actor) = places.open().await;
        let set = add_set(&library, actor, "S", "archive").await;
        let path = |n: u32| format!("/{n}.txt");
        for n in 0..MANY {
            put(&library, actor, Some(set), &path(n), path(n)).await.unwrap();
        }
        library.close().await;
        drop(library);

        let job = begin_and_die(&places);

        let moved = places.in_cloud().len();
        assert!(moved < MANY as usize, "it was done before it died");
        let (library, actor) = places.open().await;
        let can_be_read = async || {
            for n in 0..MANY {
                let bytes = get(&library, actor, original(&path(n))).await.unwrap();
                assert_eq!(bytes, path(n).into_bytes());
            }
        };
        can_be_read().await;
        until_done(&library, actor, job).await;
        library.collect(LATER).await.unwrap();
        can_be_read().await;
        assert_eq!((places.in_archive().len(), places.in_cloud().len()), (0, MANY as usize));
        library.close().await;
    })
    .await;
}

/// The job that the other process began, which is dead when this returns.
fn begin_and_die(places: &Places) -> JobId {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "stores::dies", "--ignored", "--nocapture"])
        .env(HOME, places.home.path())
        .env(DATABASE, &places.database_url)
        .env(ENDPOINT, places.bucket.config("").endpoint)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut jobs = lines.map_while(Result::ok).filter_map(|line| line.parse().ok());
    let job = jobs.next().expect("the process says which job it began");
    // Some way into the work, wherever that is on this machine.
    for _ in 0..2000 {
        if places.bucket.names().len() > 3 {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    job
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is the other process of the test above"]
async fn dies() {
    let (Ok(home), Ok(database), Ok(endpoint)) =
        (std::env::var(HOME), std::env::var(DATABASE), std::env::var(ENDPOINT))
    else {
        return;
    };
    let bucket = library::BucketConfig {
        bucket: "bucket".to_owned(),
        endpoint,
        region: "us-east-1".to_owned(),
        prefix: "files".to_owned(),
        access_key: "access".to_owned(),
        secret_key: "secret".to_owned(),
    };
    let (library, actor) = open(config(Path::new(&home), &database, bucket)).await;
    let sets = library.sets(actor).await.unwrap();
    let set = sets.iter().find(|set| set.name == "S").unwrap();
    println!("\n{}", library.move_set(actor, set.id, "cloud").await.unwrap());
    std::future::pending::<()>().await;
}
