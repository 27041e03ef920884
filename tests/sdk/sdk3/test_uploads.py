"""The official Python SDK 3.2.0, unmodified: uploads."""

from __future__ import annotations

import base64
from importlib.metadata import version
from pathlib import Path

import imagekitio
import pytest
from harness import pictures
from harness.api import Api
from harness.browser import fetch, opened
from harness.server import PUBLIC_KEY
from imagekitio import ImageKit
from imagekitio.exceptions.BadRequestException import BadRequestException
from imagekitio.models.UploadFileRequestOptions import UploadFileRequestOptions

JPEG = pictures.jpeg(pictures.map_picture(), 90)


def options(folder: str, **more) -> UploadFileRequestOptions:
    return UploadFileRequestOptions(**{"use_unique_file_name": False, "folder": folder, **more})


def test_this_is_the_official_sdk() -> None:
    assert version("imagekitio") == "3.2.0"
    assert "site-packages" in imagekitio.__file__


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
