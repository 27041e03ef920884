//! A process that is killed in the middle of a folder job. The part of it that dies is this test binary once more.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use library::{Actor, FolderChange, FolderPath, JobId, JobState, Library, Versions};
use serde_json::json;
use testkit::Picture;

use crate::restart::{Place, add};

/// Where the process that dies finds the library.
const DATA: &str = "HALFTONE_TEST_KILLED_DATA";
/// Several steps of a job.
const MANY: u32 = 350;

async fn owner(library: &Library) -> Actor {
    Actor::full(library.ensure_tenant("demo").await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_job_goes_on_after_a_kill() {
    let place = Place::new();
    let library = place.open().await;
    let actor = owner(&library).await;
    for side in 1..=MANY {
        add(&library, actor, &format!("/src/{}/{side}.jpg", side % 5), &Picture::jpeg(side, 1))
            .await;
    }
    library.close().await;
    drop(library);

    let job = begin_and_die(&place);

    let library = place.open().await;
    let mut state = JobState::Waiting;
    for _ in 0..6000 {
        state = library.job(actor, job).await.unwrap().state;
        if matches!(state, JobState::Done | JobState::Failed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(state, JobState::Done);
    for side in 1..=MANY {
        let path = format!("/dest/src/{}/{side}.jpg", side % 5);
        let library::AssetRef::At(folder, name) = crate::ask::at(&path) else { unreachable!() };
        let copy = library.asset_at(actor, &folder, &name).await.unwrap();
        assert_eq!(copy.current.number, 1, "{path}: copied once");
    }
}

/// The job that the other process began, which is dead when this returns.
fn begin_and_die(place: &Place) -> JobId {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::dies", "--ignored", "--nocapture"])
        .env(DATA, place.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut jobs = lines.map_while(Result::ok).filter_map(|line| line.parse().ok());
    let job = jobs.next().expect("the process says which job it began");
    // Some way into the work, wherever that is on this machine.
    std::thread::sleep(Duration::from_millis(40));
    process.kill().unwrap();
    process.wait().unwrap();
    job
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is the other process of the test above"]
async fn dies() {
    let Some(data) = std::env::var_os(DATA) else { return };
    let mut config = library::Config::default();
    config.storage.data = data.into();
    config.cache.disk_bytes = 0;
    let engine = std::sync::Arc::new(testkit::EchoEngine::default());
    let library = Library::open(config, engine).await.unwrap();
    let actor = owner(&library).await;
    let (from, to) = (FolderPath::parse("/src").unwrap(), FolderPath::parse("/dest").unwrap());
    let change = FolderChange::Copy { to, versions: Versions::Current };
    let job = library.change_folder(actor, &from, &change, json!(null)).await.unwrap();
    println!("\n{}", job.id);
    std::future::pending::<()>().await;
}
