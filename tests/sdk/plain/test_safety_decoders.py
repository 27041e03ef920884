"""Bombs and broken pictures: refused or served, within bounds, and the server lives. safety.md D1 to D8 and D11."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.server import Server
from PIL import Image

MB = 2**20


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server that does nothing else meanwhile, so that its memory tells about the one request."""
    server = Server(tmp_path_factory.mktemp("decoders")).start()
    api = Api(server)
    # What is set up once, at the first picture, is no growth.
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"):
        file = api.put(pictures.encode(pictures.quadrants(), kind), f"warm.{kind.lower()}")
        api.get(file, "w-60,f-jpg")
    yield api
    server.kill()


def growth(api: Api, action) -> int:
    """How far the peak memory of the server rises above the present while `action` runs."""
    api.server.reset_peak_memory()
    before = api.server.peak_memory()
    action()
    return api.server.peak_memory() - before


def png_header(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(64))
    return b"\x89PNG\r\n\x1a\n" + pictures.png_chunk(b"IHDR", head) + pictures.png_chunk(b"IDAT", data) + pictures.png_chunk(b"IEND", b"")


def enlarged_av1(avif: bytes, side: int) -> bytes:
    """An AVIF of 16x16 whose AV1 sequence header announces `side` x `side`, all lengths around it corrected."""
    mdat = avif.index(b"mdat")
    start = avif.index(b"\x0a", mdat)  # the sequence header, with a size byte behind
    size = avif[start + 1]
    bits = "".join(f"{byte:08b}" for byte in avif[start + 2 : start + 2 + size])
    assert bits[4] == "1", "a reduced still picture header"
    assert bits[10:18] == "00110011", "four bits for each side"
    bits = bits[:10] + "1" * 8 + f"{side - 1:016b}" * 2 + bits[26:]
    header = bytes(int(bits[n : n + 8], 2) for n in range(0, len(bits), 8))
    grown = len(header) - size
    payload = struct.unpack(">I", avif[mdat - 4 : mdat])[0] - 8
    head = avif[: mdat - 4].replace(struct.pack(">I", payload), struct.pack(">I", payload + grown))
    assert head != avif[: mdat - 4], "the item location names the length"
    body = avif[mdat + 4 : start + 1] + bytes([len(header)]) + header + avif[start + 2 + size :]
    return head + struct.pack(">I", payload + grown + 8) + b"mdat" + body


def declared(side: int) -> dict[str, bytes]:
    """Small files that announce `side` x `side` pixels."""
    small = pictures.quadrants(16, 16)
    gif = bytearray(pictures.encode(small, "GIF"))
    gif[6:10] = struct.pack("<HH", side, side)
    place = gif.index(b"\x2c", 13 + 3 * (2 << (gif[10] & 7)))
    gif[place + 5 : place + 9] = struct.pack("<HH", side, side)
    jpeg = bytearray(pictures.jpeg(small))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    bmp = bytearray(pictures.encode(small, "BMP"))
    bmp[18:26] = struct.pack("<ii", side, side)
    # Extended WebP: a canvas of 24 bits a side, less one.
    vp8x = b"VP8X" + struct.pack("<I", 10) + bytes(4) + struct.pack("<I", side - 1)[:3] + struct.pack("<I", side - 1)[:3]
    body = b"WEBP" + vp8x + pictures.encode(small, "WEBP", lossless=True)[12:]
    webp = b"RIFF" + struct.pack("<I", len(body)) + body
    tags = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, side), (279, 4, 1, 64)]
    tiff = b"II*\0" + struct.pack("<I", 72) + bytes(64) + struct.pack("<H", len(tags))
    tiff += b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    avif = bytearray(enlarged_av1(pictures.encode(small, "AVIF"), side))
    ispe = avif.index(b"ispe")
    avif[ispe + 8 : ispe + 16] = struct.pack(">II", side, side)
    return {
        "png": png_header(side, side),
        "gif": bytes(gif),
        "jpg": bytes(jpeg),
        "bmp": bytes(bmp),
        "webp": webp,
        "tiff": tiff,
        "avif": bytes(avif),
    }


# What `refused_or_limited` says of bytes in which no image was recognised.
NO_IMAGE = "passed through"


def refused_or_limited(api: Api, data: bytes, name: str, folder: str, tr: str = "w-10,f-png") -> str | None:
    """Uploads and renders; returns the text of the refusal, or None when a picture came out."""
    answer = api.upload(data, name, folder=folder)
    if answer.status_code != 200:
        return rules.check_error(answer, 400)["message"]
    got = api.get(answer.json(), tr)
    if got.status_code != 200:
        return rules.check_refusal(got, 400)
    if answer.json()["fileType"] == "non-image":
        assert answer.json().get("width") is None
        assert not got.headers["Content-Type"].startswith("image/")
        assert got.content == data
        return NO_IMAGE
    Image.open(io.BytesIO(got.content)).load()
    return None


def lives(api: Api) -> None:
    assert api.send("GET", f"{api.server.origin}/healthz").status_code == 200


@pytest.mark.parametrize("kind", sorted(declared(60_000)))
def test_d1_announced_giants_are_refused(alone: Api, folder: str, kind: str) -> None:
    data = declared(60_000)[kind]
    assert len(data) < 3000
    told = []
    grown = growth(alone, lambda: told.append(refused_or_limited(alone, data, f"bomb.{kind}", folder)))
    assert told[0] not in (None, NO_IMAGE), told
    assert grown < 64 * MB, f"{grown / MB:.0f} MB"
    lives(alone)


def test_d2_a_genuine_giant_is_refused_and_the_limit_named(alone: Api, folder: str) -> None:
    data = pictures.flat_png(30_000, 30_000)
    told = []
    grown = growth(alone, lambda: told.append(refused_or_limited(alone, data, "giant.png", folder)))
    assert "100" in told[0], told[0]
    assert grown < 64 * MB, f"{grown / MB:.0f} MB"
    lives(alone)


def test_d3_just_below_the_limit_is_served(alone: Api, folder: str) -> None:
    data = pictures.flat_png(12_000, 8_000)
    assert refused_or_limited(alone, data, "large.png", folder, "w-300,f-png") is None
    assert alone.server.peak_memory() < 1536 * MB


def test_d4_ten_thousand_frames(alone: Api, folder: str) -> None:
    one = pictures.encode(Image.new("P", (50, 50)), "GIF")
    start = one.index(b"\x2c", 13 + 3 * (2 << (one[10] & 7)))
    many = one[:start] + one[start:-1] * 10_000 + b";"
    answer = alone.upload(many, "film.gif", folder=folder)
    if answer.status_code == 200:
        animated = alone.get(answer.json(), "w-20")
        if animated.status_code == 200:
            assert getattr(Image.open(io.BytesIO(animated.content)), "n_frames", 1) <= 1000
        else:
            rules.check_refusal(animated, 400, "ELIMIT")
        assert alone.picture(answer.json(), "w-20,f-jpg").size == (20, 20)
    else:
        rules.check_error(answer, 400)
    lives(alone)


def test_d5_a_giant_screen_of_tiny_frames(alone: Api, folder: str) -> None:
    gif = bytearray(pictures.animation("GIF", (2, 2)))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    grown = growth(alone, lambda: refused_or_limited(alone, bytes(gif), "screen.gif", folder))
    assert grown < 64 * MB, f"{grown / MB:.0f} MB"
    control = pictures.png_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    apng = bytearray(pictures.png(pictures.quadrants()))
    apng[33:33] = control
    grown = growth(alone, lambda: refused_or_limited(alone, bytes(apng), "frames.png", folder))
    assert grown < 64 * MB, f"{grown / MB:.0f} MB"
    lives(alone)


def test_d6_inflating_stops_at_what_is_needed(alone: Api, folder: str) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(MB)) for _ in range(256)) + packer.flush()
    for name, chunk in (
        ("text.png", pictures.png_chunk(b"zTXt", b"Comment\0\0" + bomb)),
        ("international.png", pictures.png_chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb)),
        ("profile.png", pictures.png_chunk(b"iCCP", b"profile\0\0" + bomb)),
    ):
        data = pictures.flat_png(100, 100, extra=chunk)
        outcome = []
        grown = growth(alone, lambda: outcome.append(refused_or_limited(alone, data, name, folder)))  # noqa: B023
        assert outcome == [None], (name, outcome)
        assert grown < 128 * MB, f"{name}: {grown / MB:.0f} MB"
    head = struct.pack(">IIBBBBB", 100, 100, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + pictures.png_chunk(b"IHDR", head) + pictures.png_chunk(b"IDAT", bomb) + pictures.png_chunk(b"IEND", b"")
    grown = growth(alone, lambda: refused_or_limited(alone, data, "pixels.png", folder))
    assert grown < 128 * MB, f"{grown / MB:.0f} MB"
    lives(alone)


def test_d7_looping_directories_and_endless_strips(alone: Api, folder: str) -> None:
    tiff = bytearray(pictures.encode(pictures.quadrants(), "TIFF"))
    first = struct.unpack("<I", tiff[4:8])[0]
    count = struct.unpack("<H", tiff[first : first + 2])[0]
    tiff[first + 2 + 12 * count : first + 6 + 12 * count] = struct.pack("<I", first)
    refused_or_limited(alone, bytes(tiff), "loop.tiff", folder)
    strips = bytearray(declared(64)["tiff"])
    entry = strips.index(struct.pack("<HHII", 273, 4, 1, 8))
    strips[entry : entry + 12] = struct.pack("<HHII", 273, 4, 2**31, 8)
    grown = growth(alone, lambda: refused_or_limited(alone, bytes(strips), "strips.tiff", folder))
    assert grown < 128 * MB, f"{grown / MB:.0f} MB"
    lives(alone)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_d8_pictures_cut_anywhere(alone: Api, folder: str, kind: str) -> None:
    data = pictures.animation("GIF") if kind == "GIF" else pictures.encode(pictures.photo(160, 120), kind)
    for sixteenth in range(1, 16):
        refused_or_limited(alone, data[: len(data) * sixteenth // 16], f"cut{sixteenth}.{kind.lower()}", folder)
    lives(alone)


def test_d8_flipped_bytes(alone: Api, folder: str) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"):
        data = pictures.encode(pictures.quadrants(), kind)
        for step in range(1, 12):
            broken = bytearray(data)
            for place in range(step * 7 % 40, len(broken), max(len(broken) // step, 1)):
                broken[place] ^= 0xFF
            refused_or_limited(alone, bytes(broken), f"flip{step}.{kind.lower()}", folder)
    lives(alone)


def test_d11_giant_outputs_allocate_nothing(alone: Api, folder: str) -> None:
    file = alone.put(pictures.png(pictures.quadrants()), folder=folder)
    for tr in ("w-65535,h-65535", "w-65535,h-65535,cm-pad_resize", "w-65535,h-65535,c-force,f-webp", "w-5000:w-65535"):
        grown = growth(alone, lambda: rules.check_refusal(alone.get(file, tr), 400, "ELIMIT"))  # noqa: B023
        # The second step of the last one would start from a real picture; it must not come that far.
        assert grown < 64 * MB, f"{tr}: {grown / MB:.0f} MB"
    lives(alone)


def test_inputs_over_40_mb_are_not_transformed(alone: Api, folder: str) -> None:
    data = pictures.encode(Image.new("RGB", (4000, 3600)), "BMP")
    assert len(data) > 40 * MB
    file = alone.put(data, "heavy.bmp", folder=folder)
    rules.check_refusal(alone.get(file, "w-100"), 400, "ELIMIT")
    assert alone.original(file) == data
