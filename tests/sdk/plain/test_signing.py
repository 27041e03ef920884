"""Signed URLs: every published example, tolerance for how clients encode, no tolerance for anything else. Section 10.2."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from harness import pictures, raw, rules, signing
from harness.api import Api
from harness.server import Server
from harness.signing import signed, url_signature

# (signed string without T, T, ik-s), as printed by the SDKs.
PUBLISHED = [
    ("tr:h-300,w-400/default-image.jpg?p1=123&p2=345", "1700000300", "cb83d6078efec7bc0ec5784b0f7ceec79f1df68c"),
    ("default-image.jpg", "9999999999", "c86f61bcf1fb5f7a123cd3dbcc89bc5658923ace"),
    ("default-image.jpg?tr=h-300%2Cw-400", "9999999999", "a4814a4bc84d46d47d223bcbf2cf0a9eb433aa5b"),
    ("default-image.jpg?tr=h-300,w-400", "1700000300", "b3e6b29f2694ad113685ba84dc0c83107b8e62e1"),
    ("a.jpg?tr=h-300", "9999999999", "b0ae3be65f924480724d914c3f8d2cb2ece4147e"),
    ("folder/é x.jpg", "9999999999", "f46cc3afe451ba65476169224553c9fb79dce9fb"),
    ("folder/%C3%A9%20x.jpg", "9999999999", "09b6cd7ac39f54e74bcaa1a31d7f2587f6c9cc5e"),
    ("folder/a b.jpg", "9999999999", "c6679ec5c554d9d1c133ed3f5673d3d306d8331b"),
]


@pytest.mark.parametrize(("rest", "expires", "signature"), PUBLISHED)
def test_the_published_signatures(rest: str, expires: str, signature: str) -> None:
    assert url_signature(rest, expires, "private_key_test") == signature


@pytest.fixture(scope="session")
def examples(api: Api) -> dict[str, bytes]:
    """The files that the published examples name, at the root as they say."""
    picture = pictures.jpeg(pictures.map_picture(), 90)
    for name in ("default-image.jpg", "a.jpg"):
        api.put(picture, name)
    return {"picture": picture}


@pytest.mark.parametrize(("rest", "expires", "signature"), PUBLISHED)
def test_the_published_signatures_are_accepted(
    server: Server, examples: dict, rest: str, expires: str, signature: str
) -> None:
    # On the wire a path is always percent-encoded; 3.x signed it before that.
    path, _, query = rest.partition("?")
    target = "/imagekit/demo/" + (path if "%" in path else quote(path, safe="/:,")) + "?" + (query + "&" if query else "")
    if expires != signing.FOR_EVER:
        # These examples ran out in 2023, so they show the other half: right but too late.
        answer = raw.request(server, f"{target}ik-t={expires}&ik-s={signature}")
        assert answer.status == 401
        return
    answer = raw.request(server, f"{target}ik-s={signature}")
    # A name with a blank is never stored here; 404 instead of 401 shows that the signature was found right.
    assert answer.status == (404 if "folder/" in rest else 200), answer.body[:200]
    changed = ("0" if signature[0] != "0" else "1") + signature[1:]
    assert raw.request(server, f"{target}ik-s={changed}").status == 401


def in_future(seconds: int = 3600) -> str:
    return str(int(time.time()) + seconds)


@pytest.fixture
def file(api: Api, folder: str) -> str:
    """Path below the endpoint, without leading slash, of a public file."""
    return api.put(pictures.jpeg(pictures.quadrants()), "pict_ü.jpg", folder=folder)["filePath"].lstrip("/")


@pytest.fixture
def secret(api: Api, folder: str) -> str:
    stored = api.put(pictures.jpeg(pictures.quadrants()), "secret_ü.jpg", folder=folder, isPrivateFile=True)
    return stored["filePath"].lstrip("/")


def go(server: Server, rest: str, **kwargs) -> raw.RawAnswer:
    answer = raw.request(server, f"/imagekit/demo/{rest}", **kwargs)
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("X-Request-Id")
    return answer


@pytest.mark.parametrize("expires", [None, "soon"])
@pytest.mark.parametrize(
    "build",
    [
        lambda p: p,
        lambda p: f"tr:w-50/{p}",
        lambda p: f"tr:w-50,h-50:rt-90/{p}",
        lambda p: f"{p}?tr=w-50%2Ch-50%3Art-90",
        lambda p: f"{p}?tr=w-50,h-50:rt-90",
        lambda p: f"{p}?v=1+2&updatedAt=17%2F1&x",
        lambda p: f"{p}?ik-attachment=true",
    ],
)
def test_both_encodings_are_accepted(server: Server, secret: str, build, expires: str | None) -> None:
    expires = expires and in_future()
    plain, encoded = build(secret), build(quote(secret))
    wire_of_3x = encoded + signed(plain, expires)[len(plain) :]
    for rest in (wire_of_3x, signed(encoded, expires)):
        assert go(server, rest).status == 200, rest
    assert go(server, encoded).status == 401


def test_lower_case_percent_encoding_is_accepted(server: Server, secret: str) -> None:
    encoded = quote(secret).replace("%C3%BC", "%c3%bc")
    assert encoded != quote(secret)
    assert go(server, signed(encoded)).status == 200
    # Signed in the usual spelling, sent in the other: the same text, so the same file.
    assert go(server, encoded + signed(quote(secret))[len(encoded) :]).status == 200


def test_signature_and_expiry_may_stand_anywhere(server: Server, secret: str) -> None:
    path, expires = quote(secret), in_future()
    mark = url_signature(f"{path}?tr=w-50&v=3", expires)
    for query in (
        f"ik-t={expires}&ik-s={mark}&tr=w-50&v=3",
        f"ik-s={mark}&tr=w-50&ik-t={expires}&v=3",
        f"tr=w-50&v=3&ik-s={mark}&ik-t={expires}",
    ):
        assert go(server, f"{path}?{query}").status == 200, query


@pytest.mark.parametrize("private", [False, True])
def test_anything_altered_is_401(server: Server, file: str, secret: str, private: bool) -> None:
    path = quote(secret if private else file)
    expires = in_future()
    good = url_signature(f"{path}?tr=w-50&v=3", expires)
    assert go(server, f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good}").status == 200
    flipped = good[:-1] + ("0" if good[-1] != "0" else "1")
    other = url_signature("something/else.jpg")
    altered = {
        "one digit": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={flipped}",
        "cut": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good[:-1]}",
        "longer": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good}0",
        "empty": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s=",
        "no value": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s",
        "capitals": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good.upper()}",
        "no hexadecimal": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={'z' * 40}",
        "twice": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good}&ik-s={good}",
        "right then wrong": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good}&ik-s={other}",
        "wrong then right": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-s={other}&ik-s={good}",
        "other transformation": f"{path}?tr=w-51&v=3&ik-t={expires}&ik-s={good}",
        "transformation in the path as well": f"tr:h-20/{path}?tr=w-50&v=3&ik-t={expires}&ik-s={good}",
        "no transformation": f"{path}?v=3&ik-t={expires}&ik-s={good}",
        "other order": f"{path}?v=3&tr=w-50&ik-t={expires}&ik-s={good}",
        "more query": f"{path}?tr=w-50&v=3&z=1&ik-t={expires}&ik-s={good}",
        "other expiry": f"{path}?tr=w-50&v=3&ik-t={int(expires) + 1}&ik-s={good}",
        "expiry left out": f"{path}?tr=w-50&v=3&ik-s={good}",
        "expiry twice": f"{path}?tr=w-50&v=3&ik-t={expires}&ik-t={int(expires) + 9}&ik-s={good}",
        "other path": f"{path[:-4]}x.jpg?tr=w-50&v=3&ik-t={expires}&ik-s={good}",
        "other key": signed(path, key="another_private_key"),
    }
    wrongly_open = {name: answer.status for name, rest in altered.items() if (answer := go(server, rest)).status != 401}
    assert wrongly_open == {}


@pytest.mark.parametrize(
    "expires", ["1", "0", "1700000300", "-1", "-99999999999", "abc", "", "1e12", "9" * 30, "9999999999.5", "+9999999999", "0x7fffffff", " 9999999999", "９９９９９９９９９９"]
)
@pytest.mark.parametrize("private", [False, True])
def test_an_expiry_that_is_past_or_no_plain_number_is_401(
    server: Server, file: str, secret: str, expires: str, private: bool
) -> None:
    path = quote(secret if private else file)
    mark = url_signature(path, expires)
    assert go(server, f"{path}?ik-t={quote(expires)}&ik-s={mark}").status == 401


def test_expiry_alone_is_ignored_on_public_files(server: Server, file: str, secret: str) -> None:
    assert go(server, f"{quote(file)}?ik-t=1700000300").status == 200
    assert go(server, f"{quote(secret)}?ik-t={in_future()}").status == 401


def test_the_signature_is_checked_before_file_and_cache(api: Api, server: Server, file: str) -> None:
    path = quote(file)
    etag = api.get(file, "w-50").headers["ETag"]
    wrong = "0" * 40
    for value in (etag, "*"):
        answer = go(server, f"tr:w-50/{path}?ik-s={wrong}", headers=[("If-None-Match", value)])
        assert answer.status == 401
    assert go(server, f"no/such/file.jpg?ik-s={wrong}").status == 401
    assert go(server, signed("no/such/file.jpg")).status == 404


def test_a_refused_signature_explains_itself(api: Api, file: str) -> None:
    answer = api.get(f"{api.server.endpoint}/{quote(file)}?ik-s={'0' * 40}")
    rules.check_refusal(answer, 401, "EACCES")


def test_head_and_range_need_the_signature_too(server: Server, secret: str) -> None:
    path = quote(secret)
    assert go(server, path, method="HEAD").status == 401
    assert go(server, path, headers=[("Range", "bytes=0-9")]).status == 401
    assert go(server, signed(path), method="HEAD").status == 200
