"""Private files and drafts: nothing of them without the right to see it. Section 12.4, safety.md A5 and A6."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

import pytest
from harness import pictures, raw, rules
from harness.api import Api
from harness.server import Server
from harness.signing import signed

DATA = pictures.jpeg(pictures.quadrants())


@pytest.fixture
def private(api: Api, folder: str) -> dict:
    return api.put(DATA, "secret.jpg", folder=folder, isPrivateFile=True)


@pytest.fixture
def draft(api: Api, folder: str) -> dict:
    return api.put(DATA, "draft.jpg", folder=folder, isPublished=False)


def paths(file: dict) -> list[str]:
    """Every way to ask for a file, below the endpoint, without leading slash."""
    path = quote(file["filePath"]).strip("/")
    folder, name = path.rsplit("/", 1)
    stem = name.rsplit(".", 1)[0]
    return [
        path,
        f"tr:w-60/{path}",
        f"{path}?tr=w-60",
        f"tr:orig-true/{path}",
        f"{path}?tr=orig-true",
        f"tr:n-ik_ml_thumbnail,w-60/{path}",
        f"tr:n-ik_ml_thumbnail:w-60/{path}",
        f"tr:w-60:n-ik_ml_thumbnail/{path}",
        f"{path}?ik-attachment=true",
        f"ik-seo/{folder}/{stem}/x.jpg",
        f"{folder}/ik-seo/{stem}/x.jpg",
        f"{path}/ik-thumbnail.jpg",
        f"{path}/ik-thumbnail.jpg?tr=w-60",
    ]


def anonymous(server: Server, rest: str):
    """GET, HEAD and the requests that tempt a cache or a range handler."""
    target = f"/imagekit/demo/{rest}"
    yield raw.request(server, target)
    yield raw.request(server, target, method="HEAD")
    yield raw.request(server, target, headers=[("Range", "bytes=0-99")])
    yield raw.request(server, target, headers=[("If-None-Match", "*")])
    yield raw.request(server, target, headers=[("Accept", "image/webp")])


def test_private_files_need_a_signature(server: Server, private: dict) -> None:
    for rest in paths(private):
        for answer in anonymous(server, rest):
            assert answer.status == 401, (rest, answer.status)
            assert not (answer.header("Content-Type") or "").startswith("image/")
            assert b"\xff\xd8\xff" not in answer.body


def test_a_signature_opens_everything(server: Server, private: dict) -> None:
    for rest in paths(private):
        answer = raw.request(server, f"/imagekit/demo/{signed(rest)}")
        assert answer.status == 200, rest
        assert re.search(r"private|no-store", answer.header("Cache-Control") or ""), rest
        assert "public" not in (answer.header("Cache-Control") or "")


def test_named_transformations_alone_are_open(api: Api, private: dict) -> None:
    for preset in ("ik_ml_thumbnail", "media_library_thumbnail"):
        assert api.picture(private, f"n-{preset}").size == (120, 80)
        assert api.picture(f"{private['url']}?tr=n-{preset}").size == (120, 80)
    assert api.get(private["thumbnailUrl"]).status_code == 200


def test_a_signed_answer_opens_nothing_to_others(server: Server, private: dict) -> None:
    for rest in paths(private):
        opened = raw.request(server, f"/imagekit/demo/{signed(rest)}")
        assert opened.status == 200
        etag = opened.header("ETag") or "*"
        for answer in anonymous(server, rest):
            assert answer.status == 401, rest
        assert raw.request(server, f"/imagekit/demo/{rest}", headers=[("If-None-Match", etag)]).status == 401


def test_a_signed_answer_may_be_revalidated_with_its_signature(server: Server, private: dict) -> None:
    rest = signed(paths(private)[1], str(int(time.time()) + 600))
    etag = raw.request(server, f"/imagekit/demo/{rest}").header("ETag")
    if etag:
        assert raw.request(server, f"/imagekit/demo/{rest}", headers=[("If-None-Match", etag)]).status == 304


def test_a_private_file_refuses_with_a_reason(api: Api, private: dict) -> None:
    rules.check_refusal(api.get(private), 401, "EACCES")


def test_privacy_follows_the_newest_version(api: Api, folder: str) -> None:
    file = api.put(DATA, "a.jpg", folder=folder)
    assert api.get(file).status_code == api.get(file, "w-60").status_code == 200
    api.put(DATA, "a.jpg", folder=folder, isPrivateFile=True)
    # What was cached as public is public no more.
    assert api.get(file).status_code == api.get(file, "w-60").status_code == 401
    assert api.get(file, "w-60", headers={"If-None-Match": "*"}).status_code == 401
    api.put(DATA, "a.jpg", folder=folder, isPrivateFile=False)
    assert api.get(file).status_code == api.get(file, "w-60").status_code == 200


def test_old_versions_of_a_private_file_are_private(api: Api, server: Server, folder: str) -> None:
    api.put(DATA, "a.jpg", folder=folder)
    api.put(pictures.jpeg(pictures.quadrants(60, 40)), "a.jpg", folder=folder, isPrivateFile=True)
    (old,) = api.list(path=folder, type="file-version")
    rest = old["url"].removeprefix(server.endpoint + "/")
    assert raw.request(server, f"/imagekit/demo/{rest}").status == 401
    assert raw.request(server, f"/imagekit/demo/{signed(rest)}").status == 200


def test_drafts_are_not_there(server: Server, draft: dict) -> None:
    for rest in [*paths(draft), f"tr:n-ik_ml_thumbnail/{paths(draft)[0]}"]:
        for answer in anonymous(server, rest):
            assert answer.status == 404, (rest, answer.status)
        # A signature opens what is private, not what is unpublished.
        assert raw.request(server, f"/imagekit/demo/{signed(rest)}").status == 404, rest


def test_unpublishing_takes_back_what_was_cached(api: Api, folder: str) -> None:
    file = api.put(DATA, "a.jpg", folder=folder)
    for tr in (None, "w-60"):
        assert api.get(file, tr).status_code == 200
    api.put(DATA, "a.jpg", folder=folder, isPublished=False)
    for tr in (None, "w-60"):
        assert api.get(file, tr).status_code == 404
    api.put(DATA, "a.jpg", folder=folder, isPublished=True)
    for tr in (None, "w-60"):
        assert api.get(file, tr).status_code == 200


def test_hidden_files_look_like_missing_ones(api: Api, draft: dict) -> None:
    hidden, missing = api.get(draft), api.get("/no/such.jpg")
    assert hidden.content == missing.content
    assert {name.lower() for name in hidden.headers} == {name.lower() for name in missing.headers}


def test_private_pictures_do_not_leak_as_default_image(api: Api, private: dict, draft: dict) -> None:
    for file, status in ((private, 401), (draft, 404)):
        di = file["filePath"].strip("/").replace("/", "@@")
        answer = api.get(f"{api.server.endpoint}/no/such.jpg?tr=di-{di}")
        assert answer.status_code in (status, 400, 404)
        assert not answer.headers["Content-Type"].startswith("image/")
    rest = f"no/such.jpg?tr=di-{private['filePath'].strip('/').replace('/', '@@')}"
    assert api.get(f"{api.server.endpoint}/{signed(rest)}").status_code == 200
