"""Uploading: the file part, every form field, the answer. Spec section 4."""

from __future__ import annotations

import base64
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from harness import pictures, raw, rules, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, Server
from PIL import Image

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


# The file part


def test_a_part_without_filename_may_be_raw_bytes(api: Api, folder: str) -> None:
    for name, data in [("a.jpg", JPEG), ("a.png", SMALL), ("a.gif", pictures.animation("GIF"))]:
        file = api.put(data, name, filename=None, folder=folder)
        assert file["size"] == len(data)
        assert api.original(file) == data


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(JPEG).decode(),
        base64.urlsafe_b64encode(JPEG).decode(),
        base64.b64encode(JPEG).decode().rstrip("="),
        base64.encodebytes(JPEG).decode(),
        base64.encodebytes(JPEG).decode().replace("\n", "\r\n"),
        "data:image/jpeg;base64," + base64.b64encode(JPEG).decode(),
        "data:;base64," + base64.b64encode(JPEG).decode(),
    ],
    ids=["standard", "URL-safe", "no padding", "lines", "CRLF lines", "data URI", "data URI without type"],
)
def test_a_part_without_filename_may_be_base64(api: Api, folder: str, text: str) -> None:
    file = api.put(text, "a.jpg", filename=None, folder=folder)
    assert (file["size"], file["width"]) == (len(JPEG), 120)
    assert api.original(file) == JPEG


def test_other_text_without_filename_is_stored_as_it_is(api: Api, folder: str) -> None:
    text = "Hello, world! (not base64)"
    file = api.put(text, "hello.txt", filename=None, folder=folder)
    assert file["fileType"] == "non-image"
    assert api.get(file).content == text.encode()


def test_a_part_with_filename_is_never_interpreted(api: Api, folder: str) -> None:
    text = base64.b64encode(JPEG).decode()
    file = api.put(text, "a.txt", folder=folder)
    assert file["size"] == len(text)
    assert api.get(file).content == text.encode()
    url = b"https://example.com/a.jpg"
    assert api.get(api.put(url, "b.txt", folder=folder)).content == url


def test_a_url_below_our_endpoint_is_fetched(api: Api, folder: str) -> None:
    source = api.put(JPEG, "source.jpg", folder=folder)
    copy = api.put(source["url"] + "?tr=orig-true", "copy.jpg", filename=None, folder=folder)
    assert copy["fileId"] != source["fileId"]
    assert api.original(copy) == JPEG
    smaller = api.put(f"{source['url']}?tr=w-60,f-png", "smaller.png", filename=None, folder=folder)
    assert (smaller["width"], smaller["height"]) == (60, 40)


@pytest.mark.parametrize("path", ["/nothing/here.jpg", "/..%2f..%2fetc%2fpasswd"])
def test_a_url_that_delivers_nothing_is_400(api: Api, folder: str, path: str) -> None:
    answer = api.upload(api.server.endpoint + path, "a.jpg", filename=None, folder=folder)
    rules.check_error(answer, 400)
    assert api.list(path=folder) == []


def test_the_wire_form_of_sdk_3(api: Api, server: Server, folder: str) -> None:
    # Its boundary begins with dashes, so a delimiter line begins with four.
    boundary = "--randomBoundary---------------------"
    fields = {"fileName": "b.jpg", "useUniqueFileName": "false", "folder": folder}
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in [("file", JPEG), *((name, value.encode()) for name, value in fields.items())]
    )
    answer = api.send(
        "POST",
        f"{server.base}/api/v1/files/upload",
        auth=api.auth,
        data=body + f"--{boundary}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.status_code == 200, answer.text
    assert api.original(answer.json()) == JPEG


def test_bytes_that_look_like_a_delimiter_stay_bytes(api: Api, folder: str) -> None:
    data = b"\r\n--" * 2000 + b"\r\n----randomBoundary\r\n" + bytes(range(256)) * 40
    file = api.put(data, "odd.bin", folder=folder)
    assert api.get(file).content == data


@pytest.mark.parametrize(
    ("field", "build"),
    [
        ("file", lambda api, folder: api.upload(None, "a.png", folder=folder)),
        ("fileName", lambda api, folder: api.upload(SMALL, None, folder=folder)),
        ("fileName", lambda api, folder: api.upload(SMALL, "", folder=folder)),
    ],
    ids=["no file", "no fileName", "empty fileName"],
)
def test_what_is_missing_is_named(api: Api, folder: str, field: str, build) -> None:
    body = rules.check_error(build(api, folder), 400)
    assert re.search(rf"\b{field}\b", body["message"]), body
    assert api.list(path=folder) == []


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


def test_metadata_in_the_answer(api: Api, folder: str) -> None:
    data = pictures.oriented(6, make="Halftone Optics", description="four fields")
    file = api.put(data, "a.jpg", folder=folder, responseFields="metadata,embeddedMetadata")
    seen = file["metadata"]
    assert (seen["width"], seen["height"], seen["size"], seen["format"]) == (80, 120, len(data), "jpg")
    assert seen["hasColorProfile"] is False
    assert seen["hasTransparency"] is False
    assert 90 <= seen["quality"] <= 100
    assert seen["density"] == 72
    assert re.fullmatch("[0-9a-f]{16}", seen["pHash"])
    assert seen["exif"]["image"]["Make"] == "Halftone Optics"
    assert seen["exif"]["image"]["Orientation"] == 6
    assert file["embeddedMetadata"]["Make"] == "Halftone Optics"


def test_what_a_camera_wrote(api: Api, folder: str) -> None:
    file = api.put(pictures.travelled(), "a.jpg", folder=folder, responseFields="metadata,embeddedMetadata")
    exif = file["metadata"]["exif"]
    assert set(exif) >= {"image", "thumbnail", "exif", "gps", "interoperability", "makernote"}
    assert (exif["image"]["Make"], exif["image"]["Model"], exif["image"]["XResolution"]) == ("Halftone Optics", "Model 5", 300)
    assert exif["image"]["ModifyDate"] == "2024:05:17 10:11:12"
    assert exif["exif"]["DateTimeOriginal"] == "2024:05:17 08:09:10"
    assert exif["exif"]["FNumber"] == pytest.approx(2.8)
    assert exif["exif"]["ExposureTime"] == pytest.approx(0.004)
    assert (exif["exif"]["ISO"], exif["exif"]["FocalLength"]) == (400, 35)
    assert exif["gps"]["GPSLatitude"] == [48, 51, pytest.approx(30.24)]
    assert (exif["thumbnail"], exif["makernote"]) == ({}, {})
    assert file["metadata"]["density"] == 300
    embedded = file["embeddedMetadata"]
    assert embedded["Make"] == "Halftone Optics"
    assert embedded["DateTimeOriginal"].startswith("2024-05-17T08:09:10")
    assert (embedded["XResolution"], embedded["Copyright"]) == (300, "nobody")
    assert api.details(file["fileId"])["embeddedMetadata"] == embedded


def test_perceptual_hashes_tell_alike_from_different(api: Api, folder: str) -> None:
    def phash(picture: Image.Image, quality: int) -> int:
        data = pictures.jpeg(picture, quality)
        return int(api.put(data, "a.jpg", folder=folder, responseFields="metadata")["metadata"]["pHash"], 16)

    one, other = pictures.photo(seed=11), pictures.photo(seed=12)
    base = phash(one, 95)
    assert phash(one, 95) == base
    assert (phash(one, 40) ^ base).bit_count() <= 10
    assert (phash(one.resize((320, 240), Image.Resampling.LANCZOS), 90) ^ base).bit_count() <= 10
    assert (phash(other, 95) ^ base).bit_count() >= 16


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


# What cannot be stored


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_picture_claims_no_size_or_shows_what_is_there(api: Api, folder: str, kind: str, cut: float) -> None:
    data = pictures.animation(kind) if kind == "GIF" else pictures.encode(pictures.photo(), kind)
    answer = api.upload(data[: int(len(data) * cut)], f"cut.{kind.lower()}", folder=folder)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        assert api.list(path=folder) == []
        return
    file = answer.json()
    delivered = api.get(file, "w-50")
    if "width" in file and file["width"] is not None:
        # A library entry that claims a size must have a picture behind it.
        assert delivered.status_code == 200
        assert api.picture(file, "w-50").size[0] == 50
    else:
        assert delivered.status_code in (200, 400)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a"])
@pytest.mark.parametrize("data", [b"this is no picture", b"\0\1\2\3" * 100, b"<!doctype html><p>hello"])
def test_what_is_no_image_is_no_image_whatever_its_name(api: Api, folder: str, name: str, data: bytes) -> None:
    answer = api.upload(data, name, part_type="image/jpeg", folder=folder)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        return
    file = answer.json()
    assert file["fileType"] == "non-image"
    assert file.get("width") is None
    assert not api.get(file).headers["Content-Type"].startswith("image/")


def test_a_body_over_the_limit_is_refused(server: Server) -> None:
    head = (
        f"POST /imagekit/api/v1/files/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {signing.basic(PRIVATE_KEY)}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {301 * 2**20}\r\n\r\n"
    ).encode()
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    # Pieces go out until the server has had enough; one that answers at the header never reads them.
    answer = raw.exchange(server, head + part, "POST", more=[bytes(2**20)] * 301)
    assert answer.status in (400, 413, 0), answer.status
    if answer.status:
        body = json.loads(answer.body)
        assert body["message"] and body["help"]
        assert answer.header("x-ik-requestId")


# Broken multipart bodies

BOUNDARY = "xyz"


def part(name: str | None, value: bytes, extra: str = "") -> bytes:
    named = f'; name="{name}"' if name is not None else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data{named}{extra}\r\n\r\n".encode() + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def _broken() -> dict[str, tuple[str, bytes]]:
    form = f"multipart/form-data; boundary={BOUNDARY}"
    good = part("fileName", b"a.png") + part("file", SMALL, '; filename="a.png"')
    return {
        "no boundary": ("multipart/form-data", good + END),
        "wrong boundary": ("multipart/form-data; boundary=other", good + END),
        "empty boundary": ("multipart/form-data; boundary=", good + END),
        "no end": (form, good),
        "cut in the file": (form, good[:-20]),
        "empty body": (form, b""),
        "only the end": (form, END),
        "parts without names": (form, part(None, b"a.png") + part(None, SMALL) + END),
        "20,000 parts": (form, b"".join(part(f"f{n}", b"x") for n in range(20_000)) + good + END),
        "1 MB of part header": (form, part("fileName", b"a.png", "; x=" + "y" * 2**20) + good + END),
        "a long text field": (form, part("folder", b"f" * 2**21) + good + END),
        "JSON": ("application/json", b'{"fileName": "a.png"}'),
        "a URL-encoded form": ("application/x-www-form-urlencoded", b"fileName=a.png&file=abc"),
        "no content type": ("", good + END),
    }


@pytest.mark.parametrize("case", sorted(_broken()))
def test_a_broken_form_is_refused(api: Api, own_folder_is_empty, case: str) -> None:
    kind, body = _broken()[case]
    answer = api.send(
        "POST",
        f"{api.server.base}/api/v1/files/upload",
        auth=api.auth,
        data=body,
        headers={"Content-Type": kind} if kind else {},
    )
    rules.check_error(answer, 400, 413, 415)


@pytest.fixture
def own_folder_is_empty(api: Api):
    """Nothing of a refused upload may be listed: neither by its name nor as one more file of the root."""
    before = {file["fileId"] for file in api.list(path="/", name="a.png")}
    yield
    assert {file["fileId"] for file in api.list(path="/", name="a.png")} == before


def test_parts_may_come_in_any_order(api: Api, folder: str) -> None:
    body = part("file", SMALL, '; filename="x"') + part("fileName", b"late.png") + part("folder", folder.encode())
    answer = api.send(
        "POST",
        f"{api.server.base}/api/v1/files/upload",
        auth=api.auth,
        data=b"preamble\r\n" + body + part("useUniqueFileName", b"false") + END + b"epilogue",
        headers={"Content-Type": f'multipart/form-data; charset=utf-8; boundary="{BOUNDARY}"'},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["filePath"] == f"{folder}/late.png"


# Formats


@pytest.mark.parametrize(
    ("kind", "mime", "options"),
    [
        ("JPEG", "image/jpeg", {}),
        ("PNG", "image/png", {}),
        ("WEBP", "image/webp", {}),
        ("GIF", "image/gif", {}),
        ("AVIF", "image/avif", {}),
        ("TIFF", "image/tiff", {}),
        ("BMP", "image/bmp", {}),
    ],
)
def test_the_bytes_decide_what_a_file_is(api: Api, folder: str, kind: str, mime: str, options: dict) -> None:
    data = pictures.encode(pictures.quadrants(), kind, **options)
    file = api.put(data, "misnamed.txt", part_type="text/html", folder=folder)
    assert file["fileType"] == "image"
    assert (file["width"], file["height"]) == (120, 80)
    assert api.details(file["fileId"])["mime"] == mime
    shown = api.picture(file, "w-60,f-png")
    assert shown.size == (60, 40)
    pictures.assert_colour(shown, (15, 10), pictures.RED, 30)


def test_has_alpha(api: Api, folder: str) -> None:
    clear = pictures.png(Image.new("RGBA", (4, 4), (1, 2, 3, 100)))
    assert api.details(api.put(clear, "clear.png", folder=folder)["fileId"])["hasAlpha"] is True
    assert api.details(api.put(SMALL, "solid.png", folder=folder)["fileId"])["hasAlpha"] is False


def test_an_animated_upload_is_one_file(api: Api, folder: str) -> None:
    file = api.put(pictures.animation("GIF"), "a.gif", folder=folder)
    assert (file["width"], file["height"], file["fileType"]) == (80, 60, "image")
    assert Image.open(io.BytesIO(api.original(file))).n_frames == 3
