"""The client, as an application makes it: only its base URLs differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from harness import pictures
from harness.server import PRIVATE_KEY, PUBLIC_KEY, Server
from imagekitio import ImageKit
from imagekitio.constants.url import URL
from imagekitio.models.UploadFileRequestOptions import UploadFileRequestOptions


@pytest.fixture(scope="session")
def ik(server: Server) -> ImageKit:
    URL.API_BASE_URL = server.base
    URL.UPLOAD_BASE_URL = server.base
    return ImageKit(public_key=PUBLIC_KEY, private_key=PRIVATE_KEY, url_endpoint=server.endpoint)


@pytest.fixture
def put(ik: ImageKit, folder: str) -> Callable[..., Any]:
    """Uploads into the test's own folder, under exactly the name given."""

    def upload(name: str = "a.png", data: bytes | None = None, below: str = "", **options: Any) -> Any:
        wanted = UploadFileRequestOptions(**{"use_unique_file_name": False, "folder": folder + below, **options})
        return ik.upload_file(file=data or pictures.tiny(1), file_name=name, options=wanted)

    return upload
