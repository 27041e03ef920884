//! The modules and the context of a transformation.

use http::Method;
use testkit::Picture;

use crate::server::Server;

#[tokio::test]
async fn modules_are_listed() {
    let server = Server::start().await;
    let all = server.api(Method::GET, "/playground/plugins", "").await.json();
    assert_eq!(all["delimiters"]["operationSeparator"], "~");
    assert_eq!(all["delimiters"]["parameterSeparator"], ",");
    assert_eq!(all["plugins"]["t"]["enabled"], true);
    assert_eq!(all["plugins"]["t"]["credentials"]["required"], false);
    assert_eq!(all["plugins"]["erase"]["enabled"], false);
    assert_eq!(all["plugins"]["awsRek"]["credentials"]["required"], true);
    let one = server.api(Method::GET, "/playground/plugins/t", "").await.json();
    assert_eq!(one, all["plugins"]["t"]);
    let operations: Vec<&str> = one["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["method"].as_str().unwrap())
        .collect();
    for method in [
        "resize",
        "compress",
        "toFormat",
        "extend",
        "extract",
        "trim",
        "rotate",
        "flip",
        "flop",
        "sharpen",
        "median",
        "blur",
        "flatten",
        "negate",
        "normalise",
        "linear",
        "modulate",
        "grey",
        "tint",
        "density",
        "merge",
    ] {
        assert!(operations.contains(&method), "{method}");
    }
    let missing = server.api(Method::GET, "/playground/plugins/nothing", "").await;
    assert_eq!(missing.fault(), "404 Module not found");
    let anonymous = server.get("/service/platform/assets/v1.0/playground/plugins").await;
    assert_eq!(anonymous.status, 401);
}

#[tokio::test]
async fn contexts_tell_the_size_after_each_step() {
    let server = Server::start().await;
    server.app.add("/dir/a b.png", Picture::png(400, 300).alpha()).await;
    let ask = async |url: &str| {
        let path = format!("/service/platform/transformation/context?url={url}");
        server.api(Method::GET, &path, "").await
    };
    let pattern = "t.resize(w:200)~t.rotate(a:90)~t.flatten()~t.toFormat(f:jpeg)";
    for prefix in ["", "https://images.example.com", "https://images.example.com/pixelbin"] {
        let answer = ask(&format!("{prefix}/v2/demo/{pattern}/dir/a%2520b.png")).await.json();
        let context = &answer["context"];
        let steps: Vec<String> = context["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                format!(
                    "{} {} {} {}x{} {} {}",
                    step["identifier"].as_str().unwrap(),
                    step["operation"].as_str().unwrap(),
                    step["name"].as_str().unwrap(),
                    step["width"],
                    step["height"],
                    step["format"].as_str().unwrap(),
                    step["hasAlpha"],
                )
            })
            .collect();
        assert_eq!(
            steps,
            [
                "t Basic resize 200x150 png true",
                "t Basic rotate 150x200 png true",
                "t Basic flatten 150x200 png false",
                "t Basic toFormat 150x200 jpeg false",
            ],
            "{prefix}"
        );
        assert_eq!(context["metadata"]["width"], 400);
        assert_eq!(context["metadata"]["format"], "png");
        assert_eq!(context["metadata"]["isImageAsset"], true);
    }
    let doubled = ask("/v2/demo/t.resize(w:100)/dir/a%2520b.png%3Fdpr%3D2%26v%3D1").await.json();
    assert_eq!(doubled["context"]["steps"][0]["width"], 200);
    assert_eq!(doubled["context"]["params"], serde_json::json!({"dpr": "2", "v": "1"}));
    let original = ask("/v2/demo/original/dir/a%2520b.png").await.json();
    assert_eq!(original["context"]["steps"], serde_json::json!([]));
    for (url, expected) in [
        (
            "/v2/demo/t.flip()/dir/a%2520b.png%3Fdpr%3D9",
            "400 `dpr` expects a number from 0.1 to 5, or auto, found `9`",
        ),
        ("", "400 `url` expects a delivery URL or its path"),
        ("/v2/demo/t.flip()/nothing.png", "404 File not found"),
        ("/v2/other/t.flip()/dir/a%2520b.png", "404 File not found"),
        ("/v2/demo/t.nothing()/dir/a%2520b.png", "400 `t` has no operation `nothing`"),
    ] {
        assert_eq!(ask(url).await.fault(), expected, "{url}");
    }
    let anonymous =
        server.get("/service/platform/transformation/context?url=/v2/demo/original/a.png");
    assert_eq!(anonymous.await.status, 401);
}
