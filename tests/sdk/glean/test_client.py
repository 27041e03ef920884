"""A client that openapi-generator makes, at test time, of the document that the server serves."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from harness import pictures
from harness.api import PATIENCE
from harness.server import PRIVATE_KEY, Server
from PIL import Image

PNG = pictures.tiny(1)
OTHER = pictures.tiny(2)


def key_of(answer: Any) -> str:
    return parse_qs(urlsplit(answer.url).query)["key"][0]


def test_an_image_goes_there_and_back(images: Any, sdk: ModuleType, own: str) -> None:
    kind = sdk.ImageType.UGC
    answer = images.uploadimage(PNG, type=kind, id=own, ds="d s", cid="1+1")
    assert answer.metadata.type == kind
    assert (answer.metadata.id, answer.metadata.ds, answer.metadata.cid) == (own, "d s", "1+1")
    assert answer.metadata.ext == "png"
    assert bytes(images.images(type=kind, id=own, ds="d s", cid="1+1")) == PNG
    assert bytes(images.images(key=key_of(answer))) == PNG
    fetched = requests.get(answer.url, headers={"Authorization": f"Bearer {PRIVATE_KEY}"}, timeout=PATIENCE)
    assert fetched.content == PNG


def test_a_path_and_a_pair_are_read(images: Any, sdk: ModuleType, own: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    for number, payload in enumerate([str(path), ("named.png", PNG)]):
        images.uploadimage(payload, type=sdk.ImageType.USER, id=f"{own}{number}")
        assert bytes(images.images(type=sdk.ImageType.USER, id=f"{own}{number}")) == PNG


def test_replacing(images: Any, sdk: ModuleType, own: str) -> None:
    kind = sdk.ImageType.LOGO
    first = images.uploadimage(PNG, type=kind, id=own)
    images.uploadimage(PNG, type=kind, id=own, ds="other")
    second = images.uploadimage(OTHER, type=kind, id=own)
    assert bytes(images.images(type=kind, id=own)) == OTHER
    assert bytes(images.images(key=key_of(second))) == OTHER
    assert bytes(images.images(key=key_of(first))) == OTHER
    assert bytes(images.images(type=kind, id=own, ds="other")) == PNG


def test_every_type_is_known(images: Any, sdk: ModuleType, own: str) -> None:
    for kind in sdk.ImageType:
        assert images.uploadimage(PNG, type=kind, id=own).metadata.type == kind
        assert bytes(images.images(type=kind, id=own)) == PNG


def test_real_formats_keep_their_bytes(images: Any, sdk: ModuleType, own: str) -> None:
    picture = pictures.map_picture()
    files = {"svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3"/></svg>'}
    for name, ext in [
        ("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("WEBP", "webp"), ("BMP", "bmp"), ("TIFF", "tiff"),
        ("ICO", "ico"), ("AVIF", "avif"),
    ]:
        written = io.BytesIO()
        picture.convert("RGB").resize((64, 48)).save(written, name)
        assert Image.open(io.BytesIO(written.getvalue())).format == name
        files[ext] = written.getvalue()
    for ext, data in files.items():
        answer = images.uploadimage(data, type=sdk.ImageType.ICON, id=own, cid=ext)
        assert answer.metadata.ext == ext
        served = images.images_with_http_info(type=sdk.ImageType.ICON, id=own, cid=ext)
        assert bytes(served.data) == data
        headers = {name.lower(): value for name, value in served.headers.items()}
        assert headers["content-type"].startswith("image/"), ext


def test_refusals_are_the_exceptions_that_the_client_knows(
    images: Any, connect: Callable[..., Any], sdk: ModuleType, server: Server, own: str
) -> None:
    from glean_client import exceptions

    with pytest.raises(exceptions.NotFoundException):
        images.images(type=sdk.ImageType.ICON, id=own)
    with pytest.raises(exceptions.BadRequestException):
        images.images(id=own)
    with pytest.raises(exceptions.BadRequestException):
        images.uploadimage(b"no image", type=sdk.ImageType.ICON, id=own)
    with pytest.raises(exceptions.BadRequestException):
        images.images(type=sdk.ImageType.ICON, x_scio_actas="nobody")
    stranger = connect(server, "wrong")
    with pytest.raises(exceptions.UnauthorizedException):
        stranger.images(type=sdk.ImageType.ICON, id=own)


def test_acting_as_somebody(images: Any, sdk: ModuleType, own: str) -> None:
    images.uploadimage(PNG, type=sdk.ImageType.USER, id=own, x_scio_actas="ann@example.com")
    assert bytes(images.images(type=sdk.ImageType.USER, id=own, x_scio_actas="bob@example.com")) == PNG


def test_too_many_requests(connect: Callable[..., Any], sdk: ModuleType, own_server: Callable[..., Server]) -> None:
    from glean_client import exceptions

    server = own_server(HALFTONE_GLEAN__RATE_PER_SECOND="1", HALFTONE_GLEAN__RATE_BURST="1")
    images = connect(server)
    images.uploadimage(PNG, type=sdk.ImageType.ICON)
    with pytest.raises(exceptions.ApiException) as refused:
        images.uploadimage(PNG, type=sdk.ImageType.ICON)
    assert refused.value.status == 429
    assert refused.value.headers["Retry-After"] == "1"
    # Reads wait and come again by themselves.
    assert bytes(images.images(type=sdk.ImageType.ICON)) == PNG
    # Somebody else has an allowance of their own.
    images.uploadimage(OTHER, type=sdk.ImageType.ICON, x_scio_actas="ann@example.com")
