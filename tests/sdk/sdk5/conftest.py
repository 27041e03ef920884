"""The client, as an application makes it: only its base URL differs. Its strict validation of answers is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from harness import pictures
from harness.server import PRIVATE_KEY, Server
from imagekitio import ImageKit


def client(server: Server) -> ImageKit:
    return ImageKit(private_key=PRIVATE_KEY, base_url=server.base, max_retries=0, _strict_response_validation=True)


@pytest.fixture(scope="session")
def ik(server: Server) -> ImageKit:
    return client(server)


@pytest.fixture(scope="session")
def reaching_ik(reaching: Server) -> ImageKit:
    """For the server that may connect to this machine."""
    return client(reaching)


@pytest.fixture
def put(ik: ImageKit, folder: str) -> Callable[..., Any]:
    """Uploads into the test's own folder, under exactly the name given."""

    def upload(name: str = "a.png", data: bytes | None = None, below: str = "", **options: Any) -> Any:
        wanted = {"use_unique_file_name": False, "folder": folder + below, **options}
        return ik.files.upload(file=data or pictures.tiny(1), file_name=name, **wanted)

    return upload
