//! The form field `transformation`: what is done to a file before it is stored, and what is made ready after that.
//!
//! ```text
//! {"pre": chain, "post": [post, ...]}
//! post = {"type": "transformation", "value": chain}
//!      | {"type": "thumbnail" | "gif-to-video" [, "value": chain]}
//!      | {"type": "abs", "protocol": "hls" | "dash", "value": text}
//! ```
//!
//! A chain is what stands behind `tr:` in a URL, with or without these three characters. Unknown keys are errors: a
//! misspelt `pre` would store the original. Two steps as with URLs: [`Requested`] is what was written, [`Wanted`] what is
//! meant by it; all faults are 400 and name the place, as in `transformation.post[1].value`.

use library::{Accepts, Variant};
use plan::Plan;
use serde_json::{Map, Value, json};
use wire::request_id::RequestId;

use crate::{
    ImageKit,
    delivery::still,
    error::ApiError,
    transformation::{Chain, Hints, Meaning, MeaningError, Names, Place},
};

/// Variants that one upload may ask for.
const MAX_POST: usize = 20;

/// What was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Requested {
    pub(crate) pre: Option<Written>,
    pub(crate) post: Vec<Post>,
}

/// A chain, and its text as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    pub(crate) text: String,
    chain: Chain,
}

/// A variant that is to be ready before somebody asks for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Post {
    pub(crate) kind: PostKind,
    /// Missing where nothing is to be done beyond what the kind says.
    pub(crate) value: Option<Written>,
    /// As it was sent, for the events that tell of it.
    pub(crate) sent: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PostKind {
    Transformation,
    /// The picture at `<file>/ik-thumbnail.jpg`.
    Thumbnail,
    GifToVideo,
    /// Adaptive bitrate streaming.
    Abs,
}

impl PostKind {
    const ALL: [(&'static str, Self); 4] = [
        ("transformation", Self::Transformation),
        ("thumbnail", Self::Thumbnail),
        ("gif-to-video", Self::GifToVideo),
        ("abs", Self::Abs),
    ];

    /// Whether the result would be a video, which this server does not make.
    pub(crate) fn is_video(self) -> bool {
        matches!(self, Self::GifToVideo | Self::Abs)
    }
}

impl Requested {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            ApiError::bad_request(format!("`transformation` expects a JSON object: {error}."))
        })?;
        let mut requested = Self::default();
        for (key, value) in object {
            match (key.as_str(), value) {
                ("pre" | "post", Value::Null) => {}
                ("pre", value) => requested.pre = Some(written("transformation.pre", &value)?),
                ("post", Value::Array(items)) if items.len() <= MAX_POST => {
                    requested.post =
                        items.into_iter().enumerate().map(post).collect::<Result<_, _>>()?;
                }
                ("post", _) => {
                    return Err(ApiError::bad_request(format!(
                        "`transformation.post` expects an array of at most {MAX_POST} objects."
                    )));
                }
                _ => return Err(unknown_key("transformation", &key, "pre and post")),
            }
        }
        Ok(requested)
    }
}

fn post((index, item): (usize, Value)) -> Result<Post, ApiError> {
    let place = format!("transformation.post[{index}]");
    let Value::Object(object) = &item else {
        return Err(ApiError::bad_request(format!("`{place}` expects an object.")));
    };
    let known = |key: &&String| !matches!(key.as_str(), "type" | "value" | "protocol");
    if let Some(key) = object.keys().find(known) {
        return Err(unknown_key(&place, key, "type, value and protocol"));
    }
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
    let kind = PostKind::ALL.iter().find(|(name, _)| *name == kind).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| {
        let names = PostKind::ALL.map(|(name, _)| name).join(", ");
        ApiError::bad_request(format!("`{place}.type` expects one of {names}."))
    })?;
    let protocol = object.get("protocol").map(Value::as_str);
    match (kind, protocol) {
        (PostKind::Abs, Some(Some("hls" | "dash"))) => {}
        (PostKind::Abs, _) => {
            return Err(ApiError::bad_request(format!("`{place}.protocol` expects hls or dash.")));
        }
        (_, None) => {}
        (_, Some(_)) => {
            return Err(ApiError::bad_request(format!(
                "`{place}.protocol` belongs to type abs only."
            )));
        }
    }
    let value = match object.get("value") {
        None if matches!(kind, PostKind::Thumbnail | PostKind::GifToVideo) => None,
        value => Some(written(&format!("{place}.value"), value.unwrap_or(&Value::Null))?),
    };
    Ok(Post { kind, value, sent: item })
}

fn written(place: &str, value: &Value) -> Result<Written, ApiError> {
    let text = value.as_str().unwrap_or_default();
    let chain = Chain::parse(text.strip_prefix("tr:").unwrap_or(text), Place::Path)
        .map_err(|error| fault(place, error))?;
    if chain.steps.is_empty() {
        return Err(ApiError::bad_request(format!(
            "`{place}` expects a transformation such as w-300,h-200."
        )));
    }
    Ok(Written { text: text.to_owned(), chain })
}

/// What is meant.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Wanted {
    pub(crate) pre: Option<Plan>,
    /// For each of [`Requested::post`]; `None` for what would be a video.
    pub(crate) post: Vec<Option<Plan>>,
}

impl Wanted {
    pub(crate) fn of(requested: &Requested, names: &Names<'_>) -> Result<Self, ApiError> {
        let meaning = |place: &str, written: &Written| meaning(place, written, names);
        let pre = requested.pre.as_ref().map(|pre| meaning("transformation.pre", pre));
        let post = requested.post.iter().enumerate().map(|(index, post)| {
            if post.kind.is_video() {
                return Ok(None);
            }
            let place = format!("transformation.post[{index}].value");
            let plan = post.value.as_ref().map(|value| meaning(&place, value)).transpose()?;
            let mut plan = plan.unwrap_or_default();
            if post.kind == PostKind::Thumbnail {
                still(&mut plan);
            }
            Ok(Some(plan))
        });
        Ok(Self { pre: pre.transpose()?, post: post.collect::<Result<_, ApiError>>()? })
    }

    /// What is to be made ahead of time, with what its events need to say.
    pub(crate) fn variants(
        &self,
        requested: &Requested,
        app: &ImageKit,
        id: RequestId,
    ) -> Vec<Variant> {
        let posts = self.post.iter().zip(&requested.post);
        let variants = posts.map(|(plan, post)| Variant {
            plan: plan.clone().ok_or_else(|| "this server makes no videos".to_owned()),
            accepts: expected(app),
            note: json!({"x_request_id": id.as_str(), "transformation": post.sent}),
        });
        variants.collect()
    }
}

/// What those accept who will ask: browsers that name WebP (and AVIF, where it is offered), and the others.
fn expected(app: &ImageKit) -> Vec<Accepts> {
    let (webp, avif) = (app.config.auto_webp, app.config.auto_avif);
    let mut expected = vec![Accepts::default()];
    if webp {
        expected.push(Accepts { webp, avif: false });
    }
    if avif {
        expected.push(Accepts { webp, avif });
    }
    expected
}

fn meaning(place: &str, written: &Written, names: &Names<'_>) -> Result<Plan, ApiError> {
    let meaning = Meaning::of(&written.chain, names, &mut Hints::default());
    let meaning = meaning.map_err(|error| fault(place, error))?;
    // What is stored is made here; a back end is asked when the file is delivered, or as an extension.
    meaning.check(None).map_err(|error| fault(place, error))?;
    Ok(meaning.plan)
}

fn fault(place: &str, error: impl Into<MeaningError>) -> ApiError {
    ApiError::bad_request(format!("`{place}`: {}.", error.into()))
}

fn unknown_key(place: &str, key: &str, known: &str) -> ApiError {
    let key: String = key.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
    ApiError::bad_request(format!("`{place}` knows the keys {known}, found `{key}`."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, pre: &str, post: &[&str]) {
        let wanted =
            Wanted::of(&Requested::parse(text).expect(text), &Names::built_in()).expect(text);
        assert_eq!(wanted.pre.map(|plan| plan.to_string()).unwrap_or_default(), pre, "{text}");
        let found: Vec<String> = wanted
            .post
            .iter()
            .map(|plan| plan.as_ref().map_or("video".to_owned(), ToString::to_string))
            .collect();
        assert_eq!(found, post, "{text}");
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error =
            Requested::parse(text).and_then(|requested| Wanted::of(&requested, &Names::built_in()));
        let error = error.expect_err(text);
        assert_eq!((error.status.as_u16(), error.message.as_str()), (400, expected), "{text}");
    }

    #[test]
    fn what_is_written_is_meant() {
        check("{}", "", &[]);
        check(r#"{"pre": null, "post": null}"#, "", &[]);
        check(r#"{"pre": "w-300"}"#, "resize(300x)", &[]);
        check(r#"{"pre": "tr:w-300:rt-90,f-png"}"#, "resize(300x)|rotate(90)|png", &[]);
        check(
            r#"{"post": [
                {"type": "transformation", "value": "w-100,f-webp"},
                {"type": "thumbnail"},
                {"type": "thumbnail", "value": "w-50,pg-2"},
                {"type": "gif-to-video"},
                {"type": "gif-to-video", "value": "w-50"},
                {"type": "abs", "protocol": "hls", "value": "sr-240_360"}
            ]}"#,
            "",
            &[
                "resize(100x)|webp",
                "frame(1)|jpeg",
                "frame(2)|resize(50x)|jpeg",
                "video",
                "video",
                "video",
            ],
        );
    }

    #[test]
    fn faults_name_their_place() {
        check_error(
            "[]",
            "`transformation` expects a JSON object: invalid type: sequence, expected a map at line 1 column 0.",
        );
        check_error(
            "{",
            "`transformation` expects a JSON object: EOF while parsing an object at line 1 column 1.",
        );
        check_error(
            r#"{"per": "w-1"}"#,
            "`transformation` knows the keys pre and post, found `per`.",
        );
        for text in [r#"{"pre": ""}"#, r#"{"pre": 5}"#, r#"{"pre": "tr:"}"#, r#"{"pre": ":,"}"#] {
            check_error(text, "`transformation.pre` expects a transformation such as w-300,h-200.");
        }
        check_error(
            r#"{"pre": "n-nobody"}"#,
            "`transformation.pre`: the named transformation `nobody` does not exist.",
        );
        check_error(
            r#"{"post": {}}"#,
            "`transformation.post` expects an array of at most 20 objects.",
        );
        check_error(r#"{"post": [5]}"#, "`transformation.post[0]` expects an object.");
        let types = "`transformation.post[0].type` expects one of transformation, thumbnail, gif-to-video, abs.";
        check_error(r#"{"post": [{}]}"#, types);
        check_error(r#"{"post": [{"type": "tranformation"}]}"#, types);
        check_error(
            r#"{"post": [{"type": "thumbnail", "valeu": "w-1"}]}"#,
            "`transformation.post[0]` knows the keys type, value and protocol, found `valeu`.",
        );
        check_error(
            r#"{"post": [{"type": "thumbnail"}, {"type": "transformation"}]}"#,
            "`transformation.post[1].value` expects a transformation such as w-300,h-200.",
        );
        check_error(
            r#"{"post": [{"type": "abs", "value": "sr-240"}]}"#,
            "`transformation.post[0].protocol` expects hls or dash.",
        );
        check_error(
            r#"{"post": [{"type": "thumbnail", "protocol": "hls"}]}"#,
            "`transformation.post[0].protocol` belongs to type abs only.",
        );
        let many = vec![r#"{"type": "thumbnail"}"#; 21].join(",");
        check_error(
            &format!("{{\"post\": [{many}]}}"),
            "`transformation.post` expects an array of at most 20 objects.",
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "[ -~]{0,80}") {
            let _ = Requested::parse(&text).and_then(|requested| Wanted::of(&requested, &Names::built_in()));
        }
    }
}
