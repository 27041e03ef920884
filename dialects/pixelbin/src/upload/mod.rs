//! Uploads: directly, from a URL, by a form that was signed before, and in parts.
//!
//! Each way reads what it is told into [`Fields`] and hands the bytes to [`store`], where names, formats and what happens
//! to a file that is there already are decided once for all of them.

pub(crate) mod chunked;
pub(crate) mod direct;
mod fields;
pub(crate) mod form;
mod signed;
pub(crate) mod url;

use std::time::Duration;

use library::{
    Actor, Asset, CardPatch, Change, FollowUp, KnownAs, OnConflict, Receipt, Spooled, Terms,
    Undecodable, Upload, UploadTurn, Visibility,
};

use crate::{Pixelbin, auth::Caller, error::ApiError, names};
use fields::Fields;

/// So long an upload waits for others of the same token: its client gives up after 15 seconds, and does not come again.
const PATIENCE: Duration = Duration::from_secs(8);

/// Longest side of a picture, in pixels.
const MAX_SIDE: u32 = 10_000;

/// A file that has been received.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) bytes: Spooled,
    /// What it was called where it came from.
    pub(crate) original: Option<String>,
    /// What it was announced to be.
    pub(crate) format: Option<String>,
    pub(crate) receipt: Option<Receipt>,
}

/// Waits until it is this caller's turn to send something.
pub(crate) async fn turn(app: &Pixelbin, caller: &Caller) -> Result<UploadTurn, ApiError> {
    Ok(app.library.next_upload_turn(caller.key(), PATIENCE).await?)
}

/// Puts a file into the library, by the rules for names that are taken:
///
/// | taken | overwrite | filenameOverride | |
/// |---|---|---|---|
/// | no | any | any | stored |
/// | yes | true | any | replaced in place |
/// | yes | false | true | stored under a name with something random |
/// | yes | false | false | 409 |
pub(crate) async fn store(
    app: &Pixelbin,
    actor: Actor,
    fields: Fields,
    incoming: Incoming,
) -> Result<Asset, ApiError> {
    if incoming.bytes.blob.size == 0 {
        return Err(ApiError::bad_request("`file` is empty"));
    }
    let format = format(app, &fields, &incoming);
    if let Some(probe) = app.library.header(&incoming.bytes).await?
        && probe.size.width.max(probe.size.height) > MAX_SIDE
    {
        return Err(ApiError::bad_request(format!(
            "the image has {} x {} pixels, a side may have {MAX_SIDE}",
            probe.size.width, probe.size.height
        )));
    }
    let place = fields.name.place(fields.folder.clone(), &format)?;
    let known_as = if fields.filename_override && !fields.overwrite {
        let other = fields.name.another()?.place(fields.folder.clone(), &format)?;
        KnownAs::ShownOrElse(place.short_name, Box::new(other))
    } else {
        KnownAs::Shown(place.short_name)
    };
    let upload = Upload {
        folder: place.folder,
        name: place.name,
        known_as,
        on_conflict: if fields.overwrite { OnConflict::NewVersion } else { OnConflict::Reject },
        undecodable: Undecodable::Reject,
        tags: Change::Set(fields.tags),
        // These are about what was there before.
        auto_tags: Change::Set(Vec::new()),
        focus: Change::Set(None),
        description: Change::Keep,
        custom_metadata: Change::Keep,
        notes: Change::Set(fields.metadata),
        access: Change::Set(fields.access),
        visibility: Change::Set(Visibility::Listed),
        card: CardPatch::default(),
        terms: Terms::default(),
        original_name: Change::Keep,
        follow_up: FollowUp::default(),
        receipt: incoming.receipt,
    };
    Ok(app.library.upload(actor, upload, incoming.bytes).await?.asset)
}

/// By the bytes, if they are a picture; else by what the file was called, is to be called, or was announced to be.
fn format(app: &Pixelbin, fields: &Fields, incoming: &Incoming) -> String {
    if let Some(format) = app.library.engine().sniff(&incoming.bytes.head) {
        return names::shown_format(format).to_owned();
    }
    let names = [incoming.original.as_deref(), fields.given_name.as_deref()];
    let extension = names.into_iter().flatten().find_map(names::extension);
    let format = extension.or(incoming.format.as_deref()).unwrap_or("bin");
    format.to_ascii_lowercase()
}
