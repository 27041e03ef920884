"""Metadata blocks of JPEG files, written from their description."""

from __future__ import annotations

import struct

from PIL import Image

from . import pictures


def app(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def iptc(*records: tuple[int, bytes]) -> bytes:
    """An APP13 segment as Photoshop writes it."""
    block = b"\x1c\x01\x5a\x00\x03\x1b%G"
    block += b"".join(struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text for number, text in records)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + b"\0" * (len(block) % 2)
    return app(0xED, b"Photoshop 3.0\0" + resource)


def xmp(properties: str) -> bytes:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return app(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode())


def jpeg_with(*segments: bytes, exif: Image.Exif | None = None) -> bytes:
    data = pictures.jpeg(pictures.quadrants(), **({"exif": exif} if exif else {}))
    return data[:2] + b"".join(segments) + data[2:]
