"""SIGKILL at any moment loses nothing that was acknowledged and leaves nothing half done. safety.md P1, P3, P10."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from harness import pictures, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, Server

ROUNDS = int(os.environ.get("HALFTONE_KILL_ROUNDS", "25"))
WRITERS = 6
FOLDER = "/durable"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Ledger:
    """What was sent and what the server acknowledged. Shared by the writers."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    # Every content ever sent to a name, acknowledged or not: what may legitimately be found there.
    sent: dict[str, set[str]] = field(default_factory=dict)
    # version id -> (name, content) of every 200.
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def about_to_send(self, name: str, digest: str) -> None:
        with self.lock:
            self.sent.setdefault(name, set()).add(digest)

    def acknowledge(self, name: str, digest: str, answer: dict[str, Any]) -> None:
        with self.lock:
            assert answer["versionInfo"]["id"] not in self.acknowledged, "a version id was given out twice"
            self.acknowledged[answer["versionInfo"]["id"]] = (name, digest)


def content(rng: random.Random) -> bytes:
    """Small pictures and larger blobs, so that the kill meets every phase of an upload."""
    if rng.random() < 0.4:
        return pictures.tiny(rng.getrandbits(48))
    return b"\0" + rng.randbytes(rng.choice([500, 20_000, 300_000, 1_500_000]))


def write(server: Server, ledger: Ledger, seed: int, stop: threading.Event) -> None:
    """Uploads fresh names and overwrites shared ones until the server is gone."""
    api, rng = Api(server), random.Random(seed)
    while not stop.is_set():
        name = f"shared{rng.randrange(4)}.bin" if rng.random() < 0.5 else f"{seed}_{rng.getrandbits(40):x}.bin"
        data = content(rng)
        digest = sha256(data)
        ledger.about_to_send(name, digest)
        try:
            answer = api.upload(data, name, folder=FOLDER)
        except requests.RequestException:
            return
        if answer.status_code == 200:
            try:
                ledger.acknowledge(name, digest, answer.json())
            except ValueError:
                # The body was cut by the kill: the status line alone is no acknowledgement a client could use.
                return


def everything(api: Api, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = api.list(path=FOLDER, type=kind, sort="ASC_CREATED", limit=1000, skip=len(found))
        found += page
        if len(page) < 1000:
            return found


def verify(server: Server, ledger: Ledger) -> int:
    """Everything acknowledged is there and right; everything listed has its bytes. Returns how much was listed."""
    api = Api(server)
    current = {item["name"]: item for item in everything(api, "file")}
    versions = {item["versionInfo"]["id"]: item for item in current.values()}
    for item in everything(api, "file-version"):
        assert item["versionInfo"]["id"] not in versions
        versions[item["versionInfo"]["id"]] = item
    for version_id, (name, digest) in ledger.acknowledged.items():
        assert version_id in versions, f"acknowledged and lost: {name}"
        assert versions[version_id]["name"] == name
        versions[version_id]["expected"] = digest
    for item in versions.values():
        url = item["url"] + ("&" if "?" in item["url"] else "?") + "tr=orig-true"
        answer = api.get(url)
        assert answer.status_code == 200, f"listed without bytes: {item['name']} ({answer.status_code})"
        assert len(answer.content) == item["size"]
        digest = sha256(answer.content)
        assert digest == item.get("expected", digest), f"wrong bytes: {item['name']}"
        assert digest in ledger.sent[item["name"]], f"bytes that nobody sent: {item['name']}"
    return len(versions)


def one_round(server: Server, ledger: Ledger, rng: random.Random) -> None:
    stop = threading.Event()
    writers = [
        threading.Thread(target=write, args=(server, ledger, rng.getrandbits(40), stop)) for _ in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    try:
        before = len(ledger.acknowledged)
        deadline = time.monotonic() + 60
        # At least something must have been acknowledged, or the round proves nothing.
        while len(ledger.acknowledged) < before + 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        assert len(ledger.acknowledged) >= before + 3, "the server acknowledged nothing"
        time.sleep(rng.uniform(0, 0.25))
        server.kill()
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def test_sigkill_many_times_loses_nothing(own_server: Callable[..., Server], tmp_path: Path) -> None:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")
    rng, ledger = random.Random(seed), Ledger()
    server = own_server()
    for number in range(ROUNDS):
        if number:
            server = own_server(home=server.home)
        one_round(server, ledger, rng)
    server = own_server(home=server.home)
    listed = verify(server, ledger)
    assert listed >= len(ledger.acknowledged) >= 3 * ROUNDS
    # And once more after an orderly end: nothing was only in memory.
    assert server.stop() == 0
    assert verify(own_server(home=server.home), ledger) == listed


def test_sigkill_during_deletion(own_server: Callable[..., Server]) -> None:
    rng, server = random.Random(5), own_server()
    gone: set[str] = set()
    for _ in range(4):
        api = Api(server)
        files = {f"{n}.bin": api.put(rng.randbytes(2000), f"{n}.bin", folder=FOLDER)["fileId"] for n in range(30)}

        def delete(files: dict[str, str], api: Api, acknowledged: set[str]) -> None:
            for file_id in files.values():
                try:
                    if api.call("DELETE", f"/v1/files/{file_id}").status_code == 204:
                        acknowledged.add(file_id)
                except requests.RequestException:
                    return

        thread = threading.Thread(target=delete, args=(files, api, gone))
        thread.start()
        while thread.is_alive() and not gone & set(files.values()):
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.02))
        server.kill()
        thread.join()
        server = own_server(home=server.home)
        api = Api(server)
        for item in api.list(path=FOLDER):
            assert item["fileId"] not in gone, "a deletion was acknowledged and undone"
            assert len(api.original(item)) == item["size"]


def test_a_connection_cut_in_a_body_lists_nothing(server: Server, api: Api, folder: str) -> None:
    head = (
        "POST /imagekit/api/v1/files/upload HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {signing.basic(PRIVATE_KEY)}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    ).encode()
    body = b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("fileName", "cut.bin"), ("useUniqueFileName", "false"), ("folder", folder))
    )
    body += b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + bytes(200_000) + b"\r\n--b--\r\n"
    for part in (0.01, 0.3, 0.6, 0.99):
        for chunked in (False, True):
            for reset in (False, True):
                sent = body[: int(len(body) * part)]
                with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
                    if chunked:
                        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(sent):x}\r\n".encode() + sent)
                    else:
                        connection.sendall(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + sent)
                    if reset:
                        # Closing with a linger time of zero sends RST instead of FIN.
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    # A whole upload afterwards shows that the server has moved on, and has met all the cuts before.
    whole = api.put(b"whole", "whole.bin", folder=folder)
    assert [item["fileId"] for item in api.list(path=folder)] == [whole["fileId"]]
    assert api.get(f"{folder}/cut.bin").status_code == 404


def written(path: Path) -> bytes:
    """What a file holds, without its holes: a cache may reserve gigabytes that were never written."""
    found = b""
    with path.open("rb") as file:
        at, end = 0, os.fstat(file.fileno()).st_size
        while at < end:
            try:
                at = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            hole = os.lseek(file.fileno(), at, os.SEEK_HOLE)
            file.seek(at)
            found += file.read(hole - at)
            at = hole
    return found


def test_cut_uploads_leave_no_litter(own_server: Callable[..., Server]) -> None:
    """Bytes of uploads that never finished are gone at the latest after a restart."""
    server = own_server()
    marker = random.Random(9).randbytes(64)
    for _ in range(4):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
            connection.sendall(
                (
                    "POST /imagekit/api/v1/files/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
                    f"Authorization: {signing.basic(PRIVATE_KEY)}\r\n"
                    "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
                    '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
                ).encode()
                + marker
                + bytes(500_000)
            )
            time.sleep(0.05)
    server.kill()
    server = own_server(home=server.home)
    assert Api(server).list() == []
    assert server.stop() == 0
    (server.data / "control").write_bytes(bytes(5000) + marker)
    assert marker in written(server.data / "control"), "the search finds what is there"
    (server.data / "control").unlink()
    litter = [path for path in server.data.rglob("*") if path.is_file() and marker in written(path)]
    assert litter == []


def test_a_restart_keeps_everything_else_too(own_server: Callable[..., Server]) -> None:
    server = own_server()
    api = Api(server)
    file = api.put(pictures.located(), "a.jpg", folder="/x", tags="a,b", customCoordinates="1,2,3,4", description="d", isPrivateFile=True)
    api.put(pictures.tiny(1), "b.png", folder="/x")
    api.put(pictures.tiny(2), "b.png", folder="/x")
    token = signing.client_upload()
    assert api.upload(pictures.tiny(3), "c.png", auth=None, folder="/x", **token).status_code == 200
    assert api.call("POST", "/v1/folder", json={"folderName": "empty", "parentFolderPath": "/x"}).status_code == 201
    before = [api.list(path="/x", type=kind) for kind in ("all", "file-version")]
    etag = api.get("/x/b.png", "w-4").headers["ETag"]
    server.kill()
    server = own_server(home=server.home)
    api = Api(server)

    def without_urls(items: list[dict]) -> list[dict]:
        # The port is another one after the restart.
        return [{key: value for key, value in item.items() if key not in ("url", "thumbnail")} for item in items]

    after = [api.list(path="/x", type=kind) for kind in ("all", "file-version")]
    assert [without_urls(items) for items in after] == [without_urls(items) for items in before]
    assert api.get("/x/b.png", "w-4").headers["ETag"] == etag
    assert api.get(file["filePath"]).status_code == 401
    # A token that was spent stays spent.
    assert api.upload(pictures.tiny(4), "d.png", auth=None, folder="/x", **token).status_code == 400


@pytest.mark.parametrize("requests_under_way", [0, 8])
def test_sigterm_ends_in_order(own_server: Callable[..., Server], requests_under_way: int) -> None:
    server = own_server()
    api = Api(server)
    file = api.put(pictures.jpeg(pictures.photo(1600, 1200)), "a.jpg")
    outcomes: list[object] = []

    def ask(width: int) -> None:
        try:
            answer = api.get(file, f"w-{width},f-png")
            outcomes.append(answer.status_code)
        except requests.ConnectionError as refused:
            # Not yet accepted when the server stopped listening.
            outcomes.append(refused)

    threads = [threading.Thread(target=ask, args=(900 + n,)) for n in range(requests_under_way)]
    for thread in threads:
        thread.start()
    if threads:
        time.sleep(0.1)
    assert server.stop() == 0
    for thread in threads:
        thread.join()
    assert all(outcome == 200 for outcome in outcomes if isinstance(outcome, int)), outcomes
    if threads:
        assert 200 in outcomes, outcomes
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
