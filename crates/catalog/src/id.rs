//! One id, four spellings.

use std::marker::PhantomData;

/// Creation second and a random value. See `docs/design.md`, "One id, four spellings".
///
/// * hex: 24 lower-case hex digits, 4 bytes seconds and 8 bytes random (`Display`);
/// * uid: prefix letter, 6 base-36 digits of time, 9 (or more) base-36 digits random;
/// * uuid: version 8.
///
/// Each spelling parses back to the same id. Generated random values stay below 36^9.
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

pub type AssetId = Id<OfAsset>;
pub type FolderId = Id<OfFolder>;
pub type VersionId = Id<OfVersion>;
pub type JobId = Id<OfJob>;
