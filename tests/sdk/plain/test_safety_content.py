"""Files that pretend: type confusion, active content, foreign bytes, names, metadata. safety.md C1 to C10."""

from __future__ import annotations

import io
import re
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import RED, WHITE
from PIL import Image

MARK = b"FOREIGN-BYTES-4711"


def test_c1_the_bytes_decide(api: Api, folder: str) -> None:
    data = pictures.png(pictures.quadrants())
    file = api.put(data, "lie.jpg", part_type="text/html", filename="page.html", folder=folder)
    assert api.details(file["fileId"])["mime"] == "image/png"
    for tr in (None, "w-60", "orig-true"):
        assert api.get(file, tr).headers["Content-Type"] == "image/png"


def gif_that_is_javascript() -> bytes:
    # `GIF89a/*` is an assignment's left side followed by a comment; its two bytes of width spell `/*`.
    frame = pictures.encode(Image.new("P", (16, 16)), "GIF")
    return frame + b"*/=1;" + MARK + b";//"


def jpeg_with_html_comment() -> bytes:
    data = pictures.jpeg(pictures.quadrants())
    comment = b"<html><script>alert('" + MARK + b"')</script>"
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]


def jpeg_with_archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("run.sh", MARK)
    return pictures.jpeg(pictures.quadrants()) + archive.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(gif_that_is_javascript(), "gif"), (jpeg_with_html_comment(), "jpeg"), (jpeg_with_archive(), "jpeg")],
    ids=["GIF and script", "HTML in a comment", "archive behind"],
)
def test_c2_polyglots_are_images_and_their_copies_are_clean(api: Api, folder: str, data: bytes, kind: str) -> None:
    assert MARK in data
    file = api.put(data, "both.js", part_type="application/javascript", folder=folder)
    for tr in (None, "w-8", "w-8,f-png", "f-webp", "orig-true"):
        answer = api.get(file, tr)
        assert answer.headers["Content-Type"].startswith("image/"), tr
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if tr not in (None, "orig-true"):
            assert MARK not in answer.content, tr
    assert api.get(file, "orig-true").headers["Content-Type"] == f"image/{kind}"


@pytest.mark.parametrize("magic", [b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"])
def test_c3_html_behind_a_forged_magic_is_never_html(api: Api, folder: str, magic: bytes) -> None:
    data = magic + b"<html><body><script>alert(1)</script></body></html>"
    answer = api.upload(data, "page.html", part_type="text/html", folder=folder)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        return
    file = answer.json()
    assert file.get("width") is None
    for tr in (None, "orig-true"):
        got = api.get(file, tr)
        assert got.status_code in (200, 400)
        assert "html" not in got.headers["Content-Type"] or got.status_code == 400
    rules.check_refusal(api.get(file, "w-10"), 400)


ACTIVE = [
    ("page.html", b"<!doctype html><html><script>alert(1)</script></html>"),
    ("page.htm", b"<script>alert(1)</script>"),
    ("page.xhtml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'),
    ("data.xml", b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>'),
    ("script.js", b"alert(1)"),
    ("noext", b"<!doctype html><script>alert(1)</script>"),
    ("text.txt", b"<html><script>alert(1)</script></html>"),
]


@pytest.mark.parametrize(("name", "data"), ACTIVE, ids=[row[0] for row in ACTIVE])
def test_c4_active_content_cannot_act(api: Api, folder: str, name: str, data: bytes) -> None:
    file = api.put(data, name, folder=folder)
    for url in (file["url"], api.url(file, "orig-true"), api.url(file, "w-10")):
        answer = api.get(url)
        assert answer.status_code == 200
        policy = answer.headers.get("Content-Security-Policy", "")
        sandboxed = re.search(r"(^|;)\s*sandbox\b", policy) and "allow-scripts" not in policy
        attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
        inert = answer.headers["Content-Type"].split(";")[0] in ("text/plain", "application/octet-stream")
        assert sandboxed or attached or inert, dict(answer.headers)


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="60" height="40">'
    '<rect width="60" height="40" fill="#ff0000"/>{}</svg>'
)
SCRIPTED = SVG.format(
    "<script>alert(1)</script>"
    '<rect width="5" height="5" onload="alert(2)" onclick="alert(3)"/>'
    '<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(4)"/></foreignObject>'
    '<a xlink:href="javascript:alert(5)"><text y="20">x</text></a>'
    '<a href="  JaVaScRiPt:alert(6)"><text y="30">y</text></a>'
)


def test_c5_svg_comes_with_a_strict_policy(api: Api, folder: str) -> None:
    file = api.put(SCRIPTED, "a.svg", folder=folder)
    assert file["fileType"] == "image"
    for url in (file["url"], api.url(file, "orig-true"), api.url(file, "w-30")):
        answer = api.get(url)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].split(";")[0] == "image/svg+xml"
        assert (
            answer.headers["Content-Security-Policy"]
            == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
        )
    assert api.get(file).content == SCRIPTED.encode()


def test_c5_sanitizing_removes_the_scripts(api: Api, folder: str) -> None:
    file = api.put(SCRIPTED, "a.svg", folder=folder)
    answer = api.get(f"{file['url']}?ik-sanitizeSvg=true")
    assert answer.headers["Content-Type"].split(";")[0] == "image/svg+xml"
    text = answer.content.lower()
    for gone in (b"<script", b"alert", b"onload", b"onclick", b"javascript:"):
        assert gone not in text, gone
    assert b"#ff0000" in text


def test_svg_is_rasterised_on_request(api: Api, folder: str) -> None:
    file = api.put(SVG.format(""), "a.svg", folder=folder)
    for tr, size in (("f-png", (60, 40)), ("w-120,f-png", (120, 80)), ("w-30,h-30,f-jpg", (30, 30))):
        shown = api.picture(file, tr)
        assert shown.size == size
        pictures.assert_colour(shown, (10, 10), RED, 8)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port on which nobody may knock, and the list of those who did."""
    knocks: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def wait() -> None:
            while not done.is_set():
                try:
                    connection, peer = server.accept()
                except OSError:
                    continue
                knocks.append(peer)
                connection.close()

        thread = threading.Thread(target=wait)
        thread.start()
        yield server.getsockname()[1], knocks
        done.set()
        thread.join()


def test_the_listener_hears(listener) -> None:
    port, knocks = listener
    socket.create_connection(("127.0.0.1", port)).close()
    for _ in range(100):
        if knocks:
            break
        threading.Event().wait(0.05)
    assert knocks


@pytest.mark.parametrize(
    "reference",
    [
        '<image width="60" height="40" xlink:href="http://127.0.0.1:{port}/a.png"/>',
        '<image width="60" height="40" href="//127.0.0.1:{port}/a.png"/>',
        '<image width="60" height="40" href="file://{png}"/>',
        '<image width="60" height="40" href="{png}"/>',
        '<image width="60" height="40" href="../../../../../../../../..{png}"/>',
        '<use href="http://127.0.0.1:{port}/a.svg#x"/>',
        '<style>@import url("http://127.0.0.1:{port}/a.css");</style>',
        '<style>@font-face {{ font-family: q; src: url("http://127.0.0.1:{port}/a.ttf") }}</style><text font-family="q" y="60">x</text>',
        '<rect width="1" height="1" fill="url(http://127.0.0.1:{port}/a.svg#x)"/>',
        '<filter id="f"><feImage href="http://127.0.0.1:{port}/a.png"/></filter><rect filter="url(#f)"/>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>',
    ],
)
def test_c6_rasterising_opens_nothing(api: Api, folder: str, listener, tmp_path, reference: str) -> None:
    port, knocks = listener
    white = tmp_path / "white.png"
    white.write_bytes(pictures.png(Image.new("RGB", (60, 40), WHITE)))
    answer = api.upload(SVG.format(reference.format(port=port, png=white)), "a.svg", folder=folder)
    if answer.status_code == 200:
        shown = api.get(answer.json(), "f-png")
        assert shown.status_code in (200, 400)
        if shown.status_code == 200:
            # The reference stays blank: the red field shows.
            pictures.assert_colour(Image.open(io.BytesIO(shown.content)), (30, 20), RED, 4)
    else:
        rules.check_error(answer, 400)
    assert knocks == []


@pytest.mark.parametrize("system", ["file:///etc/passwd", "http://127.0.0.1:{port}/x"])
def test_c6_external_entities_stay_empty(api: Api, folder: str, listener, system: str) -> None:
    port, knocks = listener
    text = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{system.format(port=port)}">]>' + SVG.format("<text>&x;</text>")
    answer = api.upload(text, "a.svg", folder=folder)
    if answer.status_code == 200:
        assert api.get(answer.json(), "f-png").status_code in (200, 400)
        clean = api.get(answer.json()["url"] + "?ik-sanitizeSvg=true")
        assert b"root:" not in clean.content
    else:
        rules.check_error(answer, 400)
    assert knocks == []


ODD_NAMES = [
    "../../../etc/passwd",
    "..%2f..%2fx.png",
    "..\\..\\x.png",
    "nul\0byte.png",
    "line\r\nbreak.png",
    "over\u202egnp.exe",
    "x" * 4096 + ".png",
    ".",
    "..",
    "...",
    "/",
    "\\",
    "con\x07trol.png",
    "~/x.png",
    "\ufeffx.png",
    "-",
]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
@pytest.mark.parametrize("unique", [False, True])
def test_c7_odd_file_names_are_refused_or_cleaned(api: Api, folder: str, name: str, unique: bool) -> None:
    data = pictures.tiny(1)
    answer = api.upload(data, name, folder=folder, useUniqueFileName=unique)
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        assert api.list(path=folder) == []
        return
    file = answer.json()
    assert file["filePath"] == f"{folder}/{file['name']}"
    assert not set("/\\") & set(file["name"]) and file["name"].isprintable()
    assert file["name"] not in (".", "..")
    got = api.get(file["url"])
    assert got.status_code == 200
    assert api.original(file) == data


@pytest.mark.parametrize("part", ["../../up", "..", ".", "a/../../b", "..\\up", "nul\0", "cr\r\nlf", "\u202e", "..%2fup", "f" * 4096])
def test_c7_odd_folders_are_refused_or_cleaned(api: Api, folder: str, part: str) -> None:
    answer = api.upload(pictures.tiny(1), "a.png", folder=f"{folder}/{part}")
    if answer.status_code != 200:
        rules.check_error(answer, 400)
        return
    path = answer.json()["filePath"]
    assert path.startswith(folder + "/") and path.endswith("/a.png")
    assert ".." not in path.split("/") and "." not in path.split("/") and "\\" not in path and path.isprintable()
    assert api.get(answer.json()["url"]).status_code == 200


# C9: broken metadata


def test_c9_a_broken_profile_is_ignored(api: Api, folder: str) -> None:
    for number, profile in enumerate((b"", b"garbage" * 50, pictures.swapped_profile()[:200], b"\xff" * 3000, bytes(128))):
        data = pictures.jpeg(pictures.quadrants(), icc_profile=profile or b"\0")
        file = api.put(data, f"{number}.jpg", folder=folder)
        for tr in (None, "w-60", "cp-true", "f-png"):
            shown = api.picture(file, tr)
            pictures.assert_colour(shown, (10, 10), RED, 30)


def broken_exif() -> list[bytes]:
    good = Image.Exif()
    good[0x010E] = "x" * 40
    whole = good.tobytes()
    return [
        whole[:20],
        whole[:10] + b"\xff\xff" + whole[12:],
        whole[:-4] + b"\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0" + b"\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff\0\0\0\0" * 20,
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\xc8\0\0\0\x08\0\0\0",
        b"Exif\0\0",
        b"Exif\0\0" + bytes(1000),
    ]


def test_c9_broken_exif_is_ignored(api: Api, folder: str) -> None:
    for number, exif in enumerate(broken_exif()):
        file = api.put(pictures.jpeg(pictures.quadrants(), exif=exif), f"{number}.jpg", folder=folder, responseFields="metadata,embeddedMetadata")
        assert (file["width"], file["height"]) == (120, 80)
        for tr in (None, "w-60", "md-true"):
            assert api.get(file, tr).status_code == 200


def test_c9_markup_in_metadata_stays_text(api: Api, folder: str) -> None:
    markup = "<script>alert('x')</script>\"&\u0000"
    data = pictures.oriented(1, description=markup, make="</script><b>")
    answer = api.upload(data, "a.jpg", folder=folder, tags="<b>bold</b>", description=markup.rstrip("\0"), responseFields="tags,metadata,embeddedMetadata")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    assert answer.json()["tags"] == ["<b>bold</b>"]
    assert answer.json()["embeddedMetadata"]["Make"] == "</script><b>"
    details = api.call("GET", f"/v1/files/{answer.json()['fileId']}/details")
    assert details.headers["Content-Type"].split(";")[0] == "application/json"


def test_c10_positions_stay_at_home(api: Api, folder: str) -> None:
    original = pictures.located()
    file = api.put(original, "a.jpg", folder=folder)
    for tr in (None, "w-60", "w-60,f-webp", "f-png", "cp-true", "q-95", "n-ik_ml_thumbnail", "pg-1", "rt-0", "f-avif"):
        for accept in ("*/*", "image/webp"):
            data = api.get(file, tr, headers={"Accept": accept}).content
            assert not Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825), tr
    assert api.original(file) == original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)[1] == "N"
