"""What is sent: format, quality, headers, paths, ranges. Section 12.1 to 12.3, safety.md A9 and A13."""

from __future__ import annotations

import io
import re
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from harness import pictures, raw, rules
from harness.api import Api
from harness.pictures import BLUE, GREEN, RED
from harness.server import Server
from PIL import Image

FOR_A_YEAR = "public, s-maxage=31536000, max-age=31536000, must-revalidate"


def cacheable(answer) -> None:
    """A public answer: for a year, or for less while a better encoding is under way."""
    assert re.fullmatch(r"public, s-maxage=\d+, max-age=\d+, must-revalidate", answer.headers["Cache-Control"])


# Negotiation


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "JPEG"),
        ("*/*", "JPEG"),
        ("image/*", "JPEG"),
        ("image/*,*/*;q=0.8", "JPEG"),
        ("image/jpeg", "JPEG"),
        ("image/webp", "WEBP"),
        ("image/webp,*/*", "WEBP"),
        ("image/webp;q=0.8,image/*", "WEBP"),
        ("IMAGE/WEBP", "WEBP"),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "WEBP"),
        # AVIF only where the settings allow it, and by default they do not.
        ("image/avif,*/*", "JPEG"),
    ],
)
@pytest.mark.parametrize("tr", [None, "w-60", "f-auto", "w-60,f-auto"])
def test_webp_goes_to_those_who_name_it(api: Api, map_jpg: dict, accept: str | None, kind: str, tr: str | None) -> None:
    answer = api.get(map_jpg, tr, headers={"Accept": accept})
    assert Image.open(io.BytesIO(answer.content)).format == kind
    assert answer.headers["Content-Type"] == f"image/{kind.lower()}"
    assert "accept" in answer.headers["Vary"].lower()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_raster_format_turns_into_webp(api: Api, folder: str, kind: str) -> None:
    file = api.put(pictures.encode(pictures.quadrants(), kind), f"a.{kind.lower()}", folder=folder)
    shown = api.picture(file, headers={"Accept": "image/webp,*/*"})
    assert (shown.format, shown.size) == ("WEBP", (120, 80))
    pictures.assert_colour(shown, (30, 20), RED, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_without_a_wish_the_format_stays(api: Api, folder: str, kind: str) -> None:
    file = api.put(pictures.encode(pictures.quadrants(), kind), f"a.{kind.lower()}", folder=folder)
    for tr in (None, "w-60", "f-auto"):
        assert api.picture(file, tr).format == kind


def test_what_browsers_cannot_show_becomes_jpeg_or_png(api: Api, folder: str) -> None:
    solid = api.put(pictures.encode(pictures.quadrants(), "TIFF"), "a.tiff", folder=folder)
    clear = api.put(pictures.encode(Image.new("RGBA", (40, 30), (255, 0, 0, 100)), "TIFF"), "b.tiff", folder=folder)
    for tr in (None, "w-20"):
        assert api.picture(solid, tr).format == "JPEG"
        shown = api.picture(clear, tr)
        assert (shown.format, abs(pictures.at(shown, 5, 5, "RGBA")[3] - 100) <= 2) == ("PNG", True)
    assert api.get(solid, "orig-true").headers["Content-Type"] == "image/tiff"


# Quality


def test_a_picture_of_higher_quality_is_encoded_again(api: Api, photo_jpg: dict) -> None:
    original = api.original(photo_jpg)
    answer = api.get(photo_jpg)
    assert len(answer.content) < 0.8 * len(original)
    shown = Image.open(io.BytesIO(answer.content))
    assert (shown.size, shown.format) == ((640, 480), "JPEG")
    pictures.assert_like(shown, pictures.photo(), 4)


# Orientation


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(api: Api, folder: str, orientation: int) -> None:
    file = api.put(pictures.oriented(orientation), "a.jpg", folder=folder)
    for tr, size in ((None, (120, 80)), ("rt-auto", (120, 80)), ("w-60", (60, 40)), ("w-60,h-60", (60, 60)), ("f-png", (120, 80))):
        shown = api.picture(file, tr)
        assert shown.size == size, tr
        assert not shown.getexif().get(0x0112), tr
        w, h = size
        for point, colour in (((w // 8, h // 8), RED), ((w * 7 // 8, h // 8), GREEN), ((w // 8, h * 7 // 8), BLUE)):
            pictures.assert_colour(shown, point, colour, 30)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_orientation_is_applied_to_other_formats(api: Api, folder: str, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = pictures.quadrants().transpose(Image.Transpose.ROTATE_90)
    data = pictures.encode(stored, kind, exif=exif)
    file = api.put(data, f"a.{kind.lower()}", folder=folder)
    assert (file["width"], file["height"]) == (80, 120)
    shown = api.picture(file, "f-png")
    assert shown.size == (120, 80)
    pictures.assert_colour(shown, (15, 10), RED, 30)


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_rt_0_leaves_the_stored_pixels(api: Api, folder: str, orientation: int) -> None:
    data = pictures.oriented(orientation)
    stored = Image.open(io.BytesIO(data)).convert("RGB")
    shown = api.picture(api.put(data, "a.jpg", folder=folder), "rt-0,f-png")
    pictures.assert_like(shown, stored, 3)


# Colour models


def test_cmyk_is_shown_as_rgb(api: Api, folder: str) -> None:
    data = pictures.jpeg(pictures.quadrants().convert("CMYK"))
    file = api.put(data, "cmyk.jpg", folder=folder)
    for tr in ("f-png", "w-60,f-png", "w-60"):
        shown = api.picture(file, tr)
        assert shown.mode in ("RGB", "P"), tr
        w, h = shown.size
        r, g, b = pictures.at(shown, w // 4, h // 4)
        assert r > 150 and r > g + 80 and r > b + 80, (tr, (r, g, b))
        assert min(pictures.at(shown, w * 7 // 8, h * 7 // 8)) > 230, tr


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [("L", 120, (120, 120, 120)), ("1", 1, (255, 255, 255)), ("P", 0, None), ("LA", (90, 255), (90, 90, 90)), ("I;16", 30000, (117, 117, 117))],
)
def test_other_png_modes(api: Api, folder: str, mode: str, value, expected) -> None:
    picture = pictures.quadrants().quantize(16) if mode == "P" else Image.new(mode, (40, 30), value)
    file = api.put(pictures.encode(picture, "PNG"), folder=folder)
    shown = api.picture(file, "w-20")
    assert shown.width == 20
    pictures.assert_colour(shown, (3, 3), expected or RED, 4)


# Animation


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
@pytest.mark.parametrize(("tr", "size"), [(None, (80, 60)), ("w-40", (40, 30)), ("w-40,h-40", (40, 40)), ("rt-90", (60, 80)), ("e-grayscale", (80, 60))])
def test_animations_stay_animated(api: Api, folder: str, kind: str, tr: str | None, size: tuple[int, int]) -> None:
    file = api.put(pictures.animation(kind), f"a.{kind.lower()}", folder=folder)
    shown = api.picture(file, tr)
    assert (shown.format, shown.n_frames, shown.size) == (kind, 3, size)
    for frame, colour in enumerate((RED, GREEN, BLUE)):
        shown.seek(frame)
        # Pillow knows a WebP frame's time only once its pixels are read.
        found = pictures.at(shown, 20, 15)
        if tr != "e-grayscale":
            assert max(abs(a - b) for a, b in zip(found, colour)) <= 12, (frame, found)
        assert shown.info["duration"] == 100


def test_an_animated_gif_turns_into_animated_webp(api: Api, folder: str) -> None:
    file = api.put(pictures.animation("GIF"), "a.gif", folder=folder)
    shown = api.picture(file, "w-40", headers={"Accept": "image/webp"})
    assert (shown.format, shown.n_frames, shown.size) == ("WEBP", 3, (40, 30))


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
@pytest.mark.parametrize("tr", ["f-jpg", "f-png", "w-40,f-jpg", "pg-1", "n-ik_ml_thumbnail,f-png"])
def test_stills_show_the_first_frame(api: Api, folder: str, kind: str, tr: str) -> None:
    file = api.put(pictures.animation(kind), f"a.{kind.lower()}", folder=folder)
    shown = api.picture(file, tr)
    assert getattr(shown, "n_frames", 1) == 1
    pictures.assert_colour(shown, (20, 15), RED, 8)


def test_an_animated_png_shows_its_first_frame(api: Api, folder: str) -> None:
    frames = [Image.new("RGB", (80, 60), colour) for colour in (RED, GREEN)]
    animated = pictures.encode(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    assert b"acTL" in animated
    file = api.put(animated, "a.png", folder=folder)
    shown = api.picture(file, "w-40")
    assert (shown.format, shown.size) == ("PNG", (40, 30))
    pictures.assert_colour(shown, (20, 15), RED, 4)


# Files that are not images

TEXTS = [
    ("a.txt", b"hello", "text/plain"),
    ("a.css", b"body { color: red }", "text/css"),
    ("a.csv", b"a,b\n1,2\n", "text/csv"),
    ("a.json", b'{"a": 1}', "application/json"),
    ("a.md", b"# title", None),
    ("a.unknownext", b"plain words", "application/octet-stream"),
    ("noextension", b"plain words", "application/octet-stream"),
    ("a.bin", bytes(range(256)), "application/octet-stream"),
    ("fake.txt", b"\x00\x01\x02\xff\xfe binary", "application/octet-stream"),
    ("a.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF", "application/pdf"),
    ("doc.txt", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF", "application/pdf"),
    ("a.zip", b"PK\x03\x04" + bytes(60), "application/zip"),
    ("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(40), "video/mp4"),
]


@pytest.mark.parametrize(("name", "data", "kind"), TEXTS, ids=[row[0] for row in TEXTS])
def test_other_files_are_passed_through(api: Api, folder: str, name: str, data: bytes, kind: str | None) -> None:
    file = api.put(data, name, folder=folder)
    for url in (file["url"], api.url(file, "w-100")):
        answer = api.get(url)
        assert (answer.status_code, answer.content) == (200, data)
        if kind:
            assert answer.headers["Content-Type"].split(";")[0] == kind
        assert answer.headers["Content-Length"] == str(len(data))


# Headers


def test_headers_of_a_public_image(api: Api, map_jpg: dict) -> None:
    for tr in (None, "w-60", "f-png", "n-ik_ml_thumbnail"):
        answer = api.get(map_jpg, tr)
        cacheable(answer)
        assert re.fullmatch(r'"[^"]+"', answer.headers["ETag"]), "strong, quoted"
        parsedate_to_datetime(answer.headers["Last-Modified"])
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Timing-Allow-Origin"] == "*"
        assert answer.headers["Content-Length"] == str(len(answer.content))
        assert "Content-Disposition" not in answer.headers
        assert "ik-error" not in answer.headers


def test_headers_of_a_public_file(api: Api, folder: str) -> None:
    answer = api.get(api.put("some text", "a.txt", folder=folder))
    assert answer.headers["Cache-Control"] == FOR_A_YEAR
    assert re.fullmatch(r'"[^"]+"', answer.headers["ETag"])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Timing-Allow-Origin"] == "*"


def test_last_modified_is_the_time_of_the_version(api: Api, folder: str) -> None:
    file = api.put(pictures.tiny(1), folder=folder)
    updated = datetime.fromisoformat(api.details(file["fileId"])["updatedAt"])
    modified = parsedate_to_datetime(api.get(file).headers["Last-Modified"])
    assert abs((updated - modified).total_seconds()) < 2


def test_etags_follow_the_content(api: Api, folder: str) -> None:
    one = api.put(pictures.tiny(1), "one.png", folder=folder)
    same = api.put(pictures.tiny(1), "same.png", folder=folder)
    other = api.put(pictures.tiny(2), "other.png", folder=folder)

    def etag(file: dict, tr: str = "orig-true", **headers: str) -> str:
        return api.get(file, tr, headers=headers).headers["ETag"]

    assert etag(one) == etag(same) != etag(other)
    assert len({etag(one, "w-4,f-png"), etag(one, "w-5,f-png"), etag(one, "w-4,f-jpg"), etag(one)}) == 4
    assert etag(one, "w-4", Accept="image/webp") != etag(one, "w-4")


@pytest.mark.parametrize("tr", [None, "w-60,f-png", "orig-true"])
def test_what_is_known_is_not_sent_again(api: Api, map_png: dict, tr: str | None) -> None:
    first = api.get(map_png, tr)
    etag = first.headers["ETag"]
    for value in (etag, f"W/{etag}", f'"other", {etag}', f'"a",W/{etag} , "b"', "*"):
        answer = api.get(map_png, tr, headers={"If-None-Match": value})
        assert (answer.status_code, answer.content) == (304, b""), value
        assert answer.headers["ETag"] == etag
        cacheable(answer)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for value in ('"other"', 'W/"other"', "garbage", etag[:-2] + '"', ""):
        answer = api.get(map_png, tr, headers={"If-None-Match": value})
        assert (answer.status_code, answer.content) == (200, first.content), value


@pytest.mark.parametrize("value", ["yesterday", "Thu, 99 Foo 2020 00:00:00 GMT", "-1", "0", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_odd_dates_are_ignored(api: Api, map_png: dict, value: str) -> None:
    answer = api.get(map_png, "w-60", headers={"If-Modified-Since": value})
    assert answer.status_code == 200


def test_head_is_get_without_a_body(api: Api, server: Server, map_png: dict, folder: str) -> None:
    text = api.put("some text", "a.txt", folder=folder)
    for url in (map_png["url"], api.url(map_png, "w-60"), text["url"], f"{server.endpoint}/no/such.jpg"):
        get, head = api.get(url), api.send("HEAD", url)
        assert (head.status_code, head.content) == (get.status_code, b"")
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "ik-error"):
            assert head.headers.get(name) == get.headers.get(name), (url, name)


def test_options_on_delivery(api: Api, map_png: dict) -> None:
    answer = api.send("OPTIONS", map_png["url"], headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"})
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_delivery_only_reads(api: Api, map_png: dict, method: str) -> None:
    assert api.send(method, map_png["url"]).status_code in (400, 404, 405, 501)
    assert api.get(map_png).status_code == 200


# Attachments


def test_attachments(api: Api, folder: str) -> None:
    file = api.put(pictures.tiny(1), "bild-1.png", folder=folder)
    answer = api.get(f"{file['url']}?ik-attachment=true")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bild-1.png"'
    answer = api.get(f"{file['url']}?ik-attachment=true&ik-attachment-filename=other.png")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="other.png"'
    assert "Content-Disposition" not in api.get(f"{file['url']}?ik-attachment=false").headers


@pytest.mark.parametrize(
    "name",
    ["a%0d%0aX-Evil:%20yes.png", "a%0aSet-Cookie:%20a=b", "a%22%3b%20x=%22.png", "a%5c%22b.png", "%e2%82%ac%20%d0%b6.png", "..%2f..%2fpasswd", "a%00b", "%ff%fe", "a;b.png"],
)
def test_attachment_names_stay_one_name_in_one_header(server: Server, map_png: dict, name: str) -> None:
    target = map_png["url"].removeprefix(server.origin)
    answer = raw.request(server, f"{target}?tr=w-20&ik-attachment=true&ik-attachment-filename={name}")
    assert answer.status in (200, 400)
    assert answer.header("X-Evil") is None and answer.header("Set-Cookie") is None
    if answer.status == 200:
        (header,) = answer.all("Content-Disposition")
        assert header.isprintable() and header.isascii(), header
        # One quoted name, perhaps the extended form of the same name behind it; nothing left over.
        quoted = r'"(?:[^"\\]|\\.)*"'
        assert re.fullmatch(rf"attachment(?:; filename={quoted})?(?:; filename\*=UTF-8''[A-Za-z0-9%!#$&+^_`|~.-]+)?", header), header
        assert "/" not in header


# Paths


@pytest.mark.parametrize("shape", ["ik-seo/{stem}/pretty words.png", "ik-seo/{stem}/x.png", "{folder}/ik-seo/{name}/any-thing.png"])
@pytest.mark.parametrize("tr", ["", "tr:w-60/"])
def test_ik_seo(api: Api, folder: str, shape: str, tr: str) -> None:
    api.put(pictures.png(pictures.quadrants()), "cat.png", folder=folder)
    path = shape.format(stem=f"{folder.strip('/')}/cat", folder=folder.strip("/"), name="cat")
    shown = api.picture(f"{api.server.endpoint}/{tr}{path}")
    assert (shown.format, shown.width) == ("PNG", 60 if tr else 120)


def test_ik_seo_of_nothing_is_404(api: Api, folder: str) -> None:
    api.put(pictures.png(pictures.quadrants()), "cat.png", folder=folder)
    rules.check_refusal(api.get(f"{api.server.endpoint}/ik-seo{folder}/cat/pretty.jpg"), 404, "ENOENT")
    rules.check_refusal(api.get(f"{api.server.endpoint}/ik-seo{folder}/dog/pretty.png"), 404, "ENOENT")


def test_ik_thumbnail_of_a_still(api: Api, quadrants_png: dict) -> None:
    shown = api.picture(f"{quadrants_png['url']}/ik-thumbnail.jpg?tr=w-60")
    assert shown.size == (60, 40)


def test_other_query_parameters_are_ignored(api: Api, quadrants_png: dict) -> None:
    plain = api.get(quadrants_png, "w-60").content
    for query in ("v=2", "updatedAt=17000", "ik-sdk-version=python-3.2.0", "utm_source=a%20b&x", "&&", "=", "tr-x=1", "ik-sanitizeSvg=true"):
        assert api.get(f"{api.url(quadrants_png, 'w-60')}?{query}").content == plain, query


@pytest.mark.parametrize("path", ["/no/such.jpg", "/nosuch", "/", "", "/tr:w-60/no/such.jpg", "/tr:w-60/", "/tr:w-60", "/no/such.jpg/ik-thumbnail.jpg"])
def test_a_missing_file_is_404(api: Api, path: str) -> None:
    answer = api.get(api.server.endpoint + path)
    told = rules.check_refusal(answer, 404, "ENOENT")
    assert answer.text.strip() == "Not Found", told
    assert answer.headers["Content-Type"].split(";")[0] == "text/plain"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_folder_is_no_file(api: Api, folder: str) -> None:
    api.put(pictures.tiny(1), "a.png", folder=folder)
    for path in (folder, folder + "/", f"{folder}/a.png/b", f"{folder}/a"):
        rules.check_refusal(api.get(api.server.endpoint + path), 404, "ENOENT")


def test_names_are_case_sensitive(api: Api, folder: str) -> None:
    api.put(pictures.tiny(1), "Cat.png", folder=folder)
    assert api.get(f"{folder}/Cat.png").status_code == 200
    assert api.get(f"{folder}/cat.png").status_code == 404


def test_what_appears_later_is_found(api: Api, folder: str) -> None:
    # A remembered absence must not outlive the upload.
    for tr in (None, "w-4"):
        assert api.get(f"{folder}/late.png", tr).status_code == 404
    file = api.put(pictures.tiny(1), "late.png", folder=folder)
    for tr in (None, "w-4"):
        assert api.get(file, tr).status_code == 200


# Ranges of files that are not images


@pytest.fixture(scope="session")
def digits(api: Api) -> dict:
    """A thousand bytes of text."""
    return api.put("0123456789" * 100, "digits.txt", folder="/shared_pictures")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=10-10", slice(10, 11)),
        ("bytes=990-", slice(990, 1000)),
        ("bytes=-5", slice(995, 1000)),
        ("bytes=995-5000", slice(995, 1000)),
        ("bytes=0-99999999999999999999999", slice(0, 1000)),
        ("bytes=-99999", slice(0, 1000)),
    ],
)
def test_a_range(api: Api, digits: dict, header: str, part: slice) -> None:
    whole = b"0123456789" * 100
    answer = api.get(digits, headers={"Range": header})
    start, stop, _ = part.indices(1000)
    if answer.status_code == 200 and "9999" in header:
        # A number nobody can hold may be taken for a malformed header.
        assert answer.content == whole
        return
    assert (answer.status_code, answer.content) == (206, whole[part])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/1000"
    assert answer.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000"])
def test_a_range_behind_the_end_is_416(api: Api, digits: dict, header: str) -> None:
    answer = api.get(digits, headers={"Range": header})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */1000"


@pytest.mark.parametrize(
    "header", ["bytes=9-3", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "bytes", "bytes=-0", "bytes=1--2", "bytes=0-1,5-6", "bytes=" + ",".join(["0-"] * 1000)]
)
def test_odd_ranges_never_multiply_the_file(api: Api, digits: dict, header: str) -> None:
    answer = api.get(digits, headers={"Range": header})
    assert answer.status_code in (200, 206, 416)
    assert len(answer.content) <= 1200
    if answer.status_code == 416:
        assert answer.headers["Content-Range"] == "bytes */1000"
    if answer.status_code == 200:
        assert answer.content == b"0123456789" * 100


def test_if_range(api: Api, digits: dict) -> None:
    etag = api.get(digits).headers["ETag"]
    assert api.get(digits, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    assert api.get(digits, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200


def test_ranges_on_images_give_the_whole_or_the_part(api: Api, map_png: dict) -> None:
    whole = api.get(map_png, "w-60").content
    answer = api.get(map_png, "w-60", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) in ((200, whole), (206, whole[:10]))
