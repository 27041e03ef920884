"""Deleting, copying, moving and renaming folders, and the jobs that do it; purging. Spec 6.6 and 6.7."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api

UNKNOWN = "64b0c0ffee64b0c0ffee64b0"


def tree(api: Api, folder: str) -> dict[str, dict]:
    """`src` with a file of two versions, a file in a subfolder, and an empty folder."""
    api.put(pictures.tiny(1), "a.png", folder=folder + "/src", tags="x")
    found = {"a": api.put(pictures.tiny(2), "a.png", folder=folder + "/src", tags="x")}
    found["b"] = api.put(pictures.tiny(3), "b.png", folder=folder + "/src/sub")
    api.ask("POST", "/v1/folder", 201, {"folderName": "empty", "parentFolderPath": folder + "/src"})
    return found


def names(api: Api, path: str, kind: str = "all") -> list[str]:
    return [item["name"] for item in api.list(path=path, type=kind, sort="ASC_NAME")]


def job(api: Api, verb: str, **body: object) -> dict:
    started = api.ask("POST", f"/v1/bulkJobs/{verb}", 200, body)
    assert set(started) == {"jobId"}
    return api.finish(started["jobId"])


# Deleting


def test_everything_inside_goes(api: Api, folder: str) -> None:
    files = tree(api, folder)
    urls = [api.details(file["fileId"])["url"] for file in files.values()]
    assert all(api.get(url).status_code == 200 for url in urls)
    api.ask("DELETE", "/v1/folder", 204, {"folderPath": folder + "/src"})
    assert all(api.get(url).status_code == 404 for url in urls)
    assert names(api, folder) == []
    assert names(api, folder + "/src/sub") == []
    for file in files.values():
        api.ask("GET", f"/v1/files/{file['fileId']}/details", 404)


@pytest.mark.parametrize("spelling", ["{}/src/", "/{}/src", "{}/src"])
def test_a_folder_may_be_spelled_with_more_slashes(api: Api, folder: str, spelling: str) -> None:
    tree(api, folder)
    api.ask("DELETE", "/v1/folder/", 204, {"folderPath": spelling.format(folder)})
    assert names(api, folder) == []


def test_neighbours_with_like_names_stay(api: Api, folder: str) -> None:
    for name in ("src", "src2", "sr_"):
        api.put(pictures.tiny(1), "a.png", folder=f"{folder}/{name}")
    api.ask("DELETE", "/v1/folder", 204, {"folderPath": folder + "/src"})
    assert names(api, folder) == ["sr_", "src2"]
    assert names(api, folder + "/src2") == ["a.png"]


def test_an_unknown_folder_is_404(api: Api, folder: str) -> None:
    assert api.ask("DELETE", "/v1/folder", 404, {"folderPath": folder})["reason"] == "FOLDER_NOT_FOUND"
    for verb in ("copyFolder", "moveFolder"):
        body = {"sourceFolderPath": folder + "/nothing", "destinationPath": folder + "/to"}
        assert api.ask("POST", f"/v1/bulkJobs/{verb}", 404, body)["reason"] == "NO_FILES_FOLDER"
    api.ask("POST", "/v1/bulkJobs/renameFolder", 404, {"folderPath": folder + "/nothing", "newFolderName": "x"})
    assert names(api, folder) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("DELETE", "/v1/folder", {}, "folderPath"),
        ("DELETE", "/v1/folder", {"folderPath": 5}, "folderPath"),
        ("POST", "/v1/bulkJobs/copyFolder", {"destinationPath": "/x"}, "sourceFolderPath"),
        ("POST", "/v1/bulkJobs/copyFolder", {"sourceFolderPath": "/x"}, "destinationPath"),
        ("POST", "/v1/bulkJobs/moveFolder", {"destinationPath": "/x"}, "sourceFolderPath"),
        ("POST", "/v1/bulkJobs/moveFolder", {"sourceFolderPath": "/x"}, "destinationPath"),
        ("POST", "/v1/bulkJobs/renameFolder", {"newFolderName": "x"}, "folderPath"),
        ("POST", "/v1/bulkJobs/renameFolder", {"folderPath": "/x"}, "newFolderName"),
        ("POST", "/v1/folder", {"parentFolderPath": "/"}, "folderName"),
    ],
    ids=str,
)
def test_what_is_missing_is_named(api: Api, method: str, path: str, body: dict, named: str) -> None:
    assert named in str(api.ask(method, path, 400, body))


# Copying


@pytest.mark.parametrize(("key", "count"), [("includeFileVersions", 2), ("includeVersions", 2), (None, 1)])
def test_a_folder_is_copied_into_the_destination(api: Api, folder: str, key: str | None, count: int) -> None:
    files = tree(api, folder)
    more = {key: True} if key else {}
    done = job(api, "copyFolder", sourceFolderPath=folder + "/src", destinationPath=folder + "/to/deep", **more)
    assert (done["type"], done["status"]) == ("COPY_FOLDER", "Completed")
    assert names(api, folder + "/to/deep/src") == ["a.png", "empty", "sub"]
    assert names(api, folder + "/to/deep/src/sub") == ["b.png"]
    made = api.list(path=folder + "/to/deep/src")[0]
    assert made["fileId"] != files["a"]["fileId"]
    assert made["tags"] == ["x"]
    assert api.original(made) == pictures.tiny(2)
    assert len(api.versions(made["fileId"])) == count
    # The source is as it was.
    assert names(api, folder + "/src") == ["a.png", "empty", "sub"]
    assert len(api.versions(files["a"]["fileId"])) == 2


def test_copies_merge_into_what_is_there(api: Api, folder: str) -> None:
    tree(api, folder)
    there = api.put(pictures.tiny(8), "a.png", folder=folder + "/to/src")
    api.put(pictures.tiny(9), "kept.png", folder=folder + "/to/src")
    job(api, "copyFolder", sourceFolderPath=folder + "/src", destinationPath=folder + "/to")
    assert names(api, folder + "/to/src") == ["a.png", "empty", "kept.png", "sub"]
    assert api.original(there) == pictures.tiny(2)
    assert len(api.versions(there["fileId"])) == 2


@pytest.mark.parametrize("verb", ["copyFolder", "moveFolder"])
def test_a_folder_never_lands_inside_itself_for_ever(api: Api, folder: str, verb: str) -> None:
    tree(api, folder)
    body = {"sourceFolderPath": folder + "/src", "destinationPath": folder + "/src/sub"}
    answer = api.call("POST", f"/v1/bulkJobs/{verb}", json=body)
    if answer.status_code == 200:
        api.finish(answer.json()["jobId"])
    else:
        rules.check_error(answer, 400, 409)
    found = [item["filePath"] for item in api.search(f'path : "{folder}"') if item["type"] == "file"]
    assert len(found) <= 4 and any(path.endswith("/a.png") for path in found)


# Moving


def test_a_folder_is_moved_with_everything(api: Api, folder: str) -> None:
    files = tree(api, folder)
    old = {name: api.details(file["fileId"])["url"] for name, file in files.items()}
    done = job(api, "moveFolder", sourceFolderPath=folder + "/src", destinationPath=folder + "/to")
    assert done["type"] == "MOVE_FOLDER"
    assert names(api, folder) == ["to"]
    assert names(api, folder + "/to/src") == ["a.png", "empty", "sub"]
    for name, path in (("a", "/to/src/a.png"), ("b", "/to/src/sub/b.png")):
        moved = api.details(files[name]["fileId"])
        assert moved["filePath"] == folder + path
        assert api.get(moved["url"]).status_code == 200
        rules.check_refusal(api.get(old[name]), 404)
    assert len(api.versions(files["a"]["fileId"])) == 2


def test_moves_merge_into_what_is_there(api: Api, folder: str) -> None:
    tree(api, folder)
    there = api.put(pictures.tiny(8), "a.png", folder=folder + "/to/src")
    job(api, "moveFolder", sourceFolderPath=folder + "/src", destinationPath=folder + "/to")
    assert names(api, folder) == ["to"]
    assert api.original(there) == pictures.tiny(2)
    assert len(api.versions(there["fileId"])) == 3


# Renaming


def test_a_folder_is_renamed_with_everything(api: Api, folder: str) -> None:
    files = tree(api, folder)
    done = job(api, "renameFolder", folderPath=folder + "/src", newFolderName="new-name é")
    assert done["type"] == "RENAME_FOLDER"
    assert names(api, folder) == ["new-name_é"]
    moved = api.details(files["b"]["fileId"])
    assert moved["filePath"] == folder + "/new-name_é/sub/b.png"
    assert api.original(moved) == pictures.tiny(3)
    rules.check_refusal(api.get(files["b"]), 404)


def test_a_rename_may_purge(api: Api, folder: str) -> None:
    tree(api, folder)
    done = job(api, "renameFolder", folderPath=folder + "/src", newFolderName="new", purgeCache=True)
    if "purgeRequestId" in done:
        assert api.ask("GET", f"/v1/files/purge/{done['purgeRequestId']}", 200)["status"] in ("Pending", "Completed")


def test_a_name_that_is_taken_is_a_conflict(api: Api, folder: str) -> None:
    tree(api, folder)
    api.put(pictures.tiny(5), "c.png", folder=folder + "/other")
    answer = api.call("POST", "/v1/bulkJobs/renameFolder", json={"folderPath": folder + "/src", "newFolderName": "other"})
    assert rules.check_error(answer, 409)["reason"] == "FOLDER_ALREADY_EXISTS"
    assert answer.headers["x-should-retry"] == "false"
    assert names(api, folder) == ["other", "src"]


# Jobs


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense"])
def test_an_unknown_job_is_404(api: Api, id: str) -> None:
    api.ask("GET", f"/v1/bulkJobs/{id}", 404)


def test_a_job_says_what_it_is(api: Api, folder: str) -> None:
    tree(api, folder)
    started = api.ask("POST", "/v1/bulkJobs/copyFolder", 200, {"sourceFolderPath": folder + "/src", "destinationPath": folder + "/to"})
    seen = api.ask("GET", f"/v1/bulkJobs/{started['jobId']}", 200)
    assert set(seen) >= {"jobId", "type", "status"}
    assert (seen["jobId"], seen["type"]) == (started["jobId"], "COPY_FOLDER")
    api.finish(started["jobId"])


# Purging


@pytest.mark.parametrize(
    "tail", ["/a.png", "/a.png?tr=w-10", "/a.png*", "/one/two/*", "/two_levels_or_fifteen_letters*"]
)
def test_a_purge_is_taken(api: Api, folder: str, tail: str) -> None:
    api.put(pictures.tiny(1), "a.png", folder=folder)
    asked = api.ask("POST", "/v1/files/purge", 201, {"url": api.server.endpoint + folder + tail})
    assert set(asked) == {"requestId"}
    status = api.ask("GET", f"/v1/files/purge/{asked['requestId']}", 200)
    assert set(status) == {"status"} and status["status"] in ("Pending", "Completed")


@pytest.mark.parametrize("tail", ["/a*b/c.png", "/*/c.png", "/a.p*g", "/short*", "/*"])
def test_a_wildcard_has_its_place(api: Api, tail: str) -> None:
    assert "url" in str(api.ask("POST", "/v1/files/purge", 400, {"url": api.server.endpoint + tail}))


@pytest.mark.parametrize("body", [{}, {"url": ""}, {"url": 5}, {"url": None}], ids=str)
def test_a_purge_needs_a_url(api: Api, body: dict) -> None:
    assert "url" in str(api.ask("POST", "/v1/files/purge", 400, body))


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense"])
def test_an_unknown_purge_is_404(api: Api, id: str) -> None:
    api.ask("GET", f"/v1/files/purge/{id}", 404)
