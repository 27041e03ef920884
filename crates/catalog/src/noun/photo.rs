//! What people see in an asset as a photo.

use super::{Change, Millis};

/// What somebody said about an asset as a photo. Where nobody said anything, what the file tells counts; see
/// [`crate::Asset::taken`] and its neighbours.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is said for itself")]
pub struct Photo {
    pub is_favorite: bool,
    pub title: Option<Said>,
    /// The name that the file had before it came here, with its extension.
    pub original_name: Option<String>,
    pub taken: Option<Taken>,
    /// Latitude and longitude in decimal degrees, south and west negative.
    pub place: Option<(f64, f64)>,
    /// Two letters, lower case.
    pub country: Option<String>,
    pub kind: Option<String>,
    pub is_scan: bool,
    pub is_panorama: bool,
    /// Somebody looked at it and found it good enough.
    pub is_approved: bool,
    pub notes: String,
    pub subject: String,
    pub artist: String,
    pub copyright: String,
    pub license: String,
    /// When somebody last said something.
    pub edited: Option<Millis>,
}

/// A text, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// `manual` where a person wrote it, `meta` where the file did, `name` where it was made of a name; else empty.
    pub source: String,
}

/// When a photo was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub utc: Millis,
    /// What the clocks at the place showed, as if it were UTC.
    pub local: Millis,
    /// A name such as `Europe/Berlin`, or an offset such as `UTC+2`; empty where nobody knows.
    pub zone: String,
    /// `manual`, `meta`, or empty where it is only when the file came here.
    pub source: String,
}

/// Changes to what is said about a photo.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PhotoPatch {
    pub is_favorite: Change<bool>,
    pub title: Change<Option<Said>>,
    pub original_name: Change<Option<String>>,
    pub taken: Change<Option<Taken>>,
    pub place: Change<Option<(f64, f64)>>,
    pub country: Change<Option<String>>,
    pub kind: Change<Option<String>>,
    pub is_scan: Change<bool>,
    pub is_panorama: Change<bool>,
    pub is_approved: Change<bool>,
    pub notes: Change<String>,
    pub subject: Change<String>,
    pub artist: Change<String>,
    pub copyright: Change<String>,
    pub license: Change<String>,
    /// A person says this now.
    pub is_edit: bool,
}

/// A change to many photos at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoChange {
    /// Out of service, what is in service.
    Archive,
    /// Back into service, what is archived. What is a draft or hidden stays so.
    Restore,
    /// Good enough from now on.
    Approve,
    /// Closes what is open, and opens what somebody closed.
    TogglePrivate,
}

/// How many photos of each kind a tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PhotoCounts {
    /// Listed.
    pub all: u64,
    pub favorites: u64,
    /// Closed by somebody.
    pub private: u64,
    pub archived: u64,
    /// Of a quality under 3.
    pub review: u64,
    pub albums: u64,
    pub labels: u64,
    pub folders: u64,
}
