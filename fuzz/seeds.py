"""Writes the texts of a target's table tests into a folder, one file each."""

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "dialects"
SOURCES = {
    "imagekit_url": ["imagekit/src/transformation/meaning/tests.rs", "imagekit/tests/it/delivery.rs"],
    "imagekit_search": ["imagekit/src/search/tests.rs"],
    "imagekit_checks": ["imagekit/src/upload/checks/tests.rs"],
    "pixelbin_url": ["pixelbin/src/transformation/tests.rs", "pixelbin/src/delivery/url.rs"],
}
# Where a table holds no whole URLs.
IN_A_URL = {"imagekit_url": "/demo/tr:{}/a.jpg", "pixelbin_url": "/v2/demo/{}/a.jpg"}
TEXT = re.compile(r'r#"(.*?)"#|"((?:[^"\\\n]|\\.)*)"')


def texts(target: str) -> set[str]:
    found = set()
    for source in SOURCES[target]:
        for raw, plain in TEXT.findall((ROOT / source).read_text()):
            text = raw or plain.replace('\\"', '"').replace("\\\\", "\\")
            found.add(text if "/" in text else IN_A_URL.get(target, "{}").format(text))
    return found


def main() -> None:
    target, folder = sys.argv[1], Path(sys.argv[2])
    for text in sorted(texts(target)):
        name = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        (folder / name).write_text(text)


main()
