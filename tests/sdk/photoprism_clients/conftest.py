"""The clients of this dialect, and somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from harness.photoprism import Photos
from harness.server import Server


@pytest.fixture(scope="session")
def photos(server: Server) -> Photos:
    return Photos(server).sign_in()


@pytest.fixture(scope="session")
def client(generated_client: Callable[[str, str], ModuleType]) -> ModuleType:
    """The client that openapi-generator makes of the document which the server serves."""
    return generated_client("/photoprism/api/v1/openapi.json", "photoprism_client")


@pytest.fixture(scope="session")
def connect(client: ModuleType, photos: Photos) -> Callable[..., Any]:
    """`connect("ImagesApi")`: that API with the session's token; with `token=""` without any."""

    def make(api: str, token: str | None = None) -> Any:
        configuration = client.Configuration(host=f"{photos.server.origin}/photoprism")
        token = photos.session["id"] if token is None else token
        header = {"header_name": "X-Auth-Token", "header_value": token} if token else {}
        return getattr(client, api)(client.ApiClient(configuration, **header))

    return make
