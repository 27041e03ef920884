"""Older Pixelbin SDKs: the same tests run with 3.2.0 and with 2.2.0."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The SDK's synchronous calls run on the current event loop, which a test without one does not have."""
    own = asyncio.new_event_loop()
    asyncio.set_event_loop(own)
    yield own
    asyncio.set_event_loop(None)
    own.close()
