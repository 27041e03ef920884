"""The unmodified sams_client, and plain HTTP for what it does not reach."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import requests
from .server import PRIVATE_KEY, Server

sys.path.insert(0, str(Path(__file__).parent.parent / "sams" / "stand_in"))

from sams_client import SamsClient  # noqa: E402


class Sams:
    """A server, the client that talks to it, and plain HTTP for what the client does not reach."""

    def __init__(self, server: Server):
        self.server = server
        self.base = f"{server.origin}/sams"
        self.client = SamsClient(
            {
                "HOST": "127.0.0.1",
                # Text that goes behind the host: that is how a prefix gets in.
                "PORT": f"{server.port}/sams",
                "SAMS_AUTH_TYPE": "sams_client.auth.basic",
                "SAMS_AUTH_KEY": PRIVATE_KEY,
            }
        )

    def http(self, method: str, path: str, key: str | None = PRIVATE_KEY, **options: Any) -> requests.Response:
        headers = options.pop("headers", {})
        if key is not None:
            headers = {"Authorization": f"Basic {key}", **headers}
        return requests.request(method, f"{self.base}{path}", headers=headers, timeout=60, **options)

    def new_set(self, **fields: Any) -> dict[str, Any]:
        document = {"name": uuid.uuid4().hex, "state": "usable", "destination_name": "internal", **fields}
        answer = self.client.sets.create(document)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def new_asset(self, set_id: str, content: bytes = b"some text", user: str | None = None, **fields: Any) -> dict[str, Any]:
        document = {"set_id": set_id, "filename": "file.bin", "name": "a name", **fields}
        answer = self.client.assets.create(docs=document, files={"binary": content}, external_user_id=user)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def asset(self, asset_id: str) -> dict[str, Any]:
        answer = self.client.assets.get_by_id(asset_id)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def find(self, query: dict[str, Any], **source: Any) -> list[str]:
        answer = self.client.assets.search({"source": json.dumps({"query": query, **source})})
        assert answer.status_code == 200, answer.text
        return [item["_id"] for item in answer.json()["_items"]]


def fault(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal, which has all three keys that Superdesk looks for."""
    body = answer.json()
    assert {"error", "name", "description"} <= set(body), body
    return answer.status_code, body["error"]
