"""The servers that the tests of SAMS talk to, with the acceptance configuration."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from harness.sams import Sams
from harness.server import Server


@pytest.fixture(scope="session")
def sams_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("sams")
    running = Server(home, {"HALFTONE_SAMS__DESTINATIONS": "internal,during_draft"}).start()
    yield running
    running.kill()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def sams(sams_server: Server) -> Sams:
    return Sams(sams_server)


@pytest.fixture
def own_sams(own_server: Callable[..., Server]) -> Callable[..., Sams]:
    return lambda **env: Sams(own_server(**env))
