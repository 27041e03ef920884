"""What a browser does with a delivery URL: gets it, without any key, and shows what comes."""

from __future__ import annotations

import io

import requests
from PIL import Image

from . import rules
from .api import PATIENCE


def fetch(url: str, **headers: str) -> requests.Response:
    answer = requests.get(url, headers=headers, timeout=PATIENCE, allow_redirects=False)
    rules.check(answer)
    return answer


def opened(answer: requests.Response) -> Image.Image:
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("ik-error"), answer.text[:200])
    return Image.open(io.BytesIO(answer.content))


def stored(url: str) -> bytes:
    """The stored bytes behind a URL of a file or of one of its versions."""
    answer = fetch(url + ("&" if "?" in url else "?") + "tr=orig-true")
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("ik-error"))
    return answer.content
