"""Requests that no tidy client sends: traversal, oversized heads, odd framing, remote fetches. safety.md A1, A10, F1-F7."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from harness import pictures, raw, rules, signing
from harness.api import Api
from harness.server import PRIVATE_KEY, Server

SECRET = b"SECRET-OF-THE-DISK-8812"

TRAVERSALS = [
    "../{}",
    "../../{}",
    "../../../../../../../..{}",
    "%2e%2e%2f%2e%2e%2f{}",
    "..%2f..%2f..%2f..%2f..%2f..%2f..%2f{}",
    "%252e%252e%252f{}",
    "..%5c..%5c{}",
    "..\\..\\{}",
    "%00{}",
    "a.png%00{}",
    "//{}",
    "///etc/passwd",
    "%2fetc%2fpasswd",
    "%c0%ae%c0%ae%c0%af{}",
    "%e0%80%ae%e0%80%ae/{}",
    "....//....//{}",
    "file:///etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "C:%5cWindows%5cwin.ini",
    "~/{}",
    "./{}",
    "%2e/{}",
    "a/%2e%2e/{}",
    "tr:w-10/..%2f..%2f{}",
    "ik-seo/..%2f..%2fsecret/x.txt",
    "ik-seo/../../{}/x.txt",
    "a.png/../{}",
    "?tr=di-..@@..@@..@@{}",
    "x.png?tr=di-@@etc@@passwd",
    "x.png?ik-obj-version=../../{}",
]


@pytest.fixture(scope="module")
def planted(server: Server) -> Iterator[str]:
    """A file beside the data directory that must never be delivered."""
    path = server.home / "secret.txt"
    path.write_bytes(SECRET)
    yield "secret.txt"


@pytest.mark.parametrize("shape", TRAVERSALS)
@pytest.mark.parametrize("mount", ["/imagekit/demo/", "/imagekit/", "/imagekit/demo/tr:w-10/", "/"])
def test_a1_traversal_reaches_nothing(server: Server, planted: str, mount: str, shape: str) -> None:
    for target in (planted, "/data/credentials.toml", "credentials.toml", str(server.home / planted)):
        answer = raw.request(server, mount + shape.format(target))
        # Below the root a path may name the start page or an API route, and those ask for credentials.
        allowed = (400, 404) if mount.startswith("/imagekit/demo") else (200, 400, 401, 404, 405)
        assert answer.status in allowed, (target, answer.status)
        for inside in (SECRET, b"root:", PRIVATE_KEY.encode(), b"[extensions]"):
            assert inside not in answer.body
        assert answer.header("X-Content-Type-Options") == "nosniff"


def test_a1_dots_inside_the_library(server: Server, api: Api, folder: str) -> None:
    api.put(pictures.tiny(1), "a.png", folder=folder)
    for path in (f"{folder}/x/../a.png", f"{folder}/./a.png", f"{folder}//a.png", f"{folder}/%2e/a.png", f"{folder}/a.png/."):
        answer = raw.request(server, f"/imagekit/demo{path}")
        # Whether such a spelling means the file or nothing is open; anything else is not.
        assert answer.status in (200, 400, 404), path


# A10: heads and framing


def closed_or(answer: raw.RawAnswer, *statuses: int) -> None:
    assert answer.status == 0 or answer.status in statuses, answer.status


@pytest.mark.parametrize(
    "target",
    ["/imagekit/demo/" + "a" * 40_000, "/imagekit/demo/a.png?x=" + "y" * 70_000, "/imagekit/v1/files?path=" + "z" * 40_000, "/" + "b" * 500_000],
    ids=len,
)
def test_a10_a_target_over_the_limit(server: Server, target: str) -> None:
    closed_or(raw.request(server, target), 400, 414, 431)


@pytest.mark.parametrize(
    "headers", [[("X-Long", "y" * 70_000)], [(f"X-{n}", "y" * 1000) for n in range(80)], [(f"X-{n}", "1") for n in range(150)]], ids=["one", "many", "count"]
)
def test_a10_headers_over_the_limit(server: Server, headers: list[tuple[str, str]]) -> None:
    closed_or(raw.request(server, "/imagekit/demo/a.png", headers=headers), 400, 431)


UPLOAD = "POST /imagekit/api/v1/files/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def form(folder: str) -> bytes:
    lines = b""
    for name, value in (("fileName", "framed.png"), ("useUniqueFileName", "false"), ("folder", folder)):
        lines += f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    lines += b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + pictures.tiny(1) + b"\r\n--b--\r\n"
    return lines


def head(*lines: str) -> bytes:
    fixed = [f"Authorization: {signing.basic(PRIVATE_KEY)}", "Content-Type: multipart/form-data; boundary=b"]
    return (UPLOAD + "\r\n".join([*fixed, *lines]) + "\r\n\r\n").encode()


@pytest.mark.parametrize(
    "case", ["differing lengths", "negative", "no number", "plus", "length and chunks", "bad chunk size", "negative chunk", "huge chunk", "chunks cut"]
)
def test_a10_broken_framing_stores_nothing(server: Server, api: Api, folder: str, case: str) -> None:
    body = form(folder)
    n = len(body)
    chunk = f"{n:x}\r\n".encode() + body + b"\r\n"
    sent = {
        "differing lengths": head(f"Content-Length: {n}", f"Content-Length: {n - 5}") + body,
        "negative": head("Content-Length: -1") + body,
        "no number": head("Content-Length: many") + body,
        "plus": head(f"Content-Length: +{n}") + body,
        "length and chunks": head("Content-Length: 3", "Transfer-Encoding: chunked") + chunk + b"0\r\n\r\n",
        "bad chunk size": head("Transfer-Encoding: chunked") + b"xyz\r\n" + body + b"\r\n0\r\n\r\n",
        "negative chunk": head("Transfer-Encoding: chunked") + b"-5\r\n" + body + b"\r\n0\r\n\r\n",
        "huge chunk": head("Transfer-Encoding: chunked") + b"FFFFFFFFFFFFFFFFF\r\n" + body,
        "chunks cut": head("Transfer-Encoding: chunked") + f"{n + 500:x}\r\n".encode() + body[: n // 2],
    }[case]
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    stored = api.list(path=folder)
    if case == "length and chunks":
        # RFC 9112 lets a server go by the chunks; then the upload is whole.
        assert received.startswith((b"HTTP/1.1 400", b"HTTP/1.1 200")) or received == b""
        assert bool(stored) == received.startswith(b"HTTP/1.1 200")
        return
    assert received == b"" or received.startswith(b"HTTP/1.1 4"), received[:100]
    assert stored == []


def test_a_chunked_upload_works(server: Server, api: Api, folder: str) -> None:
    body = form(folder)
    pieces = [body[n : n + 100] for n in range(0, len(body), 100)]
    chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    answer = raw.exchange(server, head("Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n", "POST")
    assert answer.status == 200, answer.body
    assert [file["name"] for file in api.list(path=folder)] == ["framed.png"]


def test_expect_continue_is_answered(server: Server, api: Api, folder: str) -> None:
    body = form(folder)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(head(f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 200"), received[:200]


def test_requests_may_follow_each_other_on_one_connection(server: Server) -> None:
    one = b"GET /imagekit/demo/no/such.png HTTP/1.1\r\nHost: x\r\n\r\n"
    last = one.replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(one * 3 + last)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 404") == 4


# Remote fetch


@pytest.fixture
def stranger() -> Iterator[tuple[int, list[bytes]]]:
    """An HTTP server on loopback that serves a picture to whoever asks, and remembers it."""
    asked: list[bytes] = []
    picture = pictures.tiny(3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    continue
                with connection:
                    connection.settimeout(5)
                    asked.append(connection.recv(65536))
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n"
                        + f"Content-Length: {len(picture)}\r\n\r\n".encode()
                        + picture
                    )

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], asked
        done.set()
        thread.join()


LOOPBACK = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "localhost.",
    "0.0.0.0",
    "0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "user@127.0.0.1",
    "example.com@127.0.0.1",
    "１２７.0.0.1",
    "127。0。0。1",
    "127.127.127.127",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_f1_loopback_is_not_fetched(api: Api, folder: str, stranger, host: str) -> None:
    port, asked = stranger
    answer = api.upload(f"http://{host}:{port}/a.png", "a.png", filename=None, folder=folder)
    rules.check_error(answer, 400)
    assert asked == []
    assert api.list(path=folder) == []


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[fd00:ec2::254]", "192.0.2.1\\@10.0.0.1", "[::ffff:10.0.0.1]", "0xA9FEA9FE", "2852039166"],
)
def test_f1_private_ranges_are_not_fetched(api: Api, folder: str, host: str) -> None:
    answer = api.upload(f"http://{host}/latest/meta-data/", "a.png", filename=None, folder=folder)
    rules.check_error(answer, 400)
    assert api.list(path=folder) == []


def test_f1_the_switch_opens_loopback_and_not_link_local(own_server, stranger, folder: str) -> None:
    port, asked = stranger
    api = Api(own_server(HALFTONE_FETCH__ALLOW_PRIVATE="true"))
    file = api.put(f"http://127.0.0.1:{port}/a.png", "a.png", filename=None, folder=folder)
    assert api.original(file) == pictures.tiny(3)
    assert len(asked) == 1
    for host in ("169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[::]"):
        rules.check_error(api.upload(f"http://{host}:{port}/a.png", "b.png", filename=None, folder=folder), 400)
    assert len(asked) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://127.0.0.1/x", "dict://127.0.0.1/x", "ftp://127.0.0.1/x", "unix:/run/x", "FILE:///etc/passwd"])
def test_f5_other_schemes_are_never_opened(api: Api, folder: str, url: str) -> None:
    answer = api.upload(url, "a.txt", filename=None, folder=folder)
    if answer.status_code == 200:
        assert api.original(answer.json()) == url.encode()
    else:
        rules.check_error(answer, 400)


def test_f7_only_our_delivery_is_fetched_from_our_origin(api: Api, folder: str) -> None:
    source = api.put(pictures.tiny(1), "a.png", folder=folder)
    assert api.upload(source["url"], "b.png", filename=None, folder=folder).status_code == 200
    for path in ("/healthz", "/metrics", "/", "/imagekit/v1/files", "/imagekit/demo/../v1/files", "/imagekit/demo/..%2fv1%2ffiles"):
        answer = api.upload(api.server.origin + path, "c.png", filename=None, folder=folder)
        rules.check_error(answer, 400)
    assert sorted(file["name"] for file in api.list(path=folder)) == ["a.png", "b.png"]


def test_f7_a_private_file_is_not_fetched_without_its_signature(api: Api, folder: str) -> None:
    hidden = api.put(pictures.tiny(1), "a.png", folder=folder, isPrivateFile=True)
    rules.check_error(api.upload(hidden["url"], "b.png", filename=None, folder=folder), 400)
    rest = signing.signed(hidden["filePath"].lstrip("/"))
    assert api.upload(f"{api.server.endpoint}/{rest}", "c.png", filename=None, folder=folder).status_code == 200


def test_f_a_url_that_leads_nowhere_says_so(own_server, folder: str) -> None:
    api = Api(own_server(HALFTONE_FETCH__ALLOW_PRIVATE="true"))
    for url in ("http://127.0.0.1:1/a.png", "http://no.such.host.invalid/a.png", "http://", "http:///a.png", "http://127.0.0.1:99999/", "https://127.0.0.1:1/"):
        rules.check_error(api.upload(url, "a.png", filename=None, folder=folder), 400)
    assert api.list(path=folder) == []
