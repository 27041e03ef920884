"""PhotoPrism over plain HTTP: what its apps do before and around the calls of the generated client."""

from __future__ import annotations

import hashlib
import io
import uuid
from typing import Any

import requests
from PIL import Image

from . import rules
from .api import PATIENCE
from .server import ADMIN_PASSWORD, ADMIN_USER, Server


class Photos:
    """An app of the administrator, signed in. Every answer passes `rules.check` before a test sees it."""

    def __init__(self, server: Server):
        self.server = server
        self.base = f"{server.origin}/photoprism/api/v1"
        self.http = requests.Session()
        self.http.trust_env = False
        self.session: dict[str, Any] = {}
        self.headers: dict[str, str] = {}

    def sign_in(self, **credentials: str) -> "Photos":
        body = {"username": ADMIN_USER, "password": ADMIN_PASSWORD, **credentials}
        self.session = self.ask("POST", "/session", body, headers={})
        self.headers = {"X-Session-ID": self.session["id"]}
        return self

    @property
    def preview(self) -> str:
        return self.session["config"]["previewToken"]

    @property
    def download(self) -> str:
        return self.session["config"]["downloadToken"]

    @property
    def user(self) -> str:
        return self.session["user"]["UID"]

    def send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("headers", self.headers)
        kwargs.setdefault("timeout", PATIENCE)
        answer = self.http.request(method, self.base + path, allow_redirects=False, **kwargs)
        rules.check(answer)
        assert answer.headers["X-Frame-Options"] == "DENY", dict(answer.headers)
        return answer

    def ask(self, method: str, path: str, body: Any = None, status: int = 200, **kwargs: Any) -> Any:
        """A call that answers with JSON and that status."""
        if body is not None:
            kwargs["json"] = body
        answer = self.send(method, path, **kwargs)
        told = f"{method} {path}: expected {status}, got {answer.status_code}: {answer.text[:500]}"
        assert answer.status_code == status, told
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8", told
        assert answer.headers["Cache-Control"] == "no-store", told
        return answer.json()

    def put(self, *files: tuple[str, bytes], albums: list[str] | None = None) -> list[dict[str, Any]]:
        """Uploads files and processes them; the photos that they are now, in this order."""
        place = f"/users/{self.user}/upload/{uuid.uuid4().hex}"
        told = self.ask("POST", place, files=[("files", (name, data)) for name, data in files])
        assert told["message"].startswith(f"{len(files)} files uploaded"), told
        self.ask("PUT", place, {"albums": albums or []})
        return [self.by_hash(sha1(data)) for _, data in files]

    def by_hash(self, digest: str) -> dict[str, Any]:
        found = self.search(hash=digest)
        assert len(found) == 1, found
        return found[0]

    def search(self, q: str = "", **params: Any) -> list[dict[str, Any]]:
        return self.ask("GET", "/photos", params={"count": 1000, "merged": "true", "q": q, **params})

    def uids(self, q: str = "", **params: Any) -> set[str]:
        return {photo["UID"] for photo in self.search(q, **params)}

    def album(self, title: str, *photos: dict[str, Any]) -> dict[str, Any]:
        album = self.ask("POST", "/albums", {"Title": title})
        if photos:
            self.ask("POST", f"/albums/{album['UID']}/photos", {"photos": [photo["UID"] for photo in photos]})
        return album

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        """A picture or a file as an `<img>` gets it: without any header of the session."""
        return self.send("GET", path, headers={}, **kwargs)

    def thumb(self, digest: str, size: str, token: str | None = None) -> Image.Image:
        return opened(self.get(f"/t/{digest}/{token or self.preview}/{size}"))


def opened(answer: requests.Response) -> Image.Image:
    assert answer.status_code == 200, (answer.status_code, answer.text[:200])
    kind = answer.headers["Content-Type"]
    assert kind in ("image/jpeg", "image/png"), (kind, answer.text[:200])
    return Image.open(io.BytesIO(answer.content))


def sha1(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


def colour(picture: Image.Image, x: float = 0.5, y: float = 0.5) -> str:
    """Which of the plain colours is at that place, in parts of the picture's sides."""
    place = (min(int(x * picture.width), picture.width - 1), min(int(y * picture.height), picture.height - 1))
    red, green, blue = picture.convert("RGB").getpixel(place)
    known = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "white": (255, 255, 255)}
    return min(known, key=lambda name: sum(abs(a - b) for a, b in zip(known[name], (red, green, blue), strict=True)))
