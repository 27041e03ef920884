"""The official Python SDK 5.x, unmodified: uploads of both versions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import imagekitio
import pytest
from harness import pictures
from harness.api import Api
from harness.browser import fetch, opened, stored
from harness.server import PRIVATE_KEY, PUBLIC_KEY, Server
from imagekitio import AsyncImageKit, BadRequestError, ImageKit

JPEG = pictures.jpeg(pictures.map_picture(), 90)


def test_this_is_the_official_sdk() -> None:
    assert imagekitio.__version__ == "5.11.0"
    assert "site-packages" in imagekitio.__file__


def test_bytes(ik: ImageKit, server: Server, folder: str) -> None:
    result = ik.files.upload(file=JPEG, file_name="cat.jpg", folder=folder, use_unique_file_name=False)
    assert result.name == "cat.jpg"
    assert result.file_path == f"{folder}/cat.jpg"
    assert result.url == f"{server.endpoint}{folder}/cat.jpg"
    assert (result.width, result.height, result.size) == (600, 400, len(JPEG))
    assert result.file_type == "image"
    assert result.version_info is not None
    assert (result.version_info.id, result.version_info.name) == (result.file_id, "Version 1")
    assert result.ai_tags is None
    assert opened(fetch(result.url)).size == (600, 400)
    assert result.thumbnail_url is not None
    assert opened(fetch(result.thumbnail_url)).size == (400, 267)


def test_files_streams_and_urls(ik: ImageKit, folder: str, tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes(JPEG)
    with path.open("rb") as stream:
        sources = [path, stream, ("named.jpg", JPEG), ("named.jpg", JPEG, "image/jpeg"), (None, JPEG)]
        for number, source in enumerate(sources):
            result = ik.files.upload(file=source, file_name=f"{number}.jpg", folder=folder, use_unique_file_name=False)
            assert result.size == len(JPEG), source
            assert result.url is not None
    url = f"{result.url}?tr=orig-true".encode()
    copy = ik.files.upload(file=(None, url), file_name="copy.jpg", folder=folder, use_unique_file_name=False)
    assert copy.size == len(JPEG)
    assert fetch(f"{copy.url}?tr=orig-true").content == JPEG


def test_every_option_of_an_upload(ik: ImageKit, folder: str) -> None:
    result = ik.files.upload(
        file=JPEG,
        file_name="ünïque.jpg",
        custom_coordinates="10,20,30,40",
        custom_metadata={},
        description="eine Karte",
        folder=folder,
        is_private_file=True,
        is_published=True,
        overwrite_ai_tags=False,
        overwrite_custom_metadata=True,
        overwrite_file=True,
        overwrite_tags=False,
        response_fields=["tags", "customCoordinates", "isPrivateFile", "isPublished", "embeddedMetadata", "customMetadata", "metadata"],
        tags=["red", "two words"],
        use_unique_file_name=True,
        webhook_url="http://127.0.0.1:1/hook",
    )
    assert result.name is not None and result.name.startswith("ünïque_") and result.name.endswith(".jpg")
    assert result.tags == ["red", "two words"]
    assert result.custom_coordinates == "10,20,30,40"
    assert (result.is_private_file, result.is_published) == (True, True)
    assert result.custom_metadata == {}
    assert result.embedded_metadata is not None
    assert result.metadata is not None
    assert (result.metadata.width, result.metadata.height, result.metadata.format) == (600, 400, "jpg")
    assert result.metadata.has_transparency is False
    assert result.metadata.p_hash is not None and len(result.metadata.p_hash) == 16
    assert result.file_id is not None
    assert ik.files.get(result.file_id).description == "eine Karte"


def test_the_v2_endpoint_takes_the_private_key(ik: ImageKit, folder: str) -> None:
    result = ik.beta.v2.files.upload(file=JPEG, file_name="a.jpg", folder=folder, tags=["a"], response_fields=["tags"])
    assert (result.size, result.tags) == (len(JPEG), ["a"])


def test_client_side_parameters_are_accepted(ik: ImageKit, api: Api, folder: str) -> None:
    example = ik.helper.get_authentication_parameters("your_token", 1655379249)
    assert example["signature"] == "239f84d664cd64492ebf366e2c8a1cbe529dac74"
    parameters = ik.helper.get_authentication_parameters()
    answer = api.upload(JPEG, "a.jpg", auth=None, folder=folder, publicKey=PUBLIC_KEY, **parameters)
    assert answer.status_code == 200, answer.text


def test_overwriting(ik: ImageKit, folder: str) -> None:
    place = {"file_name": "a.png", "folder": folder, "use_unique_file_name": False}
    first = ik.files.upload(file=pictures.tiny(1), **place)
    second = ik.files.upload(file=pictures.tiny(2), **place)
    assert second.file_id == first.file_id
    assert second.version_info is not None and second.version_info.name == "Version 2"
    with pytest.raises(BadRequestError) as raised:
        ik.files.upload(file=pictures.tiny(3), overwrite_file=False, **place)
    assert isinstance(raised.value.body, dict) and raised.value.body["help"]


def test_the_asynchronous_client(server: Server, folder: str) -> None:
    async def go() -> list[str]:
        async with AsyncImageKit(private_key=PRIVATE_KEY, base_url=server.base, _strict_response_validation=True) as ik:
            uploads = (
                ik.files.upload(file=pictures.tiny(n), file_name=f"{n}.png", folder=folder, use_unique_file_name=False)
                for n in range(8)
            )
            await asyncio.gather(*uploads)
            return [str(item.name) for item in await ik.assets.list(path=folder, sort="ASC_NAME")]

    assert asyncio.run(go()) == [f"{n}.png" for n in range(8)]


# What is done before storing


def test_checks(ik: ImageKit, folder: str) -> None:
    place = {"file": JPEG, "folder": folder, "use_unique_file_name": False}
    for upload in (ik.files.upload, ik.beta.v2.files.upload):
        good = upload(file_name="good.jpg", checks='"file.size" < "1mb" AND "mediaMetadata.width" = 600', **place)
        assert good.width == 600
        with pytest.raises(BadRequestError) as raised:
            upload(file_name="bad.jpg", checks='"file.size" > "1mb"', **place)
        assert isinstance(raised.value.body, dict) and raised.value.body["message"]
    assert [item.name for item in ik.assets.list(path=folder)] == ["good.jpg"]


def test_transformations_before_and_after(ik: ImageKit, folder: str) -> None:
    wanted = {"pre": "w-300", "post": [{"type": "transformation", "value": "w-100,h-50"}, {"type": "thumbnail"}]}
    for upload in (ik.files.upload, ik.beta.v2.files.upload):
        result = upload(file=JPEG, file_name="a.jpg", folder=folder, transformation=wanted)  # type: ignore[arg-type]
        assert (result.width, result.height) == (300, 200)
        assert opened(fetch(f"{result.url}?tr=w-100,h-50")).size == (100, 50)


def test_extensions_that_nobody_runs(ik: ImageKit, folder: str) -> None:
    extensions = [
        {"name": "remove-bg", "options": {"add_shadow": True}},
        {"name": "google-auto-tagging", "min_confidence": 80, "max_tags": 5},
        {"name": "ai-auto-description"},
    ]
    result = ik.files.upload(file=JPEG, file_name="a.jpg", folder=folder, extensions=extensions)  # type: ignore[arg-type]
    status = result.extension_status
    assert status is not None
    assert {status.remove_bg, status.google_auto_tagging, status.ai_auto_description} <= {"failed", "pending"}
    assert status.aws_auto_tagging is None
    assert stored(str(result.url)) == JPEG
