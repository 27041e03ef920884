"""Writes the texts of a target's table tests into a folder, one file each."""

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "dialects/imagekit"
SOURCES = {
    "imagekit_url": ["src/transformation/meaning/tests.rs", "tests/it/delivery.rs"],
    "imagekit_search": ["src/search/tests.rs"],
    "imagekit_checks": ["src/upload/checks/tests.rs"],
}
TEXT = re.compile(r'r#"(.*?)"#|"((?:[^"\\\n]|\\.)*)"')


def texts(target: str) -> set[str]:
    found = set()
    for source in SOURCES[target]:
        for raw, plain in TEXT.findall((ROOT / source).read_text()):
            text = raw or plain.replace('\\"', '"').replace("\\\\", "\\")
            found.add(f"/demo/tr:{text}/a.jpg" if target == "imagekit_url" and "/" not in text else text)
    return found


def main() -> None:
    target, folder = sys.argv[1], Path(sys.argv[2])
    for text in sorted(texts(target)):
        name = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        (folder / name).write_text(text)


main()
