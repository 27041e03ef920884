#!/usr/bin/env python3
"""How much memory an album of 2 GB takes on its way out as an archive: `HALFTONE_BIN=... bench/album.py [MEGABYTES]`.

Starts a server on a temporary directory, uploads photos of 40 MB, starts it again (what uploads took must not hide what the
archive takes), and downloads their album while it watches the resident set of the server. A client that stops reading in between
shows whether the server waits for it. Prints one line of JSON; fails over the limit.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

LIMIT_MB = 50
FILE_MB = 40
# So long the client takes nothing, once it has so many bytes.
PAUSE, PAUSE_AFTER = 5, 256 << 20
PASSWORD = "password of the benchmark"
# A small JPEG; what follows its end is carried along and decoded by nobody.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d"
    "283a333d3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763ffc0000b08000800080101"
    "1100ffc40014000100000000000000000000000000000006ffc40014100100000000000000000000000000000000ffda0008"
    "010100003f0048ffd9"
)


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2048
    with tempfile.TemporaryDirectory() as home:
        server = Server(Path(home))
        try:
            told = measure(server, megabytes)
        finally:
            server.stop()
    print(json.dumps(told))
    if told["growth_mb"] >= LIMIT_MB:
        sys.exit(f"the archive took {told['growth_mb']} MB, the limit is {LIMIT_MB} MB")


def measure(server: Server, megabytes: int) -> dict[str, float]:
    session = server.sign_in()
    place = f"/users/{session['user']['UID']}/upload/bench"
    for index in range(max(1, megabytes // FILE_MB)):
        body, kind = form(JPEG + random.Random(index).randbytes(FILE_MB << 20))
        server.ask("POST", place, body, {"Content-Type": kind})
        server.ask("PUT", place, b'{"albums": ["Bench"]}')
    album = server.ask("GET", "/albums?count=1&title=Bench")[0]["UID"]
    server.stop()
    server.start()
    before = server.resident()
    peak, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], server.resident())

    watching = threading.Thread(target=watch)
    watching.start()
    began, size, paused = time.monotonic(), 0, False
    answer = server.open("GET", f"/albums/{album}/dl")
    while part := answer.read(1 << 20):
        size += len(part)
        if not paused and size > PAUSE_AFTER:
            time.sleep(PAUSE)
            paused = True
    seconds = time.monotonic() - began - PAUSE
    done.set()
    watching.join()
    return {
        "archive_mb": round(size / 2**20),
        "seconds": round(seconds, 2),
        "before_mb": round(before / 2**20, 1),
        "growth_mb": round((peak[0] - before) / 2**20, 1),
    }


def form(data: bytes) -> tuple[bytes, str]:
    boundary = "boundary-of-the-benchmark"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Server:
    def __init__(self, home: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = home
        self.headers: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "HALFTONE_BOOTSTRAP__ADMIN_PASSWORD": PASSWORD}
        command = [os.environ.get("HALFTONE_BIN", "target/release/halftone"), "serve", "--data", str(self.home / "data")]
        self.process = subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{self.port}"], env=environment, stdout=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                self.ask("GET", "/status")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not come up")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def sign_in(self) -> dict[str, Any]:
        self.headers = {}
        session = self.ask("POST", "/session", json.dumps({"username": "admin", "password": PASSWORD}).encode())
        self.headers = {"X-Session-ID": session["id"]}
        return session

    def open(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, "/photoprism/api/v1" + path, body, {**self.headers, **(headers or {})})
        answer = connection.getresponse()
        assert answer.status == 200, (method, path, answer.status, answer.read(500))
        return answer

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
        return json.loads(self.open(method, path, body, headers).read())

    def resident(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


if __name__ == "__main__":
    main()
