"""What the README tells a new user to paste must work as it is."""

from __future__ import annotations

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


def test_the_snippets_of_the_readme_run(server: Server, tmp_path: Path) -> None:
    for number, snippet in enumerate(snippets()):
        # Whatever local picture the snippet opens is there.
        for name in re.findall(r"""open\(\s*["']([^"'/]+)["']""", snippet):
            (tmp_path / name).write_bytes(pictures.jpeg(pictures.photo()))
        old = "API_BASE_URL" in snippet or "url_endpoint" in snippet and "build_url" not in snippet
        python = os.environ.get("HALFTONE_SDK3_PYTHON" if old else "HALFTONE_SDK5_PYTHON", sys.executable)
        script = tmp_path / f"snippet{number}.py"
        script.write_text(adapted(snippet, server))
        done = subprocess.run(
            [python, str(script)],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{script.read_text()}\n{done.stdout}\n{done.stderr}"
        for url in re.findall(r"http://[^\s'\"]+", done.stdout):
            if url.startswith(server.endpoint):
                answer = httpx.get(url, timeout=120, trust_env=False)
                assert answer.status_code == 200, (url, answer.status_code)
                assert answer.headers["Content-Type"].startswith("image/")


@pytest.mark.parametrize("word", ["make run", "make test"])
def test_the_readme_names_the_two_commands(word: str) -> None:
    assert word in (PROJECT / "README.md").read_text()
