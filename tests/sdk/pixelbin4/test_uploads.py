"""Uploads by URL, by signed form and in parts, through the SDK and as others send them."""

from __future__ import annotations

import io
import json
import os
from urllib.parse import parse_qsl, urlsplit

import requests
from harness import pictures
from harness.api import PATIENCE
from harness.pixelbin import client_of, refused
from harness.server import Server
from pixelbin import PixelbinClient


def test_the_uploader(client: PixelbinClient, path: str) -> None:
    content = pictures.png(pictures.map_picture(200, 100))
    options = {"chunkSize": 100, "concurrency": 3}
    stored = client.uploader.upload(
        file=content, name="big", path=path, format="jpeg", tags=["t"], metadata={"k": 1}, uploadOptions=options
    )
    assert stored["name"] == "big.jpeg" and stored["fileId"] == f"{path}/big.jpeg" and stored["format"] == "png"
    assert stored["url"].endswith(f"/original/{path}/big.jpeg") and stored["size"] == len(content)
    assert stored["metadata"]["source"] == "signedUrl" and stored["metadata"]["k"] == 1
    refused(409, client.uploader.upload, file=content, name="big", path=path, format="jpeg")
    other = client.uploader.upload(
        file=io.BytesIO(content), name="big", path=path, format="jpeg", filenameOverride=True
    )
    assert other["_id"] != stored["_id"] and other["name"].startswith("big_") and other["name"].endswith(".jpeg")
    again = client.uploader.upload(file=content, name="big", path=path, format="jpeg", overwrite=True)
    assert again["_id"] == stored["_id"]
    refused(400, client.uploader.upload, file=b"", name="empty", path=path)


def put(url: str, fields: dict, number: int | str, content: bytes, **more) -> requests.Response:
    files = {"file": ("file", content, "application/octet-stream")}
    return requests.put(f"{url}&partNumber={number}", data=fields, files=files, timeout=PATIENCE, **more)


def finish(url: str, fields: dict, parts: list) -> requests.Response:
    return requests.post(url, json={"parts": parts, **fields}, timeout=PATIENCE)


def test_parts_come_in_any_order_and_completion_twice(client: PixelbinClient, path: str) -> None:
    signed = client.assets.createSignedUrlV2(path=path, name="parts", format="bin")["presignedUrl"]
    url, fields = signed["url"], signed["fields"]
    assert urlsplit(url).path == "/service/public/assets/v1.0/signed-multipart"
    assert [key for key, _ in parse_qsl(urlsplit(url).query)] == ["pbs", "pbe", "pbt", "pbo", "pbu"]
    data = json.loads(fields["x-pixb-meta-assetdata"])
    assert data["name"] == "parts.bin" and data["metadata"]["publicUploadId"] in url
    content = [os.urandom(50), os.urandom(60), os.urandom(10)]
    for number in (3, 1, 2):
        assert put(url, fields, number, b"first").status_code == 204
    for number in (2, 3, 1):
        answer = put(url, fields, number, content[number - 1])
        assert answer.status_code == 204 and answer.content == b""
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert finish(url, fields, [1, 2, 7]).status_code == 400
    first = finish(url, fields, [2, 1, 3])
    assert first.status_code == 200 and first.json()["size"] == 120
    assert finish(url, fields, [1, 2, 3]).json() == first.json()
    assert client.assets.listFiles(path=path)["page"]["itemTotal"] == 1


def test_what_is_wrong_with_parts(client: PixelbinClient, path: str) -> None:
    signed = client.assets.createSignedUrlV2(path=path, name="wrong")["presignedUrl"]
    url, fields = signed["url"], signed["fields"]
    missing = put(url, {}, 1, b"x")
    assert missing.status_code == 400 and missing.json()["exception"] == "MissingMultipartMetaError"
    assert missing.json()["message"] == "Missing x-pixb-meta-assetdata field"
    changed = {"x-pixb-meta-assetdata": fields["x-pixb-meta-assetdata"].replace("wrong", "other")}
    assert put(url, changed, 1, b"x").status_code == 401
    query = dict(parse_qsl(urlsplit(url).query))
    for key in query:
        for other in (None, "0" + query[key]):
            pairs = {name: value for name, value in query.items() if name != key}
            if other is not None:
                pairs[key] = other
            broken = url.split("?")[0] + "?" + "&".join(f"{name}={value}" for name, value in pairs.items())
            assert put(broken, fields, 1, b"x").status_code == 401, (key, other)
            assert finish(broken, fields, [1]).status_code == 401, (key, other)
    for number in ("0", "10001", "x", ""):
        assert put(url, fields, number, b"x").status_code == 400, number
    no_file = [(name, (None, value)) for name, value in fields.items()]
    assert requests.put(f"{url}&partNumber=1", files=no_file, timeout=PATIENCE).status_code == 400
    for parts in ([], ["1"], [1], None, [0]):
        assert finish(url, fields, parts).status_code == 400, parts
    refused(400, client.assets.createSignedUrlV2, name="a", expiry=604801)
    refused(400, client.assets.createSignedUrlV2, name="a", format="a/b")
    assert client.assets.listFiles(path=path)["items"] == []


def test_a_form_as_s3_takes_it(client: PixelbinClient, path: str) -> None:
    signed = client.assets.createSignedUrl(path=path, name="form.png", format="png", tags=["f"])["s3PresignedUrl"]
    url, fields = signed["url"], signed["fields"]
    assert all(isinstance(value, str) for value in fields.values()) and "X-Amz-Signature" in fields
    content = pictures.png(pictures.map_picture(30, 20))

    def post(fields: dict, content: bytes | None = content) -> requests.Response:
        parts = [(name, (None, value)) for name, value in fields.items()]
        parts += [("file", ("x", content))] if content is not None else []
        return requests.post(url, files=parts, timeout=PATIENCE)

    for name in fields:
        assert post(fields | {name: fields[name] + "x"}).status_code == 403, name
        assert post({known: value for known, value in fields.items() if known != name}).status_code == 403, name
    assert post(fields | {"more": "x"}).status_code == 403
    assert post(fields, None).status_code == 400
    assert client.assets.listFiles(path=path)["items"] == []
    stored = post(fields)
    assert stored.status_code == 201 and stored.json()["fileId"] == f"{path}/form"
    assert client.assets.getFileByFileId(fileId=f"{path}/form")["metadata"] == {"source": "signedUrl"}
    again = post(fields)
    assert again.status_code == 409 and again.json()["errorCode"] == "JR-0409"
    preflight = requests.options(url, headers={"Origin": "https://a.example"}, timeout=PATIENCE)
    assert preflight.status_code == 204 and "PUT" in preflight.headers["Access-Control-Allow-Methods"]


def test_a_url_is_fetched(reaching: Server, server: Server, path: str) -> None:
    client = client_of(reaching)
    source = client.assets.fileUpload(file=io.BytesIO(pictures.png(pictures.map_picture(20, 10))), path=path, name="source")
    # The server that may fetch from this machine fetches from the one beside it.
    other = client_of(server)
    there = other.assets.fileUpload(file=io.BytesIO(pictures.jpeg(pictures.map_picture(20, 10))), path=path, name="there")
    url = there["url"].replace("/pixelbin/v2/demo/original", "/imagekit/demo")
    fetched = client.assets.urlUpload(url=url.removeprefix("http://"), path=path, tags=["u"])
    assert fetched["name"] == "there" and fetched["format"] == "jpeg" and fetched["tags"] == ["u"]
    assert fetched["metadata"] == {"source": "direct"}
    refused(409, client.assets.urlUpload, url=url, path=path)
    refused(400, client.assets.urlUpload, url=f"{server.origin}/nothing.png", path=path)
    refused(400, client.assets.urlUpload, url="ftp://example.com/a.png", path=path)
    refused(400, other.assets.urlUpload, url=f"{reaching.origin}/a.png", path=path)
    assert source["_id"] != fetched["_id"]


def test_a_killed_server_keeps_parts(own_server, path: str, loop) -> None:
    server = own_server()
    signed = client_of(server).assets.createSignedUrlV2(path=path, name="kept", format="txt")["presignedUrl"]
    fields, query = signed["fields"], urlsplit(signed["url"]).query
    route = "/service/public/assets/v1.0/signed-multipart"
    assert put(f"{server.origin}{route}?{query}", fields, 1, b"one ").status_code == 204
    server.kill()
    server.start()
    url = f"{server.origin}{route}?{query}"
    assert put(url, fields, 2, b"two").status_code == 204
    stored = finish(url, fields, [1, 2])
    assert stored.status_code == 200 and stored.json()["size"] == 7
    server.kill()
    server.start()
    again = finish(f"{server.origin}{route}?{query}", fields, [1, 2])
    assert again.status_code == 200 and again.json()["_id"] == stored.json()["_id"]
