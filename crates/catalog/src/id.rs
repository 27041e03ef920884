//! One id, four spellings.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Error, Millis};

/// Creation second and a random value. See `docs/design.md`, "One id, four spellings".
///
/// * hex: 24 lower-case hex digits, 4 bytes seconds and 8 bytes random (`Display`, [`FromStr`]);
/// * uid: prefix letter, 6 base-36 digits of time, 9 base-36 digits random; where one of them needs more (an id that a
///   client chose, or a time after 2038) 7 and 13 digits;
/// * uuid: version 8 of RFC 9562, time first.
///
/// Each spelling parses back to the same id, and each id has one spelling of each kind. Generated random values stay
/// below 36^9. Ids sort by time, then by the random value, as numbers, as bytes and as hex alike.
///
/// ```
/// use catalog::AssetId;
///
/// let id: AssetId = "66f0c2a000000e8d4a50ffff".parse()?;
/// assert_eq!(id.to_string(), "66f0c2a000000e8d4a50ffff");
/// assert_eq!(id.uid(), "psk8rs05o6aqw4cf");
/// assert_eq!(AssetId::parse_uid(&id.uid())?, id);
/// assert_eq!(AssetId::parse_uuid(&id.uuid())?, id);
/// # Ok::<(), catalog::Error>(())
/// ```
pub struct Id<K> {
    seconds: u32,
    random: u64,
    kind: PhantomData<fn() -> K>,
}

/// What an [`Id`] names; decides the prefix letter of the uid spelling.
pub trait Kind {
    const LETTER: char;
}

#[derive(Debug)]
pub enum OfAsset {}
#[derive(Debug)]
pub enum OfFolder {}
#[derive(Debug)]
pub enum OfVersion {}
#[derive(Debug)]
pub enum OfJob {}
#[derive(Debug)]
pub enum OfPreset {}
#[derive(Debug)]
pub enum OfWebhook {}
#[derive(Debug)]
pub enum OfField {}
#[derive(Debug)]
pub enum OfSavedExtension {}
#[derive(Debug)]
pub enum OfOrigin {}
#[derive(Debug)]
pub enum OfEndpoint {}
#[derive(Debug)]
pub enum OfEvent {}
#[derive(Debug)]
pub enum OfPosting {}
#[derive(Debug)]
pub enum OfCredential {}
#[derive(Debug)]
pub enum OfSet {}
#[derive(Debug)]
pub enum OfRendition {}
#[derive(Debug)]
pub enum OfUser {}
#[derive(Debug)]
pub enum OfAlbum {}
#[derive(Debug)]
pub enum OfLabel {}

pub type AssetId = Id<OfAsset>;
pub type FolderId = Id<OfFolder>;
pub type VersionId = Id<OfVersion>;
pub type JobId = Id<OfJob>;
pub type PresetId = Id<OfPreset>;
pub type WebhookId = Id<OfWebhook>;
pub type FieldId = Id<OfField>;
pub type SavedExtensionId = Id<OfSavedExtension>;
pub type OriginId = Id<OfOrigin>;
pub type EndpointId = Id<OfEndpoint>;
pub type EventId = Id<OfEvent>;
pub type PostingId = Id<OfPosting>;
pub type CredentialId = Id<OfCredential>;
pub type SetId = Id<OfSet>;
pub type RenditionId = Id<OfRendition>;
pub type UserId = Id<OfUser>;
pub type AlbumId = Id<OfAlbum>;
pub type LabelId = Id<OfLabel>;

/// PhotoPrism's letters, where it has one: photos `p`, folders `d`, files `f`, users `u`, albums `a`, labels `l`.
impl Kind for OfAsset {
    const LETTER: char = 'p';
}
impl Kind for OfFolder {
    const LETTER: char = 'd';
}
impl Kind for OfVersion {
    const LETTER: char = 'f';
}
impl Kind for OfJob {
    const LETTER: char = 'w';
}
impl Kind for OfPreset {
    const LETTER: char = 'n';
}
impl Kind for OfWebhook {
    const LETTER: char = 'h';
}
impl Kind for OfField {
    const LETTER: char = 'k';
}
impl Kind for OfSavedExtension {
    const LETTER: char = 'x';
}
impl Kind for OfOrigin {
    const LETTER: char = 'o';
}
impl Kind for OfEndpoint {
    const LETTER: char = 'e';
}
impl Kind for OfEvent {
    const LETTER: char = 'v';
}
impl Kind for OfPosting {
    const LETTER: char = 'y';
}
impl Kind for OfCredential {
    const LETTER: char = 'c';
}
impl Kind for OfSet {
    const LETTER: char = 's';
}
impl Kind for OfRendition {
    const LETTER: char = 'r';
}
impl Kind for OfUser {
    const LETTER: char = 'u';
}
impl Kind for OfAlbum {
    const LETTER: char = 'a';
}
impl Kind for OfLabel {
    const LETTER: char = 'l';
}

/// Digits of the usual uid: time and random value.
const SHORT: (usize, usize) = (6, 9);
/// Digits of the uid of an id that does not fit into [`SHORT`]: enough for every u32 and every u64.
const LONG: (usize, usize) = (7, 13);
/// First time that needs more than 6 base-36 digits.
const SHORT_SECONDS: u64 = 36_u64.pow(6);
/// Generated random values stay below.
const SHORT_RANDOM: u64 = 36_u64.pow(9);
/// Bits of a uuid that hold nothing of the id: 128 less version (4), variant (2) and the id (96).
const UUID_SPARE_BITS: u32 = 26;

impl<K> Id<K> {
    /// An id made of its two values. Both are taken as they are.
    pub const fn from_parts(seconds: u32, random: u64) -> Self {
        Id { seconds, random, kind: PhantomData }
    }

    /// A fresh id of this second.
    ///
    /// Never fails: where the system has no random numbers to give, nothing else would work either, so it panics then.
    pub fn generate() -> Self {
        let seconds =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::from_parts(seconds.min(u64::from(u32::MAX)) as u32, random_below(SHORT_RANDOM))
    }

    /// When it was made, by its own word: whole seconds, as milliseconds since 1970.
    pub const fn created(&self) -> Millis {
        self.seconds as Millis * 1000
    }

    /// The same 12 bytes as an id of another kind: an asset's first version carries the asset's id.
    pub const fn cast<L>(self) -> Id<L> {
        Id::from_parts(self.seconds, self.random)
    }

    /// Big-endian, so that byte order is the order of ids.
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&self.seconds.to_be_bytes());
        bytes[4..].copy_from_slice(&self.random.to_be_bytes());
        bytes
    }

    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        let [s0, s1, s2, s3, random @ ..] = bytes;
        Self::from_parts(u32::from_be_bytes([s0, s1, s2, s3]), u64::from_be_bytes(random))
    }

    /// The uuid spelling: `xxxxxxxx-xxxx-8xxx-[89ab]xxx-xxxxxxxxxxxx`.
    pub fn uuid(&self) -> String {
        let id = u128::from(self.seconds) << 64 | u128::from(self.random);
        // 48 bits of the id, the version, 12 bits, the variant, the other 36 bits, spare bits of zero.
        let bits = (id >> 48) << 80
            | 0x8 << 76
            | ((id >> 36) & 0xfff) << 64
            | 0b10 << 62
            | (id & ((1 << 36) - 1)) << UUID_SPARE_BITS;
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// Reads the uuid spelling, in lower or upper case.
    pub fn parse_uuid(text: &str) -> Result<Self, Error> {
        let invalid =
            || Error::Invalid(format!("expected an id as uuid version 8, found `{text}`"));
        let bytes = text.as_bytes();
        if bytes.len() != 36 || [8, 13, 18, 23].iter().any(|&at| bytes[at] != b'-') {
            return Err(invalid());
        }
        let hex: String = text.chars().filter(|&c| c != '-').collect();
        if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        let bits = u128::from_str_radix(&hex, 16).map_err(|_| invalid())?;
        let id = (bits >> 80) << 48
            | ((bits >> 64) & 0xfff) << 36
            | (bits >> UUID_SPARE_BITS) & ((1 << 36) - 1);
        let id = Self::from_parts((id >> 64) as u32, id as u64);
        // Version, variant and spare bits are what `uuid` writes, or it is somebody else's uuid.
        if id.uuid().eq_ignore_ascii_case(text) { Ok(id) } else { Err(invalid()) }
    }
}

impl<K: Kind> Id<K> {
    /// The uid spelling: 16 characters, or 21.
    pub fn uid(&self) -> String {
        let (time, random) = if self.is_short() { SHORT } else { LONG };
        let mut uid = String::with_capacity(1 + time + random);
        uid.push(K::LETTER);
        push_base36(&mut uid, u64::from(self.seconds), time);
        push_base36(&mut uid, self.random, random);
        uid
    }

    /// Reads the uid spelling, lower case, with the letter of this kind.
    pub fn parse_uid(text: &str) -> Result<Self, Error> {
        Self::read_uid(text).ok_or_else(|| {
            Error::Invalid(format!(
                "expected an id as `{}` and 15 base-36 digits, found `{text}`",
                K::LETTER
            ))
        })
    }

    /// Reads any of the spellings: their lengths differ.
    pub fn parse_any(text: &str) -> Result<Self, Error> {
        match text.len() {
            24 => text.parse(),
            36 => Self::parse_uuid(text),
            16 | 21 => Self::parse_uid(text),
            _ => Err(Error::Invalid(format!(
                "expected an id as 24 hex digits, uid or uuid, found `{text}`"
            ))),
        }
    }

    fn read_uid(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(K::LETTER)?;
        let (time, random) =
            [SHORT, LONG].into_iter().find(|(time, random)| digits.len() == time + random)?;
        let seconds = u32::try_from(read_base36(digits.get(..time)?)?).ok()?;
        let id = Self::from_parts(seconds, read_base36(digits.get(time..)?)?);
        // One id has one uid: the long form only where the short one does not do.
        (id.is_short() == (random == SHORT.1)).then_some(id)
    }
}

impl<K> Id<K> {
    fn is_short(&self) -> bool {
        u64::from(self.seconds) < SHORT_SECONDS && self.random < SHORT_RANDOM
    }
}

/// The hex spelling.
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}{:016x}", self.seconds, self.random)
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads the hex spelling, lower case.
impl<K> FromStr for Id<K> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let is_hex =
            text.len() == 24 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let parts = is_hex
            .then(|| {
                Some((
                    u32::from_str_radix(&text[..8], 16).ok()?,
                    u64::from_str_radix(&text[8..], 16).ok()?,
                ))
            })
            .flatten();
        let (seconds, random) = parts.ok_or_else(|| {
            Error::Invalid(format!("expected an id as 24 hex digits, found `{text}`"))
        })?;
        Ok(Self::from_parts(seconds, random))
    }
}

// By hand, because a derive would ask the kind for the same traits.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        (self.seconds, self.random) == (other.seconds, other.random)
    }
}
impl<K> Eq for Id<K> {}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.seconds, self.random).hash(state);
    }
}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.seconds, self.random).cmp(&(other.seconds, other.random))
    }
}

/// Uniform in `0..limit`.
fn random_below(limit: u64) -> u64 {
    // Values past the last whole multiple would make small results likelier; they are drawn again.
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let value = getrandom::u64()
            .unwrap_or_else(|error| panic!("the system has no random numbers: {error}"));
        if value < fair {
            return value % limit;
        }
    }
}

fn push_base36(text: &mut String, mut value: u64, digits: usize) {
    let mut buffer = [b'0'; LONG.1];
    for place in buffer[..digits].iter_mut().rev() {
        *place = b"0123456789abcdefghijklmnopqrstuvwxyz"[(value % 36) as usize];
        value /= 36;
    }
    text.extend(buffer[..digits].iter().map(|&b| b as char));
}

fn read_base36(digits: &str) -> Option<u64> {
    let mut value: u64 = 0;
    for digit in digits.bytes() {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            _ => return None,
        };
        value = value.checked_mul(36)?.checked_add(u64::from(digit))?;
    }
    Some(value)
}

#[cfg(test)]
mod tests;
