"""Details, lists, folders and deletion. Spec sections 5 and 6."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from harness import pictures, rules
from harness.api import Api
from PIL import Image

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def names(found: list[dict]) -> list[str]:
    return [item["name"] for item in found]


# Objects


def test_a_file_object(api: Api, folder: str) -> None:
    data = pictures.png(pictures.quadrants())
    uploaded = api.put(data, "cat.png", folder=folder, tags="b,a")
    file = api.details(uploaded["fileId"])
    assert file["type"] == "file"
    assert file["name"] == "cat.png"
    assert file["fileId"] == uploaded["fileId"]
    assert file["tags"] == ["b", "a"]
    assert file["AITags"] is None
    assert file["versionInfo"] == {"id": uploaded["fileId"], "name": "Version 1"}
    assert isinstance(file["embeddedMetadata"], dict)
    assert file["customCoordinates"] is None
    assert file["customMetadata"] == {}
    assert file["isPrivateFile"] is False
    assert file["isPublished"] is True
    assert file["url"] == uploaded["url"]
    assert file["thumbnail"] == uploaded["thumbnailUrl"]
    assert file["fileType"] == "image"
    assert file["filePath"] == f"{folder}/cat.png"
    assert (file["width"], file["height"], file["size"]) == (120, 80, len(data))
    assert file["hasAlpha"] is False
    assert file["mime"] == "image/png"
    for key in ("createdAt", "updatedAt"):
        assert MOMENT.fullmatch(file[key]), file[key]
    assert api.list(path=folder) == [file]


def test_an_untagged_file_has_null_tags(api: Api, folder: str) -> None:
    assert api.details(api.put(pictures.tiny(1), folder=folder)["fileId"])["tags"] is None


def test_private_and_unpublished_show(api: Api, folder: str) -> None:
    file = api.put(pictures.tiny(1), folder=folder, isPrivateFile=True, isPublished=False)
    stored = api.details(file["fileId"])
    assert (stored["isPrivateFile"], stored["isPublished"]) == (True, False)


def test_a_new_version_moves_only_the_update_time(api: Api, folder: str) -> None:
    first = api.details(api.put(pictures.tiny(1), folder=folder)["fileId"])
    second = api.details(api.put(pictures.tiny(2), folder=folder)["fileId"])
    assert second["createdAt"] == first["createdAt"]
    assert datetime.fromisoformat(second["updatedAt"]) > datetime.fromisoformat(first["updatedAt"])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("file_id", "statuses"),
    [
        ("64b0c0ffee64b0c0ffee64b0", (404,)),
        ("0" * 24, (404,)),
        ("f" * 24, (404,)),
        ("nonsense", (400, 404)),
        ("64b0c0ffee64b0c0ffee64b0'--", (400, 404)),
        ("..%2f..%2fetc", (400, 404)),
        ("%00", (400, 404)),
        ("a" * 4000, (400, 404)),
    ],
)
def test_an_unknown_id_is_404(api: Api, method: str, file_id: str, statuses: tuple[int, ...]) -> None:
    path = f"/v1/files/{file_id}" + ("/details" if method == "GET" else "")
    rules.check_error(api.call(method, path), *statuses)


# Deleting


def test_a_deleted_file_is_gone_at_once(api: Api, folder: str) -> None:
    file = api.put(pictures.png(pictures.quadrants()), folder=folder)
    other = api.put(pictures.tiny(3), "other.png", folder=folder)
    # Known to every cache there is.
    for tr in (None, "w-10", "n-ik_ml_thumbnail", "orig-true"):
        assert api.get(file, tr).status_code == 200
    api.delete(file["fileId"])
    for tr in (None, "w-10", "n-ik_ml_thumbnail", "orig-true", "w-11"):
        rules.check_refusal(api.get(file, tr), 404, "ENOENT")
    rules.check_error(api.call("GET", f"/v1/files/{file['fileId']}/details"), 404)
    rules.check_error(api.call("DELETE", f"/v1/files/{file['fileId']}"), 404)
    assert [found["fileId"] for found in api.list(path=folder)] == [other["fileId"]]


def test_deleting_takes_all_versions(api: Api, folder: str) -> None:
    for seed in range(3):
        file = api.put(pictures.tiny(seed), "a.png", folder=folder)
    old = api.list(path=folder, type="file-version")
    assert len(old) == 2
    api.delete(file["fileId"])
    assert api.list(path=folder, type="file-version") == []
    for version in old:
        assert api.get(version["url"]).status_code == 404
    fresh = api.put(pictures.tiny(9), "a.png", folder=folder)
    assert fresh["fileId"] != file["fileId"]
    assert fresh["versionInfo"]["name"] == "Version 1"


def test_equal_bytes_under_two_names_are_two_files(api: Api, folder: str) -> None:
    data = pictures.tiny(5)
    one, other = (api.put(data, name, folder=folder) for name in ("one.png", "other.png"))
    api.delete(one["fileId"])
    assert api.original(other) == data
    assert api.get(one).status_code == 404


# Versions


def test_old_versions_are_listed_and_delivered(api: Api, folder: str) -> None:
    shades = [(40, 0, 0), (0, 90, 0), (0, 0, 140)]
    versions = [pictures.png(Image.new("RGB", (30 + n, 20), colour)) for n, colour in enumerate(shades)]
    for data in versions:
        file = api.put(data, "a.png", folder=folder)
    old = api.list(path=folder, type="file-version")
    assert all(item["type"] == "file-version" and item["fileId"] == file["fileId"] for item in old)
    assert sorted(item["versionInfo"]["name"] for item in old) == ["Version 1", "Version 2"]
    for item in old:
        number = int(item["versionInfo"]["name"].split()[1]) - 1
        assert re.search(r"\?ik-obj-version=[^&]+$", item["url"]), item["url"]
        assert item["size"] == len(versions[number])
        assert api.get(item["url"] + "&tr=orig-true").content == versions[number]
        reduced = api.picture(item["url"] + "&tr=w-10")
        assert reduced.width == 10
        pictures.assert_colour(reduced, (5, 3), shades[number])
    assert api.original(file) == versions[2]
    pictures.assert_colour(api.picture(file, "w-10"), (5, 3), shades[2])


@pytest.mark.parametrize("version", ["nonsense", "", "64b0c0ffee64b0c0ffee64b0"])
def test_an_unknown_version_is_404(api: Api, folder: str, version: str) -> None:
    file = api.put(pictures.tiny(1), folder=folder)
    rules.check_refusal(api.get(f"{file['url']}?ik-obj-version={version}"), 404, "ENOENT")


def test_writes_are_read_at_once(api: Api, folder: str) -> None:
    seen = set()
    for seed in range(12):
        data = pictures.tiny(seed)
        file = api.put(data, "a.png", folder=folder)
        answer = api.get(file, "orig-true")
        assert answer.content == data
        seen.add(answer.headers["ETag"])
    assert len(seen) == 12


def test_sixteen_uploads_at_once_onto_one_name(api: Api, folder: str) -> None:
    sent = {seed: pictures.tiny(100 + seed) for seed in range(16)}

    def go(seed: int) -> tuple[int, dict]:
        answer = api.upload(sent[seed], "a.png", folder=folder)
        return seed, answer.json() if answer.status_code == 200 else {}

    with ThreadPoolExecutor(16) as pool:
        stored = {seed: file for seed, file in pool.map(go, range(16)) if file}
    assert stored, "at least one of them must win"
    current = api.list(path=folder)
    assert len(current) == 1
    everything = current + api.list(path=folder, type="file-version")
    by_version = {item["versionInfo"]["id"]: item for item in everything}
    assert len(by_version) == len(stored)
    for seed, file in stored.items():
        url = by_version[file["versionInfo"]["id"]]["url"]
        assert api.get(url + ("&" if "?" in url else "?") + "tr=orig-true").content == sent[seed]


def test_readers_see_whole_versions(api: Api, folder: str) -> None:
    contents = [pictures.png(pictures.noise(60 + n, 40, n)) for n in range(4)]
    file = api.put(contents[0], "a.png", folder=folder)
    done = threading.Event()
    seen: dict[str, set[bytes]] = {}

    def read() -> None:
        while not done.is_set():
            answer = api.get(file, "orig-true")
            assert answer.status_code == 200
            seen.setdefault(answer.headers["ETag"], set()).add(answer.content)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for turn in range(40):
                api.put(contents[turn % 4], "a.png", folder=folder)
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert all(len(bodies) == 1 for bodies in seen.values()), "one ETag, one content"
    assert set().union(*seen.values()) <= set(contents)


# Lists


@pytest.fixture
def shelf(api: Api, folder: str) -> str:
    """Files of known sides, sizes, tags and order, plus a subfolder with one file and an empty one."""
    for name, side, tags in [("b.png", (10, 30), "red,warm"), ("B.png", (20, 20), "blue"), ("a.png", (30, 10), "warm")]:
        api.put(pictures.png(pictures.noise(*side)), name, folder=folder, tags=tags)
    api.put("some text", "c.txt", folder=folder)
    api.put(pictures.tiny(1), "deep.png", folder=folder + "/sub")
    assert api.call("POST", "/v1/folder", json={"folderName": "empty", "parentFolderPath": folder}).status_code == 201
    return folder


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, ["b.png", "B.png", "a.png", "c.txt"]),
        ("ASC_CREATED", ["b.png", "B.png", "a.png", "c.txt"]),
        ("DESC_CREATED", ["c.txt", "a.png", "B.png", "b.png"]),
        ("ASC_NAME", ["B.png", "a.png", "b.png", "c.txt"]),
        ("DESC_NAME", ["c.txt", "b.png", "a.png", "B.png"]),
        ("ASC_SIZE", ["c.txt", "b.png", "a.png", "B.png"]),
    ],
)
def test_sorting(api: Api, shelf: str, sort: str | None, expected: list[str]) -> None:
    found = api.list(path=shelf, **({"sort": sort} if sort else {}))
    if sort == "ASC_SIZE":
        sizes = [item["size"] for item in found]
        assert sizes == sorted(sizes)
        assert found[0]["name"] == "c.txt"
    else:
        assert names(found) == expected


def test_sorting_by_sides_and_update(api: Api, shelf: str) -> None:
    images = {"path": shelf, "fileType": "image"}
    assert names(api.list(sort="ASC_WIDTH", **images)) == ["b.png", "B.png", "a.png"]
    assert names(api.list(sort="DESC_WIDTH", **images)) == ["a.png", "B.png", "b.png"]
    assert names(api.list(sort="ASC_HEIGHT", **images)) == ["a.png", "B.png", "b.png"]
    assert names(api.list(sort="DESC_HEIGHT", **images)) == ["b.png", "B.png", "a.png"]
    api.put(pictures.tiny(4), "b.png", folder=shelf)
    assert names(api.list(sort="DESC_UPDATED", **images))[0] == "b.png"
    assert names(api.list(sort="ASC_UPDATED", **images))[-1] == "b.png"
    assert names(api.list(sort="ASC_CREATED", **images))[0] == "b.png"


@pytest.mark.parametrize("key", ["NAME", "CREATED", "UPDATED", "HEIGHT", "WIDTH", "SIZE", "RELEVANCE", "DURATION", "ORIGINAL_CREATION_DATE"])
def test_every_sort_key_is_known_and_complete(api: Api, shelf: str, key: str) -> None:
    up, down = (api.list(path=shelf, sort=f"{order}_{key}") for order in ("ASC", "DESC"))
    assert sorted(names(up)) == sorted(names(down)) == ["B.png", "a.png", "b.png", "c.txt"]


@pytest.mark.parametrize("key", ["NAME", "CREATED", "SIZE"])
def test_descending_is_the_exact_reverse(api: Api, folder: str, key: str) -> None:
    for number in range(6):
        api.put("same", f"{number}.txt", folder=folder)
    assert names(api.list(path=folder, sort=f"DESC_{key}")) == names(api.list(path=folder, sort=f"ASC_{key}"))[::-1]


def test_a_path_means_exactly_that_folder(api: Api, shelf: str) -> None:
    for spelling in (shelf, shelf + "/", shelf.lstrip("/")):
        assert len(api.list(path=spelling)) == 4
    assert names(api.list(path=shelf + "/sub")) == ["deep.png"]
    assert api.list(path=shelf + "/empty") == []
    assert api.list(path=shelf + "/nosuch") == []
    assert api.list(path=shelf[:-1]) == []


def test_without_a_path_the_whole_library_is_listed(api: Api, shelf: str) -> None:
    found = {item["filePath"] for item in api.list(sort="DESC_CREATED", limit=1000)}
    assert {f"{shelf}/a.png", f"{shelf}/sub/deep.png"} <= found


def test_types(api: Api, shelf: str) -> None:
    assert names(api.list(path=shelf, type="file", sort="ASC_NAME")) == ["B.png", "a.png", "b.png", "c.txt"]
    folders = api.list(path=shelf, type="folder", sort="ASC_NAME")
    assert names(folders) == ["empty", "sub"]
    for item in folders:
        assert item["type"] == "folder"
        assert re.fullmatch("[0-9a-f]{24}", item["folderId"])
        assert item["folderPath"] == f"{shelf}/{item['name']}"
        assert item["customMetadata"] == {}
        assert MOMENT.fullmatch(item["createdAt"]) and MOMENT.fullmatch(item["updatedAt"])
    mixed = api.list(path=shelf, type="all", sort="ASC_NAME")
    assert names(mixed) == ["B.png", "a.png", "b.png", "c.txt", "empty", "sub"]
    assert {item["type"] for item in mixed} == {"file", "folder"}
    assert names(api.list(path=shelf, includeFolder="true", sort="ASC_NAME")) == names(mixed)
    assert api.list(path=shelf, type="file-version") == []


def test_file_types(api: Api, shelf: str) -> None:
    assert names(api.list(path=shelf, fileType="image")) == ["b.png", "B.png", "a.png"]
    assert names(api.list(path=shelf, fileType="non-image")) == ["c.txt"]
    assert len(api.list(path=shelf, fileType="all")) == 4


def test_paging(api: Api, shelf: str) -> None:
    every = names(api.list(path=shelf, sort="ASC_NAME"))
    assert names(api.list(path=shelf, sort="ASC_NAME", limit=2)) == every[:2]
    assert names(api.list(path=shelf, sort="ASC_NAME", limit=2, skip=2)) == every[2:]
    assert names(api.list(path=shelf, sort="ASC_NAME", skip=3)) == every[3:]
    assert api.list(path=shelf, skip=4) == []
    assert api.list(path=shelf, skip=1_000_000) == []
    pages = [api.list(path=shelf, type="all", sort="ASC_NAME", limit=1, skip=n)[0]["name"] for n in range(6)]
    assert pages == ["B.png", "a.png", "b.png", "c.txt", "empty", "sub"]


def test_the_total_is_in_a_header(api: Api, shelf: str) -> None:
    for kind, total in (("file", 4), ("all", 6), ("folder", 2)):
        answer = api.call("GET", "/v1/files", params={"path": shelf, "type": kind, "limit": 1, "skip": 1})
        assert (len(answer.json()), answer.headers["X-Total-Count"]) == (1, str(total))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [("warm", ["a.png", "b.png"]), ("blue", ["B.png"]), ("blue, red", ["B.png", "b.png"]), ("nosuch", []), ("war", [])],
)
def test_any_of_the_tags(api: Api, shelf: str, tags: str, expected: list[str]) -> None:
    assert names(api.list(path=shelf, tags=tags, sort="ASC_NAME")) == expected


def test_exact_names(api: Api, shelf: str) -> None:
    assert names(api.list(path=shelf, name="b.png")) == ["b.png"]
    assert names(api.list(path=shelf, name="deep.png")) == []
    assert api.list(path=shelf, name="b") == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "skip=-1",
        "skip=x",
        "skip=99999999999999999999",
        "sort=NAME",
        "sort=ASC_NOSUCH",
        "sort=asc_name",
        "type=nosuch",
        "fileType=video",
        "includeFolder=perhaps",
        "nosuch=1",
        "Limit=5",
        "filetype=image",
        "file_type=image",
        "tags=",
        "tags=,",
    ],
)
def test_malformed_options_are_named_in_a_400(api: Api, query: str) -> None:
    body = rules.check_error(api.call("GET", f"/v1/files?{query}"), 400)
    assert query.split("=")[0] in body["message"], body


@pytest.mark.parametrize("limit", [1, 1000])
def test_the_limits_of_limit(api: Api, shelf: str, limit: int) -> None:
    assert len(api.list(path=shelf, limit=limit)) == min(limit, 4)


@pytest.mark.parametrize("path", ["/../..", "/..%2f..", "%00", "/a\\..\\b", "/" + "x" * 5000])
def test_odd_paths_list_nothing_or_are_refused(api: Api, path: str) -> None:
    answer = api.call("GET", f"/v1/files?path={path}")
    if answer.status_code == 200:
        assert answer.json() == []
    else:
        rules.check_error(answer, 400, 404, 414)


# Creating folders


def create(api: Api, name: object, parent: object = "/"):
    return api.call("POST", "/v1/folder", json={"folderName": name, "parentFolderPath": parent})


def test_a_folder_is_created_with_its_parents(api: Api, folder: str) -> None:
    answer = create(api, "c", f"{folder}/a/b")
    assert (answer.status_code, answer.json()) == (201, {})
    assert names(api.list(path=folder, type="folder")) == ["a"]
    assert names(api.list(path=f"{folder}/a/b/", type="folder")) == ["c"]


def test_creating_a_folder_again_changes_nothing(api: Api, folder: str) -> None:
    assert create(api, "x", folder).status_code == 201
    api.put(pictures.tiny(1), "kept.png", folder=folder + "/x")
    before = api.list(path=folder, type="folder")
    again = create(api, "x", folder)
    assert (again.status_code, again.json()) == (201, {})
    assert api.list(path=folder, type="folder") == before
    assert names(api.list(path=folder + "/x")) == ["kept.png"]


@pytest.mark.parametrize(
    ("given", "stored"), [("two words", "two_words"), ("a-b.c", "a_b_c"), ("été", "été"), ("日本", "日本"), ("a/b", "a_b"), ("a_1", "a_1")]
)
def test_folder_names_are_cleaned(api: Api, folder: str, given: str, stored: str) -> None:
    assert create(api, given, folder).status_code == 201
    assert names(api.list(path=folder, type="folder")) == [stored]


@pytest.mark.parametrize("spelling", ["{}", "{}/", "//{}//"])
def test_parents_are_cleaned_like_upload_folders(api: Api, folder: str, spelling: str) -> None:
    assert create(api, "x", spelling.format(folder.strip("/"))).status_code == 201
    assert names(api.list(path=folder, type="folder")) == ["x"]


@pytest.mark.parametrize("name", ["..", ".", "../../etc", "a\nb", "a\u202eb", "x" * 4096])
def test_odd_folder_names_never_leave_their_parent(api: Api, folder: str, name: str) -> None:
    answer = create(api, name, folder)
    if answer.status_code != 201:
        rules.check_error(answer, 400)
        assert api.list(path=folder, type="folder") == []
        return
    stored = api.list(path=folder, type="folder")
    assert len(stored) == 1
    assert "/" not in stored[0]["name"] and "." not in stored[0]["name"] and stored[0]["name"].isprintable()
