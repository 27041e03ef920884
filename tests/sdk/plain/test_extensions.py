"""Extensions of an upload and of an update, without and with a back end. Spec 14.3."""

from __future__ import annotations

import json

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.listener import Listener
from harness.server import Server

SMALL = pictures.tiny(7)
REMOVE = {"name": "remove-bg", "options": {"add_shadow": True, "bg_color": "red"}}
GOOGLE = {"name": "google-auto-tagging", "minConfidence": 80, "maxTags": 5}
AWS = {"name": "aws-auto-tagging", "minConfidence": 0, "maxTags": 30}


# None is configured: the upload stands


@pytest.mark.parametrize("wanted", [[REMOVE], [GOOGLE], [AWS], [{"name": "ai-auto-description"}], [REMOVE, GOOGLE, AWS]], ids=str)
def test_without_a_back_end_the_upload_stands(api: Api, folder: str, wanted: list) -> None:
    file = api.put(SMALL, "a.png", folder=folder, extensions=json.dumps(wanted))
    assert set(file["extensionStatus"]) == {one["name"] for one in wanted}
    assert set(file["extensionStatus"].values()) <= {"failed", "pending"}
    assert api.original(file) == SMALL
    assert api.details(file["fileId"])["AITags"] is None


def test_an_update_has_a_status_too(api: Api, folder: str) -> None:
    id = api.put(SMALL, folder=folder)["fileId"]
    changed = api.update(id, extensions=[GOOGLE], tags=["a"])
    assert changed["extensionStatus"] in ({"google-auto-tagging": "failed"}, {"google-auto-tagging": "pending"})
    assert changed["tags"] == ["a"]
    assert "extensionStatus" not in api.update(id, tags=["b"])


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ([{"name": "nosuch"}], "nosuch"),
        ([{}], "name"),
        (["remove-bg"], "extensions"),
        ({"name": "remove-bg"}, "extensions"),
        ([{"name": "google-auto-tagging"}], "minConfidence"),
        ([{"name": "google-auto-tagging", "minConfidence": 80}], "maxTags"),
        ([{"name": "google-auto-tagging", "minConfidence": 101, "maxTags": 5}], "minConfidence"),
        ([{"name": "aws-auto-tagging", "minConfidence": 80, "maxTags": 31}], "maxTags"),
        ([{"name": "aws-auto-tagging", "minConfidence": "high", "maxTags": 3}], "minConfidence"),
        ([{"name": "remove-bg", "options": 5}], "options"),
        ([{"name": "saved-extension"}], "id"),
        ([{"name": "saved-extension", "id": "64b0c0ffee64b0c0ffee64b0"}], "id"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(api: Api, folder: str, wanted: object, named: str) -> None:
    body = rules.check_error(api.upload(SMALL, folder=folder, extensions=json.dumps(wanted)), 400)
    assert named in str(body), body
    assert api.list(path=folder) == []


def test_a_saved_one_stands_for_its_settings(api: Api, folder: str) -> None:
    body = {"name": "tags_" + folder.rsplit("_", 1)[1], "description": "d", "config": GOOGLE}
    saved = api.ask("POST", "/v1/saved-extensions", 201, body)
    wanted = [{"name": "saved-extension", "id": saved["id"]}]
    file = api.put(SMALL, "a.png", folder=folder, extensions=json.dumps(wanted))
    assert len(file["extensionStatus"]) == 1
    assert set(file["extensionStatus"].values()) <= {"failed", "pending"}
    api.ask("DELETE", f"/v1/saved-extensions/{saved['id']}", 204)


# The callback


def test_the_end_of_a_pending_one_is_told(reaching: Server, listener: Listener, folder: str) -> None:
    api = Api(reaching)
    file = api.put(SMALL, "a.png", folder=folder, extensions=json.dumps([REMOVE]), webhookUrl=listener.url())
    if file["extensionStatus"]["remove-bg"] == "pending":
        told = json.loads(listener.wait(lambda request: b"remove-bg" in request.body, "the callback").body)
        assert (told["service"], told["status"], told["fileId"]) == ("remove-bg", "FAILURE", file["fileId"])
        assert isinstance(told["error"], dict)


def test_a_webhook_that_must_not_be_reached_hinders_nothing(api: Api, folder: str) -> None:
    file = api.put(SMALL, "a.png", folder=folder, extensions=json.dumps([REMOVE]), webhookUrl="http://169.254.169.254/x")
    assert api.get(file).status_code == 200
