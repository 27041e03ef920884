"""Sets and destinations, through the client."""

from __future__ import annotations

import json
import uuid

import pytest

from harness.sams import Sams, fault


def test_home(sams: Sams) -> None:
    answer = sams.client.request()
    assert answer.status_code == 200
    assert {"href": "admin/sets", "title": "Set"} in answer.json()["_links"]["child"]


def test_a_new_library_has_one_usable_set(own_sams) -> None:
    sams = own_sams()
    items = sams.client.sets.search().json()["_items"]
    assert [item["state"] for item in items] == ["usable"]
    first = items[0]
    changed = sams.client.sets.update(first["_id"], {"state": "disabled"}, {"If-Match": first["_etag"]}).json()
    gone = sams.client.sets.delete(first["_id"], {"If-Match": changed["_etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert sams.client.sets.search().json()["_items"] == []


def test_a_set_from_its_birth_to_its_end(sams: Sams) -> None:
    name = uuid.uuid4().hex
    created = sams.client.sets.create(
        [{"name": name, "destination_name": "during_draft", "description": "words", "maximum_asset_size": 10}],
        external_user_id="ann",
    )
    assert created.status_code == 201
    document = created.json()
    assert document["_status"] == "OK" and document["state"] == "draft"
    assert document["_links"]["self"] == {"title": "Set", "href": f"consume/sets/{document['_id']}"}
    assert document["original_creator"] == document["version_creator"] == "ann"
    read = sams.client.sets.get_by_id(document["_id"])
    assert read.headers["ETag"] == f'"{document["_etag"]}"'
    assert read.headers["Cache-Control"] == "max-age=0, no-cache"
    assert read.json()["_etag"] == document["_etag"] and len(document["_etag"]) == 40
    updated = sams.client.sets.update(
        document["_id"],
        {"destination_name": "internal", "state": "usable"},
        {"If-Match": document["_etag"]},
        external_user_id="bob",
    )
    assert updated.status_code == 200
    assert updated.json()["version_creator"] == "bob" and updated.json()["original_creator"] == "ann"
    assert updated.json()["_etag"] != document["_etag"]
    refused = sams.client.sets.delete(document["_id"], {"If-Match": updated.json()["_etag"]})
    assert fault(refused) == (400, "07005")


def test_states_and_destinations(sams: Sams) -> None:
    document = sams.new_set()

    def update(changes: dict) -> tuple[int, str]:
        return fault(sams.client.sets.update(document["_id"], changes, {"If-Match": document["_etag"]}))

    assert update({"state": "draft"}) == (400, "07001")
    assert update({"destination_name": "nowhere"}) == (400, "07002")
    assert update({"destination_config": {"a": 1}}) == (400, "07003")
    draft = sams.new_set(state="draft")
    answer = sams.client.sets.update(draft["_id"], {"destination_name": "nowhere"}, {"If-Match": draft["_etag"]})
    assert fault(answer) == (400, "07004")
    assert answer.json()["description"] == 'Destination "nowhere" isnt configured'


def test_preconditions(sams: Sams) -> None:
    document = sams.new_set(state="draft")
    for call in (lambda h: sams.client.sets.update(document["_id"], {}, h), lambda h: sams.client.sets.delete(document["_id"], h)):
        assert fault(call({})) == (428, "03428")
        assert fault(call({"If-Match": "x"})) == (412, "03412")
        assert fault(call({"If-Match": "*"})) == (412, "03412")
    unknown = "0123456789abcdef01234567"
    assert fault(sams.client.sets.update(unknown, {}, {"If-Match": "x"})) == (404, "03404")
    assert sams.client.sets.delete(document["_id"], {"If-Match": f'"{document["_etag"]}"'}).status_code == 204


@pytest.mark.parametrize(
    ("document", "errors"),
    [
        ({}, {"name": ["required"], "destination_name": ["required"]}),
        ({"name": "", "destination_name": "internal"}, {"name": ["empty values not allowed"]}),
        ({"name": None, "destination_name": "internal"}, {"name": ["null value not allowed"]}),
        ({"name": "x", "destination_name": 1}, {"destination_name": ["must be of string type"]}),
        ({"name": "x", "destination_name": "internal", "state": "open"}, {"state": ["unallowed value open"]}),
        ({"name": "x", "destination_name": "internal", "colour": 1}, {"colour": ["unknown field"]}),
        ({"name": "x", "destination_name": "internal", "maximum_asset_size": "1"}, {"maximum_asset_size": ["must be of integer type"]}),
    ],
)
def test_validation(sams: Sams, document: dict, errors: dict) -> None:
    answer = sams.client.sets.create(document)
    assert fault(answer) == (400, "04001")
    assert answer.json()["errors"] == errors


def test_names_are_unique_and_bulks_are_whole(sams: Sams) -> None:
    first = sams.new_set()
    assert sams.client.sets.create({"name": first["name"], "destination_name": "internal"}).json()["errors"] == {"name": ["unique"]}
    name = uuid.uuid4().hex
    both = [{"name": name, "destination_name": "internal"}, {"name": name, "destination_name": "internal"}]
    assert sams.client.sets.create(both).json()["errors"] == {"name": ["unique"]}
    where = json.dumps({"name": name})
    assert sams.client.sets.search({"where": where}).json()["_meta"]["total"] == 0
    both[1]["name"] = uuid.uuid4().hex
    created = sams.client.sets.create(both).json()
    assert [item["_status"] for item in created["_items"]] == ["OK", "OK"]
    assert sams.client.sets.search({"where": where}).json()["_items"][0]["name"] == name
    assert fault(sams.client.sets.create([])) == (400, "03400")
    assert fault(sams.http("POST", "/admin/sets", data="{")) == (400, "03400")


def test_pages(own_sams) -> None:
    sams = own_sams()
    for number in range(30):
        sams.new_set(name=f"set {number:02}")
    everything = sams.client.sets.search().json()
    assert everything["_meta"] == {"page": 1, "max_results": 25, "total": 31}
    assert {"next", "last", "self", "parent"} <= set(everything["_links"])
    page = sams.client.sets.search({"sort": '[("name",-1)]', "max_results": 2, "page": 2}).json()
    assert [item["name"] for item in page["_items"]] == ["set 27", "set 26"]
    assert sams.client.sets.search({"page": 99}).json()["_items"] == []
    assert fault(sams.client.sets.search({"where": "{"})) == (400, "03400")


def test_destinations(sams: Sams) -> None:
    items = sams.client.destinations.search().json()["_items"]
    assert [item["_id"] for item in items] == ["during_draft", "internal"]
    item = sams.client.destinations.get_by_id("during_draft")
    assert item.status_code == 200 and item.json()["provider"]
    assert fault(sams.client.destinations.get_by_id("nowhere")) == (404, "05001")
    assert sams.client.destinations.create({}).status_code == 405
    assert fault(sams.http("POST", "/admin/destinations", json={})) == (405, "03405")


def test_keys(sams: Sams) -> None:
    for key in (None, "wrong", ""):
        assert fault(sams.http("GET", "/", key=key)) == (401, "04003")
        assert fault(sams.http("GET", "/consume/assets/binary/x", key=key)) == (401, "04003")
    assert fault(sams.http("GET", "/nowhere", key=None)) == (404, "03404")
    assert fault(sams.http("PUT", "/consume/sets", key=None)) == (405, "03405")
    assert fault(sams.http("GET", "/admin/sets", key=None)) == (405, "03405")
    assert sams.http("OPTIONS", "/consume/sets", key=None, headers={"Origin": "http://a.example"}).status_code == 200


def test_public_auth(own_sams) -> None:
    from sams_client import SamsClient

    sams = own_sams(HALFTONE_SAMS__AUTH="public")
    client = SamsClient({"HOST": "127.0.0.1", "PORT": f"{sams.server.port}/sams"})
    assert client.sets.search().status_code == 200


def test_a_port_of_its_own(own_sams) -> None:
    from harness.server import PRIVATE_KEY, free_port
    from sams_client import SamsClient

    port = free_port()
    own_sams(HALFTONE_SAMS__LISTEN=f"127.0.0.1:{port}")
    client = SamsClient({"HOST": "127.0.0.1", "PORT": port, "SAMS_AUTH_TYPE": "sams_client.auth.basic", "SAMS_AUTH_KEY": PRIVATE_KEY})
    assert client.request().status_code == 200
    assert client.sets.search().status_code == 200
