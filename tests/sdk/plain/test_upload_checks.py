"""`checks` and `transformation` of an upload. Spec 4.2."""

from __future__ import annotations

import io
import json

import pytest
from harness import pictures, rules
from harness.api import Api
from PIL import Image

PICTURE = pictures.png(pictures.map_picture())


# Checks


@pytest.mark.parametrize(
    ("checks", "passes"),
    [
        ('"file.size" > 10', True),
        ('"file.size" < "1kb"', False),
        ("'file.size' < '10mb'", True),
        ('"file.mime" = "image/png"', True),
        ('"file.mime" : "image/"', True),
        ('"file.mime" IN ["image/jpeg", "image/webp"]', False),
        ('"file.mime" NOT = "image/jpeg"', True),
        ('"mediaMetadata.width" = 600 AND "mediaMetadata.height" = 400', True),
        ('"mediaMetadata.width" > 600 OR "mediaMetadata.height" > 300', True),
        ('"mediaMetadata.width" > 600', False),
        ('("mediaMetadata.width" <= 600) AND ("file.size" >= 1)', True),
        ('"request.tags" HAS "red"', True),
        ('"request.tags" IN ["red"]', True),
        ('"request.tags" NOT IN ["red"]', False),
        ('"request.tags" EXISTS', True),
        ('"request.folder" : "/elsewhere"', False),
    ],
)
def test_checks_let_pass_or_refuse(api: Api, folder: str, checks: str, passes: bool) -> None:
    answer = api.upload(PICTURE, "a.png", folder=folder, tags="red,blue", checks=checks)
    if passes:
        assert answer.status_code == 200, answer.text
    else:
        rules.check_error(answer, 400)
    assert len(api.list(path=folder)) == int(passes)


def test_checks_of_the_folder(api: Api, folder: str) -> None:
    assert api.upload(PICTURE, "a.png", folder=folder, checks=f'"request.folder" = "{folder}"').status_code == 200
    assert api.upload(PICTURE, "b.png", folder=folder + "/c", checks=f'"request.folder" : "{folder}"').status_code == 200
    rules.check_error(api.upload(PICTURE, "d.png", folder=folder + "/c", checks=f'"request.folder" = "{folder}"'), 400)


def test_checks_of_custom_metadata(api: Api, folder: str) -> None:
    name = "check_" + folder.rsplit("_", 1)[1]
    made = api.ask("POST", "/v1/customMetadataFields", 201, {"name": name, "label": name, "schema": {"type": "Number"}})
    checks = f'"request.customMetadata.{name}" > 5'
    for value, status in ((6, 200), (5, 400)):
        answer = api.upload(PICTURE, f"{value}.png", folder=folder, customMetadata=json.dumps({name: value}), checks=checks)
        assert answer.status_code == status, answer.text
    rules.check_error(api.upload(PICTURE, "none.png", folder=folder, checks=checks), 400)
    api.ask("DELETE", f"/v1/customMetadataFields/{made['id']}", 204)


def test_a_refused_overwrite_leaves_the_old_version(api: Api, folder: str) -> None:
    file = api.put(pictures.tiny(1), "a.png", folder=folder)
    rules.check_error(api.upload(PICTURE, "a.png", folder=folder, checks='"file.size" < 10'), 400)
    assert api.original(file) == pictures.tiny(1)


@pytest.mark.parametrize(
    "checks",
    [
        '"file.size" <',
        '"file.size" ? 5',
        '"file.nosuch" = 5',
        '"file.size" = "big"',
        '("file.size" > 5',
        '"file.size" > 5 AND',
        '"file.size" HAS "x"',
        '"file.mime" > 5',
        '"mediaMetadata.width" : 5',
        '"request.customMetadata.no_such_field" = 1',
        "createdAt > '2d'",
        "x" * 9000,
    ],
    ids=lambda checks: checks[:30],
)
def test_what_cannot_be_read_is_400_and_says_where(api: Api, folder: str, checks: str) -> None:
    body = rules.check_error(api.upload(pictures.tiny(1), "a.png", folder=folder, checks=checks), 400)
    assert "checks" in body["message"], body
    assert api.list(path=folder) == []


def test_a_fault_names_its_place(api: Api, folder: str) -> None:
    body = rules.check_error(api.upload(PICTURE, "a.png", folder=folder, checks='"file.size" > 5 AND ?'), 400)
    assert any(str(place) in body["message"] for place in (20, 21)), body


# Transformation before storing


def put(api: Api, folder: str, transformation: object, data: bytes = PICTURE, name: str = "a.png", **more: object):
    return api.upload(data, name, folder=folder, transformation=json.dumps(transformation), **more)


def test_what_is_stored_is_the_result(api: Api, folder: str) -> None:
    answer = put(api, folder, {"pre": "w-300"})
    assert answer.status_code == 200, answer.text
    file = answer.json()
    assert (file["width"], file["height"], file["name"]) == (300, 200, "a.png")
    stored = api.original(file)
    assert len(stored) == file["size"]
    assert Image.open(io.BytesIO(stored)).format == "PNG"
    pictures.assert_like(api.picture(file, "f-png"), pictures.map_picture().resize((300, 200), Image.Resampling.LANCZOS))


def test_a_jpeg_stays_one_and_a_format_may_be_given(api: Api, folder: str) -> None:
    jpeg = pictures.jpeg(pictures.map_picture())
    kept = put(api, folder, {"pre": "h-100"}, jpeg, "a.jpg").json()
    assert api.details(kept["fileId"])["mime"] == "image/jpeg"
    made = put(api, folder, {"pre": "h-100,f-webp"}, jpeg, "b.jpg").json()
    assert api.details(made["fileId"])["mime"] == "image/webp"
    assert (made["name"], made["height"]) == ("b.jpg", 100)


def test_chains_and_layers_work_before_storing(api: Api, folder: str) -> None:
    file = put(api, folder, {"pre": "w-300:rt-90,l-image,i-ik_canvas,bg-FF0000,w-20,h-20,lx-0,ly-0,l-end"}).json()
    assert (file["width"], file["height"]) == (200, 300)
    pictures.assert_colour(api.picture(file, "f-png"), (5, 5), pictures.RED)


@pytest.mark.parametrize("pre", ["n-no_such_name", "l-text,i-x", "w-100,h-100,cm-extract,x-5000,y-0,xc-9,yc-9", "e-upscale"])
def test_one_that_fails_is_400(api: Api, folder: str, pre: str) -> None:
    rules.check_error(put(api, folder, {"pre": pre}), 400)
    assert api.list(path=folder) == []


def test_one_of_something_that_is_no_picture_is_400(api: Api, folder: str) -> None:
    rules.check_error(put(api, folder, {"pre": "w-10"}, b"some text", "a.txt"), 400)
    assert api.list(path=folder) == []


# Variants afterwards


@pytest.mark.parametrize(
    "post",
    [
        [{"type": "transformation", "value": "w-100,h-50"}],
        [{"type": "transformation", "value": "w-100"}, {"type": "transformation", "value": "w-200"}],
        [{"type": "thumbnail"}],
        [],
    ],
    ids=str,
)
def test_variants_do_not_change_the_file(api: Api, folder: str, post: list) -> None:
    file = put(api, folder, {"post": post}).json()
    assert (file["width"], file["size"]) == (600, len(PICTURE))
    assert api.picture(file, "w-100,h-50").size == (100, 50)


def test_both_may_be_given(api: Api, folder: str) -> None:
    file = put(api, folder, {"pre": "w-300", "post": [{"type": "transformation", "value": "w-0.5"}]}).json()
    assert file["width"] == 300
    assert api.picture(file, "w-0.5").width == 150


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"pre": 5},
        {"pre": ""},
        {"post": {}},
        {"post": [{"type": "nosuch", "value": "w-1"}]},
        {"post": [{"type": "transformation"}]},
        {"post": ["w-1"]},
        {"post": [{"type": "abs", "value": "sr-240", "protocol": "nosuch"}]},
    ],
    ids=str,
)
def test_other_shapes_are_400(api: Api, folder: str, value: object) -> None:
    body = rules.check_error(put(api, folder, value), 400)
    assert "transformation" in body["message"], body
    assert api.list(path=folder) == []
