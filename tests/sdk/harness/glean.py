"""Glean's calls over plain HTTP: what the generated client hides."""

from __future__ import annotations

from typing import Any

import requests

from . import rules
from .api import PATIENCE
from .server import PRIVATE_KEY, Server

PATH = "/glean/rest/api/v1"


class Plain:
    """Every answer passes `rules.check`."""

    def __init__(self, server: Server):
        self.base = server.origin + PATH

    def send(self, method: str, target: str, token: str | None = PRIVATE_KEY, **kwargs: Any) -> requests.Response:
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **kwargs.pop("headers", {})}
        answer = requests.request(method, self.base + target, headers=headers, timeout=PATIENCE, **kwargs)
        rules.check(answer)
        return answer

    def refuse(self, status: int, code: str, method: str, target: str, **kwargs: Any) -> dict[str, Any]:
        answer = self.send(method, target, **kwargs)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        body = answer.json()
        assert (body["status"], body["code"]) == (status, code), body
        assert body["type"] and body["title"] and body["detail"], body
        return body
