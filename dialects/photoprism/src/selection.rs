//! What somebody has picked: lists of UIDs.

use axum::body::Body;
use library::{AlbumId, AssetId, Entry, Grouped, LabelId, Listing, Pattern, Query, Test};
use wire::json::Object;

use crate::{PhotoPrism, auth::Caller, error::ApiError, ids::uid};

/// UIDs of one list.
const MOST: usize = 10_000;

/// `{"all","files","photos","albums","labels","places","subjects"}`.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    photos: Vec<String>,
    files: Vec<String>,
    albums: Vec<String>,
    labels: Vec<String>,
}

impl Selection {
    pub(crate) async fn read(body: Body) -> Result<Self, ApiError> {
        let mut form = Object::read(body).await?;
        let mut list = |field| {
            let list = form.texts(field)?.unwrap_or_default();
            if list.len() > MOST { Err(ApiError::bad_request()) } else { Ok(list) }
        };
        Ok(Self {
            photos: list("photos")?,
            files: list("files")?,
            albums: list("albums")?,
            labels: list("labels")?,
        })
    }

    pub(crate) fn albums(&self) -> Vec<AlbumId> {
        self.albums.iter().filter_map(|text| uid(text)).collect()
    }

    pub(crate) fn labels(&self) -> Vec<LabelId> {
        self.labels.iter().filter_map(|text| uid(text)).collect()
    }

    /// Those that were picked by themselves; what cannot be one is left out.
    pub(crate) fn named_photos(&self) -> Vec<AssetId> {
        let files = self.files.iter().filter_map(|text| uid(text)).map(library::VersionId::cast);
        self.photos.iter().filter_map(|text| uid(text)).chain(files).collect()
    }

    /// Those, and all in the albums and with the labels that were picked. Each once, in this order.
    pub(crate) async fn photos(
        &self,
        app: &PhotoPrism,
        caller: &Caller,
    ) -> Result<Vec<AssetId>, ApiError> {
        let mut photos = self.named_photos();
        let mut groups: Vec<Query> = Vec::new();
        let albums: Vec<Grouped> = self.albums().into_iter().map(Grouped::Id).collect();
        if !albums.is_empty() {
            groups.push(Test::Album(albums).into());
        }
        for label in self.labels() {
            let label = app.library.label(caller.actor, label).await?;
            groups.push(Test::Label(vec![Pattern::exactly(&label.name)]).into());
        }
        if !groups.is_empty() {
            let query = Some(Query::All(vec![Query::Any(groups), Test::Image.into()]));
            let listing = Listing { query, limit: MOST as u64, ..Listing::of(caller.actor.tenant) };
            let page = app.library.list(caller.actor, listing).await?;
            photos.extend(page.entries.iter().filter_map(|entry| match entry {
                Entry::Asset(asset) => Some(asset.id),
                Entry::PastVersion(_) | Entry::Folder(_) => None,
            }));
        }
        let mut seen = std::collections::HashSet::new();
        photos.retain(|id| seen.insert(*id));
        Ok(photos)
    }
}
