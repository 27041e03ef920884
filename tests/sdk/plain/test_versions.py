"""Versions: listing, details, delivery, deletion, restoring. Spec 5.3 and 6.5."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api

UNKNOWN = "64b0c0ffee64b0c0ffee64b0"


def grown(api: Api, folder: str, count: int = 3) -> dict:
    """A file with so many versions; version N holds `tiny(N)`."""
    for number in range(1, count + 1):
        file = api.put(pictures.tiny(number), "a.png", folder=folder, tags=f"t{number}")
    return file


def named(versions: list[dict]) -> list[str]:
    return [version["versionInfo"]["name"] for version in versions]


def version_id(api: Api, file: dict, number: int) -> str:
    return next(v["versionInfo"]["id"] for v in api.versions(file["fileId"]) if v["versionInfo"]["name"] == f"Version {number}")


def bytes_of(api: Api, version: dict) -> bytes:
    url = version["url"]
    return api.get(url + ("&" if "?" in url else "?") + "tr=orig-true").content


def test_the_current_one_comes_first_then_the_newest(api: Api, folder: str) -> None:
    file = grown(api, folder)
    versions = api.versions(file["fileId"])
    assert named(versions) == ["Version 3", "Version 2", "Version 1"]
    assert [version["type"] for version in versions] == ["file", "file-version", "file-version"]
    assert {version["fileId"] for version in versions} == {file["fileId"]}
    assert [bytes_of(api, version) for version in versions] == [pictures.tiny(n) for n in (3, 2, 1)]
    assert versions[0]["url"] == file["url"]
    assert all("?ik-obj-version=" in version["url"] for version in versions[1:])
    # The first version has the id of the file.
    assert versions[2]["versionInfo"]["id"] == file["fileId"]
    assert versions[0] == api.details(file["fileId"])


def test_a_file_that_never_changed_has_one(api: Api, folder: str) -> None:
    file = grown(api, folder, 1)
    assert api.versions(file["fileId"]) == [api.details(file["fileId"])]


def test_a_version_has_details(api: Api, folder: str) -> None:
    file = grown(api, folder)
    for listed in api.versions(file["fileId"]):
        id = listed["versionInfo"]["id"]
        assert api.ask("GET", f"/v1/files/{file['fileId']}/versions/{id}", 200) == listed
        assert isinstance(listed["versionInfo"], dict)


def test_past_versions_are_transformed_too(api: Api, folder: str) -> None:
    api.put(pictures.png(pictures.quadrants()), "a.png", folder=folder)
    file = api.put(pictures.png(pictures.map_picture(60, 60)), "a.png", folder=folder)
    past = api.versions(file["fileId"])[1]
    assert api.picture(past["url"] + "&tr=w-60").size == (60, 40)
    assert api.picture(past["url"].replace("/demo/", "/demo/tr:w-30/")).size == (30, 20)
    assert api.picture(file, "w-30").size == (30, 30)


@pytest.mark.parametrize(("file_id", "status"), [(UNKNOWN, 404), ("nonsense", 404)])
def test_versions_of_an_unknown_file(api: Api, file_id: str, status: int) -> None:
    api.ask("GET", f"/v1/files/{file_id}/versions", status)
    for method, tail in (("GET", ""), ("DELETE", ""), ("PUT", "/restore")):
        api.ask(method, f"/v1/files/{file_id}/versions/{UNKNOWN}{tail}", status)


@pytest.mark.parametrize("version", [UNKNOWN, "nonsense"])
def test_an_unknown_version_is_404(api: Api, folder: str, version: str) -> None:
    file = grown(api, folder, 2)
    for method, tail in (("GET", ""), ("DELETE", ""), ("PUT", "/restore")):
        api.ask(method, f"/v1/files/{file['fileId']}/versions/{version}{tail}", 404)
    assert len(api.versions(file["fileId"])) == 2


def test_a_version_of_another_file_is_404(api: Api, folder: str) -> None:
    one, other = grown(api, folder + "/a", 2), grown(api, folder + "/b", 2)
    foreign = version_id(api, other, 2)
    for method, tail in (("GET", ""), ("DELETE", ""), ("PUT", "/restore")):
        api.ask(method, f"/v1/files/{one['fileId']}/versions/{foreign}{tail}", 404)


def test_a_version_is_deleted(api: Api, folder: str) -> None:
    file = grown(api, folder)
    second = next(v for v in api.versions(file["fileId"]) if v["versionInfo"]["name"] == "Version 2")
    api.ask("DELETE", f"/v1/files/{file['fileId']}/versions/{second['versionInfo']['id']}", 204)
    assert named(api.versions(file["fileId"])) == ["Version 3", "Version 1"]
    rules.check_refusal(api.get(second["url"]), 404)
    assert api.original(file) == pictures.tiny(3)


def test_the_current_version_cannot_be_deleted(api: Api, folder: str) -> None:
    for count in (1, 2):
        file = grown(api, f"{folder}/{count}", count)
        current = api.details(file["fileId"])["versionInfo"]["id"]
        api.ask("DELETE", f"/v1/files/{file['fileId']}/versions/{current}", 400)
        assert len(api.versions(file["fileId"])) == count


def test_numbers_are_never_used_again(api: Api, folder: str) -> None:
    file = grown(api, folder)
    restored = version_id(api, file, 1)
    api.ask("PUT", f"/v1/files/{file['fileId']}/versions/{restored}/restore", 200)
    api.ask("DELETE", f"/v1/files/{file['fileId']}/versions/{version_id(api, file, 3)}", 204)
    assert api.put(pictures.tiny(4), "a.png", folder=folder)["versionInfo"]["name"] == "Version 4"


def test_restoring_makes_a_version_current_and_loses_nothing(api: Api, folder: str) -> None:
    file = grown(api, folder)
    first = version_id(api, file, 1)
    restored = api.ask("PUT", f"/v1/files/{file['fileId']}/versions/{first}/restore", 200)
    assert restored["versionInfo"] == {"id": first, "name": "Version 1"}
    assert (restored["type"], restored["fileId"], restored["url"]) == ("file", file["fileId"], file["url"])
    assert api.original(file) == pictures.tiny(1)
    versions = api.versions(file["fileId"])
    assert named(versions) == ["Version 1", "Version 3", "Version 2"]
    assert [version["type"] for version in versions] == ["file", "file-version", "file-version"]
    assert [bytes_of(api, version) for version in versions] == [pictures.tiny(n) for n in (1, 3, 2)]
    assert api.details(file["fileId"]) == restored


def test_restoring_the_current_version_changes_nothing(api: Api, folder: str) -> None:
    file = grown(api, folder, 2)
    current = api.details(file["fileId"])["versionInfo"]["id"]
    answer = api.call("PUT", f"/v1/files/{file['fileId']}/versions/{current}/restore")
    if answer.status_code != 200:
        rules.check_error(answer, 400)
    assert named(api.versions(file["fileId"])) == ["Version 2", "Version 1"]
    assert api.original(file) == pictures.tiny(2)


def test_past_versions_of_private_files_stay_private(api: Api, folder: str) -> None:
    for number in (1, 2):
        file = api.put(pictures.tiny(number), "a.png", folder=folder, isPrivateFile=True)
    for version in api.versions(file["fileId"]):
        rules.check_refusal(api.get(version["url"]), 401)
