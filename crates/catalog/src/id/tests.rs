use proptest::prelude::*;

use super::*;

/// Each row: the two values, then the three spellings.
#[test]
fn spellings() {
    check(
        0,
        0,
        "000000000000000000000000",
        "p000000000000000",
        "00000000-0000-8000-8000-000000000000",
    );
    check(
        1_483_228_800, // `oj2qo0` in PhotoPrism's documentation
        0,
        "586846800000000000000000",
        "poj2qo0000000000",
        "58684680-0000-8000-8000-000000000000",
    );
    check(
        SHORT_SECONDS as u32 - 1,
        SHORT_RANDOM - 1,
        "81bf0fff00005c5e4523ffff",
        "pzzzzzzzzzzzzzzz",
        "81bf0fff-0000-85c5-b914-8ffffc000000",
    );
    // What does not fit into 6 and 9 digits.
    check(
        SHORT_SECONDS as u32,
        0,
        "81bf10000000000000000000",
        "p10000000000000000000",
        "81bf1000-0000-8000-8000-000000000000",
    );
    check(
        0,
        SHORT_RANDOM,
        "0000000000005c5e45240000",
        "p00000000001000000000",
        "00000000-0000-85c5-b914-900000000000",
    );
    check(
        u32::MAX,
        u64::MAX,
        "ffffffffffffffffffffffff",
        "p1z141z33w5e11264sgsf",
        "ffffffff-ffff-8fff-bfff-fffffc000000",
    );
}

#[track_caller]
fn check(seconds: u32, random: u64, hex: &str, uid: &str, uuid: &str) {
    let id = AssetId::from_parts(seconds, random);
    assert_eq!((id.to_string().as_str(), id.uid().as_str(), id.uuid().as_str()), (hex, uid, uuid));
    for spelling in [hex, uid, uuid] {
        assert_eq!(AssetId::parse_any(spelling).unwrap(), id, "{spelling}");
    }
}

#[test]
fn what_is_no_spelling() {
    let rejected = [
        "",
        "0",
        "66F0C2A000000E8D4A50FFFF", // upper case: a second spelling of the same id
        "66f0c2a000000e8d4a50fff",  // 23 digits
        "66f0c2a000000e8d4a50ffff0", // 25 digits
        "+6f0c2a000000e8d4a50ffff",
        "66f0c2a00000 e8d4a50ffff",
        "doj2qo0000000000", // a folder
        "POJ2QO0000000000", // upper case
        "poj2qo000000000é", // not a digit, and longer in bytes
        "poj2qo00000000-0",
        "p00000000000000000001", // long form of what the short one says
        "pzzzzzzz0000000000000", // more seconds than there are
        "p0000000zzzzzzzzzzzzz", // more than 64 bits
        "58684680-0000-7000-8000-000000000000", // another version
        "58684680-0000-8000-c000-000000000000", // another variant
        "58684680-0000-8000-8000-000000000001", // spare bits
        "58684680_0000_8000_8000_000000000000",
        "58684680-0000-8000-8000-00000000000-",
        "5868468-00000-8000-8000-000000000000",
        "é8684680-0000-8000-8000-0000000000",
    ];
    for text in rejected {
        let error = AssetId::parse_any(text).unwrap_err();
        assert!(matches!(&error, Error::Invalid(why) if why.contains(text)), "{text}: {error}");
    }
}

#[test]
fn uuids_are_read_in_upper_case_too() {
    let id = AssetId::from_parts(0xabcd_ef01, 0x1234);
    assert_eq!(AssetId::parse_uuid(&id.uuid().to_uppercase()).unwrap(), id);
}

#[test]
fn generated_ids_are_short_and_of_now() {
    let before = now();
    let ids: Vec<AssetId> = (0..1000).map(|_| AssetId::generate()).collect();
    let after = now();
    for id in &ids {
        assert!(id.random < SHORT_RANDOM);
        assert_eq!(id.uid().len(), 16);
        assert!((before..=after).contains(&(id.created() / 1000)), "{}", id.created());
    }
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
}

#[test]
fn kinds_differ_in_their_letter_only() {
    let asset = AssetId::from_parts(1, 2);
    let version: VersionId = asset.cast();
    assert_eq!(version.to_string(), asset.to_string());
    assert_eq!(version.to_bytes(), asset.to_bytes());
    assert_eq!(version.uid(), "f000001000000002");
    assert_eq!(FolderId::from_parts(1, 2).uid(), "d000001000000002");
    assert_eq!(JobId::from_parts(1, 2).uid(), "w000001000000002");
}

proptest! {
    #[test]
    fn each_spelling_reads_back(seconds: u32, random: u64) {
        let id = AssetId::from_parts(seconds, random);
        prop_assert_eq!(id.to_string().parse::<AssetId>().unwrap(), id);
        prop_assert_eq!(AssetId::parse_uid(&id.uid()).unwrap(), id);
        prop_assert_eq!(AssetId::parse_uuid(&id.uuid()).unwrap(), id);
        prop_assert_eq!(AssetId::from_bytes(id.to_bytes()), id);
        for spelling in [id.to_string(), id.uid(), id.uuid()] {
            prop_assert_eq!(AssetId::parse_any(&spelling).unwrap(), id);
        }
    }

    #[test]
    fn all_orders_agree(a: (u32, u64), b: (u32, u64)) {
        let [a, b] = [a, b].map(|(seconds, random)| AssetId::from_parts(seconds, random));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        prop_assert_eq!(a.cmp(&b), a.to_bytes().cmp(&b.to_bytes()));
        prop_assert_eq!(a.cmp(&b), a.uuid().cmp(&b.uuid()));
    }

    #[test]
    fn nothing_makes_the_parsers_panic(text in "[0-9a-zé-]{0,40}") {
        if let Ok(id) = AssetId::parse_any(&text) {
            let spellings = [id.to_string(), id.uid(), id.uuid()];
            prop_assert!(spellings.contains(&text));
        }
    }
}

/// Whole seconds.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}
