"""SDK 3.2.0: the URLs that it builds and signs."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from harness import pictures
from harness.browser import fetch, opened
from harness.server import Server
from imagekitio import ImageKit

JPEG = pictures.jpeg(pictures.map_picture(), 90)


@pytest.fixture
def path(put: Callable) -> str:
    return put("été.jpg", JPEG).file_path


@pytest.mark.parametrize("position", ["path", "query"])
@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ([{"height": "300", "width": "400"}], (400, 300)),
        ([{"height": 300, "width": 400}, {"rotation": 90}], (300, 400)),
        ([{"width": 0.5}], (300, 200)),
        ([{"width": 300, "aspect_ratio": "4-3"}], (300, 225)),
        ([{"width": 300, "height": 300, "crop": "at_max"}], (300, 200)),
        ([{"width": 200, "height": 200, "crop_mode": "extract", "x": 10, "y": 20}], (200, 200)),
        ([{"width": 300, "height": 300, "crop_mode": "pad_resize", "background": "FF0000"}], (300, 300)),
        ([{"width": 300, "border": "5_FF0000"}], (310, 210)),
        ([{"named": "ik_ml_thumbnail"}], (400, 267)),
        ([{"raw": "w-100,h-50,c-force"}], (100, 50)),
        ([{"width": 300, "foo": "bar"}], (300, 200)),
        ([{"width": 100, "effect_gray": "-", "effect_sharpen": "-", "effect_contrast": "-", "blur": 2}], (100, 67)),
        ([{"width": 100, "effect_usm": "2-2-0.8-0.024", "progressive": True, "lossless": False}], (100, 67)),
        ([{"width": 100, "dpr": 2, "focus": "left", "radius": "max", "quality": 40}], (200, 133)),
        ([{"width": 100, "trim": True, "metadata": True, "color_profile": True, "rotation": "auto"}], (100, 67)),
        ([{"width": 100, "overlay_text": "Hi", "overlay_text_font_size": 20, "overlay_text_color": "FF0000"}], (100, 67)),
        ([{"width": 100, "overlay_background": "FF0000", "overlay_width": 20, "overlay_height": 10, "overlay_x": 5}], (100, 67)),
        ([{"raw": "l-text,i-Hi,fs-20,l-end,w-100"}], (100, 67)),
        ([{"original": True, "width": 10}], (600, 400)),
    ],
    ids=str,
)
def test_transformations(ik: ImageKit, path: str, position: str, steps: list, size: tuple[int, int]) -> None:
    for signed in (False, True):
        url = ik.url({"path": path, "transformation": steps, "transformation_position": position, "signed": signed})
        assert opened(fetch(url)).size == size, url


def test_src_urls(ik: ImageKit, server: Server, path: str) -> None:
    src = server.endpoint + path
    assert opened(fetch(ik.url({"src": src, "transformation": [{"width": 100}]}))).size == (100, 67)
    assert opened(fetch(ik.url({"src": src, "transformation": [{"width": 100}], "signed": True}))).size == (100, 67)


def test_formats(ik: ImageKit, path: str) -> None:
    for name, kind in (("png", "PNG"), ("webp", "WEBP"), ("jpg", "JPEG")):
        assert opened(fetch(ik.url({"path": path, "transformation": [{"width": 50, "format": name}]}))).format == kind
    url = ik.url({"path": path, "transformation": [{"width": 50, "format": "auto"}]})
    assert opened(fetch(url, Accept="image/webp,*/*")).format == "WEBP"


def test_a_default_image(ik: ImageKit, folder: str, path: str) -> None:
    url = ik.url({"path": f"{folder}/missing.jpg", "transformation": [{"default_image": path, "width": 60}]})
    assert opened(fetch(url)).size == (60, 40)


def test_attachments(ik: ImageKit, path: str) -> None:
    url = ik.url({"path": path, "query_parameters": {"ik-attachment": True, "v": "1 2"}})
    assert fetch(url).headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("expire", [None, 600])
@pytest.mark.parametrize("position", ["path", "query"])
def test_signed_urls_open_private_files(ik: ImageKit, put: Callable, position: str, expire: int | None) -> None:
    # This SDK signs the path before it is percent-encoded: the blank in the query and the accent in the name matter.
    file = put("prïvate.jpg", JPEG, is_private_file=True)
    request = {
        "path": file.file_path,
        "transformation": [{"width": 60, "height": 60}, {"rotation": 90}],
        "transformation_position": position,
        "query_parameters": {"v": "1 2", "p": "ä"},
    }
    assert fetch(ik.url(request)).status_code == 401
    signed = ik.url({**request, "signed": True, **({"expire_seconds": expire} if expire else {})})
    assert opened(fetch(signed)).size == (60, 60)
    assert fetch(signed.replace("w-60", "w-61")).status_code == 401
    assert fetch(signed[:-1] + ("0" if signed[-1] != "0" else "1")).status_code == 401


@pytest.mark.parametrize("position", ["path", "query"])
@pytest.mark.parametrize(
    "step",
    [
        {"overlay_text_encoded": "SGksIHRoZXJlIQ%3D%3D", "overlay_text_font_family": "Open Sans"},
        {"overlay_text": "50% off", "overlay_text_font_size": 20},
    ],
    ids=str,
)
def test_signed_overlays(ik: ImageKit, put: Callable, position: str, step: dict) -> None:
    file = put("prïvate.jpg", JPEG, is_private_file=True)
    url = ik.url(
        {"path": file.file_path, "transformation": [{"width": 60, **step}], "transformation_position": position, "signed": True}
    )
    assert opened(fetch(url)).size == (60, 40), url


def test_an_expired_url(ik: ImageKit, path: str) -> None:
    late = ik.url({"path": path, "signed": True, "expire_seconds": -60})
    assert int(late.split("ik-t=")[1].split("&")[0]) < time.time()
    assert fetch(late).status_code == 401


def test_overlays_show(ik: ImageKit, put: Callable, path: str) -> None:
    mark = put("mark.png", pictures.png(pictures.quadrants(40, 20)), below="/deep").file_path
    step = {"width": 200, "format": "png", "overlay_image": mark, "overlay_x": 10, "overlay_y": 20}
    picture = opened(fetch(ik.url({"path": path, "transformation": [step]})))
    pictures.assert_colour(picture, (15, 25), pictures.RED)
    pictures.assert_colour(picture, (45, 25), pictures.GREEN)
    coded = {"width": 200, "format": "png", "overlay_text_encoded": "SGksIHRoZXJlIQ%3D%3D", "overlay_text_color": "FF00FF"}
    plain = opened(fetch(ik.url({"path": path, "transformation": [{"width": 200, "format": "png"}]})))
    written = opened(fetch(ik.url({"path": path, "transformation": [coded]})))
    assert written.size == plain.size and written.tobytes() != plain.tobytes()


def test_no_expiry_and_no_path(ik: ImageKit) -> None:
    assert ik.url({"path": ""}) == ""
