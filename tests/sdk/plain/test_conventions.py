"""What every API answer has in common: headers, error shape, routing. Spec sections 1 and 3, safety.md A9 and A11."""

from __future__ import annotations

import http.client
import json
import time

import pytest
from harness import pictures, raw, rules, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, Server

UNKNOWN = "64b0c0ffee64b0c0ffee64b0"


def test_request_ids_are_unique(api: Api) -> None:
    answers = [api.call("GET", "/v1/files", params={"limit": 1}) for _ in range(5)]
    answers += [api.call("GET", f"/v1/files/{UNKNOWN}/details") for _ in range(5)]
    for name in ("x-ik-requestId", "X-Request-Id"):
        assert len({answer.headers[name] for answer in answers}) == 10, name


def test_rate_limit_headers_are_on_api_answers(api: Api, folder: str) -> None:
    uploaded = api.upload(pictures.tiny(1), folder=folder)
    answers = [
        api.call("GET", "/v1/files", params={"limit": 1}),
        api.call("GET", f"/v1/files/{UNKNOWN}/details"),
        api.call("POST", "/v1/folder", json={"folderName": "x", "parentFolderPath": folder}),
        api.call("GET", "/v1/files", params={"limit": "x"}),
        api.call("DELETE", f"/v1/files/{uploaded.json()['fileId']}"),
    ]
    for answer in answers:
        for name in ("X-RateLimit-Limit", "X-RateLimit-Interval", "X-RateLimit-Reset"):
            assert int(answer.headers[name]) >= 0, (answer.status_code, name)
        assert answer.headers["x-ik-requestId"]
    assert "X-RateLimit-Limit" not in uploaded.headers
    assert uploaded.headers["x-ik-requestId"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/v1/files/{UNKNOWN}/details", 404),
        ("DELETE", f"/v1/files/{UNKNOWN}", 404),
        ("GET", "/v1/files?limit=0", 400),
        ("GET", "/v1/files?nosuch=1", 400),
        ("GET", "/v1/nosuch", 404),
        ("POST", "/v1/nosuch/deeper", 404),
        ("GET", "/api/v1/nosuch", 404),
        ("GET", "/api/v9/files/upload", 404),
    ],
)
def test_errors_have_message_and_help(api: Api, method: str, path: str, status: int) -> None:
    rules.check_error(api.call(method, path), status)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/files"), ("DELETE", "/v1/files"), ("PATCH", "/v1/folder"), ("GET", "/api/v1/files/upload")]
)
def test_a_wrong_method_is_refused_in_json(api: Api, method: str, path: str) -> None:
    rules.check_error(api.call(method, path), 404, 405)


def test_trailing_slashes_are_accepted(api: Api, folder: str) -> None:
    stored = api.put(pictures.tiny(1), folder=folder)
    assert api.call("GET", "/v1/files/", params={"path": folder}).json()[0]["fileId"] == stored["fileId"]
    assert api.call("GET", f"/v1/files/{stored['fileId']}/details/").json()["fileId"] == stored["fileId"]
    made = api.call("POST", "/v1/folder/", json={"folderName": "sub", "parentFolderPath": folder})
    assert made.status_code == 201
    assert api.call("DELETE", f"/v1/files/{stored['fileId']}/").status_code == 204


def test_a_delete_may_claim_json_without_a_body(api: Api, folder: str) -> None:
    stored = api.put(pictures.tiny(1), folder=folder)
    answer = api.call("DELETE", f"/v1/files/{stored['fileId']}", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_urls_never_come_from_the_host_header(api: Api, server: Server, folder: str) -> None:
    stored = api.put(pictures.tiny(1), folder=folder)
    headers = [("Authorization", signing.basic(PRIVATE_KEY)), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https")]
    answer = raw.request(
        server, f"/imagekit/v1/files/{stored['fileId']}/details", headers=headers, host="evil.example"
    )
    assert answer.status == 200
    assert b"evil" not in answer.body
    assert json.loads(answer.body)["url"] == f"{server.endpoint}{stored['filePath']}"
    delivered = raw.request(server, f"/imagekit/demo{stored['filePath']}", host="evil.example")
    assert delivered.status == 200
    assert all(b"evil" not in str(value).encode() for value in delivered.headers.values())  # type: ignore[union-attr]
    assert b"evil" not in api.get(stored).content


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("POST", "/v1/folder", "wrong", 403),
        ("POST", "/v1/nosuch", PRIVATE_KEY, 404),
        ("PUT", "/v1/folder", PRIVATE_KEY, 405),
        ("GET", "/v1/files?limit=1", PRIVATE_KEY, 200),
    ],
)
def test_a_connection_serves_on_after_a_body_that_nobody_read(server: Server, method: str, path: str, key: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    body = b'{"folderName": "x"}'
    connection.putrequest(method, "/imagekit" + path)
    connection.putheader("Authorization", signing.basic(key))
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    # Clients send the body in a packet of its own; here it comes long after the request could be answered.
    time.sleep(0.2)
    connection.send(body)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == status
    connection.request("GET", "/imagekit/v1/files?limit=1", headers={"Authorization": signing.basic(PRIVATE_KEY)})
    assert connection.getresponse().status == 200
    connection.close()


# Broken JSON bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"42",
        b'{"folderName": 5, "parentFolderPath": "/"}',
        b'{"folderName": ["a"], "parentFolderPath": "/"}',
        b'{"folderName": null, "parentFolderPath": "/"}',
        b'{"folderName": "a", "parentFolderPath": {}}',
        b'{"folderName": "\xff\xfe", "parentFolderPath": "/"}',
        b'{"folderName": "' + b"[" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"folderName": 1e999999, "parentFolderPath": "/"}',
        b'{"parentFolderPath": "/"}',
        b'{"folderName": "", "parentFolderPath": "/"}',
    ],
    ids=lambda body: body[:30].decode(errors="replace") + f" ({len(body)})",
)
def test_a_broken_body_is_400(api: Api, body: bytes) -> None:
    answer = api.call("POST", "/v1/folder", data=body, headers={"Content-Type": "application/json"})
    rules.check_error(answer, 400)


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    body = json.dumps({"folderName": "a" * 3_000_000, "parentFolderPath": "/"})
    answer = api.call("POST", "/v1/folder", data=body, headers={"Content-Type": "application/json"})
    rules.check_error(answer, 400, 413)


@pytest.mark.parametrize("name", ["\\ud800", "a\\u0000b", "\\udc00\\ud800"])
def test_surrogates_and_nul_are_refused_or_cleaned(api: Api, folder: str, name: str) -> None:
    body = f'{{"folderName": "{name}", "parentFolderPath": "{folder}"}}'
    answer = api.call("POST", "/v1/folder", data=body, headers={"Content-Type": "application/json"})
    if answer.status_code != 201:
        rules.check_error(answer, 400)
    for listed in api.list(path=folder, type="folder"):
        assert listed["name"].isprintable(), listed


# Methods


@pytest.mark.parametrize("method", ["TRACE", "BREW", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/imagekit/v1/files", "/imagekit/demo/nothing.jpg", "/", "/imagekit/api/v1/files/upload"])
def test_unknown_methods_are_refused_and_nothing_is_echoed(server: Server, method: str, path: str) -> None:
    answer = raw.request(server, path, method=method, headers=[("X-Secret", "echo-me-7f3a")])
    assert answer.status in (400, 404, 405, 501), answer.status
    assert b"echo-me-7f3a" not in answer.body
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("X-Request-Id")


def test_browsers_may_ask_before_they_upload(api: Api, server: Server) -> None:
    answer = api.send(
        "OPTIONS",
        f"{server.base}/api/v1/files/upload",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"},
    )
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://shop.example")


def test_browsers_may_read_the_answer_of_an_upload(api: Api, folder: str) -> None:
    fields = {"fileName": "a.png", "folder": folder, **signing.client_upload()}
    answer = api.send(
        "POST",
        f"{api.server.base}/api/v1/files/upload",
        headers={"Origin": "https://shop.example"},
        files=[*((name, (None, value)) for name, value in fields.items()), ("file", ("a.png", pictures.tiny(2), "image/png"))],
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://shop.example")
