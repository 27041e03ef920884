//! The verb file: photos come without a place, and get one by when they were taken.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use catalog::{Access, Asset, Change, FolderPath, Millis, Name, OnConflict, Taken};
use plan::{Format, probe::Probe};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::{
    Actor, Error, Library, Result, Spooled, StagedFile, Undecodable, Upload, blobs::io_error,
    library::now, organize::full,
};

/// Files of one name that are told apart by a number.
const MOST_NAMESAKES: u32 = 1000;

const FOLDER: &[BorrowedFormatItem<'static>] = format_description!("[year]/[month]");
const STEM: &[BorrowedFormatItem<'static>] =
    format_description!("[year][month][day]_[hour][minute][second]");

/// Files of a directory that are to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub directory: PathBuf,
    /// Whether files that are in the library go from where they were.
    pub moves: bool,
}

impl Library {
    /// Files a photo as `YYYY/MM/YYYYMMDD_HHMMSS_CCCCCCCC.ext`: when it was taken where it was taken, else when it came; the
    /// CRC-32C of the bytes; what the bytes are. Bytes that the library holds stay where they are.
    ///
    /// `None`: it is nothing that a photo application shows.
    pub async fn file_photo(&self, actor: Actor, file: StagedFile) -> Result<Option<Asset>> {
        full(actor)?;
        let StagedFile { name, bytes } = file;
        match self.asset_by_sha1(actor, bytes.blob.sha1).await {
            Ok(known) => return Ok(Some(known)),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        let upload = Upload {
            on_conflict: OnConflict::Reject,
            undecodable: Undecodable::Reject,
            access: Change::Set(Access::Private),
            original_name: Change::Set(Some(base_name(&name).to_owned())),
            ..Upload::to(FolderPath::root(), Name::parse("photo")?)
        };
        let examined = match self.examined(&upload, &bytes).await {
            Ok(examined) => examined,
            Err(Error::NotAnImage(_) | Error::TooLarge(_) | Error::Unsupported(_)) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if !is_media(&examined.mime) {
            return Ok(None);
        }
        let place = Place::of(examined.probe.as_ref(), &examined.mime, bytes.blob.crc32c);
        let place = self.free_place(actor, &place).await?;
        let upload = Upload { folder: place.0, name: place.1, ..upload };
        let sha1 = bytes.blob.sha1;
        match self.store_examined(actor, None, upload, examined, bytes).await {
            Ok(stored) => Ok(Some(stored.asset)),
            // Somebody came with the same photo at the same moment.
            Err(Error::Conflict(_)) => self.asset_by_sha1(actor, sha1).await.map(Some),
            Err(error) => Err(error),
        }
    }

    /// Files everything below a directory, in order of path; what is there already is skipped. Hidden files are left out.
    /// Stops between two files once `cancelled` says so. Returns the photos that are in the library now.
    pub async fn import(
        &self,
        actor: Actor,
        import: &Import,
        cancelled: &AtomicBool,
    ) -> Result<Vec<Asset>> {
        full(actor)?;
        let directory = import.directory.clone();
        let files = tokio::task::spawn_blocking(move || files_below(&directory)).await;
        let mut filed = Vec::new();
        for path in files.map_err(Error::unavailable)?? {
            if cancelled.load(Ordering::Relaxed) {
                break;
            }
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let name = name.to_owned();
            let bytes = self.spool_file(&path).await?;
            let Some(asset) = self.file_photo(actor, StagedFile { name, bytes }).await? else {
                continue;
            };
            filed.push(asset);
            if import.moves {
                // That it cannot be removed is no reason to stop: the next import knows its bytes.
                let _ = tokio::fs::remove_file(&path).await;
            }
        }
        Ok(filed)
    }

    /// The bytes of a file of this machine, on their way into the library.
    pub async fn spool_file(&self, path: &Path) -> Result<Spooled> {
        let mut spool = self.spool()?;
        let mut file = File::open(path).map_err(io_error)?;
        loop {
            let read = tokio::task::spawn_blocking(move || read_part(file)).await;
            let (part, rest) = read.map_err(Error::unavailable)?.map_err(io_error)?;
            if part.is_empty() {
                return spool.finish().await;
            }
            file = rest;
            spool.write(part).await?;
        }
    }

    /// The place itself, or the first of its neighbours that is free.
    async fn free_place(&self, actor: Actor, place: &Place) -> Result<(FolderPath, Name)> {
        let folder = FolderPath::parse(&place.folder)?;
        for number in 0..MOST_NAMESAKES {
            let name = Name::parse(&place.name(number))?;
            match self.asset_at(actor, &folder, &name).await {
                Err(Error::NotFound(_)) => return Ok((folder, name)),
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict(format!("{MOST_NAMESAKES} files like {}", place.stem)))
    }
}

/// All files below a directory, in order of path. Hidden ones are left out, and links are not followed: they may lead in
/// circles, or out of the directory. A directory that is not there holds nothing. Blocks.
pub fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = match std::fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io_error(error)),
        };
        for entry in entries {
            let entry = entry.map_err(io_error)?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let kind = entry.file_type().map_err(io_error)?;
            if kind.is_dir() {
                directories.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn read_part(mut file: File) -> std::io::Result<(Bytes, File)> {
    const PART: usize = 1 << 20;
    let mut part = vec![0; PART];
    let length = file.read(&mut part)?;
    part.truncate(length);
    Ok((part.into(), file))
}

/// Where a photo belongs.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    folder: String,
    stem: String,
    extension: String,
}

impl Place {
    fn of(probe: Option<&Probe>, mime: &str, crc32c: u32) -> Self {
        let taken = probe.and_then(Taken::told_by).map_or_else(now, |taken| taken.local);
        let extension = match probe.map(|probe| probe.format) {
            Some(Format::Jpeg) => "jpg".to_owned(),
            Some(format) => format.name().to_owned(),
            None => mime.rsplit('/').next().unwrap_or("bin").replace("quicktime", "mov"),
        };
        Self {
            folder: format!("/{}", written(taken, FOLDER)),
            stem: format!("{}_{crc32c:08X}", written(taken, STEM)),
            extension,
        }
    }

    /// `.00001` tells the second of its name from the first.
    fn name(&self, number: u32) -> String {
        let Self { stem, extension, .. } = self;
        match number {
            0 => format!("{stem}.{extension}"),
            number => format!("{stem}.{number:05}.{extension}"),
        }
    }
}

fn written(moment: Millis, format: &[BorrowedFormatItem<'static>]) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(moment.div_euclid(1000));
    moment.unwrap_or(OffsetDateTime::UNIX_EPOCH).format(format).unwrap_or_default()
}

fn is_media(mime: &str) -> bool {
    mime.starts_with("image/") || mime.starts_with("video/")
}

/// Without the folders that some clients put before it.
fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_when_and_what() {
        let place = Place {
            folder: format!("/{}", written(1_709_633_472_000, FOLDER)),
            stem: format!("{}_{:08X}", written(1_709_633_472_000, STEM), 0xabc_u32),
            extension: "jpg".to_owned(),
        };
        assert_eq!(place.folder, "/2024/03");
        assert_eq!(place.name(0), "20240305_101112_00000ABC.jpg");
        assert_eq!(place.name(1), "20240305_101112_00000ABC.00001.jpg");
        assert_eq!(base_name("C:\\pictures\\a.jpg"), "a.jpg");
    }
}
