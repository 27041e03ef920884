"""Uploads to `/api/v2/files/upload`: the private key, or a JWT over all other fields. Spec section 2."""

from __future__ import annotations

import time
import uuid

import pytest
from harness import pictures, rules, signing
from harness.api import Api

IMAGE = pictures.tiny(1)


def test_the_private_key_works_here_too(api: Api, folder: str) -> None:
    rules.check_error(api.upload(IMAGE, auth=None, folder=folder, version="v2"), 401)
    rules.check_error(api.upload(IMAGE, auth=("wrong", ""), folder=folder, version="v2"), 403)
    answer = api.upload(IMAGE, "a.png", folder=folder, version="v2")
    assert answer.status_code == 200, answer.text
    assert answer.json()["filePath"] == f"{folder}/a.png"
    assert len(api.list(path=folder)) == 1


def v2_fields(folder: str) -> dict[str, str]:
    return {"fileName": f"{uuid.uuid4().hex}.png", "useUniqueFileName": "false", "folder": folder, "tags": "x,y"}


def v2_upload(api: Api, fields: dict[str, str], token: str):
    return api.upload(IMAGE, fields["fileName"], version="v2", auth=None, token=token, **_without_name(fields))


def _without_name(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name != "fileName"}


def test_a_v2_token_is_accepted_once(api: Api, folder: str) -> None:
    fields = v2_fields(folder)
    token = signing.jwt(fields)
    answer = v2_upload(api, fields, token)
    assert answer.status_code == 200, answer.text
    assert api.details(answer.json()["fileId"])["tags"] == ["x", "y"]
    rules.check_error(v2_upload(api, fields, token), 400, 401, 403)
    assert len(api.list(path=folder)) == 1


def _bad_v2(fields: dict[str, str]) -> dict[str, tuple[dict[str, str], str]]:
    now = int(time.time())
    good = signing.jwt(fields)
    head, payload, mark = good.split(".")
    return {
        "no algorithm": (fields, signing.jwt(fields, algorithm="none")),
        "other algorithm": (fields, signing.jwt(fields, algorithm="HS512")),
        "other key": (fields, signing.jwt(fields, key="another_private_key")),
        "unknown kid": (fields, signing.jwt(fields, kid="nobody")),
        "changed field": ({**fields, "tags": "x,z"}, good),
        "added field": ({**fields, "isPrivateFile": "true"}, good),
        "left out field": ({k: v for k, v in fields.items() if k != "tags"}, good),
        "expired": (fields, signing.jwt(fields, issued=now - 1200)),
        "longer than an hour": (fields, signing.jwt(fields, lifetime=3 * 3600)),
        "signature cut": (fields, good[:-3]),
        "signature empty": (fields, f"{head}.{payload}."),
        "signature of another token": (fields, f"{head}.{payload}.{signing.jwt(v2_fields('/q')).split('.')[2]}"),
        "two parts": (fields, f"{head}.{payload}"),
        "no token at all": (fields, "nonsense"),
        "empty": (fields, ""),
    }


@pytest.mark.parametrize("case", sorted(_bad_v2(v2_fields("/x"))))
def test_a_bad_v2_token_is_refused(api: Api, folder: str, case: str) -> None:
    fields, token = _bad_v2(v2_fields(folder))[case]
    rules.check_error(v2_upload(api, fields, token), 400, 401, 403)
    assert api.list(path=folder) == []


def test_a_v1_signature_does_not_open_v2(api: Api, folder: str) -> None:
    answer = api.upload(IMAGE, version="v2", auth=None, folder=folder, **signing.client_upload())
    rules.check_error(answer, 400, 401, 403)
    assert api.list(path=folder) == []
