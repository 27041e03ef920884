use super::*;

fn layers() -> Layers {
    Layers::new(&toml::Table::try_from(Settings::default()).unwrap())
}

#[track_caller]
fn check_environment(variable: &str, text: &str, expected: &str) {
    let mut layers = layers();
    let outcome = layers.add_environment([(variable.to_owned(), text.to_owned())].into_iter());
    let outcome = match outcome {
        Ok(()) => "fine".to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(outcome, expected);
}

#[test]
fn every_default_is_a_valid_configuration() {
    let table = layers().table();
    let settings: Settings = table.try_into().unwrap();
    assert_eq!(settings, Settings::default());
    super::check(&settings).unwrap();
}

#[test]
fn values_from_the_environment_are_read_as_the_type_of_their_key() {
    check_environment("HALFTONE_FETCH__ALLOW_PRIVATE", "true", "fine");
    check_environment("HALFTONE_BOOTSTRAP__PRIVATE_KEY", "12345", "fine");
    check_environment("HALFTONE_SAMS__DESTINATIONS", "internal,during_draft", "fine");
    check_environment("HALFTONE_EXTENSIONS__REMOVE_BG__URL", "http://127.0.0.1:9000/", "fine");
    check_environment("HALFTONE_EXTENSIONS__WAIT_MS", "100", "fine");
    check_environment(
        "HALFTONE_EXTENSIONS__REMOVE_BG__ULR",
        "x",
        "HALFTONE_EXTENSIONS__REMOVE_BG__ULR: unknown key `extensions.remove_bg.ulr`; did you mean `extensions.remove-bg.url`?",
    );
    check_environment("HALFTONE_EXTENSIONS__OPERATIONS__ERASE", "http://127.0.0.1:9/", "fine");
    check_environment("HALFTONE_BIN", "/somewhere", "fine");
    check_environment(
        "HALFTONE_FETCH__ALLOW_PRIVATE",
        "yes",
        "HALFTONE_FETCH__ALLOW_PRIVATE: `fetch.allow_private` must be true or false, found `yes`",
    );
    check_environment(
        "HALFTONE_RENDER__WORKERS",
        "many",
        "HALFTONE_RENDER__WORKERS: `render.workers` must be a whole number, found `many`",
    );
    check_environment(
        "HALFTONE_SERVER__LISTN",
        "x",
        "HALFTONE_SERVER__LISTN: unknown key `server.listn`; did you mean `server.listen`?",
    );
}

#[test]
fn operations_are_named_by_the_administrator() {
    let mut layers = layers();
    let file = "[extensions.operations]\nerase = \"http://a/\"\n\"qr.scan\" = \"http://b/\"\n";
    layers.add_file(Path::new("halftone.toml"), file).unwrap();
    layers.set("extensions.operations.e-upscale", "http://c/", Origin::Flag).unwrap();
    let settings: Settings = layers.table().try_into().unwrap();
    super::check(&settings).unwrap();
    let operations: Vec<_> = settings.library.extensions.operations.into_iter().collect();
    let of = |name: &str, url: &str| (name.to_owned(), url.to_owned());
    let expected =
        [of("e-upscale", "http://c/"), of("erase", "http://a/"), of("qr.scan", "http://b/")];
    assert_eq!(operations, expected);
    layers.set("extensions.operations.erase", "ftp://a/", Origin::Flag).unwrap();
    let settings: Settings = layers.table().try_into().unwrap();
    assert_eq!(
        super::check(&settings).unwrap_err().to_string(),
        "`extensions.operations.erase` must begin with http:// or https://, found `ftp://a/`"
    );
    let number = "[extensions.operations]\nerase = 3\n";
    let refused = layers.add_file(Path::new("h.toml"), number).unwrap_err().to_string();
    assert_eq!(
        refused,
        "h.toml: `extensions.operations.erase` must be of type string, found integer"
    );
}

#[test]
fn later_layers_win_and_are_named() {
    let mut layers = layers();
    let file = "[server]\nlisten = \"0.0.0.0:1\"\n[log]\nlevel = \"debug\"\n";
    layers.add_file(Path::new("halftone.toml"), file).unwrap();
    let variable = ("HALFTONE_SERVER__LISTEN".to_owned(), "0.0.0.0:2".to_owned());
    layers.add_environment([variable].into_iter()).unwrap();
    layers.set("server.public_url", "https://example.com/", Origin::Flag).unwrap();
    let origins: Vec<_> = layers
        .iter()
        .filter(|(_, _, origin)| **origin != Origin::Default)
        .map(|(key, value, origin)| format!("{key} = {value} ({origin})"))
        .collect();
    insta::assert_snapshot!(origins.join("\n"), @r#"
    log.level = "debug" (halftone.toml)
    server.listen = "0.0.0.0:2" (environment HALFTONE_SERVER__LISTEN)
    server.public_url = "https://example.com/" (command line)
    "#);
    let settings: Settings = layers.table().try_into().unwrap();
    assert_eq!(settings.public_url(), "https://example.com");
}

#[test]
fn sections_may_lie_in_sections() {
    let mut layers = layers();
    let file = "[extensions]\nwait_ms = 5\n[extensions.remove-bg]\nurl = \"http://a\"\n";
    layers.add_file(Path::new("halftone.toml"), file).unwrap();
    let variable = ("HALFTONE_EXTENSIONS__REMOVE_BG__TOKEN".to_owned(), "s3cret".to_owned());
    layers.add_environment([variable].into_iter()).unwrap();
    let settings: Settings = layers.table().try_into().unwrap();
    let extensions = settings.library.extensions;
    assert_eq!(extensions.wait_ms, 5);
    assert_eq!(
        (extensions.remove_bg.url, extensions.remove_bg.token),
        ("http://a".into(), "s3cret".into())
    );
}

#[test]
fn destinations_are_text_or_a_list() {
    let file =
        "[[sams.destinations]]\nname = \"a\"\n[[sams.destinations]]\nname = \"b\"\npath = \"/b\"";
    let names = |layers: &Layers| -> Vec<String> {
        let settings: Settings = layers.table().try_into().unwrap();
        settings.sams.destinations.places().unwrap().into_iter().map(|place| place.name).collect()
    };
    let mut layers = layers();
    assert_eq!(names(&layers), ["internal"]);
    layers.add_file(Path::new("halftone.toml"), file).unwrap();
    assert_eq!(names(&layers), ["a", "b"]);
    for (text, expected) in
        [("x,y", ["x", "y"]), ("[{name='c'}, {name='d', path='/d'}]", ["c", "d"])]
    {
        let variable = ("HALFTONE_SAMS__DESTINATIONS".to_owned(), text.to_owned());
        layers.add_environment([variable].into_iter()).unwrap();
        assert_eq!(names(&layers), expected);
    }
    check_environment(
        "HALFTONE_SAMS__DESTINATIONS",
        "[{name=",
        "HALFTONE_SAMS__DESTINATIONS: `sams.destinations` must be names between commas, or a list in TOML",
    );
}

#[test]
fn secrets_are_keys() {
    for secret in SECRETS {
        assert!(layers().iter().any(|(key, ..)| key == secret), "{secret}");
    }
}

#[test]
fn mistakes_in_the_file_are_named() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = layers().add_file(Path::new("h.toml"), text).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    check(
        "[server]\nlistne = \"x\"",
        "h.toml: unknown key `server.listne`; did you mean `server.listen`?",
    );
    check(
        "[render]\nworkers = \"2\"",
        "h.toml: `render.workers` must be of type integer, found string",
    );
    check("listen = \"x\"", "h.toml: `listen` must be a section, as in `[listen]`");
}

#[test]
fn values_out_of_range_are_refused() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &str) {
        let mut settings = Settings::default();
        change(&mut settings);
        assert_eq!(super::check(&settings).unwrap_err().to_string(), expected);
    }
    check(|s| s.log.format = "xml".into(), "`log.format` must be one of text, json, found `xml`");
    check(
        |s| s.sams.auth = "none".into(),
        "`sams.auth` must be one of basic, public, found `none`",
    );
    check(
        |s| s.bootstrap.tenant = "v1".into(),
        "`bootstrap.tenant` must not be `v1`: that is part of other URLs",
    );
    check(
        |s| s.bootstrap.tenant = "My Shop".into(),
        "`bootstrap.tenant` must be lower-case letters, digits, `-` or `_`, found `My Shop`",
    );
    check(
        |s| s.server.public_url = "example.com".into(),
        "`server.public_url` must begin with http:// or https://, found `example.com`",
    );
    check(
        |s| s.library.limits.upload_bytes = 0,
        "`limits.upload_bytes` must be at least 1, found 0",
    );
}
