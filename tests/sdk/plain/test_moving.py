"""Copying, moving and renaming files. Spec 6.4."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api


def copy(api: Api, source: str, to: str, status: int = 204, **more: object) -> dict | None:
    return api.ask("POST", "/v1/files/copy", status, {"sourceFilePath": source, "destinationPath": to, **more})


def move(api: Api, source: str, to: str, status: int = 204) -> dict | None:
    return api.ask("POST", "/v1/files/move", status, {"sourceFilePath": source, "destinationPath": to})


def rename(api: Api, path: str, name: str, status: int = 200, **more: object) -> dict:
    return api.ask("PUT", "/v1/files/rename", status, {"filePath": path, "newFileName": name, **more})


def only(api: Api, folder: str) -> dict:
    (file,) = api.list(path=folder)
    return file


def grown(api: Api, folder: str, *seeds: int, name: str = "a.png", **fields: object) -> dict:
    for seed in seeds:
        file = api.put(pictures.tiny(seed), name, folder=folder, **fields)
    return file


def contents(api: Api, file_id: str) -> list[tuple[str, bytes]]:
    found = []
    for version in api.versions(file_id):
        url = version["url"]
        found.append((version["versionInfo"]["name"], api.get(url + ("&" if "?" in url else "?") + "tr=orig-true").content))
    return found


# Copying


def test_a_copy_is_a_file_of_its_own(api: Api, folder: str) -> None:
    source = grown(api, folder, 1, 2, tags="a,b", customCoordinates="1,2,3,4")
    copy(api, source["filePath"], folder + "/new/deep")
    made = only(api, folder + "/new/deep")
    assert made["fileId"] != source["fileId"]
    assert (made["name"], made["tags"], made["customCoordinates"]) == ("a.png", ["a", "b"], "1,2,3,4")
    assert api.original(made) == pictures.tiny(2)
    assert contents(api, made["fileId"]) == [("Version 1", pictures.tiny(2))]
    api.delete(source["fileId"])
    assert api.original(made) == pictures.tiny(2)


def test_a_copy_may_have_all_versions(api: Api, folder: str) -> None:
    source = grown(api, folder, 1, 2, 3)
    copy(api, source["filePath"], folder + "/all", includeFileVersions=True)
    made = only(api, folder + "/all")
    assert [data for _, data in contents(api, made["fileId"])] == [pictures.tiny(n) for n in (3, 2, 1)]
    assert len(contents(api, source["fileId"])) == 3


def test_a_copy_onto_a_file_is_appended_to_its_versions(api: Api, folder: str) -> None:
    target = grown(api, folder + "/to", 1, 2)
    source = grown(api, folder + "/from", 3, 4)
    copy(api, source["filePath"], folder + "/to")
    assert only(api, folder + "/to")["fileId"] == target["fileId"]
    assert contents(api, target["fileId"]) == [
        ("Version 3", pictures.tiny(4)),
        ("Version 2", pictures.tiny(2)),
        ("Version 1", pictures.tiny(1)),
    ]
    copy(api, source["filePath"], folder + "/to", includeFileVersions=True)
    names, data = zip(*contents(api, target["fileId"]), strict=True)
    assert names[0] == "Version 5" and data[:2] == (pictures.tiny(4), pictures.tiny(3))


# Moving


def test_a_moved_file_keeps_its_id_and_versions(api: Api, folder: str) -> None:
    file = grown(api, folder, 1, 2, tags="a")
    assert api.get(file).status_code == 200
    move(api, file["filePath"], folder + "/new")
    moved = only(api, folder + "/new")
    assert (moved["fileId"], moved["tags"], moved["filePath"]) == (file["fileId"], ["a"], f"{folder}/new/a.png")
    assert contents(api, file["fileId"]) == [("Version 2", pictures.tiny(2)), ("Version 1", pictures.tiny(1))]
    rules.check_refusal(api.get(file), 404)
    assert api.original(moved) == pictures.tiny(2)
    assert api.list(path=folder) == []


def test_a_file_moved_onto_another_is_appended_to_its_versions(api: Api, folder: str) -> None:
    target = grown(api, folder + "/to", 1)
    source = grown(api, folder + "/from", 2, 3)
    move(api, source["filePath"], folder + "/to")
    assert only(api, folder + "/to")["fileId"] == target["fileId"]
    assert [data for _, data in contents(api, target["fileId"])] == [pictures.tiny(n) for n in (3, 2, 1)]
    assert api.list(path=folder + "/from") == []
    rules.check_refusal(api.get(source), 404)


def test_a_file_moved_to_where_it_is_stays(api: Api, folder: str) -> None:
    file = grown(api, folder, 1, 2)
    answer = api.call("POST", "/v1/files/move", json={"sourceFilePath": file["filePath"], "destinationPath": folder})
    if answer.status_code != 204:
        rules.check_error(answer, 400, 409)
    assert contents(api, file["fileId"]) == [("Version 2", pictures.tiny(2)), ("Version 1", pictures.tiny(1))]
    assert api.original(file) == pictures.tiny(2)


@pytest.mark.parametrize("act", [copy, move])
def test_a_source_that_is_missing_is_404(api: Api, folder: str, act) -> None:
    body = act(api, folder + "/nothing.png", folder + "/to", 404)
    assert body["reason"] == "SOURCE_FILE_MISSING"
    assert api.list(path=folder + "/to") == []


@pytest.mark.parametrize("path", ["/v1/files/copy", "/v1/files/move"])
@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"destinationPath": "/x"}, "sourceFilePath"),
        ({"sourceFilePath": "/x.png"}, "destinationPath"),
        ({"sourceFilePath": 5, "destinationPath": "/x"}, "sourceFilePath"),
        ({"sourceFilePath": "/x.png", "destinationPath": ["/x"]}, "destinationPath"),
        ({}, "sourceFilePath"),
    ],
    ids=str,
)
def test_both_paths_are_needed(api: Api, path: str, body: dict, named: str) -> None:
    assert named in str(api.ask("POST", path, 400, body))


@pytest.mark.parametrize("act", [copy, move])
@pytest.mark.parametrize("spelling", ["{}/to", "{}/to/", "/{}/to"])
def test_destinations_are_cleaned_like_upload_folders(api: Api, folder: str, act, spelling: str) -> None:
    file = grown(api, folder, 1)
    act(api, file["filePath"], spelling.format(folder))
    assert api.original(only(api, folder + "/to")) == pictures.tiny(1)


# Renaming


def test_a_renamed_file_keeps_its_id_and_versions(api: Api, folder: str) -> None:
    file = grown(api, folder, 1, 2)
    assert rename(api, file["filePath"], "new name.png") == {}
    renamed = api.details(file["fileId"])
    assert (renamed["name"], renamed["filePath"]) == ("new_name.png", f"{folder}/new_name.png")
    assert contents(api, file["fileId"]) == [("Version 2", pictures.tiny(2)), ("Version 1", pictures.tiny(1))]
    rules.check_refusal(api.get(file), 404)
    assert api.original(renamed) == pictures.tiny(2)


@pytest.mark.parametrize(("purge", "has_id"), [(True, True), (False, False)])
def test_a_rename_may_purge(api: Api, folder: str, purge: bool, has_id: bool) -> None:
    file = grown(api, folder, 1)
    done = rename(api, file["filePath"], "b.png", purgeCache=purge)
    assert set(done) == ({"purgeRequestId"} if has_id else set())
    if has_id:
        assert api.ask("GET", f"/v1/files/purge/{done['purgeRequestId']}", 200)["status"] in ("Pending", "Completed")


def test_a_name_that_is_taken_is_a_conflict(api: Api, folder: str) -> None:
    file, other = grown(api, folder, 1), grown(api, folder, 2, name="b.png")
    answer = api.call("PUT", "/v1/files/rename", json={"filePath": file["filePath"], "newFileName": "b.png"})
    body = rules.check_error(answer, 409)
    assert body["reason"] == "FILE_ALREADY_EXISTS"
    assert answer.headers["x-should-retry"] == "false"
    assert (api.original(file), api.original(other)) == (pictures.tiny(1), pictures.tiny(2))


def test_renaming_what_is_missing_is_404(api: Api, folder: str) -> None:
    assert rename(api, folder + "/nothing.png", "b.png", 404)["reason"] == "FILE_MISSING"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"newFileName": "x"}, "filePath"),
        ({"filePath": "/x.png"}, "newFileName"),
        ({"filePath": "/x.png", "newFileName": ""}, "newFileName"),
        ({"filePath": "/x.png", "newFileName": "b", "purgeCache": "perhaps"}, "purgeCache"),
    ],
    ids=str,
)
def test_what_is_missing_is_named(api: Api, body: dict, named: str) -> None:
    assert named in str(api.ask("PUT", "/v1/files/rename", 400, body))


def test_the_old_name_is_free_again(api: Api, folder: str) -> None:
    file = grown(api, folder, 1)
    rename(api, file["filePath"], "b.png")
    new = grown(api, folder, 2)
    assert new["fileId"] != file["fileId"]
    assert new["versionInfo"]["name"] == "Version 1"
