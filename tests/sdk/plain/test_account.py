"""Named transformations, saved extensions, webhooks, origins, URL endpoints, usage. Spec section 13 and 1.1."""

from __future__ import annotations

import re
import uuid

import pytest
from harness import pictures, rules
from harness.api import Api

UNKNOWN = "64b0c0ffee64b0c0ffee64b0"
NAMED, SAVED = "/v1/named-transformations", "/v1/saved-extensions"
HOOKS, ORIGINS, ENDPOINTS = "/v1/accounts/webhooks", "/v1/accounts/origins", "/v1/accounts/url-endpoints"

TAGGING = {"name": "google-auto-tagging", "minConfidence": 80, "maxTags": 5}


def fresh_url() -> str:
    """The URL of a webhook is unique in its account."""
    return f"https://example.com/{fresh()}"


def fresh() -> str:
    return "n_" + uuid.uuid4().hex[:12]


def origin() -> dict:
    return {"type": "WEB_FOLDER", "name": fresh(), "baseUrl": "https://example.com/pictures"}


def url_endpoint() -> dict:
    return {"description": fresh(), "urlPrefix": fresh().replace("_", "-"), "origins": []}


#: Path, a body that makes one, a change, how it is sent.
KINDS = {
    "named transformation": (NAMED, lambda: {"name": fresh(), "transformation": "w-10"}, {"enabled": False}, "PATCH"),
    "saved extension": (SAVED, lambda: {"name": fresh(), "description": "d", "config": TAGGING}, {"description": "e"}, "PATCH"),
    "webhook": (HOOKS, lambda: {"endpoint": fresh_url(), "events": ["file.created"]}, {"enabled": False}, "PATCH"),
    "origin": (ORIGINS, origin, {**origin(), "baseUrl": "https://example.com/more"}, "PUT"),
    "URL endpoint": (ENDPOINTS, url_endpoint, {**url_endpoint(), "description": "changed"}, "PUT"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_made_shown_changed_and_deleted(api: Api, kind: str) -> None:
    path, body, change, method = KINDS[kind]
    given = body()
    made = api.ask("POST", path, 201, given)
    assert made["id"]
    for key, value in given.items():
        assert made[key] == value, key
    assert api.ask("GET", f"{path}/{made['id']}", 200) == made
    assert api.ask("GET", f"{path}/{made['id']}/", 200) == made
    assert made in api.ask("GET", path, 200)
    changed = api.ask(method, f"{path}/{made['id']}", 200, change)
    assert changed["id"] == made["id"]
    for key, value in change.items():
        assert changed[key] == value, key
    if method == "PATCH":
        kept = set(given) - set(change)
        assert {key: changed[key] for key in kept} == {key: made[key] for key in kept}
    assert api.ask("GET", f"{path}/{made['id']}", 200) == changed
    api.ask("DELETE", f"{path}/{made['id']}", 204)
    for again in ("GET", "DELETE"):
        api.ask(again, f"{path}/{made['id']}", 404)
    assert made["id"] not in {one["id"] for one in api.ask("GET", path, 200)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("id", [UNKNOWN, "nonsense"])
def test_unknown_ids_are_404(api: Api, kind: str, id: str) -> None:
    path, _, change, method = KINDS[kind]
    for verb, body in (("GET", None), (method, change), ("DELETE", None)):
        api.ask(verb, f"{path}/{id}", 404, body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", ["[]", "{", "5"])
def test_bodies_that_are_no_objects_are_400(api: Api, kind: str, body: str) -> None:
    api.ask("POST", KINDS[kind][0], 400, data=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_needed(api: Api, kind: str) -> None:
    path = KINDS[kind][0]
    rules.check_error(api.call("GET", path, auth=None), 401)
    rules.check_error(api.call("POST", path, auth=("wrong", ""), json={}), 403)


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        (NAMED, {"transformation": "w-1"}, "name"),
        (NAMED, {"name": "nn"}, "transformation"),
        (NAMED, {"name": "two words", "transformation": "w-1"}, "name"),
        (NAMED, {"name": "a-b", "transformation": "w-1"}, "name"),
        (NAMED, {"name": "", "transformation": "w-1"}, "name"),
        (NAMED, {"name": "broken", "transformation": "l-image,i-a.jpg"}, "transformation"),
        (NAMED, {"name": "broken", "transformation": ""}, "transformation"),
        (NAMED, {"name": "broken", "transformation": "w-1", "enabled": "yes"}, "enabled"),
        (SAVED, {"description": "d", "config": TAGGING}, "name"),
        (SAVED, {"name": "x", "description": "d"}, "config"),
        (SAVED, {"name": "x", "description": "d", "config": {"name": "nosuch"}}, "config"),
        (SAVED, {"name": "x", "description": "d", "config": {"name": "google-auto-tagging"}}, "minConfidence"),
        (HOOKS, {"events": ["file.created"]}, "endpoint"),
        (HOOKS, {"endpoint": "https://example.com/h"}, "events"),
        (HOOKS, {"endpoint": "https://example.com/h", "events": []}, "events"),
        (HOOKS, {"endpoint": "https://example.com/h", "events": ["nosuch"]}, "nosuch"),
        (HOOKS, {"endpoint": "ftp://example.com/h", "events": ["file.created"]}, "endpoint"),
        (HOOKS, {"endpoint": "nonsense", "events": ["file.created"]}, "endpoint"),
        (ORIGINS, {"name": "x"}, "type"),
        (ORIGINS, {"type": "NOSUCH", "name": "x"}, "type"),
        (ENDPOINTS, {"urlPrefix": "x"}, "description"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(api: Api, path: str, body: dict, named: str) -> None:
    assert named in str(api.ask("POST", path, 400, body))


# Named transformations


@pytest.fixture
def named(api: Api):
    made = []

    def make(transformation: str, **more: object) -> dict:
        created = api.ask("POST", NAMED, 201, {"name": fresh(), "transformation": transformation, **more})
        made.append(created["id"])
        return created

    yield make
    for id in made:
        api.call("DELETE", f"{NAMED}/{id}")


@pytest.mark.parametrize("text", ["w-30,h-20,c-force", "tr:w-30,h-20,c-force"])
def test_the_text_is_returned_as_given_and_works_at_once(api: Api, map_png: dict, named, text: str) -> None:
    made = named(text)
    assert set(made) >= {"id", "name", "transformation", "enabled", "createdAt"}
    assert (made["transformation"], made["enabled"]) == (text, True)
    assert api.picture(map_png, f"n-{made['name']}").size == (30, 20)
    assert api.picture(map_png, f"rt-90:n-{made['name']}:w-15").size == (15, 10)


def test_other_items_of_the_step_form_one_more_after_it(api: Api, map_png: dict, named) -> None:
    made = named("w-300")
    assert api.picture(map_png, f"rt-90,n-{made['name']}").size == (200, 300)
    assert api.picture(map_png, f"n-{made['name']},w-0.5").size == (150, 100)


def test_changes_take_effect_at_once(api: Api, map_png: dict, named) -> None:
    made = named("w-30")
    path = f"{NAMED}/{made['id']}"
    assert api.picture(map_png, f"n-{made['name']}").size == (30, 20)
    api.ask("PATCH", path, 200, {"transformation": "w-60"})
    assert api.picture(map_png, f"n-{made['name']}").size == (60, 40)
    api.ask("PATCH", path, 200, {"enabled": False})
    rules.check_refusal(api.get(map_png, f"n-{made['name']}"), 400)
    api.ask("PATCH", path, 200, {"enabled": True})
    assert api.picture(map_png, f"n-{made['name']}").size == (60, 40)
    api.ask("DELETE", path, 204)
    rules.check_refusal(api.get(map_png, f"n-{made['name']}"), 400)


def test_names_are_unique_and_case_counts(api: Api, map_png: dict, named) -> None:
    made = named("w-30")
    answer = api.call("POST", NAMED, json={"name": made["name"], "transformation": "w-40"})
    rules.check_error(answer, 409)
    assert answer.headers["x-should-retry"] == "false"
    other = api.ask("POST", NAMED, 201, {"name": made["name"].upper(), "transformation": "w-40"})
    assert api.picture(map_png, f"n-{other['name']}").width == 40
    rules.check_error(api.call("PATCH", f"{NAMED}/{other['id']}", json={"name": made["name"]}), 409)
    api.ask("DELETE", f"{NAMED}/{other['id']}", 204)


@pytest.mark.parametrize("name", ["ik_ml_thumbnail", "media_library_thumbnail"])
def test_the_built_in_ones_stay(api: Api, name: str) -> None:
    rules.check_error(api.call("POST", NAMED, json={"name": name, "transformation": "w-1"}), 400, 409)


def test_private_files_are_open_to_them(api: Api, folder: str, named) -> None:
    file = api.put(pictures.png(pictures.map_picture()), "a.png", folder=folder, isPrivateFile=True)
    made = named("w-30")
    assert api.picture(file, f"n-{made['name']}").size == (30, 20)
    rules.check_refusal(api.get(file, f"n-{made['name']},w-20"), 401)
    rules.check_refusal(api.get(file, f"n-{made['name']}:w-20"), 401)
    rules.check_refusal(api.get(file), 401)


# Webhooks


def test_the_url_of_a_webhook_is_unique(api: Api) -> None:
    body = {"endpoint": fresh_url(), "events": ["file.created"]}
    made = api.ask("POST", HOOKS, 201, body)
    api.ask("POST", HOOKS, 409, body)
    api.ask("DELETE", f"{HOOKS}/{made['id']}", 204)


def test_a_webhook_has_a_secret_and_its_moments(api: Api) -> None:
    made = api.ask("POST", HOOKS, 201, {"endpoint": fresh_url(), "events": ["file.created", "folder.deleted"]})
    assert made["secret"].startswith("whsec_") and len(made["secret"]) > 20
    assert made["enabled"] is True
    for key in ("createdAt", "updatedAt"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made[key])
    other = api.ask("POST", HOOKS, 201, {"endpoint": fresh_url(), "events": ["file.created"], "enabled": False})
    assert other["secret"] != made["secret"] and other["enabled"] is False
    for one in (made, other):
        api.ask("DELETE", f"{HOOKS}/{one['id']}", 204)


# Origins: credentials go in and never come out


def test_secrets_of_origins_stay_inside(api: Api) -> None:
    body = {"type": "S3", "name": fresh(), "bucket": "b", "accessKey": "AK12345", "secretKey": "s3cr3t-value", "prefix": ""}
    answer = api.call("POST", ORIGINS, json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    for text in (answer.text, api.call("GET", f"{ORIGINS}/{made['id']}").text, api.call("GET", ORIGINS).text):
        assert "s3cr3t-value" not in text
    api.ask("DELETE", f"{ORIGINS}/{made['id']}", 204)


# Usage

COUNTS = {"bandwidthBytes", "extensionUnitsCount", "mediaLibraryStorageBytes", "originalCacheStorageBytes", "videoProcessingUnitsCount"}


def usage(api: Api, start: str, end: str, status: int = 200) -> dict:
    return api.ask("GET", "/v1/accounts/usage", status, params={"startDate": start, "endDate": end})


def test_usage_is_whole_numbers(api: Api) -> None:
    for start, end in [("2026-01-01", "2026-12-31"), ("2020-01-01", "2020-01-01"), ("2000-01-01", "2100-01-01")]:
        seen = usage(api, start, end)
        assert set(seen) >= COUNTS
        assert all(isinstance(seen[key], int) and seen[key] >= 0 for key in COUNTS), seen


def test_storage_is_measured(api: Api, folder: str) -> None:
    def stored() -> int:
        return usage(api, "2000-01-01", "2100-01-01")["mediaLibraryStorageBytes"]

    before = stored()
    api.put(pictures.png(pictures.noise(300, 300, seed=77)), "a.png", folder=folder)
    assert stored() - before > 200_000


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({}, "startDate"),
        ({"startDate": "2026-01-01"}, "endDate"),
        ({"startDate": "soon", "endDate": "2026-01-01"}, "startDate"),
        ({"startDate": "2026-01-01", "endDate": "2026-13-01"}, "endDate"),
    ],
    ids=str,
)
def test_days_are_needed(api: Api, params: dict, named: str) -> None:
    assert named in str(api.ask("GET", "/v1/accounts/usage", 400, params=params))
