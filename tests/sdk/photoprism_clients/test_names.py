"""What files are called, here and when they leave, and of which types the answers are."""

from __future__ import annotations

import io
import re
import uuid
import zipfile

import pytest
from harness import pictures
from harness.photoprism import Photos, sha1
from PIL import Image

INTEGERS = (
    "Year Month Day Stack Iso FocalLength Quality Resolution Color CameraID LensID Width Height "
    "Size Orientation ModTime PhotoCount LinkCount FileCount"
).split()
NUMBERS = "FNumber Lat Lng AspectRatio".split()
FLAGS = "Favorite Private Scan Panorama Portrait Merged Primary Sidecar Missing Video HDR Ignore Watch".split()
LISTS = "Files Markers".split()


def taken(when: str, offset: str | None = None) -> bytes:
    """A JPEG of its own that was taken then."""
    exif = Image.Exif()
    detail = exif.get_ifd(0x8769)
    detail[0x9003] = when
    if offset:
        detail[0x9011] = offset
    return pictures.jpeg(pictures.quadrants(40, 30), exif=exif) + uuid.uuid4().bytes


def disposition(photos: Photos, digest: str, name: str) -> str:
    answer = photos.get(f"/dl/{digest}", params={"t": photos.download, "name": name})
    return answer.headers["Content-Disposition"]


def test_offsets_make_two_times(photos: Photos) -> None:
    photo = photos.put(("Lake at dawn.jpg", taken("2024:03:05 01:11:12", "+02:00")))[0]
    assert (photo["TakenAt"], photo["TakenAtLocal"]) == ("2024-03-04T23:11:12Z", "2024-03-05T01:11:12Z")
    assert (photo["Year"], photo["Month"], photo["Day"], photo["Path"]) == (2024, 3, 5, "2024/03")
    assert re.fullmatch(r"20240305_011112_[0-9A-F]{8}", photo["Name"]), "by the clock at the place"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Lake at dawn", "20240305-101112-Lake-At-Dawn.jpg"),
        ("Größe: 3 m²!", "20240305-101112-Grosse-3-M2.jpg"),
        ("-- !", "{hash}.jpg"),
    ],
)
def test_shared_names_are_made_of_titles(photos: Photos, title: str, name: str) -> None:
    photo = photos.put(("IMG_1.jpg", taken("2024:03:05 10:11:12")))[0]
    photos.ask("PUT", f"/photos/{photo['UID']}", {"Title": title})
    name = name.format(hash=photo["Hash"])
    assert disposition(photos, photo["Hash"], "share") == f'attachment; filename="{name}"'


def test_three_names_of_a_file(photos: Photos) -> None:
    photo = photos.put(("жизнь.jpg", taken("2024:03:05 10:11:12")))[0]
    file = f'attachment; filename="{photo["Name"]}.jpg"'
    for kind in ("file", "nonsense", ""):
        assert disposition(photos, photo["Hash"], kind) == file
    encoded = "filename*=UTF-8''%D0%B6%D0%B8%D0%B7%D0%BD%D1%8C.jpg"
    assert disposition(photos, photo["Hash"], "original").endswith(encoded)
    for size, name in (("tile_50", f"{photo['Name']}.jpg"), ("colors", f"{photo['Name']}.png")):
        path = f"/t/{photo['Hash']}/{photos.preview}/{size}"
        answer = photos.get(path, params={"download": "1"})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    part = photos.get(f"/t/{photo['Hash']}-0000001f41f4/{photos.preview}/tile_160", params={"download": "1"})
    assert part.headers["Content-Disposition"] == 'attachment; filename="tile_160.jpg"'


def test_names_and_order_inside_of_archives(photos: Photos) -> None:
    old = ("x.jpg", taken("2019:01:01 00:00:00"))
    new = [(name, taken("2020:01:01 00:00:00")) for name in ("Same name.jpg", "same NAME.jpg")]
    album = photos.album("Q", *photos.put(*new, old))

    def names() -> list[str]:
        answer = photos.send("GET", f"/albums/{album['UID']}/dl")
        name = f"photoprism-album-{album['UID']}.zip"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"', "a slug of one letter"
        return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()

    same = ["20200101-000000-Same-Name-2020.jpg", "20200101-000000-Same-Name-2020 (1).jpg"]
    assert names() == ["20190101-000000-X-2019.jpg", *same], "the oldest first"
    for order in ("newest", "title"):
        photos.ask("PUT", f"/albums/{album['UID']}", {"Order": order})
        assert names() == [*same, "20190101-000000-X-2019.jpg"], order


def test_every_field_has_its_type(photos: Photos) -> None:
    photo = photos.put(("types.jpg", taken("2024:03:05 10:11:12")))[0]
    album = photos.album(f"Types {uuid.uuid4()}", photo)
    albums = photos.ask("GET", "/albums", params={"count": 1, "uid": album["UID"]})
    folders = photos.ask("GET", "/folders/originals/2024")["folders"]
    for row in (photo, photo["Files"][0], albums[0], folders[0]):
        for key, value in row.items():
            told = (key, value)
            if key in INTEGERS:
                assert type(value) is int, told
            elif key in NUMBERS:
                assert type(value) in (int, float), told
            elif key in FLAGS:
                assert type(value) is bool, told
            elif key in LISTS:
                assert type(value) is list, told
            else:
                assert type(value) is str or key == "DeletedAt", told
    assert "Duration" not in photo and "Duration" not in photo["Files"][0]
    assert sha1(photos.get(f"/dl/{photo['Hash']}", params={"t": photos.download}).content) == photo["Hash"]
