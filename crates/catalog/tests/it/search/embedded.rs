//! What files say of themselves.

use catalog::{Area, Catalog, Comparison, Measure, TagTest, Test};
use plan::probe::{Probe, TagGroup, TagValue};

use super::shelf::{Shelf, any_of, compare, is, list, not, tag};
use crate::databases::on_every_database;
use crate::sample::plain_probe;

on_every_database!(keywords_inside_files, capture_times, places_on_the_globe,);

async fn keywords_inside_files(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/text"]).await;
    let metadata = vec![
        tag(TagGroup::Iptc, "Keywords", list(&["sea", "日本", "bad\u{0}"])),
        tag(TagGroup::Xmp, "Subject", list(&["sea", "sky"])),
    ];
    shelf.put_probe("/sea", Probe { metadata, ..plain_probe() }).await;
    let metadata = vec![tag(TagGroup::Iptc, "Keywords", TagValue::Text("sky".to_owned()))];
    shelf.put_probe("/sky", Probe { metadata, ..plain_probe() }).await;
    shelf.check(is(Test::Keywords(any_of(&["sea", "日本"]))), &["/sea"]).await;
    shelf.check(is(Test::Keywords(any_of(&["sky"]))), &["/sea", "/sky"]).await;
    shelf.check(not(Test::Keywords(any_of(&["sea"]))), &["/f/text", "/sky"]).await;
    shelf.check(is(Test::Keywords(TagTest::Exists)), &["/sea", "/sky"]).await;
    shelf.check(is(Test::Keywords(any_of(&["bad\u{0}"]))), &[]).await;
    // A version without them.
    shelf.put_probe("/sky", plain_probe()).await;
    shelf.check(is(Test::Keywords(any_of(&["sky"]))), &["/sea"]).await;
}

async fn capture_times(catalog: &Catalog) {
    use Comparison::{Less, More};
    let shelf = Shelf::of(catalog, &["/f/text"]).await;
    for (path, when) in [("/old", "1960:01:01 00:00:00"), ("/new", "2020:01:01 00:00:00")] {
        let when = tag(TagGroup::Exif, "DateTimeOriginal", TagValue::Text(when.to_owned()));
        shelf.put_probe(path, Probe { metadata: vec![when], ..plain_probe() }).await;
    }
    let at = catalog::parse_moment("2020-01-01").unwrap();
    shelf.check(is(Test::Captured(compare(Less, at))), &["/old"]).await;
    shelf.check(is(Test::Captured(Measure::OneOf(vec![at]))), &["/new"]).await;
    shelf.check(is(Test::Captured(compare(More, at))), &[]).await;
    shelf.check(not(Test::Captured(compare(Less, at))), &["/f/text", "/new"]).await;
}

async fn places_on_the_globe(catalog: &Catalog) {
    let shelf = Shelf::of(catalog, &["/f/text"]).await;
    let degrees = |value: f64| TagValue::List(vec![TagValue::Number(value.abs())]);
    let side = |value: f64, positive: &str, negative: &str| {
        TagValue::Text(if value < 0.0 { negative } else { positive }.to_owned())
    };
    for (path, latitude, longitude) in [
        ("/paris", 48.8566, 2.3522),
        ("/louvre", 48.8606, 2.3376),
        ("/sydney", -33.8688, 151.2093),
        ("/suva", -18.1416, 178.4419),
    ] {
        let metadata = vec![
            tag(TagGroup::Gps, "GPSLatitude", degrees(latitude)),
            tag(TagGroup::Gps, "GPSLatitudeRef", side(latitude, "N", "S")),
            tag(TagGroup::Gps, "GPSLongitude", degrees(longitude)),
            tag(TagGroup::Gps, "GPSLongitudeRef", side(longitude, "E", "W")),
        ];
        shelf.put_probe(path, Probe { metadata, ..plain_probe() }).await;
    }
    let around = |centre, metres| Area::Around { centre, metres };
    let at = |area| is(Test::Location(area));
    shelf.check(at(around((48.8566, 2.3522), 1.0)), &["/paris"]).await;
    shelf.check(at(around((48.8566, 2.3522), 2000.0)), &["/paris", "/louvre"]).await;
    shelf.check(at(around((48.8566, 2.3522), 1000.0)), &["/paris"]).await;
    shelf.check(at(around((-18.0, -179.0), 400_000.0)), &["/suva"]).await;
    shelf.check(at(around((0.0, 0.0), 3e7)), &["/paris", "/louvre", "/sydney", "/suva"]).await;
    shelf.check(at(Area::Box((49.0, 2.0), (48.0, 2.34))), &["/louvre"]).await;
    let around_paris = Area::Polygon(vec![(48.0, 2.0), (49.0, 2.0), (49.0, 3.0), (48.0, 3.0)]);
    shelf.check(at(around_paris), &["/paris", "/louvre"]).await;
    let beside = Area::Polygon(vec![(48.85, 2.34), (49.0, 2.4), (49.0, 3.0), (48.85, 3.0)]);
    shelf.check(at(beside), &["/paris"]).await;
    shelf.check(not(Test::Location(around((0.0, 0.0), 3e7))), &["/f/text"]).await;
}
