"""The seven calls of the ImagesApi through the generated client, and what they rest on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from harness import pictures
from harness.photoprism import Photos, colour, opened, sha1
from PIL import Image, ImageDraw

SIZES = {
    (3000, 2000): {"fit_720": (720, 480), "fit_1280": (1280, 853), "fit_1600": (1350, 900), "fit_1920": (1800, 1200)},
    (600, 400): {"fit_720": (600, 400), "fit_7680": (600, 400), "tile_500": (500, 500), "tile_50": (50, 50)},
    (100, 80): {"tile_1080": (1080, 1080), "left_224": (224, 224)},
}


def thirds(width: int, height: int) -> bytes:
    """Red, green and blue from left to right, or from top to bottom where the picture is higher than wide."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for index, fill in enumerate((pictures.RED, pictures.GREEN, pictures.BLUE)):
        if width > height:
            draw.rectangle((index * width // 3, 0, (index + 1) * width // 3 - 1, height), fill=fill)
        else:
            draw.rectangle((0, index * height // 3, width, (index + 1) * height // 3 - 1), fill=fill)
    return pictures.jpeg(picture)


def decoded(data: bytearray) -> Image.Image:
    return Image.open(io.BytesIO(bytes(data)))


@pytest.mark.parametrize("source", list(SIZES))
def test_thumbnails_have_exact_sizes(photos: Photos, connect: Callable[..., Any], source: tuple[int, int]) -> None:
    data = pictures.jpeg(pictures.map_picture(*source))
    photos.put((f"map {source[0]}.jpg", data))
    images = connect("ImagesApi", token="")
    for size, expected in SIZES[source].items():
        picture = decoded(images.get_thumb(sha1(data), photos.preview, size))
        assert (picture.size, picture.format) == (expected, "JPEG"), size
    colours = decoded(images.get_thumb(sha1(data), photos.download, "colors"))
    assert (colours.size, colours.format) == ((3, 3), "PNG")


@pytest.mark.parametrize("shape", [(900, 300), (300, 900)])
def test_sides_are_kept(photos: Photos, shape: tuple[int, int]) -> None:
    data = thirds(*shape)
    photos.put(("thirds.jpg", data))
    for size, expected in (("left_224", "red"), ("tile_224", "green"), ("right_224", "blue")):
        assert colour(photos.thumb(sha1(data), size)) == expected, size


def test_orientation_comes_first(photos: Photos) -> None:
    data = pictures.oriented(6, pictures.quadrants(400, 600))
    photo = photos.put(("turned.jpg", data))[0]
    assert (photo["Width"], photo["Height"], photo["Portrait"]) == (400, 600, True)
    assert photos.thumb(sha1(data), "fit_720").size == (400, 600)
    assert colour(photos.thumb(sha1(data), "fit_720"), 0.1, 0.1) == "red"


def test_crop_areas(photos: Photos, connect: Callable[..., Any]) -> None:
    yellow = (255, 255, 0)
    data = pictures.png(pictures.quadrants(1000, 1000, (pictures.RED, pictures.GREEN, pictures.BLUE, yellow)))
    photos.put(("quadrants.png", data))
    images = connect("ImagesApi", token="")
    areas = {"0000001f41f4": "red", "1f40001f41f4": "green", "0001f41f41f4": "blue", "1F41F41F41F4": "yellow"}
    for area, expected in areas.items():
        picture = decoded(images.get_thumb(f"{sha1(data)}-{area}", photos.preview, "tile_160"))
        assert picture.size == (160, 160)
        assert colour(picture) == expected, area
    upper = decoded(images.get_thumb(f"{sha1(data)}-0000003e81f4", photos.preview, "tile_320"))
    assert (colour(upper, 0.2), colour(upper, 0.8)) == ("red", "green")


def test_what_stands_where_there_is_no_picture(photos: Photos, connect: Callable[..., Any], client: ModuleType) -> None:
    data = pictures.tiny(41)
    photos.put(("tiny.png", data))
    digest, unknown, token = sha1(data), "0" * 40, photos.preview
    icons = {name: photos.get(f"/svg/{name}").text for name in ("broken", "photo", "folder", "label", "file", "album")}
    assert len(set(icons.values())) == 5 and icons["folder"] == icons["album"]
    cases = {
        f"/t/{digest}/wrong/tile_224": (403, "broken"),
        f"/t/{digest}//tile_224": (403, "broken"),
        f"/t/{digest}/public/tile_224": (403, "broken"),
        f"/t/{digest}/{'a' * 65}/tile_224": (403, "broken"),
        f"/t/{digest}/{token}/tile_225": (200, "photo"),
        f"/t/{unknown}/{token}/tile_224": (200, "photo"),
        f"/t/{unknown}/wrong/tile_225": (403, "broken"),
        f"/t/{digest}/{token}/tile_160": (200, "photo"),
        f"/t/{unknown}-016014058037/{token}/tile_160": (200, "broken"),
        f"/t/{digest}-01601405803x/{token}/tile_160": (200, "broken"),
        f"/t/{digest}-016014000037/{token}/tile_160": (200, "broken"),
        f"/t/{digest}-016014058037/{token}/fit_720": (200, "photo"),
        f"/albums/aoj2qo0000000007/t/{token}/tile_224": (200, "folder"),
        f"/albums/aoj2qo0000000007/t/wrong/tile_224": (403, "folder"),
        f"/labels/loj2qo0000000007/t/{token}/tile_224": (200, "label"),
        f"/labels/loj2qo0000000007/t/wrong/tile_224": (403, "label"),
        f"/folders/t/doj2qo0000000007/{token}/tile_224": (200, "folder"),
        f"/folders/t/doj2qo0000000007/wrong/tile_224": (403, "folder"),
    }
    for path, (status, icon) in cases.items():
        answer = photos.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        assert answer.headers["Content-Type"] == "image/svg+xml", path
        assert answer.text == icons[icon], path
        assert "Cache-Control" not in answer.headers, path
    with pytest.raises(client.exceptions.ForbiddenException):
        connect("ImagesApi").get_thumb(digest, "wrong", "tile_224")


def test_thumbnails_are_cached_by_clients(photos: Photos) -> None:
    data = pictures.tiny(42)
    photos.put(("cached.png", data))
    path = f"/t/{sha1(data)}/{photos.preview}/tile_100"
    for _ in range(2):
        first = photos.get(path)
        assert first.headers["Cache-Control"] == "private, max-age=2592000, immutable"
        again = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert photos.send("GET", path, headers=again).status_code == 304
        assert photos.send("GET", path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        assert "Content-Disposition" not in first.headers
    part = photos.send("GET", path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, first.content[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(first.content)}"
    attached = photos.get(path, params={"download": "1", "name": "original"})
    assert attached.headers["Content-Disposition"] == 'attachment; filename="cached.jpg"'
    assert opened(attached).size == (100, 100)


def test_downloads_are_the_original_bytes(photos: Photos, connect: Callable[..., Any], client: ModuleType) -> None:
    data = pictures.travelled()
    photo = photos.put(("Lake at Dawn.jpg", data))[0]
    images = connect("ImagesApi")
    assert bytes(images.get_download(sha1(data))) == data
    assert bytes(images.get_photo_download(photo["UID"])) == data
    for call in (images.get_download, images.get_photo_download, images.download_album):
        with pytest.raises(client.exceptions.NotFoundException):
            call("0" * 40)
    anonymous = connect("ImagesApi", token="")
    for call, what in ((anonymous.get_download, sha1(data)), (anonymous.get_photo_download, photo["UID"])):
        with pytest.raises(client.exceptions.ForbiddenException):
            call(what)
    path = f"/dl/{sha1(data)}"
    assert photos.send("GET", path, params={"t": "wrong"}).status_code == 403, "a token decides alone"
    assert photos.get(path, params={"t": photos.preview}).status_code == 403, "previews are no downloads"
    answer = photos.get(path, params={"t": photos.download, "name": "share"})
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="20240517-080910-Lake-At-Dawn-2024.jpg"'
    assert "Cache-Control" not in answer.headers
    part = photos.send("GET", path, params={"t": photos.download}, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, data[2:6])


def test_albums_come_as_archives(photos: Photos, connect: Callable[..., Any]) -> None:
    files = {f"Walk {index}.png": pictures.tiny(100 + index) for index in range(3)}
    stored = photos.put(*files.items())
    album = photos.album("A walk in the hills!", *stored)
    photos.ask("POST", "/batch/photos/private", {"photos": [stored[2]["UID"]]})
    data = bytes(connect("ImagesApi").download_album(album["UID"]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == 2 and len(set(names)) == 2
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())
        assert {archive.read(name) for name in names} == set(list(files.values())[:2])
    answer = photos.get(f"/albums/{album['UID']}/dl", params={"t": photos.download})
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a-walk-in-the-hills.zip"'
    assert "Content-Length" not in answer.headers
    empty = photos.album("Nothing in it")
    assert zipfile.ZipFile(io.BytesIO(bytes(connect("ImagesApi").download_album(empty["UID"])))).namelist() == []
    assert photos.ask("GET", f"/albums/{album['UID']}/dl", status=403, headers={}) == {
        "code": 403,
        "error": "Permission denied",
    }
    assert photos.ask("GET", "/albums/aoj2qo0000000007/dl", status=404)["error"] == "Album not found"


def test_covers_follow_their_groups(photos: Photos, connect: Callable[..., Any]) -> None:
    red, green, blue = (
        pictures.jpeg(Image.new("RGB", (64, 64), fill)) for fill in (pictures.RED, pictures.GREEN, pictures.BLUE)
    )
    first, second, third = photos.put(("r.jpg", red), ("g.jpg", green), ("b.jpg", blue))
    album = photos.album("Covers", first, second, third)
    images = connect("ImagesApi", token="")

    def cover() -> str:
        return colour(decoded(images.album_cover(album["UID"], photos.preview, "tile_100")))

    photos.ask("POST", f"/photos/{first['UID']}/like")
    assert cover() == "red", "the best one"
    photos.ask("POST", "/batch/photos/archive", {"photos": [first["UID"]]})
    photos.ask("POST", f"/photos/{second['UID']}/like")
    assert cover() == "green"
    photos.ask("POST", "/batch/photos/private", {"photos": [second["UID"]]})
    assert cover() == "blue"
    photos.ask("PUT", f"/albums/{album['UID']}", {"Thumb": sha1(green), "ThumbSrc": "manual"})
    assert cover() == "green", "chosen by hand"
    photos.ask("PUT", f"/albums/{album['UID']}", {"Thumb": "0" * 40, "ThumbSrc": "manual"})
    assert cover() == "blue", "what was chosen is not there"
    photos.ask("POST", f"/photos/{third['UID']}/label", {"Name": "Plain Blue", "Priority": 1})
    label = photos.ask("GET", "/labels", params={"q": "plain blue"})[0]
    assert colour(decoded(images.label_cover(label["UID"], photos.preview, "tile_100"))) == "blue"
    folders = photos.ask("GET", "/folders/originals", params={"recursive": "true"})["folders"]
    folder = next(one for one in folders if one["Path"] == third["Path"])
    answer = photos.get(f"/folders/t/{folder['UID']}/{photos.preview}/tile_224")
    assert opened(answer).size == (224, 224)
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
