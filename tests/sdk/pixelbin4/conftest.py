"""The Pixelbin SDK 4.x against the server that the tests share."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import pytest
from harness.pixelbin import client_of
from harness.server import Server
from pixelbin import PixelbinClient


@pytest.fixture(autouse=True)
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The SDK's synchronous calls run on the current event loop, which a test without one does not have."""
    own = asyncio.new_event_loop()
    asyncio.set_event_loop(own)
    yield own
    asyncio.set_event_loop(None)
    own.close()


@pytest.fixture
def client(server: Server) -> PixelbinClient:
    return client_of(server)


@pytest.fixture
def path() -> str:
    """A folder that no other test uses, as this protocol writes it; not created yet."""
    return f"t{uuid.uuid4().hex[:10]}"
