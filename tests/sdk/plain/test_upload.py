"""Uploading: the answer, names and folders, every form field, overwriting. Spec 4.2 and 4.3."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from harness import pictures, rules
from harness.api import Api

SMALL = pictures.tiny(7)
JPEG = pictures.jpeg(pictures.quadrants())


# The answer


def test_the_answer_for_an_image(api: Api, folder: str) -> None:
    answer = api.upload(JPEG, "cat.jpg", folder=folder)
    assert answer.status_code == 200, answer.text
    file = answer.json()
    assert re.fullmatch("[0-9a-f]{24}", file["fileId"]), file
    assert file["name"] == "cat.jpg"
    assert file["filePath"] == f"{folder}/cat.jpg"
    assert file["url"] == f"{api.server.endpoint}{folder}/cat.jpg"
    assert file["size"] == len(JPEG)
    assert (file["width"], file["height"]) == (120, 80)
    assert file["fileType"] == "image"
    assert file["versionInfo"] == {"id": file["fileId"], "name": "Version 1"}
    assert file["AITags"] is None
    assert file["thumbnailUrl"] == f"{api.server.endpoint}/tr:n-ik_ml_thumbnail{folder}/cat.jpg"
    # Present only when asked for.
    named = {"tags", "customCoordinates", "isPrivateFile", "isPublished", "embeddedMetadata", "customMetadata", "metadata"}
    assert not named & set(file), file
    assert "extensionStatus" not in file
    assert api.original(file["url"].removeprefix(api.server.endpoint)) == JPEG


def test_the_answer_for_something_else(api: Api, folder: str) -> None:
    file = api.put(b"name,age\nada,36\n", "people.csv", folder=folder)
    assert file["fileType"] == "non-image"
    assert file["size"] == 16
    assert file["AITags"] is None
    assert file["versionInfo"]["name"] == "Version 1"
    assert file.get("width") is None and file.get("height") is None
    assert "thumbnailUrl" not in file or file["thumbnailUrl"] is None
    delivered = api.get(file["url"])
    assert (delivered.status_code, delivered.content) == (200, b"name,age\nada,36\n")


@pytest.mark.parametrize("preset", ["ik_ml_thumbnail", "media_library_thumbnail"])
def test_thumbnails_fit_into_400_by_300_and_never_grow(api: Api, folder: str, preset: str) -> None:
    large = api.put(pictures.jpeg(pictures.map_picture()), "large.jpg", folder=folder)
    tall = api.put(pictures.png(pictures.map_picture(200, 600)), "tall.png", folder=folder)
    small = api.put(JPEG, "small.jpg", folder=folder)
    assert api.picture(large, f"n-{preset}").size == (400, 267)
    assert api.picture(tall, f"n-{preset}").size == (100, 300)
    assert api.picture(small, f"n-{preset}").size == (120, 80)
    assert api.get(large["thumbnailUrl"]).status_code == 200


def test_sides_are_those_of_the_stored_pixels(api: Api, folder: str) -> None:
    file = api.put(pictures.oriented(6), "turned.jpg", folder=folder)
    assert (file["width"], file["height"]) == (80, 120)
    assert file.get("orientation", 6) == 6
    stored = api.details(file["fileId"])
    assert (stored["width"], stored["height"]) == (80, 120)


# Names and folders


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("plain-name_1.png", "plain-name_1.png"),
        ("two words.png", "two_words.png"),
        ("été.png", "été.png"),
        ("日本語.png", "日本語.png"),
        ("हिन्दी.png", "हिन्दी.png"),
        ("Ωmega١٢.png", "Ωmega١٢.png"),
        ("a+b&c=d?e#f%g.png", "a_b_c_d_e_f_g.png"),
        ("a/b\\c.png", "a_b_c.png"),
        ("(1)[2]{3}.png", "_1__2__3_.png"),
        ("quote\"s'.png", "quote_s_.png"),
        ("no extension", "no_extension"),
        ("a,b:c.png", "a_b_c.png"),
    ],
)
def test_file_names_are_cleaned(api: Api, folder: str, given: str, stored: str) -> None:
    file = api.put(SMALL, given, folder=folder)
    assert file["name"] == stored
    assert file["filePath"] == f"{folder}/{stored}"
    assert file["url"] == api.server.endpoint + quote(f"{folder}/{stored}")
    assert api.get(file["url"]).status_code == 200


@pytest.mark.parametrize(
    ("given", "pattern"),
    [
        ("a.jpg", r"a_[A-Za-z0-9_-]{9}\.jpg"),
        ("a.b.jpg", r"a\.b_[A-Za-z0-9_-]{9}\.jpg"),
        ("plain", r"plain_[A-Za-z0-9_-]{9}"),
        ("ü x.png", r"ü_x_[A-Za-z0-9_-]{9}\.png"),
    ],
)
@pytest.mark.parametrize("unique", [None, "true"])
def test_names_are_made_unique_by_default(api: Api, folder: str, given: str, pattern: str, unique: str | None) -> None:
    names = {api.put(SMALL, given, folder=folder, useUniqueFileName=unique)["name"] for _ in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch(pattern, name) for name in names), names


@pytest.mark.parametrize(
    ("suffix", "stored"),
    [
        ("", ""),
        ("/", ""),
        ("/a/b/", "/a/b"),
        ("//a///b", "/a/b"),
        ("/two words/ü&ö", "/two_words/ü_ö"),
        ("/x.y", "/x_y"),
        ("/keeps_-9", "/keeps_-9"),
    ],
)
def test_folders_are_created_and_cleaned(api: Api, folder: str, suffix: str, stored: str) -> None:
    file = api.put(SMALL, "a.png", folder=folder + suffix)
    assert file["filePath"] == f"{folder}{stored}/a.png"
    assert [found["fileId"] for found in api.list(path=folder + stored)] == [file["fileId"]]
    assert api.get(file["url"]).status_code == 200


def test_the_leading_slash_of_a_folder_is_optional(api: Api, folder: str) -> None:
    assert api.put(SMALL, "a.png", folder=folder.lstrip("/"))["filePath"] == f"{folder}/a.png"


def test_the_default_folder_is_the_root(api: Api, folder: str) -> None:
    name = folder.strip("/") + ".png"
    file = api.put(SMALL, name)
    assert file["filePath"] == f"/{name}"
    assert file["fileId"] in {found["fileId"] for found in api.list(path="/")}


def test_fifty_folder_levels_and_no_more(api: Api, folder: str) -> None:
    deep = folder + "/d" * 49
    assert api.put(SMALL, "a.png", folder=deep)["filePath"] == f"{deep}/a.png"
    rules.check_error(api.upload(SMALL, "a.png", folder=deep + "/d"), 400)


# Fields


def test_tags_keep_their_order_and_lose_blanks(api: Api, folder: str) -> None:
    answer = api.put(SMALL, folder=folder, tags=" zebra , apple,Mänge  ,big cat", responseFields="tags")
    assert answer["tags"] == ["zebra", "apple", "Mänge", "big cat"]
    assert api.details(answer["fileId"])["tags"] == ["zebra", "apple", "Mänge", "big cat"]


def test_tags_have_limits(api: Api, folder: str) -> None:
    exactly = ",".join(["abcdefghi"] * 50)
    assert len(exactly) == 499
    assert api.upload(SMALL, folder=folder, tags=exactly).status_code == 200
    assert "tags" in rules.check_error(api.upload(SMALL, folder=folder, tags="x" * 501), 400)["message"]
    assert "tags" in rules.check_error(api.upload(SMALL, folder=folder, tags="half,50%"), 400)["message"]


@pytest.mark.parametrize(
    "field", ["useUniqueFileName", "isPrivateFile", "isPublished", "overwriteFile", "overwriteTags", "overwriteAITags", "overwriteCustomMetadata"]
)
@pytest.mark.parametrize("value", ["maybe", "1", "yes"])
def test_booleans_are_true_or_false(api: Api, folder: str, field: str, value: str) -> None:
    body = rules.check_error(api.upload(SMALL, folder=folder, **{field: value}), 400)
    assert field in body["message"], body
    assert api.list(path=folder) == []


@pytest.mark.parametrize("value", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,0,10,10", "1.5,0,10,10", "1;2;3;4", "99999999999999999999,0,1,1"])
def test_custom_coordinates_are_four_whole_numbers(api: Api, folder: str, value: str) -> None:
    body = rules.check_error(api.upload(SMALL, folder=folder, customCoordinates=value), 400)
    assert "customCoordinates" in body["message"], body


def test_custom_coordinates_are_kept_and_go_with_the_next_upload(api: Api, folder: str) -> None:
    first = api.put(SMALL, folder=folder, customCoordinates="1,2,3,4", responseFields="customCoordinates")
    assert first["customCoordinates"] == "1,2,3,4"
    assert api.details(first["fileId"])["customCoordinates"] == "1,2,3,4"
    second = api.put(SMALL, folder=folder, responseFields="customCoordinates")
    assert second["fileId"] == first["fileId"]
    assert second["customCoordinates"] is None
    assert api.details(first["fileId"])["customCoordinates"] is None


def test_response_fields_of_a_bare_upload(api: Api, folder: str) -> None:
    names = "tags,customCoordinates,isPrivateFile,isPublished,embeddedMetadata,customMetadata,metadata"
    file = api.put(SMALL, folder=folder, responseFields=names)
    assert file["tags"] is None
    assert file["customCoordinates"] is None
    assert file["isPrivateFile"] is False
    assert file["isPublished"] is True
    assert file["customMetadata"] == {}
    assert isinstance(file["embeddedMetadata"], dict)
    assert (file["metadata"]["width"], file["metadata"]["height"], file["metadata"]["size"]) == (8, 8, len(SMALL))


def test_only_the_named_response_fields_come(api: Api, folder: str) -> None:
    file = api.put(SMALL, folder=folder, responseFields="isPrivateFile, tags", tags="a")
    assert (file["isPrivateFile"], file["tags"]) == (False, ["a"])
    assert "isPublished" not in file and "metadata" not in file


def test_unknown_response_fields_are_400(api: Api, folder: str) -> None:
    body = rules.check_error(api.upload(SMALL, folder=folder, responseFields="tags,nosuch"), 400)
    assert "nosuch" in body["message"], body


def test_description_is_kept(api: Api, folder: str) -> None:
    file = api.put(SMALL, folder=folder, description="Ein kleines Bild, „bunt“")
    assert api.details(file["fileId"])["description"] == "Ein kleines Bild, „bunt“"


def test_unknown_fields_are_ignored(api: Api, folder: str) -> None:
    assert api.upload(SMALL, folder=folder, nosuchfield="x", another="").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customMetadata", "{not json"),
        ("customMetadata", "[1]"),
        ("customMetadata", '{"no_such_field": 1}'),
        ("extensions", "[{"),
        ("transformation", "{"),
        ("checks", '"file.size" <'),
    ],
)
def test_malformed_structures_are_400(api: Api, folder: str, field: str, value: str) -> None:
    body = rules.check_error(api.upload(SMALL, folder=folder, **{field: value}), 400)
    assert field in json.dumps(body) or "no_such_field" in json.dumps(body), body
    assert api.list(path=folder) == []


def test_empty_custom_metadata_is_fine(api: Api, folder: str) -> None:
    assert api.put(SMALL, folder=folder, customMetadata="{}", responseFields="customMetadata")["customMetadata"] == {}


def test_a_webhook_url_never_fails_an_upload(api: Api, folder: str) -> None:
    assert api.upload(SMALL, folder=folder, webhookUrl="http://127.0.0.1:1/hook").status_code == 200


# Overwriting


def test_an_upload_onto_a_file_is_its_next_version(api: Api, folder: str) -> None:
    first = api.put(SMALL, "a.png", folder=folder)
    second = api.put(pictures.tiny(8), "a.png", folder=folder)
    same = api.put(pictures.tiny(8), "a.png", folder=folder)
    assert first["fileId"] == second["fileId"] == same["fileId"]
    assert [file["versionInfo"]["name"] for file in (first, second, same)] == ["Version 1", "Version 2", "Version 3"]
    assert len({file["versionInfo"]["id"] for file in (first, second, same)}) == 3
    assert api.original(first) == pictures.tiny(8)
    assert len(api.list(path=folder)) == 1


def test_overwriting_can_be_forbidden(api: Api, folder: str) -> None:
    first = api.put(SMALL, "a.png", folder=folder, overwriteFile=False)
    body = rules.check_error(api.upload(pictures.tiny(8), "a.png", folder=folder, overwriteFile=False), 400)
    assert "a.png" in body["message"], body
    assert api.original(first) == SMALL
    assert api.details(first["fileId"])["versionInfo"]["name"] == "Version 1"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"overwriteTags": True}, None),
        ({"overwriteTags": False}, ["a", "b"]),
        ({"tags": "c"}, ["c"]),
        ({"tags": "c", "overwriteTags": False}, ["c"]),
        ({"tags": "c", "overwriteTags": True}, ["c"]),
    ],
    ids=str,
)
def test_what_happens_to_tags_on_overwrite(api: Api, folder: str, fields: dict, expected: list[str] | None) -> None:
    first = api.put(SMALL, folder=folder, tags="a,b")
    again = api.put(pictures.tiny(8), folder=folder, responseFields="tags", **fields)
    assert again["tags"] == expected
    assert api.details(first["fileId"])["tags"] == expected


def test_privacy_and_publication_stay_as_they_were(api: Api, folder: str) -> None:
    names = "isPrivateFile,isPublished"
    api.put(SMALL, folder=folder, isPrivateFile=True, isPublished=False)
    kept = api.put(pictures.tiny(8), folder=folder, responseFields=names)
    assert (kept["isPrivateFile"], kept["isPublished"]) == (True, False)
    opened = api.put(pictures.tiny(9), folder=folder, responseFields=names, isPrivateFile=False, isPublished=True)
    assert (opened["isPrivateFile"], opened["isPublished"]) == (False, True)
    assert api.get(opened).status_code == 200


def test_a_file_has_at_most_a_hundred_versions(api: Api, folder: str) -> None:
    for number in range(100):
        assert api.put(f"text {number}", "a.txt", folder=folder)["versionInfo"]["name"] == f"Version {number + 1}"
    answer = api.upload("one too many", "a.txt", folder=folder)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
    assert len(api.list(path=folder, type="file-version")) <= 99


def test_a_hundred_uploads_at_once(api: Api, folder: str) -> None:
    def go(number: int) -> int:
        return api.upload(pictures.tiny(number), f"{number}.png", folder=folder).status_code

    with ThreadPoolExecutor(100) as pool:
        statuses = list(pool.map(go, range(100)))
    assert set(statuses) <= {200, 503}
    assert len(api.list(path=folder)) == statuses.count(200) > 0
