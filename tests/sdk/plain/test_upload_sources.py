"""Where the bytes of an upload come from, and what is done about bad ones. Spec 4.1 and 15.9."""

from __future__ import annotations

import base64
import io
import json
import re

import pytest
from harness import pictures, raw, rules, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, Server
from PIL import Image

SMALL = pictures.tiny(7)
JPEG = pictures.jpeg(pictures.quadrants())


# The file part


def test_a_part_without_filename_may_be_raw_bytes(api: Api, folder: str) -> None:
    for name, data in [("a.jpg", JPEG), ("a.png", SMALL), ("a.gif", pictures.animation("GIF"))]:
        file = api.put(data, name, filename=None, folder=folder)
        assert file["size"] == len(data)
        assert api.original(file) == data


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(JPEG).decode(),
        base64.urlsafe_b64encode(JPEG).decode(),
        base64.b64encode(JPEG).decode().rstrip("="),
        base64.encodebytes(JPEG).decode(),
        base64.encodebytes(JPEG).decode().replace("\n", "\r\n"),
        "data:image/jpeg;base64," + base64.b64encode(JPEG).decode(),
        "data:;base64," + base64.b64encode(JPEG).decode(),
    ],
    ids=["standard", "URL-safe", "no padding", "lines", "CRLF lines", "data URI", "data URI without type"],
)
def test_a_part_without_filename_may_be_base64(api: Api, folder: str, text: str) -> None:
    file = api.put(text, "a.jpg", filename=None, folder=folder)
    assert (file["size"], file["width"]) == (len(JPEG), 120)
    assert api.original(file) == JPEG


def test_other_text_without_filename_is_stored_as_it_is(api: Api, folder: str) -> None:
    text = "Hello, world! (not base64)"
    file = api.put(text, "hello.txt", filename=None, folder=folder)
    assert file["fileType"] == "non-image"
    assert api.get(file).content == text.encode()


def test_a_part_with_filename_is_never_interpreted(api: Api, folder: str) -> None:
    text = base64.b64encode(JPEG).decode()
    file = api.put(text, "a.txt", folder=folder)
    assert file["size"] == len(text)
    assert api.get(file).content == text.encode()
    url = b"https://example.com/a.jpg"
    assert api.get(api.put(url, "b.txt", folder=folder)).content == url


def test_a_url_below_our_endpoint_is_fetched(api: Api, folder: str) -> None:
    source = api.put(JPEG, "source.jpg", folder=folder)
    copy = api.put(source["url"] + "?tr=orig-true", "copy.jpg", filename=None, folder=folder)
    assert copy["fileId"] != source["fileId"]
    assert api.original(copy) == JPEG
    smaller = api.put(f"{source['url']}?tr=w-60,f-png", "smaller.png", filename=None, folder=folder)
    assert (smaller["width"], smaller["height"]) == (60, 40)


@pytest.mark.parametrize("path", ["/nothing/here.jpg", "/..%2f..%2fetc%2fpasswd"])
def test_a_url_that_delivers_nothing_is_400(api: Api, folder: str, path: str) -> None:
    answer = api.upload(api.server.endpoint + path, "a.jpg", filename=None, folder=folder)
    rules.check_error(answer, 400)
    assert api.list(path=folder) == []


def test_the_wire_form_of_sdk_3(api: Api, server: Server, folder: str) -> None:
    # Its boundary begins with dashes, so a delimiter line begins with four.
    boundary = "--randomBoundary---------------------"
    fields = {"fileName": "b.jpg", "useUniqueFileName": "false", "folder": folder}
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in [("file", JPEG), *((name, value.encode()) for name, value in fields.items())]
    )
    answer = api.send(
        "POST",
        f"{server.base}/api/v1/files/upload",
        auth=api.auth,
        data=body + f"--{boundary}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert answer.status_code == 200, answer.text
    assert api.original(answer.json()) == JPEG


def test_bytes_that_look_like_a_delimiter_stay_bytes(api: Api, folder: str) -> None:
    data = b"\r\n--" * 2000 + b"\r\n----randomBoundary\r\n" + bytes(range(256)) * 40
    file = api.put(data, "odd.bin", folder=folder)
    assert api.get(file).content == data


@pytest.mark.parametrize(
    ("field", "build"),
    [
        ("file", lambda api, folder: api.upload(None, "a.png", folder=folder)),
        ("fileName", lambda api, folder: api.upload(SMALL, None, folder=folder)),
        ("fileName", lambda api, folder: api.upload(SMALL, "", folder=folder)),
    ],
    ids=["no file", "no fileName", "empty fileName"],
)
def test_what_is_missing_is_named(api: Api, folder: str, field: str, build) -> None:
    body = rules.check_error(build(api, folder), 400)
    assert re.search(rf"\b{field}\b", body["message"]), body
    assert api.list(path=folder) == []


# What cannot be stored


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_picture_claims_no_size_or_shows_what_is_there(api: Api, folder: str, kind: str, cut: float) -> None:
    data = pictures.animation(kind) if kind == "GIF" else pictures.encode(pictures.photo(), kind)
    answer = api.upload(data[: int(len(data) * cut)], f"cut.{kind.lower()}", folder=folder)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        assert api.list(path=folder) == []
        return
    file = answer.json()
    delivered = api.get(file, "w-50")
    if "width" in file and file["width"] is not None:
        # A library entry that claims a size must have a picture behind it.
        assert delivered.status_code == 200
        assert api.picture(file, "w-50").size[0] == 50
    else:
        assert delivered.status_code in (200, 400)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a"])
@pytest.mark.parametrize("data", [b"this is no picture", b"\0\1\2\3" * 100, b"<!doctype html><p>hello"])
def test_what_is_no_image_is_no_image_whatever_its_name(api: Api, folder: str, name: str, data: bytes) -> None:
    answer = api.upload(data, name, part_type="image/jpeg", folder=folder)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        return
    file = answer.json()
    assert file["fileType"] == "non-image"
    assert file.get("width") is None
    assert not api.get(file).headers["Content-Type"].startswith("image/")


def test_a_body_over_the_limit_is_refused(server: Server) -> None:
    head = (
        f"POST /imagekit/api/v1/files/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: {signing.basic(PRIVATE_KEY)}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {301 * 2**20}\r\n\r\n"
    ).encode()
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    # Pieces go out until the server has had enough; one that answers at the header never reads them.
    answer = raw.exchange(server, head + part, "POST", more=[bytes(2**20)] * 301)
    assert answer.status in (400, 413, 0), answer.status
    if answer.status:
        body = json.loads(answer.body)
        assert body["message"] and body["help"]
        assert answer.header("x-ik-requestId")


# Broken multipart bodies

BOUNDARY = "xyz"


def part(name: str | None, value: bytes, extra: str = "") -> bytes:
    named = f'; name="{name}"' if name is not None else ""
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data{named}{extra}\r\n\r\n".encode() + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def _broken() -> dict[str, tuple[str, bytes]]:
    form = f"multipart/form-data; boundary={BOUNDARY}"
    good = part("fileName", b"a.png") + part("file", SMALL, '; filename="a.png"')
    return {
        "no boundary": ("multipart/form-data", good + END),
        "wrong boundary": ("multipart/form-data; boundary=other", good + END),
        "empty boundary": ("multipart/form-data; boundary=", good + END),
        "no end": (form, good),
        "cut in the file": (form, good[:-20]),
        "empty body": (form, b""),
        "only the end": (form, END),
        "parts without names": (form, part(None, b"a.png") + part(None, SMALL) + END),
        "20,000 parts": (form, b"".join(part(f"f{n}", b"x") for n in range(20_000)) + good + END),
        "1 MB of part header": (form, part("fileName", b"a.png", "; x=" + "y" * 2**20) + good + END),
        "a long text field": (form, part("folder", b"f" * 2**21) + good + END),
        "JSON": ("application/json", b'{"fileName": "a.png"}'),
        "a URL-encoded form": ("application/x-www-form-urlencoded", b"fileName=a.png&file=abc"),
        "no content type": ("", good + END),
    }


@pytest.mark.parametrize("case", sorted(_broken()))
def test_a_broken_form_is_refused(api: Api, own_folder_is_empty, case: str) -> None:
    kind, body = _broken()[case]
    answer = api.send(
        "POST",
        f"{api.server.base}/api/v1/files/upload",
        auth=api.auth,
        data=body,
        headers={"Content-Type": kind} if kind else {},
    )
    rules.check_error(answer, 400, 413, 415)


@pytest.fixture
def own_folder_is_empty(api: Api):
    """Nothing of a refused upload may be listed: neither by its name nor as one more file of the root."""
    before = {file["fileId"] for file in api.list(path="/", name="a.png")}
    yield
    assert {file["fileId"] for file in api.list(path="/", name="a.png")} == before


def test_parts_may_come_in_any_order(api: Api, folder: str) -> None:
    body = part("file", SMALL, '; filename="x"') + part("fileName", b"late.png") + part("folder", folder.encode())
    answer = api.send(
        "POST",
        f"{api.server.base}/api/v1/files/upload",
        auth=api.auth,
        data=b"preamble\r\n" + body + part("useUniqueFileName", b"false") + END + b"epilogue",
        headers={"Content-Type": f'multipart/form-data; charset=utf-8; boundary="{BOUNDARY}"'},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["filePath"] == f"{folder}/late.png"


# Formats


@pytest.mark.parametrize(
    ("kind", "mime", "options"),
    [
        ("JPEG", "image/jpeg", {}),
        ("PNG", "image/png", {}),
        ("WEBP", "image/webp", {}),
        ("GIF", "image/gif", {}),
        ("AVIF", "image/avif", {}),
        ("TIFF", "image/tiff", {}),
        ("BMP", "image/bmp", {}),
    ],
)
def test_the_bytes_decide_what_a_file_is(api: Api, folder: str, kind: str, mime: str, options: dict) -> None:
    data = pictures.encode(pictures.quadrants(), kind, **options)
    file = api.put(data, "misnamed.txt", part_type="text/html", folder=folder)
    assert file["fileType"] == "image"
    assert (file["width"], file["height"]) == (120, 80)
    assert api.details(file["fileId"])["mime"] == mime
    shown = api.picture(file, "w-60,f-png")
    assert shown.size == (60, 40)
    pictures.assert_colour(shown, (15, 10), pictures.RED, 30)


def test_has_alpha(api: Api, folder: str) -> None:
    clear = pictures.png(Image.new("RGBA", (4, 4), (1, 2, 3, 100)))
    assert api.details(api.put(clear, "clear.png", folder=folder)["fileId"])["hasAlpha"] is True
    assert api.details(api.put(SMALL, "solid.png", folder=folder)["fileId"])["hasAlpha"] is False


def test_an_animated_upload_is_one_file(api: Api, folder: str) -> None:
    file = api.put(pictures.animation("GIF"), "a.gif", folder=folder)
    assert (file["width"], file["height"], file["fileType"]) == (80, 60, "image")
    assert Image.open(io.BytesIO(api.original(file))).n_frames == 3
