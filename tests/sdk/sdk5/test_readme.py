"""What the README and the start page tell a new user to paste must work as it is."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from harness import pictures
from harness.server import PRIVATE_KEY, PUBLIC_KEY, Server, clean_environment

PROJECT = Path(os.environ.get("HALFTONE_PROJECT", Path(__file__).resolve().parents[3]))


def snippets() -> list[str]:
    """The fenced Python blocks of the README that use the SDK."""
    readme = (PROJECT / "README.md").read_text()
    blocks = re.findall(r"^```python[^\n]*\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    return [block for block in blocks if "imagekitio" in block]


def test_the_readme_shows_the_sdk() -> None:
    assert snippets(), "README.md has no ```python block that imports imagekitio"


def adapted(snippet: str, server: Server) -> str:
    """The snippet for this server: only its address and the key placeholders are replaced."""
    text = re.sub(r"http://(?:127\.0\.0\.1|localhost):8080", server.origin, snippet)
    text = re.sub(r"""(private_key\s*=\s*)(["'])[^"']*\2""", rf"\1\2{PRIVATE_KEY}\2", text)
    return re.sub(r"""(public_key\s*=\s*)(["'])[^"']*\2""", rf"\1\2{PUBLIC_KEY}\2", text)


def run(snippet: str, server: Server, place: Path) -> None:
    """Runs a snippet beside a local picture, and opens the pictures whose URLs it prints."""
    # Whatever local picture the snippet opens is there.
    for name in re.findall(r"""open\(\s*["']([^"'/]+)["']""", snippet):
        (place / name).write_bytes(pictures.jpeg(pictures.photo()))
    python = os.environ.get("HALFTONE_SDK3_PYTHON" if "API_BASE_URL" in snippet else "HALFTONE_SDK5_PYTHON", sys.executable)
    script = place / "snippet.py"
    script.write_text(adapted(snippet, server))
    done = subprocess.run(
        [python, str(script)], cwd=place, env=clean_environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{script.read_text()}\n{done.stdout}\n{done.stderr}"
    urls = [url for url in re.findall(r"http://[^\s'\"]+", done.stdout) if url.startswith(server.endpoint)]
    assert urls, f"the snippet prints no delivery URL: {done.stdout}"
    for url in urls:
        answer = httpx.get(url, timeout=120, trust_env=False)
        assert answer.status_code == 200, (url, answer.status_code)
        assert answer.headers["Content-Type"].startswith("image/")


def test_the_snippets_of_the_readme_run(server: Server, tmp_path: Path) -> None:
    for snippet in snippets():
        run(snippet, server, tmp_path)


def test_the_snippet_of_the_start_page_runs(server: Server, tmp_path: Path) -> None:
    page = httpx.get(server.origin + "/", headers={"Accept": "text/html"}, trust_env=False).text
    shown = [html.unescape(block) for block in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)]
    pieces = [block for block in shown if "imagekitio" in block]
    assert pieces, page
    for piece in pieces:
        run(piece, server, tmp_path)


@pytest.mark.parametrize("word", ["make run", "make test"])
def test_the_readme_names_the_two_commands(word: str) -> None:
    assert word in (PROJECT / "README.md").read_text()
