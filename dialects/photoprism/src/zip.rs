//! ZIP archives on their way out: stored, not compressed, one file after the other, whatever their sizes.
//!
//! Nothing is known of a file when its header goes out but its name, its time and its size, so a descriptor follows each
//! with what was counted on the way. Beyond 4 GB, or 65,535 files, the wider fields of ZIP64 are used. Memory does not
//! depend on what is in it: the next piece is made when the client has taken the one before.

use std::io;

use axum::body::Body;
use bytes::{BufMut, Bytes, BytesMut};
use crc_fast::{CrcAlgorithm, Digest};
use futures_util::{Stream, StreamExt, stream};
use library::Millis;
use time::OffsetDateTime;
use tokio::sync::mpsc;

/// Pieces that wait for the client.
const WAITING: usize = 4;

/// What does not fit into the narrow fields any more.
const WIDE: u64 = u32::MAX as u64;

/// Bytes of a file, or whatever else becomes a piece of the archive.
pub(crate) type Pieces = stream::BoxStream<'static, io::Result<Bytes>>;

/// A file of an archive.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) modified: Millis,
    pub(crate) size: u64,
    pub(crate) bytes: Pieces,
}

/// The archive of what `members` has to give. It ends early, without a directory, where a member fails: what was sent can
/// not be taken back, and nobody is to take a part for the whole.
pub(crate) fn body(members: impl Stream<Item = io::Result<Member>> + Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    tokio::spawn(async move {
        let mut archive = Archive { sender, offset: 0, directory: Vec::new() };
        if let Err(Stopped::Failed(error)) = archive.write(Box::pin(members)).await {
            // The client may be gone by now.
            let _ = archive.sender.send(Err(error)).await;
        }
    });
    Body::from_stream(stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece| (piece, receiver))
    }))
}

/// Why an archive ends early.
enum Stopped {
    /// Nobody takes it any more.
    Abandoned,
    Failed(io::Error),
}

struct Archive {
    sender: mpsc::Sender<io::Result<Bytes>>,
    offset: u64,
    directory: Vec<Entry>,
}

/// A file that has been sent, as the directory at the end lists it.
struct Entry {
    name: String,
    stamp: Stamp,
    crc: u32,
    size: u64,
    offset: u64,
}

impl Archive {
    async fn write(
        &mut self,
        mut members: impl Stream<Item = io::Result<Member>> + Unpin,
    ) -> Result<(), Stopped> {
        while let Some(member) = members.next().await {
            self.add(member.map_err(Stopped::Failed)?).await?;
        }
        let start = self.offset;
        for entry in std::mem::take(&mut self.directory) {
            self.send(entry.central()).await?;
            self.directory.push(Entry { name: String::new(), ..entry });
        }
        let end = end(self.directory.len() as u64, start, self.offset - start);
        self.send(end).await
    }

    async fn add(&mut self, member: Member) -> Result<(), Stopped> {
        let Member { name, modified, size, mut bytes } = member;
        let mut entry =
            Entry { name, stamp: Stamp::of(modified), crc: 0, size, offset: self.offset };
        let is_wide = size >= WIDE;
        self.send(entry.local(is_wide)).await?;
        let mut crc = Digest::new(CrcAlgorithm::Crc32IsoHdlc);
        let mut sent = 0;
        while let Some(piece) = bytes.next().await {
            let piece = piece.map_err(Stopped::Failed)?;
            // A few microseconds for each piece.
            crc.update(&piece);
            sent += piece.len() as u64;
            self.send(piece).await?;
        }
        if sent != size {
            return Err(Stopped::Failed(io::ErrorKind::UnexpectedEof.into()));
        }
        entry.crc = u32::try_from(crc.finalize()).unwrap_or_default();
        self.send(entry.descriptor(is_wide)).await?;
        self.directory.push(entry);
        Ok(())
    }

    async fn send(&mut self, piece: Bytes) -> Result<(), Stopped> {
        self.offset += piece.len() as u64;
        self.sender.send(Ok(piece)).await.map_err(|_| Stopped::Abandoned)
    }
}

/// Sizes follow the bytes; names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const STORED: u16 = 0;
const NARROW_VERSION: u16 = 20;
const WIDE_VERSION: u16 = 45;

impl Entry {
    /// In front of the bytes.
    fn local(&self, is_wide: bool) -> Bytes {
        let mut head = BytesMut::with_capacity(64 + self.name.len());
        head.put_u32_le(0x0403_4b50);
        head.put_u16_le(if is_wide { WIDE_VERSION } else { NARROW_VERSION });
        self.put_facts(&mut head);
        head.put_u32_le(0);
        // Not known yet; the wide ones stand in the extra field.
        let unknown = if is_wide { u32::MAX } else { 0 };
        head.put_u32_le(unknown);
        head.put_u32_le(unknown);
        head.put_u16_le(self.name.len() as u16);
        let wide = if is_wide { WIDE_SIZES } else { 0 };
        head.put_u16_le(wide + Stamp::EXTRA);
        head.put_slice(self.name.as_bytes());
        if is_wide {
            head.put_u16_le(1);
            head.put_u16_le(16);
            head.put_u64_le(0);
            head.put_u64_le(0);
        }
        self.stamp.put_extra(&mut head);
        head.freeze()
    }

    /// Behind the bytes.
    fn descriptor(&self, is_wide: bool) -> Bytes {
        let mut tail = BytesMut::with_capacity(24);
        tail.put_u32_le(0x0807_4b50);
        tail.put_u32_le(self.crc);
        for _ in ["compressed", "uncompressed"] {
            if is_wide {
                tail.put_u64_le(self.size);
            } else {
                tail.put_u32_le(self.size as u32);
            }
        }
        tail.freeze()
    }

    /// In the directory at the end.
    fn central(&self) -> Bytes {
        let mut wide = BytesMut::new();
        let size = narrow(self.size, &mut wide, 2);
        let offset = narrow(self.offset, &mut wide, 1);
        let is_wide = !wide.is_empty();
        let mut entry = BytesMut::with_capacity(128 + self.name.len());
        entry.put_u32_le(0x0201_4b50);
        // Made on Unix.
        entry.put_u16_le(3 << 8 | WIDE_VERSION);
        entry.put_u16_le(if is_wide { WIDE_VERSION } else { NARROW_VERSION });
        self.put_facts(&mut entry);
        entry.put_u32_le(self.crc);
        entry.put_u32_le(size);
        entry.put_u32_le(size);
        entry.put_u16_le(self.name.len() as u16);
        let extra = if is_wide { wide.len() as u16 + 4 } else { 0 };
        entry.put_u16_le(extra + Stamp::EXTRA);
        entry.put_slice(&[0; 6]);
        // A plain file that everybody may read.
        entry.put_u32_le(0o100_644 << 16);
        entry.put_u32_le(offset);
        entry.put_slice(self.name.as_bytes());
        if is_wide {
            entry.put_u16_le(1);
            entry.put_u16_le(wide.len() as u16);
            entry.put_slice(&wide);
        }
        self.stamp.put_extra(&mut entry);
        entry.freeze()
    }

    fn put_facts(&self, to: &mut BytesMut) {
        to.put_u16_le(FLAGS);
        to.put_u16_le(STORED);
        to.put_u16_le(self.stamp.time);
        to.put_u16_le(self.stamp.date);
    }
}

/// Head and both sizes of the extra field of wide files.
const WIDE_SIZES: u16 = 20;

/// The narrow form of a number, which stands in the extra field where it is too large.
fn narrow(value: u64, wide: &mut BytesMut, times: usize) -> u32 {
    if value < WIDE {
        return value as u32;
    }
    for _ in 0..times {
        wide.put_u64_le(value);
    }
    u32::MAX
}

fn end(entries: u64, offset: u64, length: u64) -> Bytes {
    let mut end = BytesMut::with_capacity(98);
    let is_wide = entries >= u64::from(u16::MAX) || offset >= WIDE || length >= WIDE;
    if is_wide {
        let at = offset + length;
        end.put_u32_le(0x0606_4b50);
        end.put_u64_le(44);
        end.put_u16_le(3 << 8 | WIDE_VERSION);
        end.put_u16_le(WIDE_VERSION);
        end.put_u32_le(0);
        end.put_u32_le(0);
        end.put_u64_le(entries);
        end.put_u64_le(entries);
        end.put_u64_le(length);
        end.put_u64_le(offset);
        end.put_u32_le(0x0706_4b50);
        end.put_u32_le(0);
        end.put_u64_le(at);
        end.put_u32_le(1);
    }
    let entries = u16::try_from(entries).unwrap_or(u16::MAX);
    end.put_u32_le(0x0605_4b50);
    end.put_u32_le(0);
    end.put_u16_le(entries);
    end.put_u16_le(entries);
    end.put_u32_le(u32::try_from(length).unwrap_or(u32::MAX));
    end.put_u32_le(u32::try_from(offset).unwrap_or(u32::MAX));
    end.put_u16_le(0);
    end.freeze()
}

/// When a file was last changed: to two seconds, as everybody reads it, and to the second in an extra field.
#[derive(Clone, Copy)]
struct Stamp {
    time: u16,
    date: u16,
    seconds: u32,
}

impl Stamp {
    /// Bytes of the extra field.
    const EXTRA: u16 = 9;

    fn of(moment: Millis) -> Self {
        let seconds = moment.div_euclid(1000);
        let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let years = u16::try_from(at.year() - 1980).unwrap_or(0).min(127);
        Self {
            time: (u16::from(at.hour()) << 11)
                | (u16::from(at.minute()) << 5)
                | (u16::from(at.second()) / 2),
            date: years << 9 | u16::from(u8::from(at.month())) << 5 | u16::from(at.day()),
            seconds: u32::try_from(seconds).unwrap_or_default(),
        }
    }

    fn put_extra(self, to: &mut BytesMut) {
        to.put_slice(b"UT");
        to.put_u16_le(5);
        to.put_u8(1);
        to.put_u32_le(self.seconds);
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn wide_fields_appear_where_they_are_needed() {
        let entry = |size, offset| Entry {
            name: "a".to_owned(),
            stamp: Stamp::of(1_709_633_472_000),
            crc: 0,
            size,
            offset,
        };
        assert_eq!(entry(1, 1).central().len(), 46 + 1 + 9);
        assert_eq!(entry(1, 1 << 32).central().len(), 46 + 1 + 9 + 12);
        assert_eq!(entry(1 << 32, 1 << 32).central().len(), 46 + 1 + 9 + 28);
        assert_eq!(entry(1, 1).local(false).len(), 30 + 1 + 9);
        assert_eq!(entry(1 << 32, 1).local(true).len(), 30 + 1 + 9 + 20);
        assert_eq!(end(1, 0, 10).len(), 22);
        assert_eq!(end(70_000, 0, 10).len(), 56 + 20 + 22);
        assert_eq!(end(1, 1 << 33, 10).len(), 56 + 20 + 22);
    }

    #[tokio::test]
    async fn a_member_that_is_not_as_long_as_it_says_ends_the_archive() {
        let bytes = stream::iter([Ok(Bytes::from_static(b"abc"))]).boxed();
        let member = Member { name: "a".to_owned(), modified: 0, size: 4, bytes };
        let body = body(stream::iter([Ok(member)]));
        assert!(body.collect().await.is_err());
    }
}
