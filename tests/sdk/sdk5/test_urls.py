"""SDK 5.x: the URLs that it builds and signs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import node, pictures, signing
from harness.browser import fetch, opened
from harness.server import PRIVATE_KEY, Server
from imagekitio import ImageKit
from PIL import ImageChops

NODE = Path(__file__).parent / "node"
JPEG = pictures.jpeg(pictures.map_picture(), 90)


@pytest.fixture
def path(ik: ImageKit, folder: str) -> str:
    return str(ik.files.upload(file=JPEG, file_name="été.jpg", folder=folder, use_unique_file_name=False).file_path)


@pytest.mark.parametrize("position", ["path", "query"])
@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ([{"height": 300.0, "width": 400}], (400, 300)),
        ([{"height": 300, "width": 400}, {"rotation": 90}], (300, 400)),
        ([{"width": 0.5}], (300, 200)),
        ([{"width": "iw_div_2"}], (300, 200)),
        ([{"width": 300, "aspect_ratio": "4-3"}], (300, 225)),
        ([{"width": 300, "height": 300, "crop": "at_least"}], (450, 300)),
        ([{"width": 200, "height": 200, "crop_mode": "extract", "x_center": 300, "y_center": 200}], (200, 200)),
        ([{"width": 300, "height": 300, "crop_mode": "pad_resize", "background": "FF0000"}], (300, 300)),
        ([{"width": 300, "border": "5_FF0000", "flip": "h_v"}], (310, 210)),
        ([{"named": "media_library_thumbnail"}], (400, 267)),
        ([{"raw": "w-100,h-50,c-force"}], (100, 50)),
        ([{"width": 100, "grayscale": True, "sharpen": True, "contrast_stretch": True, "blur": 2}], (100, 67)),
        ([{"width": 100, "unsharp_mask": "2-2-0.8-0.024", "progressive": True, "lossless": True}], (100, 67)),
        ([{"width": 100, "dpr": 2, "focus": "left", "radius": "max", "quality": 40, "opacity": 50}], (200, 133)),
        ([{"width": 100, "trim": 10, "color_profile": True, "metadata": True, "density": 300}], (100, 67)),
        ([{"original": True, "width": 10}], (600, 400)),
    ],
    ids=str,
)
def test_transformations(ik: ImageKit, server: Server, path: str, position, steps: list, size: tuple[int, int]) -> None:
    for signed in (False, True):
        url = ik.helper.build_url(
            src=path, url_endpoint=server.endpoint, transformation=steps, transformation_position=position, signed=signed
        )
        assert opened(fetch(url)).size == size, url


def test_absolute_urls(ik: ImageKit, server: Server, path: str) -> None:
    for signed in (False, True):
        url = ik.helper.build_url(
            src=server.endpoint + path, url_endpoint=server.endpoint, transformation=[{"width": 100}], signed=signed
        )
        assert opened(fetch(url)).size == (100, 67)


def test_a_default_image(ik: ImageKit, server: Server, folder: str, path: str) -> None:
    url = ik.helper.build_url(
        src=f"{folder}/missing.jpg", url_endpoint=server.endpoint, transformation=[{"default_image": path, "width": 60}]
    )
    assert opened(fetch(url)).size == (60, 40)


@pytest.mark.parametrize("expires_in", [None, 600])
@pytest.mark.parametrize("position", ["path", "query"])
def test_signed_urls_open_private_files(ik: ImageKit, server: Server, folder: str, position, expires_in) -> None:
    file = ik.files.upload(file=JPEG, file_name="prïvate.jpg", folder=folder, is_private_file=True)

    def url(**more) -> str:
        return ik.helper.build_url(
            src=str(file.file_path),
            url_endpoint=server.endpoint,
            transformation=[{"width": 60, "height": 60}, {"rotation": 90}],
            transformation_position=position,
            query_parameters={"v": "12", "p": "x"},
            **more,
        )

    assert fetch(url()).status_code == 401
    signed = url(signed=True, **({"expires_in": expires_in} if expires_in else {}))
    assert opened(fetch(signed)).size == (60, 60)
    assert fetch(signed.replace("w-60", "w-61")).status_code == 401
    assert fetch(signed[:-1] + ("0" if signed[-1] != "0" else "1")).status_code == 401


# What this SDK leaves for the HTTP client to encode is signed as it stands; it encodes only paths and inputs of texts.
ENCODED_ON_THE_WAY = [
    {"overlay": {"type": "text", "text": "Hello World", "transformation": [{"font_family": "Open Sans"}]}},
    {"overlay": {"type": "text", "text": "Hi, there!", "transformation": [{"font_family": "Open Sans"}]}},
    {"overlay": {"type": "text", "text": "It's 100%", "encoding": "plain", "transformation": [{"font_family": "Open Sans"}]}},
    {"raw": "l-text,i-50% off [x],l-end"},
    {"default_image": "/é b.jpg"},
]


@pytest.mark.parametrize("position", ["path", "query"])
@pytest.mark.parametrize("more", [{}, {"v": "é b"}], ids=["", "query"])
@pytest.mark.parametrize("step", ENCODED_ON_THE_WAY, ids=str)
def test_signatures_of_what_is_encoded_on_the_way(
    ik: ImageKit, server: Server, folder: str, step: dict, more: dict, position: str
) -> None:
    # `requests` encodes each `%` of a path anew where one of them begins no escape, those of the file's name included.
    name = "private.jpg" if "%" in str(step) and position == "path" else "prïvate.jpg"
    file = ik.files.upload(file=JPEG, file_name=name, folder=folder, is_private_file=True)
    url = ik.helper.build_url(
        src=str(file.file_path), url_endpoint=server.endpoint, transformation=[{"width": 60}, step],  # type: ignore[list-item]
        transformation_position=position, query_parameters=more, signed=True,  # type: ignore[arg-type]
    )  # fmt: skip
    assert opened(fetch(url)).size == (60, 40), url
    assert fetch(url.replace("w-60", "w-61")).status_code == 401


def test_a_signature_is_for_one_transformation(ik: ImageKit, server: Server, folder: str) -> None:
    file = ik.files.upload(file=JPEG, file_name="private.jpg", folder=folder, is_private_file=True)
    url = ik.helper.build_url(
        src=str(file.file_path), url_endpoint=server.endpoint, transformation=[{"blur": 90, "width": 100, "quality": 50}],
        transformation_position="path", signed=True,
    )  # fmt: skip
    assert opened(fetch(url)).size == (100, 67)
    assert fetch(url.replace("bl-90,w-100", "bl-90%2Cw-100")).status_code == 401


def test_signatures_of_its_javascript_twin(ik: ImageKit, server: Server, folder: str) -> None:
    file = ik.files.upload(file=JPEG, file_name="prïvate.jpg", folder=folder, is_private_file=True)
    overlay = {"type": "text", "text": "Hello World", "transformation": [{"fontFamily": "Open Sans"}]}
    steps = [{"overlay": overlay}, {"raw": "l-text,i-a b,l-end"}, {"defaultImage": "/it's é.png"}]
    given = {
        "privateKey": PRIVATE_KEY,
        "urls": [
            {
                "urlEndpoint": server.endpoint, "src": str(file.file_path), "transformation": [{"width": 60}, step],
                "transformationPosition": position, "queryParameters": {"v": "é b"}, "signed": True,
            }
            for step in steps
            for position in ("path", "query")
        ],
    }  # fmt: skip
    statuses = json.loads(node.run(NODE, "signed.js", given=given))
    assert statuses == [200] * len(given["urls"])


def test_responsive_attributes_lead_to_pictures(ik: ImageKit, server: Server, path: str) -> None:
    # This SDK has no helper for `srcset`; what its JavaScript twin emits is a row of such URLs.
    for width in (320, 640, 1080):
        url = ik.helper.build_url(
            src=path, url_endpoint=server.endpoint, transformation=[{"width": width, "crop": "at_max"}]
        )
        assert opened(fetch(url)).width == min(width, 600)


def test_the_signature_of_the_sdk_is_ours(ik: ImageKit) -> None:
    url = ik.helper.build_url(src="a b/é.jpg", url_endpoint="https://ik.example.com/demo/", signed=True)
    assert url.endswith("?ik-s=" + signing.url_signature("a%20b/%C3%A9.jpg"))


# Overlays and effects


def shown(ik: ImageKit, server: Server, path: str, *steps: dict, position: str = "query"):
    url = ik.helper.build_url(
        src=path,
        url_endpoint=server.endpoint,
        transformation=[*steps, {"format": "png"}],  # type: ignore[list-item]
        transformation_position=position,  # type: ignore[arg-type]
    )
    return opened(fetch(url)).convert("RGB")


@pytest.mark.parametrize("position", ["path", "query"])
@pytest.mark.parametrize("name", ["mark.png", "märk 1.png"])
def test_an_image_overlay(ik: ImageKit, server: Server, put: Callable, path: str, name: str, position: str) -> None:
    mark = put(name, pictures.png(pictures.quadrants(40, 20)), below="/deep").file_path
    for encoding in ("auto", "base64"):
        overlay = {
            "type": "image", "input": mark, "encoding": encoding, "position": {"x": 10, "y": "bh_div_10"},
            "transformation": [{"width": 80}],
        }  # fmt: skip
        picture = shown(ik, server, path, {"width": 300, "overlay": overlay}, position=position)
        assert picture.size == (300, 200)
        pictures.assert_colour(picture, (15, 25), pictures.RED)
        pictures.assert_colour(picture, (85, 25), pictures.GREEN)
        pictures.assert_colour(picture, (15, 55), pictures.BLUE)


@pytest.mark.parametrize("position", ["path", "query"])
@pytest.mark.parametrize("text", ["Hello", "Hi, there!", "Grüße: 50%", "日本"])
def test_a_text_overlay(ik: ImageKit, server: Server, path: str, text: str, position: str) -> None:
    look = {"font_size": 40, "font_color": "FF00FF", "background": "00FF00", "padding": 5, "radius": 2, "typography": "b"}
    overlay = {"type": "text", "text": text, "position": {"focus": "top_left"}, "transformation": [look]}
    plain = shown(ik, server, path, {"width": 300}, position=position)
    picture = shown(ik, server, path, {"width": 300, "overlay": overlay}, position=position)
    left, top, right, bottom = ImageChops.difference(picture, plain).getbbox()
    assert (left, top) == (0, 0) and right < 280 and bottom < 100
    assert pictures.share(picture, (255, 0, 255)) > 50 and pictures.share(picture, pictures.GREEN) > 50


def test_a_solid_overlay_with_others_inside(ik: ImageKit, server: Server, path: str) -> None:
    inner = {"type": "solidColor", "color": "0000FF", "transformation": [{"width": 20, "height": 10}]}
    outer = {"width": 100, "height": 80, "radius": 5, "alpha": 9, "overlay": inner}
    overlay = {"type": "solidColor", "color": "FF0000", "transformation": [outer], "position": {"focus": "center"}}
    picture = shown(ik, server, path, {"width": 300, "overlay": overlay})
    pictures.assert_colour(picture, (150, 100), pictures.BLUE, 40)
    assert picture.getpixel((110, 70))[0] > 200


@pytest.mark.parametrize(
    "effect",
    [
        {"shadow": True}, {"shadow": "bl-5_st-50_x-N5_y-5"}, {"gradient": True}, {"gradient": "ld-top_from-FF0000_to-0000FF_sp-0.8"},
        {"colorize": "co-red_in-50"}, {"distort": "a-30"}, {"distort": "p-0_0_200_10_200_120_0_133"}, {"color_replace": "FF0000_20"},
        {"unsharp_mask": "2-2-0.8-0.024"}, {"sharpen": 5}, {"page": 1}, {"zoom": 1.5, "focus": "face"}, {"border": "cw_mul_0.05_FF0000"},
    ],
    ids=str,
)  # fmt: skip
def test_effects(ik: ImageKit, server: Server, path: str, effect: dict) -> None:
    picture = shown(ik, server, path, {"width": 200}, effect)
    assert picture.width >= 200


@pytest.mark.parametrize(
    "effect", [{"ai_upscale": True}, {"ai_retouch": True}, {"ai_remove_background": True}, {"ai_drop_shadow": True}, {"ai_change_background": "prompt-snow"}], ids=str
)
def test_effects_that_need_a_model(ik: ImageKit, server: Server, path: str, effect: dict) -> None:
    url = ik.helper.build_url(src=path, url_endpoint=server.endpoint, transformation=[effect])  # type: ignore[list-item]
    answer = fetch(url)
    assert answer.status_code == 400 and answer.headers["ik-error"]


def test_a_transformation_string(ik: ImageKit, server: Server, path: str) -> None:
    text = ik.helper.build_transformation_string([{"width": 300}, {"rotation": 90}])
    assert opened(fetch(f"{server.endpoint}/tr:{text}{path}")).size == (200, 300)
