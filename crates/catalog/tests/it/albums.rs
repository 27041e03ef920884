//! Albums and labels: what is in them, what stands for them, and what is not in service.

use catalog::{
    Access, Album, AlbumDetails, AlbumEntry, AlbumId, AlbumListing, AlbumOrder, AlbumPatch, Asset,
    AssetId, AssetPatch, Catalog, Change, Clause, CoverOf, Entry, Error, Grouped, LabelListing,
    LabelPatch, Listing, NewLabel, PhotoChange, PhotoPatch, Query, Sort, SortKey, TenantId, Test,
};
use plan::Size;
use plan::probe::{Tag, TagGroup, TagValue};

use crate::databases::on_every_database;
use crate::sample::{add, picture, tenant};

on_every_database!(
    albums_of_one_slug_are_one,
    a_deleted_album_comes_back_with_its_photos,
    members_come_and_go,
    listings_count_what_is_in_service,
    albums_are_found_and_ordered,
    a_patch_changes_what_it_sets,
    the_best_photo_is_the_cover,
    labels_compare_without_case,
    labels_are_listed,
    groups_of_others_are_not_there,
    what_is_counted,
);

/// The higher the number, the later it was taken.
async fn photo(catalog: &Catalog, tenant: TenantId, content: u32) -> Asset {
    let path = format!("/photos/{content}.jpg");
    let mut new = picture(tenant, &path, content, Size::new(600, 400));
    let moment = TagValue::Text(format!("2024:01:0{content} 10:11:12"));
    let taken = Tag { group: TagGroup::Exif, name: "DateTimeOriginal".to_owned(), value: moment };
    new.probe.as_mut().unwrap().metadata.push(taken);
    catalog.add_version(new).await.unwrap().asset
}

async fn album(catalog: &Catalog, tenant: TenantId, title: &str) -> Album {
    catalog.ensure_album(tenant, title, false).await.unwrap().0
}

async fn favor(catalog: &Catalog, asset: &Asset) {
    let photo = PhotoPatch { is_favorite: Change::Set(true), ..PhotoPatch::default() };
    let patch = AssetPatch { photo, ..AssetPatch::default() };
    catalog.update_asset(asset.tenant, asset.id, patch).await.unwrap();
}

fn everything() -> AlbumListing {
    AlbumListing { limit: 100, ..AlbumListing::default() }
}

async fn albums_of_one_slug_are_one(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (lake, is_new) = catalog.ensure_album(tenant, "Lake at dawn!", true).await.unwrap();
    assert!(is_new && lake.is_favorite);
    assert_eq!((lake.slug.as_str(), lake.number > 0), ("lake-at-dawn", true));
    assert_eq!(catalog.album(tenant, lake.id).await.unwrap(), Some(lake.clone()));
    let (same, is_new) = catalog.ensure_album(tenant, "LAKE at Dawn", false).await.unwrap();
    assert_eq!((same, is_new), (lake, false));
    let (dots, other) = (album(catalog, tenant, "...").await, album(catalog, tenant, "?!").await);
    assert_ne!(dots.id, other.id, "without a slug the titles themselves are compared");
    assert_eq!(album(catalog, tenant, "...").await.id, dots.id);
    let nobody = catalog.ensure_album(TenantId(tenant.0 + 99), "x", false).await;
    assert!(matches!(nobody, Err(Error::NotFound(_))));
}

async fn a_deleted_album_comes_back_with_its_photos(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (album_id, asset) =
        (album(catalog, tenant, "Lake").await.id, photo(catalog, tenant, 1).await);
    catalog.add_to_album(tenant, album_id, &[asset.id]).await.unwrap();
    catalog.delete_album(tenant, album_id).await.unwrap();
    assert_eq!(catalog.album(tenant, album_id).await.unwrap(), None);
    assert!(catalog.albums_of(tenant, asset.id).await.unwrap().is_empty());
    assert!(matches!(catalog.delete_album(tenant, album_id).await, Err(Error::NotFound(_))));
    assert_eq!(album(catalog, tenant, "lake").await.id, album_id);
    assert_eq!(catalog.album_members(tenant, album_id).await.unwrap(), [asset.id]);
}

async fn members_come_and_go(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = album(catalog, tenant, "Lake").await.id;
    let (one, two) = (photo(catalog, tenant, 1).await, photo(catalog, tenant, 2).await);
    assert!(one.quality() < 3);
    let wanted = [two.id, one.id, two.id, AssetId::generate()];
    let (_, added) = catalog.add_to_album(tenant, id, &wanted).await.unwrap();
    assert_eq!(added.len(), 2, "each once, and only what is there");
    assert!(catalog.add_to_album(tenant, id, &[one.id]).await.unwrap().1.is_empty());
    let approved = catalog.asset(tenant, one.id).await.unwrap().unwrap();
    assert!(approved.photo.is_approved && approved.quality() >= 3);
    let (_, removed) = catalog.remove_from_album(tenant, id, &[one.id, one.id]).await.unwrap();
    assert_eq!(removed.iter().map(|member| member.asset).collect::<Vec<_>>(), [one.id]);
    catalog.delete_asset(tenant, two.id).await.unwrap();
    assert!(catalog.album_members(tenant, id).await.unwrap().is_empty());
    let missing = catalog.add_to_album(tenant, AlbumId::generate(), &[one.id]).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
}

async fn listings_count_what_is_in_service(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = album(catalog, tenant, "Lake").await.id;
    let mut assets = Vec::new();
    for content in 1..=4 {
        assets.push(photo(catalog, tenant, content).await.id);
    }
    assets.push(add(catalog, tenant, "/notes.txt", 9).await.asset.id);
    catalog.add_to_album(tenant, id, &assets).await.unwrap();
    catalog.change_photos(tenant, &assets[..1], PhotoChange::Archive).await.unwrap();
    catalog.change_photos(tenant, &assets[1..2], PhotoChange::TogglePrivate).await.unwrap();
    let AlbumEntry { photos, cover, .. } =
        catalog.albums(tenant, &everything()).await.unwrap().remove(0);
    assert_eq!(photos, 3, "what is archived, and what is no picture, does not count");
    assert_eq!(cover, Some(crate::sample::blob(4).sha1));
    let given = async |descending, [limit, skip]: [u64; 2]| {
        let not = |test| Query::Clause(Clause { negated: true, test });
        let in_album = Test::Album(vec![Grouped::Id(id)]).into();
        let tests = vec![in_album, Test::Image.into(), not(Test::Unlisted), not(Test::Closed)];
        let (query, sort) = (Some(Query::All(tests)), Sort { by: SortKey::Taken, descending });
        let page = Listing { query, sort, limit, skip, ..Listing::of(tenant) };
        let page = catalog.list(&page).await.unwrap();
        let size = |entry: &Entry| match entry {
            Entry::Asset(asset) => asset.current.blob.size,
            other => panic!("{other:?}"),
        };
        page.entries.iter().map(size).collect::<Vec<_>>()
    };
    assert_eq!(given(false, [10, 0]).await, [3, 4], "nor is what somebody closed given away");
    assert_eq!(given(true, [10, 0]).await, [4, 3]);
    assert_eq!(given(false, [1, 1]).await, [4]);
    catalog.change_photos(tenant, &assets[..1], PhotoChange::Restore).await.unwrap();
    assert_eq!(given(false, [10, 0]).await, [1, 3, 4], "in its albums again");
}

async fn albums_are_found_and_ordered(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for title in ["Zebra", "äpfel", "Lake 50%"] {
        album(catalog, tenant, title).await;
    }
    let zebra = album(catalog, tenant, "Zebra").await.id;
    let patch = AlbumPatch { is_favorite: Change::Set(true), ..AlbumPatch::default() };
    catalog.update_album(tenant, zebra, patch).await.unwrap();
    let titles = async |listing: AlbumListing| {
        let found = catalog.albums(tenant, &listing).await.unwrap();
        found.into_iter().map(|entry| entry.album.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(everything()).await, ["Zebra", "Lake 50%", "äpfel"], "favourites first");
    let by = |order| AlbumListing { order, ..everything() };
    assert_eq!(titles(by(AlbumOrder::Title)).await, ["Lake 50%", "Zebra", "äpfel"]);
    assert_eq!(titles(by(AlbumOrder::Oldest)).await, ["Zebra", "äpfel", "Lake 50%"]);
    assert_eq!(titles(by(AlbumOrder::Newest)).await, ["Lake 50%", "äpfel", "Zebra"]);
    assert_eq!(
        titles(AlbumListing { skip: 1, limit: 1, ..by(AlbumOrder::Title) }).await,
        ["Zebra"]
    );
    let text = |text: &str| AlbumListing { text: Some(text.to_owned()), ..everything() };
    assert_eq!(titles(text("ÄPF")).await, ["äpfel"]);
    assert_eq!(titles(text("0%")).await, ["Lake 50%"]);
    assert_eq!(titles(text("_")).await, [""; 0]);
    let slug = AlbumListing { slug: Some("lake-50".to_owned()), ..everything() };
    assert_eq!(titles(slug).await, ["Lake 50%"]);
    let title =
        AlbumListing { title: Some("ZEBRA".to_owned()), favorites_only: true, ..everything() };
    assert_eq!(titles(title).await, ["Zebra"]);
    assert_eq!(titles(AlbumListing { ids: vec![zebra], ..everything() }).await, ["Zebra"]);
}

async fn a_patch_changes_what_it_sets(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let before = album(catalog, tenant, "Lake").await;
    let details = AlbumDetails {
        location: "there".to_owned(),
        category: "Trips".to_owned(),
        year: 2024,
        is_private: true,
        cover: Some([7; 20]),
        ..AlbumDetails::default()
    };
    let patch = AlbumPatch {
        title: Change::Set("Sea".to_owned()),
        details: Change::Set(details.clone()),
        ..AlbumPatch::default()
    };
    let after = catalog.update_album(tenant, before.id, patch).await.unwrap();
    assert_eq!(
        (after.title.as_str(), after.slug.as_str(), &after.details),
        ("Sea", "sea", &details)
    );
    assert_eq!(catalog.album(tenant, before.id).await.unwrap(), Some(after));
    album(catalog, tenant, "Another").await;
    for listing in [
        AlbumListing { text: Some("HERE".to_owned()), ..everything() },
        AlbumListing { category: Some("trips".to_owned()), ..everything() },
        AlbumListing { year: Some(2024), ..everything() },
    ] {
        let found = catalog.albums(tenant, &listing).await.unwrap();
        assert_eq!(found.len(), 1, "{listing:?}");
        assert_eq!((found[0].album.id, found[0].cover), (before.id, Some([7; 20])));
    }
    let key = AlbumListing { text: Some("location".to_owned()), ..everything() };
    assert!(catalog.albums(tenant, &key).await.unwrap().is_empty());
    let missing = catalog.update_album(tenant, AlbumId::generate(), AlbumPatch::default()).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
}

async fn the_best_photo_is_the_cover(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let id = album(catalog, tenant, "Lake").await.id;
    let mut assets = Vec::new();
    for content in 1..=3 {
        assets.push(photo(catalog, tenant, content).await);
    }
    let ids: Vec<AssetId> = assets.iter().map(|asset| asset.id).collect();
    catalog.add_to_album(tenant, id, &ids).await.unwrap();
    let cover =
        async || catalog.cover(tenant, CoverOf::Album(id)).await.unwrap().map(|asset| asset.id);
    favor(catalog, &assets[0]).await;
    assert_eq!(cover().await, Some(ids[0]));
    catalog.change_photos(tenant, &ids[..1], PhotoChange::TogglePrivate).await.unwrap();
    assert_ne!(cover().await, Some(ids[0]));
    let folder = catalog.folder(tenant, &assets[0].folder).await.unwrap().unwrap().id;
    assert!(catalog.cover(tenant, CoverOf::Folder(folder)).await.unwrap().is_some());
    catalog.change_photos(tenant, &ids, PhotoChange::Archive).await.unwrap();
    assert_eq!(cover().await, None);
    assert_eq!(catalog.cover(tenant, CoverOf::Folder(folder)).await.unwrap(), None);
}

fn labelled(name: &str, uncertainty: u8) -> NewLabel {
    NewLabel { name: name.to_owned(), priority: 0, source: "manual".to_owned(), uncertainty }
}

async fn labels_compare_without_case(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (one, two) = (photo(catalog, tenant, 1).await.id, photo(catalog, tenant, 2).await.id);
    let big = catalog.label_asset(tenant, one, &labelled("Größe", 30)).await.unwrap();
    assert_eq!((big.name.as_str(), big.slug.as_str()), ("Größe", "grosse"));
    assert_eq!(
        catalog.label_asset(tenant, two, &labelled("GRÖSSE", 10)).await.unwrap().name,
        "GRÖSSE"
    );
    assert_eq!(catalog.label_asset(tenant, two, &labelled("gRÖße", 10)).await.unwrap(), big);
    let labels = catalog.labels_of(tenant, one).await.unwrap();
    assert_eq!((labels.len(), labels[0].uncertainty, labels[0].label.number), (1, 30, big.number));
    catalog.label_asset(tenant, one, &labelled("größe", 5)).await.unwrap();
    assert_eq!(catalog.labels_of(tenant, one).await.unwrap()[0].uncertainty, 5);
    catalog.unlabel_asset(tenant, one, big.number).await.unwrap();
    let again = catalog.unlabel_asset(tenant, one, big.number).await;
    assert!(matches!(again, Err(Error::NotFound(_))));
}

async fn labels_are_listed(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (one, two) = (photo(catalog, tenant, 1).await, photo(catalog, tenant, 2).await);
    let boat = catalog.label_asset(tenant, one.id, &labelled("Boat", 50)).await.unwrap();
    catalog.label_asset(tenant, two.id, &labelled("Boat", 20)).await.unwrap();
    catalog.label_asset(tenant, two.id, &labelled("Anchor", 100)).await.unwrap();
    let rare = NewLabel { priority: -3, ..labelled("Rope", 0) };
    let rope = catalog.label_asset(tenant, one.id, &rare).await.unwrap();
    let names = async |listing: LabelListing| {
        let found = catalog.labels(tenant, &listing).await.unwrap();
        found.into_iter().map(|entry| (entry.label.name, entry.photos)).collect::<Vec<_>>()
    };
    let plain = LabelListing { limit: 10, ..LabelListing::default() };
    assert_eq!(names(plain.clone()).await, [("Boat".to_owned(), 2)]);
    let all = LabelListing { all: true, ..plain.clone() };
    assert_eq!(names(all.clone()).await.len(), 3);
    let patch = LabelPatch { is_favorite: Change::Set(true), ..LabelPatch::default() };
    catalog.update_label(tenant, rope.id, patch).await.unwrap();
    assert_eq!(names(all).await[0].0, "Rope");
    let cover = catalog.cover(tenant, CoverOf::Label(boat.id)).await.unwrap().unwrap();
    assert_eq!(cover.id, two.id, "the surest");
    let taken = LabelPatch { name: Change::Set("ROPE".to_owned()), ..LabelPatch::default() };
    assert!(matches!(catalog.update_label(tenant, boat.id, taken).await, Err(Error::Conflict(_))));
    catalog.delete_label(tenant, boat.id).await.unwrap();
    assert_eq!(names(plain).await, []);
    assert!(matches!(catalog.delete_label(tenant, boat.id).await, Err(Error::NotFound(_))));
}

async fn groups_of_others_are_not_there(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    let (id, asset) = (album(catalog, tenant, "Lake").await.id, photo(catalog, tenant, 1).await.id);
    let foreign = photo(catalog, other, 2).await.id;
    let label = catalog.label_asset(tenant, asset, &labelled("Boat", 0)).await.unwrap();
    assert_eq!(catalog.album(other, id).await.unwrap(), None);
    assert!(catalog.albums(other, &everything()).await.unwrap().is_empty());
    assert!(catalog.add_to_album(tenant, id, &[foreign]).await.unwrap().1.is_empty());
    assert_eq!(catalog.label(other, label.id).await.unwrap(), None);
    assert_eq!(catalog.cover(other, CoverOf::Album(id)).await.unwrap(), None);
    assert!(matches!(catalog.delete_label(other, label.id).await, Err(Error::NotFound(_))));
}

async fn what_is_counted(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let mut assets = Vec::new();
    for content in 1..=4 {
        assets.push(photo(catalog, tenant, content).await);
    }
    album(catalog, tenant, "Lake").await;
    favor(catalog, &assets[0]).await;
    catalog.change_photos(tenant, &[assets[1].id], PhotoChange::Archive).await.unwrap();
    catalog.change_photos(tenant, &[assets[2].id], PhotoChange::TogglePrivate).await.unwrap();
    let counts = catalog.photo_counts(tenant).await.unwrap();
    assert_eq!((counts.all, counts.archived, counts.favorites, counts.private), (3, 1, 1, 1));
    assert_eq!((counts.albums, counts.labels, counts.folders), (1, 0, 1));
    assert_eq!(counts.review, 2, "but for the favourite");
    let closed = catalog.asset(tenant, assets[2].id).await.unwrap().unwrap();
    assert_eq!((closed.access, closed.default_access), (Access::Closed, Access::Public));
    assert_eq!(catalog.photo_years(tenant).await.unwrap().len(), 1);
    let folder = catalog.folder(tenant, &closed.folder).await.unwrap().unwrap().id;
    assert_eq!(catalog.photos_of_folders(tenant).await.unwrap()[&folder], 3);
}
