"""How good an answer looks: SSIMULACRA2 against a careful reduction of the lossless original.

100 is identical; 1 point is just measurable, 5 are visible side by side. The reference is made in
exactly the answer's size: alpha premultiplied, linear light, Lanczos3 in 32-bit float.
"""

import hashlib
import io
import subprocess
import tempfile

import numpy as np
from PIL import Image

from peers.peer import CACHE, on_path

REFERENCES = CACHE / "references"
SCORER = "ssimulacra2_rs"
LANCZOS_LOBES = 3


def missing():
    """Why nothing can be scored, or None."""
    return None if on_path(SCORER) else f"{SCORER} is not installed (bench/setup)"


def version():
    return subprocess.run([on_path(SCORER), "--version"], capture_output=True, text=True).stdout.strip()


def quality(server, peer, originals, request_of):
    """Asks for each original once: `{score, worst, bytes, n, formats, failures}`, means over the originals.

    `request_of(original)` is the request at the nominal size. A wrong status, format or size is a
    failure and not scored.
    """
    scores, sizes, formats, failures = [], [], set(), []
    for original in originals:
        request = request_of(original)
        status, _, body = server.get(peer.path(request))
        wrong = f"status {status}" if status != 200 else what_is_wrong(body, original.size, request)
        if wrong:
            failures.append(f"{peer.name}, {request.file}: {wrong}")
            continue
        scores.append(score(original.lossless, body))
        sizes.append(len(body))
        formats.add(Image.open(io.BytesIO(body)).format)
    return {
        "score": mean(scores),
        "worst": min(scores, default=None),
        "bytes": mean(sizes),
        "n": len(scores),
        "formats": sorted(formats),
        "failures": failures,
    }


def what_is_wrong(body, source_size, request):
    """Says what in the answer is not as it was asked for, or returns None."""
    try:
        image = Image.open(io.BytesIO(body))
        image.load()
    except OSError as error:
        return f"not a picture ({error})"
    if image.format != request.format.upper():
        return f"{image.format} instead of {request.format}"
    scale = min(1, request.box / max(source_size))
    if any(abs(got - side * scale) > 1 for got, side in zip(image.size, source_size)):
        return f"{image.size[0]}x{image.size[1]} for a box of {request.box}"
    return None


def score(lossless, answer):
    """SSIMULACRA2 of the encoded picture `answer` against the reduction of `lossless`."""
    image = on_white(Image.open(io.BytesIO(answer)))
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.save(file, "PNG", compress_level=1)
        file.flush()
        told = subprocess.run(
            [on_path(SCORER), "image", reference(lossless, image.size), file.name],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return float(told.rpartition(":")[2])


def reference(lossless, size):
    """Path of the PNG (on white) that an answer of this size is compared with; made once."""
    key = f"{lossless.resolve()} {lossless.stat().st_size} {size}"
    path = REFERENCES / (hashlib.sha256(key.encode()).hexdigest()[:20] + ".png")
    if not path.exists():
        REFERENCES.mkdir(parents=True, exist_ok=True)
        reduced = on_white(reduce(Image.open(lossless), size))
        part = path.with_suffix(".part")
        reduced.save(part, "PNG", compress_level=1)
        part.rename(path)
    return path


def reduce(image, size):
    """Lanczos3 in linear light, alpha premultiplied."""
    image = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    samples = np.asarray(image)
    planes = to_linear(samples[:, :, :3])
    if image.mode == "RGBA":
        alpha = samples[:, :, 3:].astype(np.float32) / 255
        planes = np.concatenate([planes * alpha, alpha], axis=2)
    down, across = lanczos(planes.shape[0], size[1]), lanczos(planes.shape[1], size[0])
    planes = np.stack([down @ planes[:, :, plane] @ across.T for plane in range(planes.shape[2])], axis=2)
    if image.mode == "RGB":
        return Image.fromarray(to_srgb(planes))
    alpha = np.clip(planes[:, :, 3:], 0, 1)
    colour = to_srgb(np.divide(planes[:, :, :3], alpha, out=np.zeros_like(planes[:, :, :3]), where=alpha > 0))
    return Image.fromarray(np.concatenate([colour, np.round(alpha * 255).astype(np.uint8)], axis=2))


def lanczos(source, target):
    """The matrix (`target` x `source`) of a Lanczos3 reduction; each row sums to one."""
    scale = max(1.0, source / target)
    centres = (np.arange(target) + 0.5) * source / target - 0.5
    distance = (np.arange(source)[None, :] - centres[:, None]) / scale
    weights = np.sinc(distance) * np.sinc(distance / LANCZOS_LOBES) * (np.abs(distance) < LANCZOS_LOBES)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def to_linear(samples):
    encoded = np.arange(256, dtype=np.float64) / 255
    table = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return table.astype(np.float32)[samples]


def to_srgb(linear):
    linear = np.clip(linear, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(encoded * 255).astype(np.uint8)


def on_white(image):
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def mean(values):
    return sum(values) / len(values) if values else None
