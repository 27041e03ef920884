//! Lists.

use http::Method;
use testkit::Picture;

use crate::server::Server;

async fn filled() -> Server {
    let server = Server::start().await;
    for (file, fields) in [
        ("b.png", vec![("path", "d"), ("tags", "x,y")]),
        ("A.png", vec![("path", "d"), ("tags", "x")]),
        ("inner.png", vec![("path", "d/z z")]),
    ] {
        let serial = u32::try_from(file.len()).unwrap();
        let picture = Picture::png(10, 10).serial(serial).bytes();
        assert_eq!(server.upload((file, &picture), &fields).await.status, 200);
    }
    server.app.add("/d/photo.jpg", Picture::jpeg(20, 10)).await;
    server
}

async fn names(server: &Server, query: &str) -> String {
    let answer = server.api(Method::GET, &format!("/listFiles?{query}"), "").await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let json = answer.json();
    let items = json["items"].as_array().unwrap();
    let names: Vec<&str> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
    names.join(" ")
}

#[tokio::test]
async fn a_page_shows_files_and_folders() {
    let server = filled().await;
    let answer = server.api(Method::GET, "/listFiles?path=d&pageSize=2", "").await;
    insta::assert_snapshot!(answer.shown(), @r#"
    200
    {
      "items": [
        {
          "_id": "[uuid]",
          "createdAt": "[moment]",
          "name": "z_z",
          "path": "d",
          "type": "folder",
          "updatedAt": "[moment]"
        },
        {
          "_id": "[uuid]",
          "access": "public-read",
          "assetType": "image",
          "createdAt": "[moment]",
          "fileId": "d/A",
          "format": "png",
          "height": 10,
          "metadata": {
            "source": "direct"
          },
          "name": "A",
          "path": "d",
          "size": 46,
          "tags": [
            "x"
          ],
          "type": "file",
          "updatedAt": "[moment]",
          "url": "https://images.example.com/pixelbin/v2/demo/original/d/A.png",
          "width": 10
        }
      ],
      "page": {
        "current": 1,
        "hasNext": true,
        "itemTotal": 4,
        "size": 2,
        "type": "number"
      }
    }
    "#);
}

#[tokio::test]
async fn queries_choose_and_sort() {
    let server = filled().await;
    for (query, expected) in [
        ("", "d"),
        ("path=d", "z_z A b photo.jpg"),
        ("path=/d/", "z_z A b photo.jpg"),
        ("path=d/z+z", "inner"),
        ("path=d&sort=name", "A b photo.jpg z_z"),
        ("path=d&sort=-name", "z_z photo.jpg b A"),
        ("path=d&sort=name-", "z_z photo.jpg b A"),
        ("path=d&sort=format&onlyFiles=true&pageSize=1", "photo.jpg"),
        ("path=d&onlyFolders=true", "z_z"),
        ("path=d&onlyFiles=true&onlyFolders=false", "A b photo.jpg"),
        ("name=N", "inner"),
        ("name=z", "z_z"),
        ("name=.jpg", "photo.jpg"),
        ("name=png", ""),
        ("format=jpg", "photo.jpg"),
        ("format=PNG", "A b inner"),
        ("tags=x", "A b"),
        ("tags%5B0%5D=x&tags%5B1%5D=y", "b"),
        ("tags=X", ""),
        ("path=d&pageNo=2&pageSize=3", "photo.jpg"),
        ("path=d&pageNo=3&pageSize=3", ""),
        ("path=nothing", ""),
        ("path=d&pageSize=5000", "z_z A b photo.jpg"),
    ] {
        assert_eq!(names(&server, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let server = Server::start().await;
    let mut faults = Vec::new();
    for query in [
        "sort=colour",
        "onlyFiles=true&onlyFolders=true",
        "onlyFiles=yes",
        "pageNo=0",
        "pageSize=x",
        "pageSize=-1",
        "name=%00",
    ] {
        faults.push(server.api(Method::GET, &format!("/listFiles?{query}"), "").await.fault());
    }
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 `sort` expects name, path, format, size, createdAt, updatedAt or type, with `-` for descending, found `colour`
    400 `onlyFiles` and `onlyFolders` exclude each other
    400 `onlyFiles` expects true or false, found `yes`
    400 `pageNo` expects a whole number from 1, found `0`
    400 `pageSize` expects a whole number from 1, found `x`
    400 `pageSize` expects a whole number from 1, found `-1`
    400 the query expects UTF-8 without control characters
    ");
}
