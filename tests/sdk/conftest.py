"""The servers that the tests talk to."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests
from harness import generated
from harness.api import PATIENCE, Api
from harness.listener import Listener
from harness.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a worker. Tests keep apart by working in folders of their own."""
    home = tmp_path_factory.mktemp("server")
    running = Server(home).start()
    yield running
    running.kill()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def api(server: Server) -> Api:
    return Api(server)


@pytest.fixture(scope="session")
def reaching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A second server, which may connect to private addresses: webhooks and remote files are on this machine."""
    home = tmp_path_factory.mktemp("reaching")
    running = Server(home, {"HALFTONE_FETCH__ALLOW_PRIVATE": "true"}).start()
    yield running
    running.kill()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """An HTTP server that keeps what it receives."""
    listening = Listener()
    yield listening
    listening.close()


@pytest.fixture(scope="session")
def generated_client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], ModuleType]:
    """Makes the client of an OpenAPI document that the server serves: `generated_client("/path/of/it.json", "package")`."""

    def make(path: str, package: str) -> ModuleType:
        answer = requests.get(server.origin + path, timeout=PATIENCE)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        # The workers of a run share this directory; each has a document of its own port, and the port is set anyway.
        shared = tmp_path_factory.getbasetemp()
        shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
        return generated.client(answer.content, package, shared / "generated")

    return make


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> str:
    """A folder path that no other test uses; not created yet."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", request.node.name).strip("_")[:40]
    return f"/{words}_{uuid.uuid4().hex[:8]}"


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that no other test touches: `own_server(HALFTONE_X="y")`, or with `home=` for existing data."""
    started: list[Server] = []

    def start(home: Path | None = None, **env: str) -> Server:
        started.append(Server(home or tmp_path / f"server{len(started)}", env))
        return started[-1].start()

    yield start
    for running in started:
        running.kill()
        shutil.rmtree(running.data, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failure shows what the server wrote meanwhile."""
    report = yield
    for name in ("server", "reaching"):
        server = getattr(item, "funcargs", {}).get(name)
        if report.failed and isinstance(server, Server):
            report.sections.append((f"end of the log of `{name}`", server.tail(2500)))
    return report
