//! Custom metadata, by the type of what is compared.

use catalog::{Catalog, Comparison, Scalar, ValueTest};
use serde_json::json;

use super::shelf::{Shelf, custom, is, not, scalars, text};
use crate::databases::on_every_database;

on_every_database!(
    custom_texts,
    custom_texts_of_any_length,
    custom_numbers_and_moments,
    custom_lists_and_types,
    words_of_custom_texts,
);

async fn custom_texts(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/f/a", &json!({"brand": "Acme", "note": "x"})).await;
    shelf.put_with("/b", &json!({"brand": "acme"})).await;
    shelf.put_with("/c", &json!({"note": "Acme", "brand": null})).await;
    let brand = |test| custom("brand", test);
    shelf.check(is(brand(scalars(&[text("Acme")]))), &["/f/a"]).await;
    shelf.check(is(brand(scalars(&[text("acme"), text("Acme")]))), &["/f/a", "/b"]).await;
    shelf.check(is(brand(ValueTest::Prefix("Ac".to_owned()))), &["/f/a"]).await;
    shelf.check(is(brand(ValueTest::Compare(Comparison::More, text("Z")))), &["/b"]).await;
    shelf.check(not(brand(scalars(&[text("Acme")]))), &["/f/", "/b", "/c"]).await;
    shelf.check(is(brand(ValueTest::Exists)), &["/f/a", "/b"]).await;
    shelf.check(not(brand(ValueTest::Exists)), &["/f/", "/c"]).await;
    shelf.check(is(custom("bran", ValueTest::Exists)), &[]).await;
}

async fn custom_texts_of_any_length(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    let long = "ä".repeat(300);
    shelf.put_with("/long", &json!({"t": format!("{long}1")})).await;
    shelf.put_with("/longer", &json!({"t": format!("{long}22")})).await;
    shelf.put_with("/cut", &json!({"t": "ä".repeat(200)})).await;
    let t = |test| is(custom("t", test));
    shelf.check(t(scalars(&[text(&format!("{long}1"))])), &["/long"]).await;
    shelf
        .check(
            t(scalars(&[text(&"ä".repeat(200)), text(&format!("{long}22"))])),
            &["/longer", "/cut"],
        )
        .await;
    shelf.check(t(scalars(&[text(&"ä".repeat(199))])), &[]).await;
    shelf.check(t(ValueTest::Prefix("ä".repeat(199))), &["/long", "/longer", "/cut"]).await;
    shelf.check(t(ValueTest::Prefix(format!("{long}2"))), &["/longer"]).await;
}

async fn custom_numbers_and_moments(catalog: &Catalog) {
    use Comparison::{AtLeast, AtMost, Less, More};
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/half", &json!({"n": 0.5, "d": "2024-05-06"})).await;
    shelf.put_with("/minus", &json!({"n": -3, "d": "2024-05-06T00:00:00.000Z"})).await;
    shelf.put_with("/text", &json!({"n": "0.5", "d": "2023-01-01T05:00:00+05:00"})).await;
    let n = |test| is(custom("n", test));
    let d = |test| is(custom("d", test));
    shelf.check(n(scalars(&[Scalar::Number(0.5)])), &["/half"]).await;
    shelf.check(n(ValueTest::Compare(Less, Scalar::Number(0.5))), &["/minus"]).await;
    shelf.check(n(ValueTest::Compare(AtLeast, Scalar::Number(-3.0))), &["/half", "/minus"]).await;
    shelf.check(not(custom("n", scalars(&[Scalar::Number(0.5)]))), &["/minus", "/text"]).await;
    let may = catalog::parse_moment("2024-05-06").unwrap();
    let january = catalog::parse_moment("2023-01-01").unwrap();
    shelf.check(d(scalars(&[Scalar::Moment(may)])), &["/half", "/minus"]).await;
    shelf
        .check(
            d(scalars(&[Scalar::Moment(january), Scalar::Moment(may)])),
            &["/half", "/minus", "/text"],
        )
        .await;
    shelf.check(d(ValueTest::Compare(AtMost, Scalar::Moment(january))), &["/text"]).await;
    shelf.check(d(ValueTest::Compare(More, Scalar::Moment(january))), &["/half", "/minus"]).await;
}

async fn custom_lists_and_types(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/list", &json!({"v": ["a", 30, true, "a"]})).await;
    shelf.put_with("/text", &json!({"v": "30"})).await;
    shelf.put_with("/flag", &json!({"v": true})).await;
    shelf.put_with("/off", &json!({"v": false})).await;
    shelf.put_with("/empty", &json!({"v": []})).await;
    shelf.put_with("/odd", &json!({"v": {"a": 30}})).await;
    let v = |test| is(custom("v", test));
    shelf.check(v(scalars(&[Scalar::Number(30.0)])), &["/list"]).await;
    shelf.check(v(scalars(&[text("30")])), &["/text"]).await;
    shelf.check(v(scalars(&[text("a")])), &["/list"]).await;
    shelf.check(v(scalars(&[Scalar::Flag(true)])), &["/list", "/flag"]).await;
    shelf.check(v(scalars(&[Scalar::Flag(false), text("a")])), &["/list", "/off"]).await;
    shelf
        .check(
            not(custom("v", scalars(&[text("a"), text("b")]))),
            &["/text", "/flag", "/off", "/empty", "/odd"],
        )
        .await;
    shelf.check(v(ValueTest::Exists), &["/list", "/text", "/flag", "/off", "/odd"]).await;
}

async fn words_of_custom_texts(catalog: &Catalog) {
    let shelf = Shelf::new(catalog).await;
    shelf.put_with("/a", &json!({"t": "A quick, brown Fox\u{0}", "u": "dog"})).await;
    shelf.put_with("/b", &json!({"t": ["quick", "foxes"]})).await;
    let has = |words: &str| is(custom("t", ValueTest::Words(words.to_owned())));
    shelf.check(has("fox quick"), &["/a"]).await;
    shelf.check(has("QUICK fox"), &["/a", "/b"]).await;
    shelf.check(has("dog"), &[]).await;
}
