//! Copying, moving and renaming folders, in the background.
//!
//! What the request asks for is checked when it is accepted, in the transaction that adds the job. The work is done in
//! steps, each a transaction that also notes in the job how far it has come: a killed process has done a step or not,
//! and the next one goes on behind it. So no asset is copied twice.
//!
//! A move to a place where no folder is rewrites paths, in one step, however much is inside. Into a folder that is
//! there, and for a copy, it goes asset by asset, by the rules of `relocate.rs`.

use serde_json::{Value, json};

use crate::asset::hold;
use crate::catalog::now;
use crate::database::Tx;
use crate::error::{self, Result};
use crate::relocate::{copy_to, move_to};
use crate::tree::{self, Below, missing, rebased};
use crate::{
    AssetId, Catalog, Error, FolderChange, FolderId, FolderPath, FolderStep, Job, JobId, NewJob,
    TenantId, Versions, blob, folder, job, sql,
};

/// Kinds of these jobs.
pub const COPY_FOLDER: &str = "copy-folder";
pub const MOVE_FOLDER: &str = "move-folder";
pub const RENAME_FOLDER: &str = "rename-folder";

/// Assets of one step: others write between two steps.
const STEP: usize = 100;

impl Catalog {
    /// Accepts a change to a folder: the job does it. `note` is kept in the job's payload for whoever asks about it.
    ///
    /// * [`Error::NotFound`]: the tenant has no such folder.
    /// * [`Error::Invalid`]: it is the root, or would come into itself, or a path would be too long or too deep.
    /// * [`Error::Conflict`]: another folder has the new name.
    pub async fn add_folder_job(
        &self,
        tenant: TenantId,
        path: &FolderPath,
        change: &FolderChange,
        note: Value,
    ) -> Result<Job> {
        error::until_not_overtaken(|| self.try_add(tenant, path, change, note.clone())).await
    }

    async fn try_add(
        &self,
        tenant: TenantId,
        path: &FolderPath,
        change: &FolderChange,
        note: Value,
    ) -> Result<Job> {
        let tx = self.database.begin().await?;
        let Some(source) = folder::find(&tx, tenant, path).await? else {
            return Err(missing(path));
        };
        let (kind, to, versions) = target(path, change)?;
        for folder in tree::lock(&tx, tenant, path).await? {
            rebased(&folder.path, path, &to)?;
        }
        if kind == RENAME_FOLDER && folder::find(&tx, tenant, &to).await?.is_some() {
            return Err(Error::Conflict(format!("folder {to}")));
        }
        keep_apart(&tx, tenant, path, &to).await?;
        let course = Course {
            folder: source.folder.id,
            to,
            versions,
            // What comes after the request is not part of it; assets and folders share this count.
            until: tx.next_seq().await?,
            after: 0,
            done: 0,
            total: count(&tx, tenant, path).await?,
            left: 0,
            has_ended: false,
            note,
        };
        let new = NewJob { kind, payload: course.write(), run_at: now() };
        let job = job::insert(&tx, tenant, &new).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Does the next step of such a job. Steps after the last one do nothing.
    ///
    /// [`Error::Conflict`]: somebody else took the new name meanwhile.
    pub async fn folder_job_step(&self, id: JobId) -> Result<FolderStep> {
        error::until_not_overtaken(|| self.try_step(id)).await
    }

    async fn try_step(&self, id: JobId) -> Result<FolderStep> {
        let mut tx = self.database.begin().await?;
        let query = format!(
            "SELECT tenant, kind, payload FROM jobs WHERE id = $1{}",
            tx.for_update("jobs")
        );
        let row = sql::first(&*tx, &query, [id.into()]).await?;
        let row = row.ok_or_else(|| Error::NotFound(format!("job {id}")))?;
        let (tenant, kind) = (TenantId(row.get("tenant")?), row.get::<String>("kind")?);
        let mut course = Course::read(&row.get::<String>("payload")?)?;
        let mut step = FolderStep::default();
        if !course.has_ended {
            course.go_on(&mut tx, tenant, &kind, &mut step).await?;
            let update = "UPDATE jobs SET payload = $2 WHERE id = $1";
            sql::run(&*tx, update, [id.into(), course.write().to_string().into()]).await?;
            tx.commit().await?;
        }
        step.progress = (course.done, course.total);
        step.ended = course.has_ended.then_some(course.left);
        Ok(step)
    }
}

/// What such a job is to do, and how far it has come. Its payload.
struct Course {
    /// Wherever it is by now.
    folder: FolderId,
    /// Its place in the end.
    to: FolderPath,
    versions: Versions,
    /// Assets with higher row numbers are not part of a copy.
    until: i64,
    /// Assets up to this row number are done.
    after: i64,
    done: u64,
    total: u64,
    /// Assets that would have had too many versions.
    left: u64,
    has_ended: bool,
    note: Value,
}

impl Course {
    fn write(&self) -> Value {
        json!({
            "folder": self.folder.to_string(),
            "to": self.to.as_str(),
            "allVersions": self.versions == Versions::All,
            "until": self.until,
            "after": self.after,
            "done": self.done,
            "total": self.total,
            "left": self.left,
            "ended": self.has_ended,
            "note": self.note,
        })
    }

    fn read(payload: &str) -> Result<Self> {
        let damaged = || Error::Damaged(format!("not the payload of a folder job: {payload}"));
        let payload: Value = serde_json::from_str(payload).map_err(|_| damaged())?;
        let read = || {
            Some(Course {
                folder: payload["folder"].as_str()?.parse().ok()?,
                to: payload["to"].as_str()?.parse().ok()?,
                versions: if payload["allVersions"].as_bool()? {
                    Versions::All
                } else {
                    Versions::Current
                },
                until: payload["until"].as_i64()?,
                after: payload["after"].as_i64()?,
                done: payload["done"].as_u64()?,
                total: payload["total"].as_u64()?,
                left: payload["left"].as_u64()?,
                has_ended: payload["ended"].as_bool()?,
                note: payload["note"].clone(),
            })
        };
        read().ok_or_else(damaged)
    }

    async fn go_on(
        &mut self,
        tx: &mut Tx,
        tenant: TenantId,
        kind: &str,
        step: &mut FolderStep,
    ) -> Result<()> {
        let Some(from) = place_of(tx, tenant, self.folder).await? else {
            // Deleted meanwhile, with everything in it.
            self.has_ended = true;
            return Ok(());
        };
        if from == self.to {
            // Somebody else brought it there.
            self.has_ended = true;
            return Ok(());
        }
        keep_apart(tx, tenant, &from, &self.to).await?;
        let is_free = folder::find(tx, tenant, &self.to).await?.is_none();
        if kind == RENAME_FOLDER || (kind == MOVE_FOLDER && is_free) {
            tree::relocate(tx, tenant, &from, &self.to).await?;
            step.gone = Some(from);
            self.done = self.total;
            self.has_ended = true;
            return Ok(());
        }
        if self.after == 0 {
            // The empty ones too.
            for folder in tree::lock(tx, tenant, &from).await? {
                if kind == MOVE_FOLDER || folder.seq <= self.until {
                    folder::ensure(tx, tenant, &rebased(&folder.path, &from, &self.to)?).await?;
                }
            }
        }
        let sources = self.next_sources(tx, tenant, &from, kind).await?;
        if kind == COPY_FOLDER {
            let seqs: Vec<i64> = sources.iter().map(|(seq, _)| *seq).collect();
            blob::let_go(tx, &seqs).await?;
        }
        for &(seq, id) in &sources {
            self.after = seq;
            self.done += 1;
            self.take(tx, tenant, kind, (&from, id), step).await?;
        }
        if sources.len() < STEP {
            if kind == MOVE_FOLDER {
                tree::prune(tx, tenant, &from).await?;
                step.gone = Some(from);
            }
            self.has_ended = true;
        }
        Ok(())
    }

    /// Copies or moves one asset.
    async fn take(
        &mut self,
        tx: &mut Tx,
        tenant: TenantId,
        kind: &str,
        (from, id): (&FolderPath, AssetId),
        step: &mut FolderStep,
    ) -> Result<()> {
        let source = match hold(tx, tenant, id).await {
            Ok(source) => source,
            // Deleted a moment ago.
            Err(Error::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let to = rebased(&source.asset.folder, from, &self.to)?;
        let to = folder::ensure(tx, tenant, &to).await?;
        step.assets.push(id);
        let taken = if kind == COPY_FOLDER {
            copy_to(tx, &source, &to, self.versions).await.map(|stored| stored.asset.id)
        } else {
            move_to(tx, source, &to).await.map(|asset| asset.id)
        };
        match taken {
            Ok(id) => step.assets.push(id),
            // Too many versions, found out before anything was written.
            Err(Error::Invalid(_)) => self.left += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The next assets that are to be copied or moved, by row number.
    async fn next_sources(
        &self,
        tx: &Tx,
        tenant: TenantId,
        from: &FolderPath,
        kind: &str,
    ) -> Result<Vec<(i64, AssetId)>> {
        let until = if kind == COPY_FOLDER { self.until } else { i64::MAX };
        let mut values = Below::values(tenant, from);
        values.extend([
            self.after.into(),
            until.into(),
            sql::number("the size of a step", STEP as u64)?,
        ]);
        let query = format!(
            "SELECT seq, id FROM assets WHERE folder IN ({}) AND seq > $5 AND seq <= $6 ORDER BY seq LIMIT $7",
            Below::SEQS
        );
        let rows = sql::all(&**tx, &query, values).await?;
        rows.iter().map(|row| Ok((row.get("seq")?, row.id("id")?))).collect()
    }
}

/// Kind of job, place in the end, and how much history goes along.
fn target(
    path: &FolderPath,
    change: &FolderChange,
) -> Result<(&'static str, FolderPath, Versions)> {
    let (Some(name), Some(parent)) = (path.name(), path.parent()) else {
        return Err(Error::Invalid(
            "the root folder cannot be copied, moved or renamed".to_owned(),
        ));
    };
    Ok(match change {
        FolderChange::Copy { to, versions } => (COPY_FOLDER, to.join(name)?, *versions),
        FolderChange::Move { to } => (MOVE_FOLDER, to.join(name)?, Versions::All),
        FolderChange::Rename { name } => (RENAME_FOLDER, parent.join(name)?, Versions::All),
    })
}

/// [`Error::Invalid`]: what is read and what is written would be the same folders.
async fn keep_apart(tx: &Tx, tenant: TenantId, from: &FolderPath, to: &FolderPath) -> Result<()> {
    let invalid = |why: String| Err(Error::Invalid(why));
    if from == to {
        return invalid(format!("the folder {from} is there already"));
    }
    if to.is_below(from) {
        return invalid(format!("the folder {from} cannot come into itself"));
    }
    // `/a/b/b` into `/a` is merged into `/a/b`, unless its own `b` would come to where it is itself.
    if from.is_below(to) {
        let own = rebased(from, to, from)?;
        if folder::find(tx, tenant, &own).await?.is_some() {
            return invalid(format!("the folder {own} would come to where {from} is"));
        }
    }
    Ok(())
}

async fn place_of(tx: &Tx, tenant: TenantId, id: FolderId) -> Result<Option<FolderPath>> {
    let query = "SELECT path FROM folders WHERE tenant = $1 AND id = $2";
    let row = sql::first(&**tx, query, [tenant.0.into(), id.into()]).await?;
    let path = row.map(|row| row.get::<String>("path")).transpose()?;
    path.map(|path| FolderPath::parse(&path).map_err(|error| Error::Damaged(error.to_string())))
        .transpose()
}

async fn count(tx: &Tx, tenant: TenantId, path: &FolderPath) -> Result<u64> {
    let query = format!("SELECT COUNT(*) AS assets FROM assets WHERE folder IN ({})", Below::SEQS);
    let row = sql::first(&**tx, &query, Below::values(tenant, path)).await?;
    row.map_or(Ok(0), |row| row.count("assets"))
}
