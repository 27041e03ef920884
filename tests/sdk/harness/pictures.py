"""Pictures drawn by the tests, and comparisons of what came back.

Every picture shows one thing well: `MAP` says where a pixel came from even after scaling, `NOISE` proves pixel-exact
copies, `quadrants` shows turning and mirroring.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from functools import lru_cache
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageStat, PngImagePlugin

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
Colour = tuple[int, ...]


# Drawing


@lru_cache
def map_picture(width: int = 600, height: int = 400) -> Image.Image:
    """Red rises and falls with x and green with y, two levels a pixel; blue rises slowly along the diagonal.

    So a part shifted by one source pixel differs by two levels in a channel, and the picture survives resampling.
    """

    def triangle(n: int) -> int:
        phase = n % 256
        return 2 * min(phase, 255 - phase)

    picture = Image.new("RGB", (width, height))
    picture.putdata(
        [
            (triangle(x), triangle(y), 120 * x // width + 120 * y // height)
            for y in range(height)
            for x in range(width)
        ]
    )
    return picture


@lru_cache
def noise(width: int = 600, height: int = 400, seed: int = 1) -> Image.Image:
    """Every pixel different from its neighbours: only an exact copy compares equal."""
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def quadrants(
    width: int = 120, height: int = 80, colours: tuple[Colour, ...] = (RED, GREEN, BLUE, WHITE), mode: str = "RGB"
) -> Image.Image:
    """Four fields: top left, top right, bottom left, bottom right."""
    picture = Image.new(mode, (width, height))
    draw = ImageDraw.Draw(picture)
    for index, colour in enumerate(colours):
        left, top = (index % 2) * width // 2, (index // 2) * height // 2
        draw.rectangle((left, top, left + width // 2 - 1, top + height // 2 - 1), fill=colour)
    return picture


def photo(width: int = 640, height: int = 480, seed: int = 3) -> Image.Image:
    """Something between a photograph and noise: shapes over gradients, so that quality settings change the size."""
    rng = random.Random(seed)
    picture = map_picture(width, height).copy()
    draw = ImageDraw.Draw(picture)
    for _ in range(150):
        x, y, r = rng.randrange(width), rng.randrange(height), rng.randrange(4, 60)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.randrange(256) for _ in range(3)))
    return picture


# Encoding


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png(picture: Image.Image, **options: Any) -> bytes:
    return encode(picture, "PNG", compress_level=1, **options)


def jpeg(picture: Image.Image, quality: int = 95, **options: Any) -> bytes:
    return encode(picture, "JPEG", quality=quality, subsampling=0, **options)


def tiny(seed: int) -> bytes:
    """A small valid PNG of its own for every seed."""
    rng = random.Random(seed)
    return png(Image.frombytes("RGB", (8, 8), rng.randbytes(192)))


def oriented(orientation: int, picture: Image.Image | None = None, **tags: Any) -> bytes:
    """A JPEG that shows `picture` upright once its EXIF orientation is applied."""
    upright = picture or quadrants()
    # How to store the picture so that the viewer's turn brings it upright again.
    inverse = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if inverse is None else upright.transpose(inverse)
    exif = Image.Exif()
    exif[0x0112] = orientation
    for tag, value in tags.items():
        exif[{"make": 0x010F, "model": 0x0110, "description": 0x010E, "copyright": 0x8298}[tag]] = value
    return jpeg(stored, exif=exif)


def located() -> bytes:
    """A JPEG taken at 48.8584 N, 2.2945 E, with a camera name."""
    exif = Image.Exif()
    exif[0x010F] = "Halftone Optics"
    exif[0x0112] = 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 51.0, 30.24), "E", (2.0, 17.0, 40.2)
    return jpeg(quadrants(), exif=exif)


def travelled() -> bytes:
    """A JPEG with all that a camera writes: times, exposure, lens, position."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Halftone Optics", "Model 5", 1
    exif[0x011A], exif[0x011B], exif[0x0128] = 300.0, 300.0, 2
    exif[0x0132], exif[0x8298] = "2024:05:17 10:11:12", "nobody"
    detail = exif.get_ifd(0x8769)
    detail[0x9003], detail[0x9004] = "2024:05:17 08:09:10", "2024:05:17 08:09:10"
    detail[0x829A], detail[0x829D], detail[0x8827], detail[0x920A] = 0.004, 2.8, 400, 35.0
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 51.0, 30.24), "E", (2.0, 17.0, 40.2)
    return jpeg(quadrants(), exif=exif)


def animation(kind: str, size: tuple[int, int] = (80, 60), colours: tuple[Colour, ...] = (RED, GREEN, BLUE)) -> bytes:
    """One plain frame per colour, 100 ms each."""
    frames = [Image.new("RGB", size, colour) for colour in colours]
    # A corner that differs keeps encoders from merging frames, and shows the picture's extent.
    for index, frame in enumerate(frames):
        frame.putpixel((0, 0), (index, 128, 128))
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {"disposal": 1}
    return encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0, **options)


def swapped_profile() -> bytes:
    """An RGB profile (sRGB curves) whose red and green primaries have changed places.

    Read through it, the pixel (255, 0, 0) is pure green: whether a profile was honoured shows in the grossest way.
    """

    def s15(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(x: float, y: float, z: float) -> bytes:
        return b"XYZ \0\0\0\0" + s15(x) + s15(y) + s15(z)

    def text(kind: bytes, words: bytes) -> bytes:
        if kind == b"desc":
            body = b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + b"\0" + bytes(8 + 2 + 1 + 67)
        else:
            body = b"text\0\0\0\0" + words + b"\0"
        return body + bytes(-len(body) % 4)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    # sRGB's primaries adapted to D50, red and green exchanged.
    tags = [
        (b"desc", text(b"desc", b"swapped red and green")),
        (b"cprt", text(b"text", b"public domain")),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.3851, 0.7169, 0.0971)),
        (b"gXYZ", xyz(0.4361, 0.2225, 0.0139)),
        (b"bXYZ", xyz(0.1431, 0.0606, 0.7141)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, body in tags:
        table += name + struct.pack(">II", offset + len(data), len(body))
        data += body
    size = offset + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4) + bytes(4) + bytes(8) + bytes(8)
    head += bytes(4) + s15(0.9642) + s15(1.0) + s15(0.8249)
    return head.ljust(128, b"\0") + table + data


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def flat_png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A genuine one-colour greyscale PNG of any size, without ever holding its pixels. `extra`: chunks before the data."""
    packer = zlib.compressobj(1)
    row = bytes(width + 1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + extra
        + png_chunk(b"IDAT", packed)
        + png_chunk(b"IEND", b"")
    )


def text_chunk(keyword: str, value: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text(keyword, value)
    return info


# Looking


def at(picture: Image.Image, x: int, y: int, mode: str = "RGB") -> Colour:
    return picture.convert(mode).getpixel((x, y))  # type: ignore[return-value]


def assert_colour(picture: Image.Image, point: tuple[int, int], colour: Colour, tolerance: int = 8) -> None:
    """`colour` with three or four channels; lossy formats need some tolerance."""
    found = at(picture, *point, mode="RGBA" if len(colour) == 4 else "RGB")
    worst = max(abs(a - b) for a, b in zip(found, colour, strict=True))
    assert worst <= tolerance, f"at {point}: expected {colour}, found {found}"


def assert_same(actual: Image.Image, expected: Image.Image) -> None:
    """Equal size and equal pixels."""
    assert actual.size == expected.size, f"expected {expected.size}, got {actual.size}"
    box = ImageChops.difference(actual.convert("RGB"), expected.convert("RGB")).getbbox()
    assert box is None, f"pixels differ in {box}"


def assert_like(actual: Image.Image, expected: Image.Image, tolerance: float = 3.0) -> None:
    """Equal size; every channel's mean difference at most `tolerance` levels of 255."""
    assert actual.size == expected.size, f"expected {expected.size}, got {actual.size}"
    difference = ImageStat.Stat(ImageChops.difference(actual.convert("RGB"), expected.convert("RGB"))).mean
    assert max(difference) <= tolerance, f"mean difference per channel {difference}, allowed {tolerance}"


def share(picture: Image.Image, colour: Colour, tolerance: int = 40) -> int:
    """How many pixels are about `colour`."""
    picture = picture.convert("RGB")
    off = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    worst = ImageChops.lighter(ImageChops.lighter(off.getchannel(0), off.getchannel(1)), off.getchannel(2))
    return sum(worst.histogram()[: tolerance + 1])
