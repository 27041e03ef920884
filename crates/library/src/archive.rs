//! The verb archive: several assets as one ZIP file, stored as they are.
//!
//! Members are not deflated (pictures hardly shrink), and neither data descriptors nor extra fields are used, so a reader
//! knows each size in front. Nothing is kept: the bytes are read twice to say what the archive will be, and once more to
//! send it, and memory stays flat.

use std::io;

use bytes::Bytes;
use catalog::{Asset, AssetId, Blob, Millis};
use crc_fast::{CrcAlgorithm, Digest as Crc};
use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use sha1::{Digest, Sha1};
use time::OffsetDateTime;

use crate::{Actor, AssetRef, Error, Library, Result, organize::full};

/// Bytes that are hashed at a time, away from the async threads.
const BATCH: usize = 1 << 20;
/// What 32 bits hold; beyond that a ZIP needs extra fields.
const MOST_BYTES: u64 = u32::MAX as u64;
const MOST_MEMBERS: usize = u16::MAX as usize;

/// An archive that is decided, and not read.
#[derive(Debug, Clone)]
pub struct Archive {
    pub size: u64,
    /// Of all its bytes.
    pub sha1: [u8; 20],
    members: Vec<Member>,
    library: Library,
}

#[derive(Debug, Clone)]
struct Member {
    name: String,
    blob: Blob,
    size: u32,
    crc: u32,
    /// Date and time as DOS has them.
    modified: [u16; 2],
    /// Where it begins.
    offset: u32,
}

impl Library {
    /// The current versions of these assets, in this order; one that is named twice is there twice. `name` says what each
    /// is called inside. [`Error::NotFound`]: one of them is not there. [`Error::TooLarge`]: 4 GB in all, or 65,535 files.
    pub async fn archive(
        &self,
        actor: Actor,
        ids: &[AssetId],
        name: impl Fn(&Asset) -> String,
    ) -> Result<Archive> {
        full(actor)?;
        if ids.len() > MOST_MEMBERS {
            return Err(too_large());
        }
        let (mut members, mut offset) = (Vec::with_capacity(ids.len()), 0);
        for &id in ids {
            let asset = self.inner.catalog.asset(actor.tenant, id).await?;
            let asset = asset.ok_or_else(|| Error::NotFound(AssetRef::Id(id).to_string()))?;
            let member = self.member(&asset, name(&asset), offset).await?;
            offset = member.end();
            if offset > MOST_BYTES {
                return Err(too_large());
            }
            members.push(member);
        }
        let size =
            offset + members.iter().map(|member| member.entry().len() as u64).sum::<u64>() + 22;
        if size > MOST_BYTES {
            return Err(too_large());
        }
        let mut archive = Archive { size, sha1: [0; 20], members, library: self.clone() };
        let digest =
            digest(archive.stream(), Sha1::new(), |sha1, bytes| sha1.update(bytes)).await?;
        archive.sha1 = digest.finalize().into();
        Ok(archive)
    }

    async fn member(&self, asset: &Asset, name: String, offset: u64) -> Result<Member> {
        let blob = &asset.current.blob;
        let size = u32::try_from(blob.size).map_err(|_| too_large())?;
        let content = self.stream_blob(blob, 0..blob.size).await?;
        let crc = Crc::new(CrcAlgorithm::Crc32IsoHdlc);
        let crc = digest(content, crc, Crc::update).await?;
        Ok(Member {
            name: name.chars().take(1000).collect(),
            blob: blob.clone(),
            size,
            crc: u32::try_from(crc.finalize()).unwrap_or_default(),
            modified: dos_time(asset.updated),
            offset: u32::try_from(offset).map_err(|_| too_large())?,
        })
    }
}

impl Archive {
    /// All of its bytes.
    pub fn stream(&self) -> BoxStream<'static, io::Result<Bytes>> {
        let library = self.library.clone();
        let directory = self.directory();
        let members = stream::iter(self.members.clone()).then(move |member| {
            let library = library.clone();
            async move {
                let content = library.stream_blob(&member.blob, 0..u64::from(member.size));
                let content = content.await.map_err(io::Error::other)?;
                let head = stream::iter([Ok(Bytes::from(member.head()))]);
                Ok::<_, io::Error>(head.chain(content))
            }
        });
        members.try_flatten().chain(stream::iter([Ok(Bytes::from(directory))])).boxed()
    }

    /// What stands behind the members.
    fn directory(&self) -> Vec<u8> {
        let mut directory: Vec<u8> = self.members.iter().flat_map(Member::entry).collect();
        let length = directory.len() as u32;
        let begin = self.members.last().map_or(0, Member::end) as u32;
        let count = self.members.len() as u16;
        directory.extend(0x0605_4b50_u32.to_le_bytes());
        for number in [0, 0, count, count] {
            directory.extend(number.to_le_bytes());
        }
        for number in [length, begin] {
            directory.extend(number.to_le_bytes());
        }
        directory.extend([0, 0]);
        directory
    }
}

impl Member {
    fn end(&self) -> u64 {
        u64::from(self.offset) + 30 + self.name.len() as u64 + u64::from(self.size)
    }

    /// In front of the bytes.
    fn head(&self) -> Vec<u8> {
        let mut head = Vec::with_capacity(30 + self.name.len());
        head.extend(0x0403_4b50_u32.to_le_bytes());
        self.facts(&mut head);
        head.extend([0, 0]);
        head.extend(self.name.as_bytes());
        head
    }

    /// In the directory.
    fn entry(&self) -> Vec<u8> {
        /// Read and write for the owner.
        const FILE_MODE: u32 = 0o100_600 << 16;
        let mut entry = Vec::with_capacity(46 + self.name.len());
        entry.extend(0x0201_4b50_u32.to_le_bytes());
        // Made by version 2.0 on Unix, which says what the mode means.
        entry.extend([20, 3]);
        self.facts(&mut entry);
        // No extra field, no comment, first disk, no internal attributes.
        entry.extend([0; 8]);
        entry.extend(FILE_MODE.to_le_bytes());
        entry.extend(self.offset.to_le_bytes());
        entry.extend(self.name.as_bytes());
        entry
    }

    /// What both repeat: version needed, flags, method, time, checksum, sizes, length of the name.
    fn facts(&self, to: &mut Vec<u8>) {
        /// The name is UTF-8.
        const UTF8: u16 = 1 << 11;
        let flags = if self.name.is_ascii() { 0 } else { UTF8 };
        let [date, time] = self.modified;
        for number in [20, flags, 0, time, date] {
            to.extend(number.to_le_bytes());
        }
        for number in [self.crc, self.size, self.size] {
            to.extend(number.to_le_bytes());
        }
        to.extend((self.name.len() as u16).to_le_bytes());
    }
}

/// Feeds all bytes of a stream to a hash.
async fn digest<H: Send + 'static>(
    mut bytes: BoxStream<'static, io::Result<Bytes>>,
    mut hash: H,
    update: fn(&mut H, &[u8]),
) -> Result<H> {
    loop {
        let (mut batch, mut size) = (Vec::new(), 0);
        while size < BATCH
            && let Some(part) = bytes.next().await
        {
            let part = part.map_err(crate::blobs::io_error)?;
            size += part.len();
            batch.push(part);
        }
        if batch.is_empty() {
            return Ok(hash);
        }
        let hashing = tokio::task::spawn_blocking(move || {
            for part in &batch {
                update(&mut hash, part);
            }
            hash
        });
        hash = hashing.await.map_err(Error::unavailable)?;
    }
}

/// Two seconds exactly, from 1980 on.
fn dos_time(millis: Millis) -> [u16; 2] {
    let moment = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000));
    let Some(moment) = moment.ok().filter(|moment| (1980..2108).contains(&moment.year())) else {
        return [0x21, 0];
    };
    let date = (moment.year() - 1980) as u16;
    let date = date << 9 | u16::from(u8::from(moment.month())) << 5 | u16::from(moment.day());
    let time = u16::from(moment.hour()) << 11 | u16::from(moment.minute()) << 5;
    [date, time | u16::from(moment.second() / 2)]
}

fn too_large() -> Error {
    Error::TooLarge("an archive holds at most 4 GB and 65,535 files".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_dos() {
        // 2022-06-16 11:34:09
        assert_eq!(dos_time(1_655_379_249_120), [42 << 9 | 6 << 5 | 16, 11 << 11 | 34 << 5 | 4]);
        assert_eq!(dos_time(0), [0x21, 0]);
    }
}
