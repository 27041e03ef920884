//! Operations that back ends carry out: in delivery, in contexts, as predictions.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{EchoEngine, Picture, Reply, Service};

use crate::server::{SECRET, Server, bearer, body, form, part};

/// One that takes backgrounds away, and counts objects.
async fn service() -> Service {
    Service::start(|seen, _| match seen.path.as_str() {
        "/count" => Reply::new("application/json", r#"{"count": 2}"#),
        _ => Reply::new("image/png", Picture::png(300, 200).alpha().bytes()),
    })
    .await
}

async fn server(service: &Service) -> Server {
    let (erase, count) = (service.url("/erase"), service.url("/count"));
    let app = testkit::builder()
        .engine(Arc::new(EchoEngine::drawing()))
        .config(|config| {
            config.fetch.allow_private = true;
            config.extensions.operations = BTreeMap::from([
                ("erase".to_owned(), erase.clone()),
                ("oc".to_owned(), count),
                ("shadow".to_owned(), erase),
            ]);
        })
        .build()
        .await;
    Server::around(app, |_| {})
}

#[tokio::test]
async fn modules_with_a_back_end_are_enabled() {
    let service = service().await;
    let server = server(&service).await;
    let all = server.api(Method::GET, "/playground/plugins", "").await.json();
    for (plugin, expected) in [("t", true), ("erase", true), ("oc", true), ("sr", false)] {
        assert_eq!(all["plugins"][plugin]["enabled"], expected, "{plugin}");
    }
}

#[tokio::test]
async fn a_chain_goes_on_with_what_the_back_end_made() {
    let service = service().await;
    let server = server(&service).await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let url = "/v2/demo/t.resize(w:300)~erase.bg(i:car,r:false)~t.resize(w:150)/cat.jpg";
    let answer = server.get(url).await;
    assert_eq!(answer.headers["content-type"], "image/png");
    assert_eq!(answer.body, "ECHO png 150x100 orientation=1 frames=1 serial=0");
    let form = service.seen()[0].text().to_owned();
    assert!(form.contains("name=\"extension\"\r\n\r\nerase.bg\r\n"), "{form}");
    assert!(form.contains(r#"{"i":"car","r":false,"shadow":false}"#), "{form}");
    assert!(form.contains("ECHO png 300x200"), "{form}");

    let known = [("if-none-match", answer.headers["etag"].to_str().unwrap())];
    assert_eq!(server.get_with(url, &known).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(service.seen().len(), 1);
}

#[tokio::test]
async fn what_is_found_out_is_told_by_the_context() {
    let service = service().await;
    let server = server(&service).await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let url =
        "/v2/demo/t.resize(w:400)~oc.detect()~t.rotate(a:90)~erase.bg()~t.resize(w:30)/cat.jpg";
    let path = format!("/service/platform/transformation/context?url={url}");
    let context = server.api(Method::GET, &path, "").await.json();
    let steps = context["context"]["steps"].as_array().unwrap().iter();
    let shown: Vec<String> = steps
        .map(|step| {
            let name = step["name"].as_str().unwrap();
            let format = step["format"].as_str().unwrap();
            let (width, height, alpha) = (&step["width"], &step["height"], &step["hasAlpha"]);
            format!("{name} {format} {width}x{height} {alpha} {}", step["data"])
        })
        .collect();
    assert_eq!(
        shown,
        [
            "resize jpeg 400x267 false {}",
            r#"detect jpeg 400x267 false {"count":2}"#,
            "rotate jpeg 267x400 false {}",
            "bg png 300x200 true {}",
            "resize png 30x20 true {}",
        ]
    );
    // The picture itself is left alone.
    let answer = server.get("/v2/demo/oc.detect()/cat.jpg").await;
    assert_eq!(answer.body, "ECHO jpeg 600x400 orientation=1 frames=1 serial=0");
}

#[tokio::test]
async fn other_files_are_named_by_their_tails() {
    let service = service().await;
    let server = server(&service).await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    server.app.add("/dir/back.png", Picture::png(9, 9)).await;
    let tail = |text: &str| BASE64_STANDARD.encode(text).replace('=', "");
    let get = async |text: &str| {
        server.get(&format!("/v2/demo/shadow.gen(bgi:{})/cat.jpg", tail(text))).await
    };
    assert_eq!(get("dir/back.png").await.status, StatusCode::OK);
    assert!(service.seen()[0].text().contains("name=\"bgi\""), "{:?}", service.seen());
    assert_eq!(
        get("nothing.png").await.fault(),
        "404 A file that the operations name was not found"
    );
}

#[tokio::test]
async fn refusals_name_the_operation() {
    let service = service().await;
    let server = server(&service).await;
    server.app.add("/cat.jpg", Picture::jpeg(600, 400)).await;
    let tr = BASE64_STANDARD.encode("erase.bg()");
    for (pattern, expected) in [
        ("sr.upscale()".to_owned(), "400 plugin not available"),
        (
            "erase.bg(i:x)".to_owned(),
            "400 `i` of erase.bg expects one of general, ecommerce, car, human, object, found `x`",
        ),
        (format!("t.merge(tr:{tr})"), "400 plugin not available"),
    ] {
        let answer = server.get(&format!("/v2/demo/{pattern}/cat.jpg")).await;
        assert_eq!(answer.fault(), expected, "{pattern}");
    }
    assert!(service.seen().is_empty());
}

/// Asks after it until it is over. Bounded, so that what never comes is a failure.
async fn ended(server: &Server, id: &str) -> Value {
    for _ in 0..2000 {
        let path = format!("/service/platform/transformation/v1.0/predictions/{id}");
        let job = server.api(Method::GET, &path, "").await.json();
        if job["status"] != "ACCEPTED" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{id} never ended");
}

const CREATE: &str = "/service/platform/transformation/v1.0/predictions/erase/bg";
const PUBLIC: &str = "/service/public/transformation/v1.0/predictions";

#[tokio::test]
async fn predictions_are_made_of_files() {
    let service = service().await;
    let server = server(&service).await;
    let picture = Picture::jpeg(60, 40).bytes();
    let parts = [
        part("input.image", Some("cat.jpg"), &picture),
        part("input.industry_type", None, b"car"),
        part("input.refine", None, b"false"),
    ];
    let request = form(Method::POST, CREATE).header("authorization", bearer(SECRET));
    let job = server.send(request.body(body(&parts)).unwrap()).await.json();
    let id = job["_id"].as_str().unwrap();
    assert!(id.starts_with("erase--bg--") && id.len() == 11 + 36, "{id}");
    assert_eq!(job["status"], "ACCEPTED");
    assert_eq!(job["retention"], "30d");
    assert_eq!(job["input"], json!({"industry_type": "car", "refine": "false"}));
    let link = job["urls"]["get"].as_str().unwrap();
    assert!(link.ends_with(&format!("/service/platform/transformation/v1.0/predictions/{id}")));

    let over = ended(&server, id).await;
    assert_eq!(over["status"], "SUCCESS", "{over}");
    assert_eq!(over["consumedCredits"], 0);
    let output = over["output"][0].as_str().unwrap();
    let path = output.strip_prefix(crate::server::PUBLIC_URL).unwrap();
    let picture = server.get(path).await;
    assert_eq!(picture.headers["content-type"], "image/png");
    assert_eq!(picture.body, Picture::png(300, 200).alpha().bytes());
    assert!(service.seen()[0].text().contains(r#"{"i":"car","r":false,"shadow":false}"#));
    // No file of the library comes of it.
    let files = server.api(Method::GET, "/listFiles", "").await.json();
    assert_eq!(files["items"], json!([]));
}

#[tokio::test]
async fn predictions_are_made_of_urls_and_only_find_something_out() {
    let service = Service::start(|seen, _| match seen.path.as_str() {
        "/cat.jpg" => Reply::new("image/jpeg", Picture::jpeg(60, 40).bytes()),
        "/hook" => Reply::status(200),
        _ => Reply::new("application/json", r#"{"count": 2}"#),
    })
    .await;
    let server = server(&service).await;
    let create = "/service/platform/transformation/v1.0/predictions/oc/detect";
    let link = service.url("/cat.jpg");
    let asked = json!({"input.image": link, "webhook": service.url("/hook")});
    let job = server.call(Method::POST, create, &asked).await.json();
    assert_eq!(job["input"], json!({"image": link}));
    let over = ended(&server, job["_id"].as_str().unwrap()).await;
    assert_eq!((&over["output"], &over["data"]), (&json!([]), &json!({"count": 2})));
    let told = service.wait_for(3).await;
    let told: Value = serde_json::from_str(told[2].text()).unwrap();
    assert_eq!((&told["_id"], &told["status"]), (&job["_id"], &json!("SUCCESS")));
}

#[tokio::test]
async fn predictions_are_described_and_refused() {
    let service = service().await;
    let server = server(&service).await;
    let list = server.get(PUBLIC).await.json();
    let names: Vec<&str> =
        list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["erase_bg", "shadow_gen", "oc_detect"]);
    let schema = server.get(&format!("{PUBLIC}/schema/erase_bg")).await.json();
    assert_eq!(schema["displayName"], "EraseBG Bg");
    assert_eq!(schema["input"]["image"]["required"], true);
    assert_eq!(schema["input"]["industry_type"]["default"], "general");
    assert_eq!(schema["input"]["industry_type"]["type"], "enum");
    for (name, expected) in [
        ("sr_upscale", "400 plugin not available"),
        ("t_resize", "404 Prediction model not found"),
        ("nothing", "404 Prediction model not found"),
    ] {
        assert_eq!(server.get(&format!("{PUBLIC}/schema/{name}")).await.fault(), expected);
    }
    for (asked, expected) in [
        (json!({}), "400 `input.image` expects a file or a URL"),
        (
            json!({"input.image": service.url("/"), "input.industry_type": "x"}),
            "400 `i` of erase.bg expects one of general, ecommerce, car, human, object, found `x`",
        ),
    ] {
        assert_eq!(server.call(Method::POST, CREATE, &asked).await.fault(), expected);
    }
    for id in ["erase--bg--01890a5d-ac96-774b-bcce-b302099a8057", "x", "erase--bg--"] {
        let path = format!("/service/platform/transformation/v1.0/predictions/{id}");
        assert_eq!(server.api(Method::GET, &path, "").await.fault(), "404 Prediction not found");
    }
    let missing =
        format!("{PUBLIC}/outputs/demo/erase--bg--01890a5d-ac96-774b-bcce-b302099a8057/a");
    assert_eq!(server.get(&missing).await.fault(), "404 Prediction not found");
}
