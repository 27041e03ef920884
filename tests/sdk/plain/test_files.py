"""Changing files: update, tags and deletion in bulk. Spec 6.2 and 6.3."""

from __future__ import annotations

import re

import pytest
from harness import pictures, rules
from harness.api import Api

SMALL = pictures.tiny(7)
UNKNOWN = "64b0c0ffee64b0c0ffee64b0"


def three(api: Api, folder: str, **fields: object) -> list[str]:
    return [api.put(pictures.tiny(n), f"{n}.png", folder=folder, **fields)["fileId"] for n in range(3)]


def tags(api: Api, ids: list[str]) -> list[list[str] | None]:
    return [api.details(id)["tags"] for id in ids]


# Update


def test_an_update_answers_with_the_whole_file(api: Api, folder: str) -> None:
    file = api.put(SMALL, "a.png", folder=folder)
    before = api.details(file["fileId"])
    after = api.update(file["fileId"], tags=["b", "a"], customCoordinates="1,2,3,4", description="eine Katze")
    assert (after["tags"], after["customCoordinates"], after["description"]) == (["b", "a"], "1,2,3,4", "eine Katze")
    assert api.details(file["fileId"]) == after
    assert after["createdAt"] == before["createdAt"] and after["updatedAt"] >= before["updatedAt"]
    for key in ("fileId", "name", "filePath", "url", "thumbnail", "versionInfo", "size", "type", "mime"):
        assert after[key] == before[key], key


def test_a_trailing_slash_is_accepted(api: Api, folder: str) -> None:
    id = api.put(SMALL, folder=folder)["fileId"]
    assert api.ask("PATCH", f"/v1/files/{id}/details/", 200, {"tags": ["x"]})["tags"] == ["x"]


def test_given_keys_replace_and_null_clears(api: Api, folder: str) -> None:
    id = api.put(SMALL, folder=folder, tags="a,b", customCoordinates="1,2,3,4")["fileId"]
    kept = api.update(id, description="x")
    assert (kept["tags"], kept["customCoordinates"]) == (["a", "b"], "1,2,3,4")
    assert api.update(id, tags=["c"])["tags"] == ["c"]
    assert api.update(id, tags=None)["tags"] is None
    assert api.details(id)["customCoordinates"] == "1,2,3,4"
    assert api.update(id, customCoordinates=None)["customCoordinates"] is None
    assert not api.update(id, tags=[])["tags"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"customCoordinates": "1,2,3"}, "customCoordinates"),
        ({"customCoordinates": "a,b,c,d"}, "customCoordinates"),
        ({"customCoordinates": 5}, "customCoordinates"),
        ({"tags": "a,b"}, "tags"),
        ({"tags": [1]}, "tags"),
        ({"tags": ["50%"]}, "tags"),
        ({"tags": ["x" * 501]}, "tags"),
        ({"customMetadata": {"no_such_field": 1}}, "no_such_field"),
        ({"customMetadata": [1]}, "customMetadata"),
        ({"removeAITags": "some"}, "removeAITags"),
        ({"removeAITags": 1}, "removeAITags"),
        ({"extensions": "x"}, "extensions"),
        ({"extensions": [{"name": "nosuch"}]}, "nosuch"),
        ({"publish": {"isPublished": "yes"}}, "isPublished"),
        ({"publish": {}}, "isPublished"),
        ({"publish": {"isPublished": False}, "tags": ["a"]}, "publish"),
        ({"description": 5}, "description"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_and_changes_nothing(api: Api, folder: str, change: dict, named: str) -> None:
    id = api.put(SMALL, folder=folder, tags="kept")["fileId"]
    before = api.details(id)
    body = api.ask("PATCH", f"/v1/files/{id}/details", 400, change)
    assert named in str(body), body
    assert api.details(id) == before


def test_publication(api: Api, folder: str) -> None:
    file = api.put(SMALL, "a.png", folder=folder)
    assert api.update(file["fileId"], publish={"isPublished": False})["isPublished"] is False
    rules.check_refusal(api.get(file), 404)
    published = api.update(file["fileId"], publish={"isPublished": True, "includeFileVersions": True})
    assert published["isPublished"] is True
    assert api.get(file).status_code == 200


def test_removing_all_ai_tags_of_a_file_without_any(api: Api, folder: str) -> None:
    id = api.put(SMALL, folder=folder)["fileId"]
    assert not api.update(id, removeAITags="all")["AITags"]
    assert not api.update(id, removeAITags=["cat"])["AITags"]


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense"])
def test_an_unknown_file_is_404(api: Api, id: str) -> None:
    api.ask("PATCH", f"/v1/files/{id}/details", 404, {"tags": ["a"]})


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "1", "\x00"])
def test_a_body_that_is_no_object_is_400(api: Api, folder: str, body: str) -> None:
    id = api.put(SMALL, folder=folder)["fileId"]
    api.ask("PATCH", f"/v1/files/{id}/details", 400, data=body, headers={"Content-Type": "application/json"})


def test_a_private_file_can_be_made_public_by_its_next_version(api: Api, folder: str) -> None:
    file = api.put(SMALL, "a.png", folder=folder, isPrivateFile=True)
    rules.check_refusal(api.get(file), 401)
    api.put(pictures.tiny(9), "a.png", folder=folder, isPrivateFile=False)
    assert api.original(file) == pictures.tiny(9)


# Tags in bulk


def test_tags_are_added_once_and_removed(api: Api, folder: str) -> None:
    ids = three(api, folder, tags="a")
    done = api.ask("POST", "/v1/files/addTags", 200, {"fileIds": ids[:2], "tags": ["a", "b", "c"]})
    assert set(done) == {"successfullyUpdatedFileIds"}
    assert sorted(done["successfullyUpdatedFileIds"]) == sorted(ids[:2])
    assert tags(api, ids) == [["a", "b", "c"], ["a", "b", "c"], ["a"]]
    done = api.ask("POST", "/v1/files/removeTags", 200, {"fileIds": ids, "tags": ["a", "nosuch"]})
    assert sorted(done["successfullyUpdatedFileIds"]) == sorted(ids)
    assert tags(api, ids) == [["b", "c"], ["b", "c"], None]
    done = api.ask("POST", "/v1/files/removeAITags", 200, {"fileIds": ids, "AITags": ["cat"]})
    assert sorted(done["successfullyUpdatedFileIds"]) == sorted(ids)


BULK = [
    ("/v1/files/addTags", {"tags": ["x"]}),
    ("/v1/files/removeTags", {"tags": ["a"]}),
    ("/v1/files/removeAITags", {"AITags": ["a"]}),
    ("/v1/files/batch/deleteByFileIds", {}),
]


@pytest.mark.parametrize(("path", "more"), BULK)
def test_one_unknown_id_and_nothing_changes_at_all(api: Api, folder: str, path: str, more: dict) -> None:
    ids = three(api, folder, tags="a")
    body = api.ask("POST", path, 404, {"fileIds": [ids[0], UNKNOWN, ids[1]], **more})
    assert body["missingFileIds"] == [UNKNOWN]
    assert body["message"] == "The requested file(s) does not exist."
    assert tags(api, ids) == [["a"]] * 3


@pytest.mark.parametrize(("path", "more"), BULK)
@pytest.mark.parametrize("ids", [None, [], "x", [1], {}], ids=str)
def test_file_ids_are_needed(api: Api, path: str, more: dict, ids: object) -> None:
    body = {**more, **({"fileIds": ids} if ids is not None else {})}
    assert "fileIds" in str(api.ask("POST", path, 400, body))


@pytest.mark.parametrize(("path", "key"), [("/v1/files/addTags", "tags"), ("/v1/files/removeTags", "tags"), ("/v1/files/removeAITags", "AITags")])
@pytest.mark.parametrize("value", [None, "a", [1]], ids=str)
def test_the_tags_are_needed(api: Api, folder: str, path: str, key: str, value: object) -> None:
    ids = three(api, folder)
    body = {"fileIds": ids, **({key: value} if value is not None else {})}
    assert key in str(api.ask("POST", path, 400, body))
    assert tags(api, ids) == [None] * 3


# Deletion in bulk


def test_files_are_deleted_together(api: Api, folder: str) -> None:
    ids = three(api, folder)
    api.put(pictures.tiny(9), "0.png", folder=folder)
    urls = [api.details(id)["url"] for id in ids]
    done = api.ask("POST", "/v1/files/batch/deleteByFileIds", 200, {"fileIds": ids[:2]})
    assert set(done) == {"successfullyDeletedFileIds"}
    assert sorted(done["successfullyDeletedFileIds"]) == sorted(ids[:2])
    # Nothing serves them any more, versions included.
    assert [api.get(url).status_code for url in urls] == [404, 404, 200]
    assert [file["fileId"] for file in api.list(path=folder)] == [ids[2]]
    assert api.list(path=folder, type="file-version") == []


def test_an_id_given_twice_counts_once(api: Api, folder: str) -> None:
    ids = three(api, folder)
    done = api.ask("POST", "/v1/files/batch/deleteByFileIds", 200, {"fileIds": [ids[0], ids[0]]})
    assert done["successfullyDeletedFileIds"] == [ids[0]]
    assert len(api.list(path=folder)) == 2


# The object (5.1)


def test_a_file_has_every_key(api: Api, folder: str) -> None:
    seen = api.details(api.put(SMALL, "a.png", folder=folder)["fileId"])
    assert set(seen) >= {
        "type", "name", "createdAt", "updatedAt", "fileId", "tags", "AITags", "versionInfo", "embeddedMetadata",
        "customCoordinates", "customMetadata", "isPrivateFile", "isPublished", "url", "thumbnail", "fileType", "filePath",
        "height", "width", "size", "hasAlpha", "mime",
    }  # fmt: skip
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(moment, seen["createdAt"]) and re.fullmatch(moment, seen["updatedAt"])
    assert (seen["type"], seen["fileType"], seen["mime"]) == ("file", "image", "image/png")
    assert (seen["tags"], seen["AITags"], seen["customCoordinates"], seen["customMetadata"]) == (None, None, None, {})
    assert seen["versionInfo"] == {"id": seen["fileId"], "name": "Version 1"}
    assert "thumbnailUrl" not in seen


def test_a_new_version_leaves_the_day_of_creation(api: Api, folder: str) -> None:
    id = api.put(pictures.tiny(1), "a.png", folder=folder)["fileId"]
    before = api.details(id)
    api.put(pictures.tiny(2), "a.png", folder=folder)
    after = api.details(id)
    assert after["createdAt"] == before["createdAt"]
    assert after["updatedAt"] > before["updatedAt"]


# Requests without a body that announce one, as SDK 5.x sends them


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
def test_an_empty_body_is_not_parsed(api: Api, folder: str, kind: str) -> None:
    file = api.put(SMALL, folder=folder)
    answer = api.call("DELETE", f"/v1/files/{file['fileId']}", headers={"Content-Type": kind})
    assert (answer.status_code, answer.content) == (204, b"")
