"""Makes every picture of the benchmarks from a few lossless photographs, the same ones each time.

`Corpus` finds the photographs; each method makes one set (once, then it lies in the cache). Copies
of a picture differ only in a comment, so their content hashes differ while their pixels do not.
To add a set: a method that returns `Sources`.
"""

import hashlib
import io
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

BENCH = Path(__file__).resolve().parent
PHOTOGRAPHS = (BENCH / ".cache/photos", BENCH.parent.parent / "shared/corpus/photos")
# The two pictures of sharp's published benchmark, under its own names for them and under ours.
WIDE = ("2569067123_aca715a2ee_o.jpg", "sharp-task.jpg")
PAPER = ("alpha-premultiply-2048x1536-paper.png", "sharp-alpha.png")
# Of the CLIC set (named by hashes) only these take part, so that records stay comparable.
CLIC_NAME = re.compile(r"[0-9a-f]{32,}$")
CLIC_CHOSEN = "01234567"
MOST_PHOTOGRAPHS = 20
LARGE_SIZE = (5760, 4320)
# Raised when the making changes, so that pictures made before are not taken for these.
REVISION = 2


class NoPictures(Exception):
    """A set cannot be made because its photographs are not there."""


@dataclass(frozen=True)
class Original:
    """One picture: its size, the lossless pixels to score against, and its copies' file names."""

    name: str
    size: tuple[int, int]
    lossless: Path
    files: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """A folder of files to serve, and what they were made from."""

    folder: Path
    originals: tuple[Original, ...]

    def files(self):
        return [file for original in self.originals for file in original.files]


class Corpus:
    def __init__(self, photos=None):
        """`photos`: folder to take instead of the usual places."""
        places = [Path(photos)] if photos else PHOTOGRAPHS
        self._place = next((place for place in places if place.is_dir()), None)

    def describe(self):
        """For the head of the tables: only results with the same pictures compare."""
        try:
            names = [path.stem for path in self._photographs()]
        except NoPictures as why:
            return str(why)
        clic = all(CLIC_NAME.match(name) for name in names)
        kind = "photographs of the CLIC set" if clic else f"lossless photographs ({names[0]} to {names[-1]})"
        return f"{len(names)} {kind}, set {self._folder('photo').parent.name}"

    def photo(self, copies):
        """JPEG q92 4:2:0 of each photograph, 2 to 3 MP."""
        folder = self._folder("photo")
        originals = [
            original_of(path.stem, ".jpg", folder, path, copies, lambda path=path: jpeg_of(path, quality=92))
            for path in self._photographs()
        ]
        return Sources(folder, tuple(originals))

    def wide(self, copies):
        """sharp's 2725x2225 JPEG. There is no lossless original, so its own pixels are the reference."""
        path, folder = self._single(WIDE), self._folder("wide")
        return Sources(folder, (original_of(path.stem, path.suffix, folder, path, copies, path.read_bytes),))

    def paper(self, copies):
        """sharp's 2048x1536 RGBA PNG."""
        path, folder = self._single(PAPER), self._folder("paper")
        return Sources(folder, (original_of(path.stem, path.suffix, folder, path, copies, path.read_bytes),))

    def large(self, copies, pictures=1):
        """24.9 MP JPEG q92: photographs cropped to 4:3, enlarged, with grain on two scales."""
        folder = self._folder("large")
        originals = []
        for number, path in enumerate(self._photographs()[:pictures]):
            lossless = folder / f"{path.stem}.ppm"
            if not lossless.exists():
                write_whole(lossless, lambda file, path=path: enlarged(path, seed=number).save(file, "PPM"))
            original = original_of(
                path.stem,
                ".jpg",
                folder,
                lossless,
                copies,
                lambda lossless=lossless: jpeg_of(lossless, quality=92),
            )
            originals.append(original)
        return Sources(folder, tuple(originals))

    def _photographs(self):
        if not self._place:
            raise NoPictures(
                f"no photographs: none of {', '.join(map(str, PHOTOGRAPHS))} exists (or give --photos DIR)"
            )
        chosen = [
            path
            for path in sorted(self._place.glob("*.png"))
            if path.name not in PAPER and not (CLIC_NAME.match(path.stem) and path.name[0] not in CLIC_CHOSEN)
        ]
        if not chosen:
            raise NoPictures(f"no photographs in {self._place}")
        return chosen[:MOST_PHOTOGRAPHS]

    def _single(self, names):
        found = [self._place / name for name in names if self._place and (self._place / name).exists()]
        if not found:
            raise NoPictures(f"neither {' nor '.join(names)} is beside the photographs")
        return found[0]

    def _folder(self, name):
        """Where a set lies: apart for each choice of photographs and version of the encoder."""
        files = sorted(self._place.iterdir()) if self._place else []
        key = repr((REVISION, PIL.__version__, [(file.name, file.stat().st_size) for file in files]))
        folder = BENCH / ".cache/corpus" / hashlib.sha256(key.encode()).hexdigest()[:12] / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def original_of(name, suffix, folder, lossless, copies, make):
    """Writes the missing copies of one picture, whose file without a comment is `make()`."""
    files = tuple(f"{name}-{number:02}{suffix}" for number in range(copies))
    absent = [file for file in files if not (folder / file).exists()]
    if absent:
        plain = make()
        for file in absent:
            data = with_comment(plain, f"copy {file}")
            write_whole(folder / file, lambda out, data=data: out.write(data))
    with Image.open(lossless) as image:
        return Original(name, image.size, lossless, files)


def write_whole(path, write):
    """So that an interrupted run leaves no half file that the next one would take for a whole one."""
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        write(file)
    part.rename(path)


def open_rgb(path):
    return Image.open(path).convert("RGB")


def jpeg_of(path, quality):
    file = io.BytesIO()
    open_rgb(path).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return file.getvalue()


def enlarged(path, seed):
    """The middle 4:3 of a photograph at 24.9 MP. Without grain it would decode unrealistically fast."""
    image = open_rgb(path)
    width, height = image.size
    crop = (width, width * 3 // 4) if width * 3 <= height * 4 else (height * 4 // 3, height)
    left, top = (width - crop[0]) // 2, (height - crop[1]) // 2
    image = image.crop((left, top, left + crop[0], top + crop[1])).resize(
        LARGE_SIZE, Image.Resampling.BICUBIC
    )
    pixels = np.asarray(image, dtype=np.float32) + grain(LARGE_SIZE, seed)[:, :, None]
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))


def grain(size, seed):
    """Noise of one pixel and of about four, as film and sensors have it; in steps of 8-bit brightness."""
    random = np.random.Generator(np.random.PCG64(seed))
    width, height = size
    fine = random.standard_normal((height, width), dtype=np.float32)
    coarse = Image.fromarray(random.standard_normal((height // 4, width // 4), dtype=np.float32))
    return 3.0 * fine + 4.0 * np.asarray(coarse.resize(size, Image.Resampling.BICUBIC))


def with_comment(data, text):
    """The same picture with a comment, hence with another content hash."""
    if data.startswith(b"\xff\xd8"):
        at = after_application_segments(data)
        return data[:at] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text.encode() + data[at:]
    if data.startswith(b"\x89PNG"):
        # Behind the signature (8 bytes) and the header chunk (25).
        body = b"tEXtComment\0" + text.encode()
        return (
            data[:33]
            + struct.pack(">I", len(body) - 4)
            + body
            + struct.pack(">I", zlib.crc32(body))
            + data[33:]
        )
    raise ValueError("neither JPEG nor PNG")


def after_application_segments(jpeg):
    """Behind JFIF and EXIF, which insist on coming first."""
    at = 2
    while jpeg[at] == 0xFF and 0xE0 <= jpeg[at + 1] <= 0xEF:
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return at
