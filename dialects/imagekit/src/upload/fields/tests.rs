use super::*;

fn parse(fields: &[(&'static str, &str)]) -> Result<Fields, ApiError> {
    let mut texts = Texts::from([("fileName".to_owned(), "a.jpg".to_owned())]);
    texts.extend(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    Fields::parse(&texts)
}

fn upload(fields: &[(&'static str, &str)]) -> Upload {
    let mut all = vec![("useUniqueFileName", "false")];
    all.extend_from_slice(fields);
    parse(&all).unwrap().to_upload().unwrap()
}

#[track_caller]
fn check_error(field: &'static str, text: &str, expected: &str) {
    let error = parse(&[(field, text)]).expect_err(text);
    assert_eq!(error.status, 400);
    assert_eq!(error.message, expected);
}

#[test]
fn without_fields_the_defaults_hold() {
    let upload = upload(&[]);
    assert_eq!(upload.folder, FolderPath::root());
    assert_eq!(upload.name.as_str(), "a.jpg");
    assert_eq!(upload.on_conflict, OnConflict::NewVersion);
    assert_eq!(upload.access, Change::Keep);
    assert_eq!(upload.visibility, Change::Keep);
    assert_eq!(upload.tags, Change::Set(Vec::new()));
    assert_eq!(upload.auto_tags, Change::Set(Vec::new()));
    assert_eq!(upload.custom_metadata, Change::Set(BTreeMap::new()));
    assert_eq!(upload.focus, Change::Set(None));
    assert_eq!(upload.description, Change::Keep);
}

#[test]
fn names_are_unique_unless_told_otherwise() {
    let fields = parse(&[]).unwrap();
    let (one, other) = (fields.to_upload().unwrap(), fields.to_upload().unwrap());
    assert_ne!(one.name, other.name);
    assert_eq!(one.name.as_str().len(), "a_123456789.jpg".len());
}

#[test]
fn fields_are_read() {
    let upload = upload(&[
        ("folder", "/a b//c/"),
        ("tags", " x, y ,,z"),
        ("isPrivateFile", "true"),
        ("isPublished", "false"),
        ("customCoordinates", "10, 20,30,40"),
        ("overwriteFile", "false"),
        ("description", "words"),
    ]);
    assert_eq!(upload.folder.as_str(), "/a_b/c");
    assert_eq!(upload.tags, Change::Set(vec!["x".to_owned(), "y".to_owned(), "z".to_owned()]));
    assert_eq!(upload.access, Change::Set(Access::PresetsOnly));
    assert_eq!(upload.visibility, Change::Set(Visibility::Draft));
    assert_eq!(upload.focus, Change::Set(Some([10, 20, 30, 40])));
    assert_eq!(upload.on_conflict, OnConflict::Reject);
    assert_eq!(upload.description, Change::Set(Some("words".to_owned())));
}

#[test]
fn overwriting_without_a_value_may_keep_the_old_one() {
    let kept = upload(&[
        ("overwriteTags", "false"),
        ("overwriteAITags", "false"),
        ("overwriteCustomMetadata", "false"),
    ]);
    assert_eq!(kept.tags, Change::Keep);
    assert_eq!(kept.auto_tags, Change::Keep);
    assert_eq!(kept.custom_metadata, Change::Keep);
    let given = upload(&[("overwriteTags", "false"), ("tags", "new")]);
    assert_eq!(given.tags, Change::Set(vec!["new".to_owned()]));
}

#[test]
fn faults_name_their_field() {
    check_error("fileName", "", "Your request is missing the `fileName` field.");
    check_error("fileName", "..", "`fileName`: `..` cannot be a file name: `..` is no name.");
    check_error(
        "useUniqueFileName",
        "yes",
        "`useUniqueFileName` expects true or false, found `yes`.",
    );
    check_error("isPrivateFile", "True", "`isPrivateFile` expects true or false, found `True`.");
    check_error("tags", "50%", "`tags` may not contain `%` or control characters.");
    check_error("tags", &"x".repeat(501), "`tags` may have 500 characters in all.");
    for text in
        ["1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,2,3,4", "1.5,2,3,4", "1,2,3,", "1,2,3,99999999999"]
    {
        check_error(
            "customCoordinates",
            text,
            &format!(
                "`customCoordinates` expects x,y,width,height as whole numbers from 0, found `{text}`."
            ),
        );
    }
    check_error(
        "responseFields",
        "tags,nothing",
        "`responseFields` expects some of tags, customCoordinates, isPrivateFile, isPublished, embeddedMetadata, \
         customMetadata, metadata, selectedFieldsSchema, found `nothing`.",
    );
    check_error("checks", "", "`checks`: at character 1: expected a field or `(`, found the end.");
}

#[test]
fn custom_metadata_is_a_json_object() {
    assert!(parse(&[("customMetadata", r#"{"price": 1, "brand": "x"}"#)]).is_ok());
    assert!(parse(&[("customMetadata", "{}")]).is_ok());
    for text in ["", "[]", "{", "null", "{\"a\": \"\\ud800\"}"] {
        assert!(parse(&[("customMetadata", text)]).is_err(), "{text}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(parse(&[("customMetadata", &deep)]).is_err());
}

#[test]
fn tags_may_have_500_characters() {
    assert!(parse(&[("tags", &"ü".repeat(500))]).is_ok());
}
