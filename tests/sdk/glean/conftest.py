"""The client, as an application makes it: its host, its token, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from harness.glean import PATH, Plain
from harness.server import PRIVATE_KEY, Server


@pytest.fixture(scope="session")
def sdk(generated_client: Callable[[str, str], ModuleType]) -> ModuleType:
    return generated_client(f"{PATH}/openapi.json", "glean_client")


@pytest.fixture(scope="session")
def connect(sdk: ModuleType) -> Callable[..., Any]:
    """Makes an `ImagesApi` for a server and a token."""

    def make(server: Server, token: str = PRIVATE_KEY) -> Any:
        configuration = sdk.Configuration(host=server.origin + PATH, access_token=token)
        return sdk.ImagesApi(sdk.ApiClient(configuration))

    return make


@pytest.fixture(scope="session")
def images(connect: Callable[..., Any], server: Server) -> Any:
    return connect(server)


@pytest.fixture
def own() -> str:
    """An id that no other test uses."""
    return uuid.uuid4().hex


@pytest.fixture(scope="session")
def plain(server: Server) -> Plain:
    return Plain(server)
