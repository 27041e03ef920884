"""One `halftone serve` as a child process: started on a free loopback port, ended by its process id."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

TENANT = "demo"
PUBLIC_KEY = "public_key_test"
# The key of the worked signature examples, so that those can be sent to a running server as they are printed.
PRIVATE_KEY = "private_key_test"
# Who signs in with a name and a password.
ADMIN_USER = "admin"
ADMIN_PASSWORD = "password of tests"

# How long a server may take to come up before the test gives up. Generous on purpose: nothing here measures time.
READY_LIMIT = 60.0


def binary() -> str:
    """The program under test."""
    path = os.environ.get("HALFTONE_BIN")
    if not path:
        raise RuntimeError("HALFTONE_BIN must name the halftone binary; tests/sdk/run sets it")
    return path


def clean_environment(**extra: str) -> dict[str, str]:
    """The caller's environment without anything that would configure the server, plus `extra`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HALFTONE_") and name not in ("DATABASE_URL", "RUST_LOG", "RUST_BACKTRACE")
    }
    return {**kept, **extra}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server and its data directory. `start` and `kill` may be called again and again on the same data."""

    def __init__(self, home: Path, env: dict[str, str] | None = None):
        self.home = home
        self.data = home / "data"
        self.log = home / "server.log"
        self.extra = env or {}
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        """The base URL that an ImageKit client is given for API and uploads."""
        return f"{self.origin}/imagekit"

    @property
    def endpoint(self) -> str:
        """The URL endpoint: where files are delivered."""
        return f"{self.base}/{TENANT}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server is not running"
        return self.process.pid

    def settings(self) -> dict[str, str]:
        return {
            "HALFTONE_BOOTSTRAP__TENANT": TENANT,
            "HALFTONE_BOOTSTRAP__PUBLIC_KEY": PUBLIC_KEY,
            "HALFTONE_BOOTSTRAP__PRIVATE_KEY": PRIVATE_KEY,
            "HALFTONE_BOOTSTRAP__ADMIN_USER": ADMIN_USER,
            "HALFTONE_BOOTSTRAP__ADMIN_PASSWORD": ADMIN_PASSWORD,
            "HALFTONE_SERVER__PUBLIC_URL": self.origin,
            **self.extra,
        }

    def start(self) -> "Server":
        self.home.mkdir(parents=True, exist_ok=True)
        failure = ""
        # Somebody else may take the port between looking for it and listening on it.
        for _ in range(3):
            self.port = free_port()
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [binary(), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"],
                    env=clean_environment(**self.settings()),
                    cwd=self.home,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            failure = self._wait_until_ready()
            if not failure:
                return self
            self.kill()
        raise RuntimeError(f"halftone did not become ready: {failure}\n{self.tail()}")

    def _wait_until_ready(self) -> str:
        assert self.process is not None
        deadline = time.monotonic() + READY_LIMIT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return f"it ended with {self.process.returncode}"
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return ""
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.02)
        return "/readyz never answered 200"

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def tail(self, size: int = 4000) -> str:
        """The end of what the server wrote to its standard output and error."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - size))
            return log.read().decode(errors="replace")

    def _family(self) -> list[int]:
        """The process and all its descendants: decoders may live in workers of their own."""
        found, queue = [], [self.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    queue.extend(int(child) for child in children.read_text().split())
                except OSError:
                    continue
        return found

    def reset_peak_memory(self) -> None:
        for pid in self._family():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_memory(self) -> int:
        """Bytes: the highest resident set since `reset_peak_memory`, children included."""
        total = 0
        for pid in self._family():
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) * 1024
        return total
