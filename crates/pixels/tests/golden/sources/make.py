#!/usr/bin/env python3
"""Draws the source pictures of the golden tests. They are checked in; run this only to change them.

Needs nothing but Python. Each picture shows something that operations get wrong: fine lines and smooth
gradients, saturated edges, soft alpha with a colour hidden under it, an object on an even ground.
"""
import math
import struct
import zlib
from pathlib import Path

HERE = Path(__file__).parent


def png(name, width, height, channels, pixel):
    kind = {1: 0, 3: 2, 4: 6}[channels]
    rows = b""
    for y in range(height):
        line = b"".join(bytes(max(0, min(255, round(v))) for v in pixel(x, y)) for x in range(width))
        rows += b"\0" + line

    def chunk(tag, data):
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(data)


def scene(x, y):
    """Sky, sun, hills, a fence of thin lines, a board of saturated squares."""
    if math.hypot(x - 70, y - 16) < 9:
        return 255, 230, 120
    if y > 44 + 5 * math.sin(x / 9):
        if x < 40 and x % 3 == 0:
            return 250, 250, 245
        return 40 + y, 120 - x / 2, 30
    if 6 <= x < 30 and 8 <= y < 32:
        return [(220, 20, 30), (20, 60, 200), (240, 210, 0), (10, 150, 60)][(x // 6 + y // 6) % 4]
    return 90 + y * 2, 140 + y, 235 - y / 2


def glyph(x, y):
    """A soft red ring on nothing; what is clear is green underneath."""
    r = math.hypot(x - 31.5, y - 31.5)
    alpha = max(0.0, min(1.0, (28 - r) / 4)) * max(0.0, min(1.0, (r - 10) / 2))
    return (210, 40 + y, 60, 255 * alpha) if alpha > 0 else (0, 255, 0, 0)


def parcel(x, y):
    """A textured block away from the middle of an even ground."""
    if 70 <= x < 100 and 12 <= y < 36:
        return (180, 90, 40) if (x + y) % 8 < 4 else (150, 60, 20)
    return 244, 241, 235


def quadrants(x, y):
    return [[(230, 40, 40), (40, 200, 60)], [(50, 70, 220), (235, 215, 40)]][y >= 15][x >= 20]


def dim(x, y):
    """Grey, and only in the middle of the range."""
    return (80 + x / 2 + 20 * math.sin(y / 3),)


png("scene.png", 96, 64, 3, scene)
png("glyph.png", 64, 64, 4, glyph)
png("parcel.png", 120, 80, 3, parcel)
png("quadrants.png", 40, 30, 3, quadrants)
png("dim.png", 96, 48, 1, dim)
