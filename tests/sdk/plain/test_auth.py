"""Who may call: HTTP Basic with the private key, and signed client-side uploads. Spec sections 2 and 4.4."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import pictures, rules, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, PUBLIC_KEY

IMAGE = pictures.tiny(1)


# SDK 3.2.0 sends no password, SDK 5.x the literal below; neither means anything.
@pytest.mark.parametrize("password", ["", "do_not_set", "with:colon", "geheim", "ä"])
def test_the_password_is_ignored(api: Api, password: str) -> None:
    answer = api.call("GET", "/v1/files", params={"limit": 1}, auth=None, headers={"Authorization": signing.basic(PRIVATE_KEY, password)})
    assert answer.status_code == 200


def test_the_scheme_is_not_case_sensitive(api: Api) -> None:
    header = signing.basic(PRIVATE_KEY).replace("Basic", "basic")
    assert api.call("GET", "/v1/files", auth=None, headers={"Authorization": header}).status_code == 200


CALLS = [
    ("GET", "/v1/files"),
    ("GET", "/v1/files/64b0c0ffee64b0c0ffee64b0/details"),
    ("DELETE", "/v1/files/64b0c0ffee64b0c0ffee64b0"),
    ("POST", "/v1/folder"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "header", [None, "Bearer abc", "Basic", "Basic !!!", "Basic ////", "Digest username=x", PRIVATE_KEY]
)
def test_without_basic_credentials_it_is_401(api: Api, method: str, path: str, header: str | None) -> None:
    answer = api.call(method, path, auth=None, headers={"Authorization": header} if header else {})
    rules.check_error(answer, 401)


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("key", ["wrong", PRIVATE_KEY + "x", PRIVATE_KEY[:-1], PRIVATE_KEY.upper(), PUBLIC_KEY])
def test_an_unknown_key_is_403(api: Api, method: str, path: str, key: str) -> None:
    rules.check_error(api.call(method, path, auth=(key, "")), 403)


def test_uploads_follow_the_same_rules(api: Api, folder: str) -> None:
    rules.check_error(api.upload(IMAGE, auth=None, folder=folder), 401)
    rules.check_error(api.upload(IMAGE, auth=("wrong", ""), folder=folder), 403)
    # Neither a key nor a form.
    rules.check_error(api.call("POST", "/api/v1/files/upload", auth=None), 401)
    assert api.upload(IMAGE, folder=folder).status_code == 200
    assert len(api.list(path=folder)) == 1


# Client-side upload, v1


def test_the_published_client_signature() -> None:
    fields = signing.client_upload("your_token", 1655379249, "private_key_test")
    assert fields["signature"] == "239f84d664cd64492ebf366e2c8a1cbe529dac74"


def test_a_signed_client_upload_is_stored(api: Api, folder: str) -> None:
    answer = api.upload(IMAGE, "mine.png", auth=None, folder=folder, tags="a,b", **signing.client_upload())
    assert answer.status_code == 200, answer.text
    stored = api.details(answer.json()["fileId"])
    assert (stored["filePath"], stored["tags"]) == (f"{folder}/mine.png", ["a", "b"])
    assert api.original(stored) == IMAGE


@pytest.mark.parametrize("missing", ["publicKey", "token", "expire", "signature"])
def test_a_missing_field_is_named(api: Api, folder: str, missing: str) -> None:
    fields = signing.client_upload()
    del fields[missing]
    body = rules.check_error(api.upload(IMAGE, auth=None, folder=folder, **fields), 400)
    assert missing in body["message"], body
    assert api.list(path=folder) == []


def _bad_client_fields() -> dict[str, dict[str, str]]:
    now = int(time.time())
    good = signing.client_upload()
    flipped = ("0" if good["signature"][0] != "0" else "1") + good["signature"][1:]
    return {
        "signature changed": {**good, "signature": flipped},
        "signature in capitals": {**good, "signature": "AB" + good["signature"].upper()[2:]},
        "signature cut": {**good, "signature": good["signature"][:-1]},
        "signature empty": {**good, "signature": ""},
        "token changed": {**good, "token": good["token"] + "x"},
        "expire changed": {**good, "expire": str(int(good["expire"]) + 1)},
        "other key": signing.client_upload(key="another_private_key"),
        "unknown public key": {**good, "publicKey": "nobody"},
        "past": signing.client_upload(expire=now - 5),
        "an hour and more ahead": signing.client_upload(expire=now + 3700),
        "milliseconds": signing.client_upload(expire=(now + 600) * 1000),
        "no number": signing.client_upload(expire="tomorrow"),
        "negative": signing.client_upload(expire=-1),
        "overlong": signing.client_upload(expire="9" * 40),
    }


@pytest.mark.parametrize("case", sorted(_bad_client_fields()))
def test_a_bad_client_signature_is_400(api: Api, folder: str, case: str) -> None:
    rules.check_error(api.upload(IMAGE, auth=None, folder=folder, **_bad_client_fields()[case]), 400)
    assert api.list(path=folder) == []


def test_a_token_works_once(api: Api, folder: str) -> None:
    fields = signing.client_upload()
    assert api.upload(IMAGE, "one.png", auth=None, folder=folder, **fields).status_code == 200
    rules.check_error(api.upload(IMAGE, "two.png", auth=None, folder=folder, **fields), 400)
    again = signing.client_upload(token=fields["token"], expire=int(time.time()) + 900)
    rules.check_error(api.upload(IMAGE, "three.png", auth=None, folder=folder, **again), 400)
    assert [file["name"] for file in api.list(path=folder)] == ["one.png"]


def test_a_token_is_spent_by_a_failed_upload_too(api: Api, folder: str) -> None:
    fields = signing.client_upload()
    rules.check_error(api.upload(IMAGE, auth=None, folder=folder, customCoordinates="nonsense", **fields), 400)
    rules.check_error(api.upload(IMAGE, auth=None, folder=folder, **fields), 400)
    assert api.list(path=folder) == []


def test_one_token_eight_times_at_once_stores_at_most_one(api: Api, folder: str) -> None:
    fields = signing.client_upload()

    def go(number: int) -> int:
        answer = api.upload(pictures.tiny(number), f"{number}.png", auth=None, folder=folder, **fields)
        if answer.status_code != 200:
            rules.check_error(answer, 400)
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(go, range(8)))
    assert statuses == [200] + [400] * 7
    assert len(api.list(path=folder)) == 1


# Another tenant's name, safety.md A7: the key belongs to one tenant, its files are delivered under no other name.


def test_an_unknown_tenant_has_nothing(api: Api, folder: str) -> None:
    stored = api.put(IMAGE, folder=folder)
    answer = api.get(f"{api.server.base}/nobody{stored['filePath']}")
    assert answer.status_code == 404
