"""Webhooks as a receiver sees them: events, signatures, retries. Spec 14.1 and 14.2."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time

import pytest
from harness import pictures
from harness.api import Api
from harness.listener import Listener, Received, Reply
from harness.server import Server

SMALL = pictures.tiny(7)
EVERY = ["file.created", "file.updated", "file.deleted", "file-version.created", "file-version.deleted",
         "folder.created", "folder.updated", "folder.deleted"]  # fmt: skip


@pytest.fixture
def api(reaching: Server) -> Api:
    """On the server that may reach this machine."""
    return Api(reaching)


@pytest.fixture
def hook(api: Api, listener: Listener):
    """A webhook for every event of files and folders."""
    made = api.ask("POST", "/v1/accounts/webhooks", 201, {"endpoint": listener.url(), "events": EVERY})
    yield made
    api.ask("DELETE", f"/v1/accounts/webhooks/{made['id']}", 204)


def event(listener: Listener, kind: str, about: str) -> dict:
    """The event of this kind whose data mention `about`."""

    def wanted(request: Received) -> bool:
        body = json.loads(request.body)
        return body["type"] == kind and about in json.dumps(body["data"], ensure_ascii=False)

    return json.loads(listener.wait(wanted, f"{kind} about {about}").body)


# Events


def test_the_life_of_a_file(api: Api, hook: dict, listener: Listener, folder: str) -> None:
    file = api.put(SMALL, "a.png", folder=folder, tags="x")
    created = event(listener, "file.created", file["fileId"])
    assert set(created) >= {"id", "type", "created_at", "data"}
    assert re.match(r"\d{4}-\d\d-\d\dT", created["created_at"])
    assert created["data"]["fileId"] == file["fileId"]
    assert (created["data"]["name"], created["data"]["filePath"]) == ("a.png", f"{folder}/a.png")
    assert (created["data"]["type"], created["data"]["tags"]) == ("file", ["x"])

    api.update(file["fileId"], tags=["changed"])
    assert event(listener, "file.updated", "changed")["data"]["fileId"] == file["fileId"]

    second = api.put(pictures.tiny(8), "a.png", folder=folder)
    made = event(listener, "file-version.created", second["versionInfo"]["id"])
    assert made["data"]["fileId"] == file["fileId"]

    api.ask("DELETE", f"/v1/files/{file['fileId']}/versions/{file['versionInfo']['id']}", 204)
    gone = event(listener, "file-version.deleted", file["fileId"])
    assert gone["data"] == {"fileId": file["fileId"], "versionId": file["versionInfo"]["id"]}

    api.delete(file["fileId"])
    assert event(listener, "file.deleted", file["fileId"])["data"] == {"fileId": file["fileId"]}


def test_the_life_of_a_folder(api: Api, hook: dict, listener: Listener, folder: str) -> None:
    name = folder.strip("/")
    api.ask("POST", "/v1/folder", 201, {"folderName": name, "parentFolderPath": "/"})
    made = event(listener, "folder.created", name)
    assert (made["data"]["type"], made["data"]["folderPath"], made["data"]["name"]) == ("folder", folder, name)
    id = made["data"]["folderId"]
    job = api.ask("POST", "/v1/bulkJobs/renameFolder", 200, {"folderPath": folder, "newFolderName": name + "-new"})
    api.finish(job["jobId"])
    assert event(listener, "folder.updated", name + "-new")["data"]["folderPath"] == folder + "-new"
    api.ask("DELETE", "/v1/folder", 204, {"folderPath": folder + "-new"})
    assert event(listener, "folder.deleted", id)["data"] == {"folderId": id}


def test_every_event_has_an_id_of_its_own(api: Api, hook: dict, listener: Listener, folder: str) -> None:
    files = [api.put(pictures.tiny(n), f"{n}.png", folder=folder) for n in range(3)]
    ids = {event(listener, "file.created", file["fileId"])["id"] for file in files}
    assert len(ids) == 3


def test_only_the_chosen_events_come_and_none_when_disabled(api: Api, hook: dict, listener: Listener, folder: str) -> None:
    chosen = api.ask(
        "POST", "/v1/accounts/webhooks", 201, {"endpoint": listener.url("/chosen"), "events": ["file.deleted"]}
    )
    silent = api.ask(
        "POST", "/v1/accounts/webhooks", 201, {"endpoint": listener.url("/silent"), "events": EVERY, "enabled": False}
    )
    file = api.put(SMALL, "a.png", folder=folder)
    api.delete(file["fileId"])
    listener.wait(lambda request: request.path == "/chosen" and file["fileId"].encode() in request.body, "the deletion")
    event(listener, "file.deleted", file["fileId"])
    kinds = {json.loads(request.body)["type"] for request in listener.received if request.path == "/chosen"}
    assert kinds == {"file.deleted"}
    assert not [request for request in listener.received if request.path == "/silent"]
    for one in (chosen, silent):
        api.ask("DELETE", f"/v1/accounts/webhooks/{one['id']}", 204)


def test_a_transformation_before_storing_is_told(api: Api, listener: Listener, folder: str) -> None:
    events = ["upload.pre-transform.success", "upload.pre-transform.error", "upload.post-transform.success"]
    made = api.ask("POST", "/v1/accounts/webhooks", 201, {"endpoint": listener.url(), "events": events})
    picture = pictures.png(pictures.map_picture())
    wanted = json.dumps({"pre": "w-300", "post": [{"type": "transformation", "value": "w-50"}]})
    file = api.put(picture, "a.png", folder=folder, transformation=wanted)
    before = event(listener, "upload.pre-transform.success", file["fileId"])
    assert (before["data"]["width"], before["data"]["filePath"]) == (300, file["filePath"])
    assert before["request"]["x_request_id"] and "w-300" in json.dumps(before["request"]["transformation"])
    after = event(listener, "upload.post-transform.success", file["fileId"])
    assert set(after["data"]) >= {"fileId", "name", "url"}
    assert "w-50" in json.dumps(after["request"]["transformation"])
    bad = api.upload(picture, "b.png", folder=folder, transformation=json.dumps({"pre": "w-99,h-99,cm-extract,xc-1,yc-1"}))
    assert bad.status_code == 400
    failed = event(listener, "upload.pre-transform.error", "")
    assert failed["data"]["transformation"]["error"]["reason"]
    api.ask("DELETE", f"/v1/accounts/webhooks/{made['id']}", 204)


# Signatures


def delivery(api: Api, listener: Listener, folder: str) -> Received:
    file = api.put(SMALL, "a.png", folder=folder)
    return listener.wait(lambda request: file["fileId"].encode() in request.body, "the event")


def test_both_signatures_are_sent(api: Api, hook: dict, listener: Listener, folder: str) -> None:
    request = delivery(api, listener, folder)
    assert request.method == "POST"
    assert request.headers["content-type"].split(";")[0] == "application/json"
    secret = hook["secret"].encode()
    old = re.fullmatch(r"t=(\d{13}),v1=([0-9a-f]{64})", request.headers["x-ik-signature"])
    assert old, request.headers["x-ik-signature"]
    mark = hmac.new(secret, old[1].encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert old[2] == mark
    id, moment = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert abs(int(moment) - time.time()) < 300
    message = f"{id}.{moment}.".encode() + request.body
    expected = base64.b64encode(hmac.new(secret, message, hashlib.sha256).digest()).decode()
    assert f"v1,{expected}" in request.headers["webhook-signature"].split(" ")


# Retries


def test_a_receiver_that_fails_is_asked_again(api: Api, folder: str) -> None:
    answers = iter([500, 404, 302])
    listener = Listener(lambda request: Reply(status=next(answers, 200)))
    made = api.ask("POST", "/v1/accounts/webhooks", 201, {"endpoint": listener.url(), "events": ["file.created"]})
    try:
        file = api.put(SMALL, "a.png", folder=folder)
        first = listener.wait(lambda request: file["fileId"].encode() in request.body, "the first try")
        again = listener.wait(lambda request: request is not first and request.body == first.body, "a second try")
        # The same event, signed anew.
        assert again.headers["webhook-id"] == first.headers["webhook-id"]
    finally:
        api.ask("DELETE", f"/v1/accounts/webhooks/{made['id']}", 204)
        listener.close()


def test_a_receiver_that_is_not_there_hinders_nobody(api: Api, folder: str) -> None:
    body = {"endpoint": "http://127.0.0.1:1/nobody", "events": EVERY}
    made = api.ask("POST", "/v1/accounts/webhooks", 201, body)
    assert api.get(api.put(SMALL, "a.png", folder=folder)).status_code == 200
    api.ask("DELETE", f"/v1/accounts/webhooks/{made['id']}", 204)
