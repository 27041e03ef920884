"""ImageKit over plain HTTP: just enough of a client to reach what the SDKs hide or get in the way of."""

from __future__ import annotations

import io
import threading
from typing import Any
from urllib.parse import quote

import requests
from PIL import Image

from . import rules
from .server import PRIVATE_KEY, Server
from .waiting import until

# Seconds. A guard against hanging; the slowest picture on a debug build stays far below.
PATIENCE = 120


class Api:
    """Talks to one server; every answer passes `rules.check` before a test sees it. Safe to share between threads."""

    def __init__(self, server: Server, key: str = PRIVATE_KEY):
        self.server = server
        self.auth = (key, "")
        self._local = threading.local()

    @property
    def session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            # Proxies or .netrc of the machine have no place between a test and its server.
            self._local.session.trust_env = False
        return self._local.session

    def send(self, method: str, url: str, *, auth: Any = None, checked: bool = True, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", PATIENCE)
        kwargs.setdefault("allow_redirects", False)
        answer = self.session.request(method, url, auth=auth, **kwargs)
        if checked:
            rules.check(answer)
        return answer

    # The API

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """An API call with the private key; `path` begins with `/v1/`. `auth=None` sends none."""
        kwargs.setdefault("auth", self.auth)
        return self.send(method, self.server.base + path, **kwargs)

    def ask(self, method: str, path: str, status: int, body: Any = None, **kwargs: Any) -> Any:
        """A call that must answer with `status`; returns the JSON of the answer, `None` where there must be no body.
        Errors, and successes in part, are held to the error shape."""
        if body is not None:
            kwargs["json"] = body
        answer = self.call(method, path, **kwargs)
        told = f"{method} {path}: expected {status}, got {answer.status_code}: {answer.text[:500]}"
        assert answer.status_code == status, told
        if status == 204:
            assert answer.content == b"", told
            return None
        if status >= 300 or status == 207:
            return rules.check_error(answer, status)
        assert answer.headers["Content-Type"].split(";")[0] == "application/json", answer.headers["Content-Type"]
        return answer.json()

    def list(self, **params: Any) -> list[dict[str, Any]]:
        answer = self.call("GET", "/v1/files", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def details(self, file_id: str) -> dict[str, Any]:
        answer = self.call("GET", f"/v1/files/{file_id}/details")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def delete(self, file_id: str) -> None:
        self.ask("DELETE", f"/v1/files/{file_id}", 204)

    def update(self, file_id: str, **changes: Any) -> dict[str, Any]:
        return self.ask("PATCH", f"/v1/files/{file_id}/details", 200, changes)

    def search(self, query: str, **params: Any) -> list[dict[str, Any]]:
        return self.list(searchQuery=query, **params)

    def versions(self, file_id: str) -> list[dict[str, Any]]:
        return self.ask("GET", f"/v1/files/{file_id}/versions", 200)

    def finish(self, job_id: str) -> dict[str, Any]:
        """Waits until a folder job has ended."""
        return until(lambda: self._ended(job_id), f"the job {job_id} to end")

    def _ended(self, job_id: str) -> dict[str, Any] | None:
        job = self.ask("GET", f"/v1/bulkJobs/{job_id}", 200)
        assert job["status"] in ("Pending", "Completed"), job
        return job if job["status"] == "Completed" else None

    # Uploads

    def upload(
        self,
        data: bytes | str | None,
        name: str | None = "picture.png",
        *,
        version: str = "v1",
        filename: str | None = "upload",
        part_type: str | None = None,
        auth: Any = "key",
        **fields: Any,
    ) -> requests.Response:
        """One multipart upload. `filename=None` sends the file part without one; names are not made unique unless
        `useUniqueFileName` says so. A field given as None is left out."""
        form: list[tuple[str, Any]] = []
        if name is not None:
            form.append(("fileName", (None, name)))
        fields.setdefault("useUniqueFileName", "false")
        for key, value in fields.items():
            if isinstance(value, bool):
                value = str(value).lower()
            if value is not None:
                form.append((key, (None, str(value))))
        if data is not None:
            form.append(("file", (filename, data, part_type) if part_type else (filename, data)))
        return self.send(
            "POST",
            f"{self.server.base}/api/{version}/files/upload",
            auth=self.auth if auth == "key" else auth,
            files=form,
        )

    def put(self, data: bytes | str, name: str = "picture.png", **fields: Any) -> dict[str, Any]:
        """An upload that must succeed; returns its answer."""
        answer = self.upload(data, name, **fields)
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
        return answer.json()

    # Delivery

    def url(self, file: dict[str, Any] | str, tr: str | None = None) -> str:
        """The delivery URL of an uploaded file (or a path below the endpoint), transformation in the path."""
        path = file if isinstance(file, str) else file["filePath"]
        step = f"/tr:{tr}" if tr else ""
        return self.server.endpoint + step + quote(path if path.startswith("/") else "/" + path)

    def get(self, file: dict[str, Any] | str, tr: str | None = None, **kwargs: Any) -> requests.Response:
        """An anonymous GET of a file, a path below the endpoint, or a whole URL."""
        if isinstance(file, str) and file.startswith("http"):
            url = file
        else:
            url = self.url(file, tr)
        return self.send("GET", url, **kwargs)

    def picture(self, file: dict[str, Any] | str, tr: str | None = None, **kwargs: Any) -> Image.Image:
        """The delivered picture, decoded; anything but 200 and an image type fails."""
        answer = self.get(file, tr, **kwargs)
        assert answer.status_code == 200, f"{answer.status_code} {answer.headers.get('ik-error')}: {answer.text[:300]}"
        assert answer.headers["Content-Type"].startswith("image/"), answer.headers["Content-Type"]
        picture = Image.open(io.BytesIO(answer.content))
        declared = answer.headers["Content-Type"].removeprefix("image/")
        assert declared == (picture.format or "").lower(), f"{declared} holds {picture.format}"
        return picture

    def original(self, file: dict[str, Any] | str, **kwargs: Any) -> bytes:
        """The stored bytes."""
        answer = self.get(file, "orig-true", **kwargs)
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:300]}"
        return answer.content
