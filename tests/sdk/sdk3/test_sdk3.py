"""The official Python SDK 3.2.0, unmodified: an application moves over by its base URLs alone."""

from __future__ import annotations

import base64
import io
import time
from importlib.metadata import version
from pathlib import Path

import imagekitio
import pytest
import requests
from harness import pictures, rules
from harness.api import Api
from harness.server import PRIVATE_KEY, PUBLIC_KEY, Server
from imagekitio import ImageKit
from imagekitio.constants.url import URL
from imagekitio.exceptions.BadRequestException import BadRequestException
from imagekitio.exceptions.ForbiddenException import ForbiddenException
from imagekitio.exceptions.UnknownException import UnknownException
from imagekitio.models.CreateFolderRequestOptions import CreateFolderRequestOptions
from imagekitio.models.ListAndSearchFileRequestOptions import ListAndSearchFileRequestOptions
from imagekitio.models.UploadFileRequestOptions import UploadFileRequestOptions
from PIL import Image

JPEG = pictures.jpeg(pictures.map_picture(), 90)


@pytest.fixture(scope="module")
def ik(server: Server) -> ImageKit:
    URL.API_BASE_URL = server.base
    URL.UPLOAD_BASE_URL = server.base
    return ImageKit(public_key=PUBLIC_KEY, private_key=PRIVATE_KEY, url_endpoint=server.endpoint)


def options(folder: str, **more) -> UploadFileRequestOptions:
    return UploadFileRequestOptions(**{"use_unique_file_name": False, "folder": folder, **more})


def fetch(url: str, **headers: str) -> requests.Response:
    answer = requests.get(url, headers=headers, timeout=120)
    rules.check(answer)
    return answer


def opened(answer: requests.Response) -> Image.Image:
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("ik-error"), answer.text[:200])
    return Image.open(io.BytesIO(answer.content))


def test_this_is_the_official_sdk() -> None:
    assert version("imagekitio") == "3.2.0"
    assert "site-packages" in imagekitio.__file__


# Upload


def test_an_open_file(ik: ImageKit, folder: str, tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes(JPEG)
    with path.open("rb") as opened_file:
        result = ik.upload_file(file=opened_file, file_name="cat.jpg", options=options(folder, tags=["a", "b"]))
    assert result.name == "cat.jpg"
    assert result.file_path == f"{folder}/cat.jpg"
    assert result.url == f"{ik.ik_request.url_endpoint}{folder}/cat.jpg"
    assert (result.width, result.height, result.size) == (600, 400, len(JPEG))
    assert result.file_type == "image"
    assert result.version_info.id == result.file_id
    assert result.version_info.name == "Version 1"
    assert result.response_metadata.http_status_code == 200
    assert result.response_metadata.headers["x-ik-requestId"]
    assert opened(fetch(result.url)).size == (600, 400)
    assert opened(fetch(result.thumbnail_url)).size == (400, 267)


@pytest.mark.parametrize(
    "file",
    [JPEG, base64.b64encode(JPEG).decode(), base64.b64encode(JPEG), "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()],
    ids=["bytes", "base64 text", "base64 bytes", "data URI"],
)
def test_bytes_and_text(ik: ImageKit, folder: str, file: bytes | str) -> None:
    result = ik.upload(file=file, file_name="a.jpg", options=options(folder))
    assert (result.size, result.width) == (len(JPEG), 600)
    assert fetch(f"{result.url}?tr=orig-true").content == JPEG


def test_a_remote_url(ik: ImageKit, folder: str) -> None:
    source = ik.upload_file(file=JPEG, file_name="a.jpg", options=options(folder))
    copy = ik.upload_file(file=source.url + "?tr=orig-true", file_name="b.jpg", options=options(folder))
    assert copy.file_id != source.file_id
    assert fetch(f"{copy.url}?tr=orig-true").content == JPEG


def test_names_are_unique_by_default(ik: ImageKit, folder: str) -> None:
    one, other = (ik.upload_file(JPEG, "a b.jpg", UploadFileRequestOptions(folder=folder)) for _ in range(2))
    assert one.name != other.name
    assert one.name.startswith("a_b_") and one.name.endswith(".jpg")


def test_every_option_of_an_upload(ik: ImageKit, folder: str) -> None:
    result = ik.upload_file(
        file=JPEG,
        file_name="all.jpg",
        options=options(
            folder,
            tags=["red", "two words"],
            is_private_file=True,
            custom_coordinates="10,20,30,40",
            response_fields=["tags", "custom_coordinates", "is_private_file", "embedded_metadata", "custom_metadata"],
            webhook_url="http://127.0.0.1:1/hook",
            overwrite_file=True,
            overwrite_ai_tags=False,
            overwrite_tags=False,
            overwrite_custom_metadata=True,
            custom_metadata={},
        ),
    )
    assert result.tags == ["red", "two words"]
    assert result.custom_coordinates == "10,20,30,40"
    assert result.is_private_file is True
    assert result.custom_metadata == {}


def test_overwriting(ik: ImageKit, folder: str) -> None:
    first = ik.upload_file(pictures.tiny(1), "a.png", options(folder, tags=["a"]))
    second = ik.upload_file(pictures.tiny(2), "a.png", options(folder, overwrite_tags=False, response_fields=["tags"]))
    assert second.file_id == first.file_id
    assert (second.version_info.name, second.tags) == ("Version 2", ["a"])
    with pytest.raises(BadRequestException) as raised:
        ik.upload_file(pictures.tiny(3), "a.png", options(folder, overwrite_file=False))
    assert raised.value.message and raised.value.response_help
    assert raised.value.response_metadata.http_status_code == 400
    assert fetch(f"{first.url}?tr=orig-true").content == pictures.tiny(2)


def test_client_side_parameters_are_accepted(ik: ImageKit, api: Api, folder: str) -> None:
    example = ik.get_authentication_parameters("your_token", 1655379249)
    assert example["signature"] == "239f84d664cd64492ebf366e2c8a1cbe529dac74"
    parameters = ik.get_authentication_parameters()
    answer = api.upload(JPEG, "a.jpg", auth=None, folder=folder, publicKey=PUBLIC_KEY, **parameters)
    assert answer.status_code == 200, answer.text


# Library


def test_details_and_lists(ik: ImageKit, folder: str) -> None:
    names = ["c.jpg", "a.jpg", "b.jpg"]
    files = [ik.upload_file(JPEG, name, options(folder, tags=[name[0], "all"])) for name in names]
    details = ik.get_file_details(files[0].file_id)
    assert details.type == "file"
    assert (details.name, details.file_path, details.tags) == ("c.jpg", f"{folder}/c.jpg", ["c", "all"])
    assert (details.width, details.height, details.mime, details.has_alpha) == (600, 400, "image/jpeg", False)
    assert details.is_private_file is False
    assert details.custom_metadata == {}
    assert details.version_info.id == files[0].file_id
    assert details.thumbnail

    def listed(**query) -> list[str]:
        return [item.name for item in ik.list_files(ListAndSearchFileRequestOptions(path=folder, **query)).list]

    assert listed() == names
    assert listed(sort="ASC_NAME") == ["a.jpg", "b.jpg", "c.jpg"]
    assert listed(sort="DESC_CREATED") == names[::-1]
    assert listed(sort="ASC_NAME", limit=2, skip=1) == ["b.jpg", "c.jpg"]
    assert listed(tags=["a", "b"], sort="ASC_NAME") == ["a.jpg", "b.jpg"]
    assert listed(tags="c") == ["c.jpg"]
    assert listed(file_type="non-image") == []
    assert listed(type="file") == names
    assert ik.list_files().response_metadata.http_status_code == 200


def test_folders(ik: ImageKit, folder: str) -> None:
    created = ik.create_folder(CreateFolderRequestOptions(folder_name="new", parent_folder_path=folder))
    assert created.response_metadata.http_status_code == 201
    listed = ik.list_files(ListAndSearchFileRequestOptions(type="folder", path=folder)).list
    assert [(item.type, item.name, item.folder_path) for item in listed] == [("folder", "new", f"{folder}/new")]
    # This SDK reports every failure of create_folder alike.
    with pytest.raises(UnknownException) as raised:
        ik.create_folder(CreateFolderRequestOptions(parent_folder_path=folder))
    assert raised.value.response_metadata.http_status_code == 400


def test_deleting(ik: ImageKit, folder: str) -> None:
    file = ik.upload_file(JPEG, "a.jpg", options(folder))
    assert ik.delete_file(file.file_id).response_metadata.http_status_code == 204
    assert fetch(file.url).status_code == 404
    assert ik.list_files(ListAndSearchFileRequestOptions(path=folder)).list == []


# Errors surface as this SDK's exceptions, which index `message` and `help` without looking


def test_errors(ik: ImageKit, folder: str) -> None:
    unknown = "64b0c0ffee64b0c0ffee64b0"
    for call in (lambda: ik.get_file_details(unknown), lambda: ik.delete_file(unknown)):
        with pytest.raises(UnknownException) as raised:
            call()
        assert raised.value.response_metadata.http_status_code == 404
        assert raised.value.message and raised.value.response_help
        assert raised.value.response_metadata.raw["message"] == raised.value.message
    with pytest.raises(BadRequestException) as bad:
        ik.list_files(ListAndSearchFileRequestOptions(limit=5000))
    assert "limit" in bad.value.message
    with pytest.raises(BadRequestException):
        ik.upload_file(JPEG, "a.jpg", options(folder, custom_coordinates="nonsense"))
    with pytest.raises(BadRequestException):
        ik.upload_file(JPEG, "a.jpg", options(folder, custom_metadata={"nosuch": 1}))


def test_a_wrong_key(server: Server, ik: ImageKit, folder: str) -> None:
    stranger = ImageKit(public_key=PUBLIC_KEY, private_key="wrong", url_endpoint=server.endpoint)
    for call in (
        lambda: stranger.upload_file(JPEG, "a.jpg", options(folder)),
        lambda: stranger.list_files(),
        lambda: stranger.get_file_details("64b0c0ffee64b0c0ffee64b0"),
        lambda: stranger.delete_file("64b0c0ffee64b0c0ffee64b0"),
    ):
        with pytest.raises(ForbiddenException) as raised:
            call()
        assert raised.value.response_metadata.http_status_code == 403
        assert raised.value.message and raised.value.response_help


# URLs


@pytest.fixture
def path(ik: ImageKit, folder: str) -> str:
    return ik.upload_file(JPEG, "été.jpg", options(folder)).file_path


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
def test_signed_urls_open_private_files(ik: ImageKit, folder: str, position: str, expire: int | None) -> None:
    # This SDK signs the path before it is percent-encoded: the blank in the query and the accent in the name matter.
    file = ik.upload_file(JPEG, "prïvate.jpg", options(folder, is_private_file=True))
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


def test_an_expired_url(ik: ImageKit, path: str) -> None:
    late = ik.url({"path": path, "signed": True, "expire_seconds": -60})
    assert int(late.split("ik-t=")[1].split("&")[0]) < time.time()
    assert fetch(late).status_code == 401


def test_perceptual_hashes_compare(ik: ImageKit, api: Api, folder: str) -> None:
    def phash(data: bytes) -> str:
        return api.put(data, "a.jpg", folder=folder, responseFields="metadata")["metadata"]["pHash"]

    photo = phash(pictures.jpeg(pictures.photo()))
    assert ik.phash_distance(photo, phash(pictures.jpeg(pictures.photo(), 50))) <= 10
    assert ik.phash_distance(photo, phash(pictures.jpeg(pictures.photo(seed=5)))) >= 16
