//! What people say about photos, what counts where they said nothing, and finding photos by it.

use catalog::{
    Access, AlbumId, Asset, AssetPatch, Catalog, Change, Clause, Comparison, Entry, Fact, Grouped,
    Listing, Measure, NewLabel, NewVersion, Pattern, PhotoChange, PhotoPatch, Query, Said, Sort,
    SortKey, Taken, TenantId, Test, Visibility,
};
use plan::Size;
use plan::probe::{Probe, Tag, TagGroup, TagValue};

use crate::databases::on_every_database;
use crate::sample::{blob, picture, plain_probe, tenant};

on_every_database!(
    what_the_file_tells_counts,
    what_people_say_counts_more,
    closing_gives_back_what_there_was,
    archiving_and_restoring,
    content_is_found_by_its_sha1,
    photos_are_found_by_what_is_said,
    photos_are_found_by_their_groups,
    photos_are_ordered,
);

fn tag(name: &str, value: &str) -> Tag {
    Tag { group: TagGroup::Exif, name: name.to_owned(), value: TagValue::Text(value.to_owned()) }
}

fn new(tenant: TenantId, path: &str, content: u32, metadata: Vec<Tag>) -> NewVersion {
    let probe = Some(Probe { size: Size::new(2000, 1500), metadata, ..plain_probe() });
    NewVersion { probe, ..picture(tenant, path, content, Size::new(1, 1)) }
}

async fn add(catalog: &Catalog, new: NewVersion) -> Asset {
    catalog.add_version(new).await.unwrap().asset
}

async fn say(catalog: &Catalog, asset: &Asset, photo: PhotoPatch) -> Asset {
    let patch = AssetPatch { photo, ..AssetPatch::default() };
    catalog.update_asset(asset.tenant, asset.id, patch).await.unwrap()
}

/// Numbers of the contents that are found, sorted.
async fn found(catalog: &Catalog, tenant: TenantId, query: impl Into<Query>) -> Vec<u64> {
    let listing = Listing { query: Some(query.into()), ..Listing::of(tenant) };
    let mut found = sizes(catalog, &listing).await;
    found.sort_unstable();
    found
}

async fn sizes(catalog: &Catalog, listing: &Listing) -> Vec<u64> {
    let page = catalog.list(listing).await.unwrap();
    let size = |entry: &Entry| match entry {
        Entry::Asset(asset) => asset.current.blob.size,
        other => panic!("{other:?}"),
    };
    page.entries.iter().map(size).collect()
}

async fn what_the_file_tells_counts(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let moment = ("2024:03:05 10:11:12", 1_709_633_472_000);
    for (content, tags, expected) in [
        (1, vec![tag("DateTimeOriginal", moment.0)], (moment.1, moment.1, "")),
        (2, vec![tag("CreateDate", moment.0)], (moment.1, moment.1, "")),
        (
            3,
            vec![tag("ModifyDate", moment.0), tag("OffsetTime", "-03:30")],
            (moment.1 + 12_600_000, moment.1, "UTC-3:30"),
        ),
        (
            4,
            vec![
                tag("ModifyDate", "2001:01:01 00:00:00"),
                tag("DateTimeOriginal", moment.0),
                tag("OffsetTimeOriginal", "+02:00"),
            ],
            (moment.1 - 7_200_000, moment.1, "UTC+2"),
        ),
    ] {
        let asset =
            add(catalog, new(tenant, &format!("/sunset-lake {content}.jpg"), content, tags)).await;
        let taken = asset.taken();
        assert_eq!(
            (taken.utc, taken.local, taken.zone.as_str(), taken.source.as_str()),
            (expected.0, expected.1, expected.2, "meta")
        );
        assert_eq!(asset.photo_title().text, "Sunset Lake / 2024");
    }
    let plain = add(catalog, new(tenant, "/IMG_0001.jpg", 5, Vec::new())).await;
    assert_eq!((plain.taken().source.as_str(), plain.photo_title().text.as_str()), ("", "Unknown"));
    assert_eq!(plain.taken().utc, plain.created / 1000 * 1000);
    let titled = add(catalog, new(tenant, "/x.jpg", 6, vec![tag("Title", "Harbour")])).await;
    assert_eq!(
        titled.photo_title(),
        Said { text: "Harbour".to_owned(), source: "meta".to_owned() }
    );
    let named = NewVersion {
        original_name: Change::Set(Some("Old Name.png".to_owned())),
        ..new(tenant, "/y.jpg", 7, Vec::new())
    };
    assert_eq!(add(catalog, named).await.photo_title().text, "Old Name");
}

async fn what_people_say_counts_more(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let asset = add(
        catalog,
        new(tenant, "/a.jpg", 1, vec![tag("DateTimeOriginal", "2024:03:05 10:11:12")]),
    )
    .await;
    assert_eq!((asset.quality(), asset.stem()), (3, "a"));
    let taken = Taken {
        utc: 1000,
        local: 3_601_000,
        zone: "Europe/Paris".to_owned(),
        source: "manual".to_owned(),
    };
    let title = Said { text: "Größe \"x\"".to_owned(), source: "manual".to_owned() };
    let said = PhotoPatch {
        is_favorite: Change::Set(true),
        title: Change::Set(Some(title.clone())),
        taken: Change::Set(Some(taken.clone())),
        place: Change::Set(Some((48.5, -2.25))),
        country: Change::Set(Some("fr".to_owned())),
        is_scan: Change::Set(true),
        notes: Change::Set("notes".to_owned()),
        artist: Change::Set("artist".to_owned()),
        is_edit: true,
        ..PhotoPatch::default()
    };
    let said = say(catalog, &asset, said).await;
    assert_eq!(
        (said.photo_title(), said.taken(), said.place()),
        (title, taken, Some((48.5, -2.25)))
    );
    assert!(said.photo.edited.is_some() && said.quality() >= 6);
    assert_eq!(catalog.asset(tenant, asset.id).await.unwrap(), Some(said.clone()));
    let kept = say(catalog, &said, PhotoPatch::default()).await;
    assert_eq!(kept.photo, said.photo, "what is not said stays");
    let to = crate::sample::folder("/b");
    let copy = catalog.copy_asset(tenant, asset.id, &to, catalog::Versions::All).await.unwrap();
    assert_eq!(copy.asset.photo, said.photo);
}

async fn closing_gives_back_what_there_was(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    for (content, access, closed, opened) in [
        (1, Access::Public, Access::Closed, Access::Public),
        (2, Access::Private, Access::Closed, Access::Private),
        // Closed as it came, so turning it round opens it first.
        (3, Access::PresetsOnly, Access::Public, Access::Closed),
        (4, Access::Closed, Access::Public, Access::Closed),
    ] {
        let new = NewVersion {
            access: Change::Set(access),
            ..new(tenant, &format!("/{content}.jpg"), content, Vec::new())
        };
        let id = add(catalog, new).await.id;
        for expected in [closed, opened] {
            let changed =
                catalog.change_photos(tenant, &[id], PhotoChange::TogglePrivate).await.unwrap();
            assert_eq!(changed, [id]);
            assert_eq!(
                catalog.asset(tenant, id).await.unwrap().unwrap().access,
                expected,
                "{access:?}"
            );
        }
    }
}

async fn archiving_and_restoring(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let listed = add(catalog, new(tenant, "/listed.jpg", 1, Vec::new())).await.id;
    let draft = NewVersion {
        visibility: Change::Set(Visibility::Draft),
        ..new(tenant, "/draft.jpg", 2, Vec::new())
    };
    let draft = add(catalog, draft).await.id;
    let ids = [listed, draft, catalog::AssetId::generate()];
    let visibility = async |id| catalog.asset(tenant, id).await.unwrap().unwrap().visibility;
    assert_eq!(catalog.change_photos(tenant, &ids, PhotoChange::Archive).await.unwrap(), [listed]);
    assert_eq!(
        (visibility(listed).await, visibility(draft).await),
        (Visibility::Archived, Visibility::Draft)
    );
    assert_eq!(catalog.change_photos(tenant, &ids, PhotoChange::Restore).await.unwrap(), [listed]);
    assert_eq!(
        (visibility(listed).await, visibility(draft).await),
        (Visibility::Listed, Visibility::Draft)
    );
}

async fn content_is_found_by_its_sha1(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let names = async |content| {
        let found = catalog.assets_by_sha1(tenant, &blob(content).sha1, 10).await.unwrap();
        found.iter().map(|asset| asset.stem().to_owned()).collect::<Vec<_>>()
    };
    for name in ["/first.jpg", "/second.jpg"] {
        add(catalog, new(tenant, name, 1, Vec::new())).await;
    }
    assert_eq!(names(1).await, ["second", "first"], "the newest first");
    let second = catalog.assets_by_sha1(tenant, &blob(1).sha1, 1).await.unwrap().remove(0).id;
    catalog.change_photos(tenant, &[second], PhotoChange::Archive).await.unwrap();
    assert_eq!(names(1).await, ["first", "second"], "what is listed first");
    add(catalog, new(tenant, "/first.jpg", 2, Vec::new())).await;
    assert_eq!(names(1).await, ["second"], "current versions only");
    assert_eq!(names(3).await, [""; 0]);
    let other = catalog.ensure_tenant("other").await.unwrap().id;
    assert!(catalog.assets_by_sha1(other, &blob(1).sha1, 10).await.unwrap().is_empty());
}

async fn photos_are_found_by_what_is_said(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let a = add(
        catalog,
        new(
            tenant,
            "/2024/03/harbour view.jpg",
            1,
            vec![tag("Model", "Model 5"), tag("DateTimeOriginal", "2024:03:05 10:11:12")],
        ),
    )
    .await;
    add(
        catalog,
        new(tenant, "/2023/Other.jpg", 2, vec![tag("DateTimeOriginal", "2023:12:31 10:11:12")]),
    )
    .await;
    let said = PhotoPatch {
        is_favorite: Change::Set(true),
        title: Change::Set(Some(Said { text: "50% Größe_x".to_owned(), source: String::new() })),
        country: Change::Set(Some("de".to_owned())),
        ..PhotoPatch::default()
    };
    say(catalog, &a, said).await;
    catalog.change_photos(tenant, &[a.id], PhotoChange::TogglePrivate).await.unwrap();
    let fact = |fact, text: &str| Test::Fact(fact, vec![Pattern::parse(text)]);
    for (test, expected) in [
        (fact(Fact::Title, "50% GRÖßE_X"), &[1_u64][..]),
        (fact(Fact::Title, "50%"), &[]),
        (fact(Fact::Title, "50%*"), &[1]),
        (fact(Fact::Title, "*größe?x"), &[]),
        (fact(Fact::Title, "*"), &[1, 2]),
        (fact(Fact::Name, "HARBOUR view"), &[1]),
        (fact(Fact::Country, "DE"), &[1]),
        (fact(Fact::Camera, "model*"), &[1]),
        (fact(Fact::Year, "2024"), &[1]),
        (fact(Fact::Month, "12"), &[2]),
        (fact(Fact::Shape, "landscape"), &[1, 2]),
        (Test::Fact(Fact::Year, vec![Pattern::parse("2023"), Pattern::parse("2024")]), &[1, 2]),
        (Test::Path(vec![Pattern::parse("2024/03")]), &[1]),
        (Test::Path(vec![Pattern::parse("20*")]), &[1, 2]),
        (Test::Favorite, &[1]),
        (Test::Closed, &[1]),
        (Test::Caption("größe".to_owned()), &[1]),
        (Test::Caption("oth".to_owned()), &[2]),
        (Test::Taken(Measure::Compare(Comparison::Less, 1_704_067_200_000)), &[2]),
        (Test::Quality(Measure::Compare(Comparison::AtLeast, 5)), &[1]),
        (Test::Sha1(vec![blob(2).sha1]), &[2]),
        (Test::Sha1(Vec::new()), &[]),
    ] {
        assert_eq!(found(catalog, tenant, test.clone()).await, expected, "{test:?}");
        let negated = Clause { negated: true, test: test.clone() };
        let others: Vec<u64> = [1, 2].into_iter().filter(|one| !expected.contains(one)).collect();
        assert_eq!(found(catalog, tenant, Query::Clause(negated)).await, others, "not {test:?}");
    }
    // A new version brings its own facts.
    add(catalog, new(tenant, "/2024/03/harbour view.jpg", 3, vec![tag("Model", "Model 6")])).await;
    assert_eq!(found(catalog, tenant, fact(Fact::Camera, "model 6")).await, [3]);
    assert_eq!(found(catalog, tenant, fact(Fact::Camera, "model 5")).await, [0_u64; 0]);
}

async fn photos_are_found_by_their_groups(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let (a, b) = (
        add(catalog, new(tenant, "/a.jpg", 1, Vec::new())).await,
        add(catalog, new(tenant, "/b.jpg", 2, Vec::new())).await,
    );
    let (album, _) = catalog.ensure_album(tenant, "At the Lake", false).await.unwrap();
    catalog.add_to_album(tenant, album.id, &[a.id]).await.unwrap();
    let label = |name: &str, uncertainty| NewLabel {
        name: name.to_owned(),
        priority: 0,
        source: String::new(),
        uncertainty,
    };
    catalog.label_asset(tenant, b.id, &label("Big Boat", 99)).await.unwrap();
    catalog.label_asset(tenant, a.id, &label("Big Boat", 100)).await.unwrap();
    let in_album = |album| Test::Album(vec![album]);
    let named = |text: &str| Grouped::Named(Pattern::parse(text));
    for (test, expected) in [
        (in_album(Grouped::Id(album.id)), &[1_u64][..]),
        (in_album(Grouped::Id(AlbumId::generate())), &[]),
        (in_album(named("at the lake")), &[1]),
        (in_album(named("at-the-lake")), &[1]),
        (in_album(named("*lake")), &[1]),
        (Test::Label(vec![Pattern::parse("BIG boat")]), &[2]),
        (Test::Label(vec![Pattern::parse("big-boat")]), &[2]),
        (Test::Label(vec![Pattern::parse("big")]), &[]),
        (Test::Label(Vec::new()), &[]),
    ] {
        assert_eq!(found(catalog, tenant, test.clone()).await, expected, "{test:?}");
    }
    catalog.delete_album(tenant, album.id).await.unwrap();
    assert_eq!(found(catalog, tenant, in_album(named("*"))).await, [0_u64; 0]);
}

async fn photos_are_ordered(catalog: &Catalog) {
    let tenant = tenant(catalog).await;
    let moment = |year: u32| vec![tag("DateTimeOriginal", &format!("{year}:01:01 00:00:00"))];
    for (content, name, year) in
        [(1, "/b one.jpg", 2020), (2, "/A two.jpg", 2010), (3, "/c three.jpg", 2015)]
    {
        add(catalog, new(tenant, name, content, moment(year))).await;
    }
    let order = async |by, descending| {
        sizes(catalog, &Listing { sort: Sort { by, descending }, ..Listing::of(tenant) }).await
    };
    assert_eq!(order(SortKey::Taken, false).await, [2, 3, 1]);
    assert_eq!(order(SortKey::Taken, true).await, [1, 3, 2]);
    assert_eq!(order(SortKey::PhotoTitle, false).await, [2, 1, 3], "without case");
    assert_eq!(order(SortKey::Quality, true).await.len(), 3);
    assert_eq!(order(SortKey::Random, false).await.len(), 3);
}
