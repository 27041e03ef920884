"""The official Python SDK 5.x, unmodified, with its strict response validation on."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from pathlib import Path

import httpx
import imagekitio
import pytest
from harness import pictures, rules, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, PUBLIC_KEY, Server
from imagekitio import AsyncImageKit, AuthenticationError, BadRequestError, ImageKit, NotFoundError, PermissionDeniedError
from PIL import Image

JPEG = pictures.jpeg(pictures.map_picture(), 90)
UNKNOWN = "64b0c0ffee64b0c0ffee64b0"


@pytest.fixture(scope="module")
def ik(server: Server) -> ImageKit:
    return ImageKit(private_key=PRIVATE_KEY, base_url=server.base, max_retries=0, _strict_response_validation=True)


def fetch(url: str, **headers: str) -> httpx.Response:
    answer = httpx.get(url, headers=headers, timeout=120, trust_env=False)
    rules.check(answer)
    return answer


def opened(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("ik-error"), answer.text[:200])
    return Image.open(io.BytesIO(answer.content))


def test_this_is_the_official_sdk() -> None:
    assert imagekitio.__version__ == "5.11.0"
    assert "site-packages" in imagekitio.__file__


# Upload


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


# Library


def test_details_and_lists(ik: ImageKit, folder: str) -> None:
    names = ["c.jpg", "a.jpg", "b.jpg"]
    files = [
        ik.files.upload(file=JPEG, file_name=name, folder=folder, tags=[name[0], "all"], use_unique_file_name=False)
        for name in names
    ]
    details = ik.files.get(str(files[0].file_id))
    assert (details.type, details.name, details.file_path, details.tags) == ("file", "c.jpg", f"{folder}/c.jpg", ["c", "all"])
    assert (details.width, details.height, details.mime, details.has_alpha) == (600, 400, "image/jpeg", False)
    assert (details.is_private_file, details.is_published, details.custom_metadata) == (False, True, {})
    assert isinstance(details.created_at, datetime) and details.created_at.tzinfo is not None

    def listed(**query) -> list[str]:
        return [str(item.name) for item in ik.assets.list(path=folder, **query)]

    assert listed() == names
    assert listed(sort="ASC_NAME") == ["a.jpg", "b.jpg", "c.jpg"]
    assert listed(sort="DESC_NAME", limit=2) == ["c.jpg", "b.jpg"]
    assert listed(sort="ASC_NAME", skip=1) == ["b.jpg", "c.jpg"]
    assert listed(file_type="image") == names
    assert listed(file_type="non-image") == []
    assert listed(type="all") == names
    assert listed(extra_query={"tags": "a,b"}, sort="ASC_NAME") == ["a.jpg", "b.jpg"]
    assert listed(extra_query={"name": "a.jpg"}) == ["a.jpg"]


def test_folders(ik: ImageKit, folder: str) -> None:
    ik.folders.create(folder_name="new", parent_folder_path=folder)
    (made,) = ik.assets.list(path=folder, type="folder")
    assert (made.type, made.name, made.folder_path) == ("folder", "new", f"{folder}/new")  # type: ignore[union-attr]
    with pytest.raises(BadRequestError):
        ik.folders.create(folder_name="", parent_folder_path=folder)


def test_deleting(ik: ImageKit, folder: str) -> None:
    file = ik.files.upload(file=JPEG, file_name="a.jpg", folder=folder)
    ik.files.delete(str(file.file_id))
    assert fetch(str(file.url)).status_code == 404
    assert ik.assets.list(path=folder) == []


# Errors


def test_errors(ik: ImageKit, folder: str) -> None:
    for call in (lambda: ik.files.get(UNKNOWN), lambda: ik.files.delete(UNKNOWN)):
        with pytest.raises(NotFoundError) as missing:
            call()
        assert isinstance(missing.value.body, dict)
        assert missing.value.body["message"] and missing.value.body["help"]
    for call in (
        lambda: ik.assets.list(limit=5000),
        lambda: ik.assets.list(extra_query={"nosuch": "1"}),
        lambda: ik.files.upload(file=JPEG, file_name="a.jpg", folder=folder, custom_coordinates="nonsense"),
        lambda: ik.files.upload(file=JPEG, file_name="a.jpg", folder=folder, custom_metadata={"nosuch": 1}),
        lambda: ik.files.upload(file=JPEG, file_name="a.jpg", folder=folder, tags=["half,50%"]),
    ):
        with pytest.raises(BadRequestError) as bad:
            call()
        assert isinstance(bad.value.body, dict) and bad.value.body["message"]
        assert bad.value.response.headers["x-ik-requestId"]


def test_a_wrong_key_and_none(server: Server, folder: str) -> None:
    stranger = ImageKit(private_key="wrong", base_url=server.base, max_retries=0)
    for call in (lambda: stranger.assets.list(), lambda: stranger.files.upload(file=JPEG, file_name="a.jpg", folder=folder)):
        with pytest.raises(PermissionDeniedError):
            call()
    with pytest.raises(AuthenticationError):
        stranger.assets.list(extra_headers={"Authorization": "Bearer nothing"})


# URLs


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
