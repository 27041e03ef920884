"""The command line: what goes wrong says so in one sentence, and every command does what it says."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import pictures
from harness.api import Api
from harness.server import PRIVATE_KEY, Server, binary, clean_environment, free_port
from PIL import Image


def halftone(*args: str | Path, cwd: Path, timeout: float = 120, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [binary(), *map(str, args)],
        cwd=cwd,
        env=clean_environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def complaint(done: subprocess.CompletedProcess[str], alone: bool = True) -> str:
    """The one sentence of a failed command; with `alone=False` log lines may stand before it."""
    assert done.returncode not in (0, None), done.stdout
    assert done.returncode > 0, f"ended by signal {-done.returncode}"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert lines, f"nothing on stderr; stdout: {done.stdout[-500:]}"
    if alone:
        assert len(lines) == 1, done.stderr
    told = lines[-1]
    assert not re.search(r"panicked|backtrace|\.rs:\d+|Error \{|::", told), told
    return told


# Starting


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = complaint(halftone("serve", "--data", tmp_path / "d", "--listen", f"127.0.0.1:{port}", cwd=tmp_path))
    assert str(port) in told


@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1:99999", "127.0.0.1", "256.1.1.1:80"])
def test_an_address_that_is_none(tmp_path: Path, listen: str) -> None:
    done = halftone("serve", "--data", tmp_path / "d", "--listen", listen, cwd=tmp_path)
    assert done.returncode > 0
    assert listen in done.stderr
    assert "panicked" not in done.stderr


def test_a_data_directory_that_cannot_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")
    # Root may write into any directory, so what stops it is of another kind: a file, or a file system without room.
    for data in (in_the_way, in_the_way / "below", Path("/proc/halftone-data")):
        told = complaint(halftone("serve", "--data", data, "--listen", f"127.0.0.1:{free_port()}", cwd=tmp_path))
        assert str(data) in told
    if os.geteuid() != 0:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o555)
        told = complaint(halftone("serve", "--data", closed, "--listen", f"127.0.0.1:{free_port()}", cwd=tmp_path))
        assert str(closed) in told


def test_an_unknown_key_in_the_file_names_the_nearest(tmp_path: Path) -> None:
    config = tmp_path / "halftone.toml"
    config.write_text('[server]\npublik_url = "http://example.com"\n')
    for command in ("serve", "config"):
        told = complaint(halftone(command, "--config", config, "--data", tmp_path / "d", cwd=tmp_path))
        assert "server.publik_url" in told
        assert "server.public_url" in told


def test_an_unknown_key_in_the_environment_names_the_nearest(tmp_path: Path) -> None:
    told = complaint(halftone("config", "--data", tmp_path / "d", cwd=tmp_path, HALFTONE_FETCH__ALLOW_PRIVAT="true"))
    assert "fetch.allow_private" in told
    assert re.search(r"allow_privat\b|ALLOW_PRIVAT\b", told)


@pytest.mark.parametrize(
    "text", ["[server\n", "server = 5\n", '[server]\npublic_url = 5\n', '[fetch]\nallow_private = "perhaps"\n'], ids=["syntax", "table", "text", "boolean"]
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    config = tmp_path / "halftone.toml"
    config.write_text(text)
    done = halftone("config", "--config", config, "--data", tmp_path / "d", cwd=tmp_path)
    assert done.returncode > 0
    assert "halftone.toml" in done.stderr or "server" in done.stderr or "fetch" in done.stderr
    assert "panicked" not in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "missing.toml" in complaint(halftone("config", "--config", tmp_path / "missing.toml", cwd=tmp_path))


def test_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    port = free_port()
    url = f"postgres://somebody:geheim-4711@127.0.0.1:{port}/nothing"
    done = halftone(
        "serve", "--data", tmp_path / "d", "--listen", f"127.0.0.1:{free_port()}", cwd=tmp_path, HALFTONE_STORAGE__DATABASE_URL=url
    )
    told = complaint(done)
    assert "database" in told.lower()
    assert "geheim-4711" not in done.stdout + done.stderr


@pytest.mark.parametrize("args", [["nosuch"], ["serve", "--nosuch"], ["render"], ["explain"], ["import"]])
def test_a_wrong_command_line_explains_itself(tmp_path: Path, args: list[str]) -> None:
    done = halftone(*args, cwd=tmp_path)
    assert done.returncode > 0
    assert re.search(r"usage|--help", done.stderr, re.IGNORECASE)


def test_help_and_version(tmp_path: Path) -> None:
    done = halftone("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in ("serve", "import", "render", "explain", "keys", "config"):
        assert re.search(rf"^\s*{command}\b", done.stdout, re.MULTILINE), command
        own = halftone(command, "--help", cwd=tmp_path)
        assert own.returncode == 0 and "Usage" in own.stdout
    version = halftone("--version", cwd=tmp_path)
    assert version.returncode == 0 and re.fullmatch(r"halftone \d+\.\d+\.\d+.*\n", version.stdout)


# First start


def test_the_first_start_makes_credentials_once(tmp_path: Path) -> None:
    """Without bootstrap values: generated, printed once, kept readable by the owner alone, and they work."""

    class Plain(Server):
        def settings(self) -> dict[str, str]:
            return {}

    server = Plain(tmp_path / "plain").start()
    try:
        path = server.data / "credentials.toml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        kept = path.read_text()
        keys = dict(re.findall(r'^\s*(\w+)\s*=\s*"([^"]+)"', kept, re.MULTILINE))
        private, public = keys["private_key"], keys["public_key"]
        assert len(private) >= 24 and private != public
        assert private in server.tail(), "the credentials are printed at the first start"
        assert Api(server, private).list() == []
        assert server.stop() == 0
        server.log.unlink()
        server.start()
        assert private not in server.tail(), "and never again"
        assert path.read_text() == kept
        assert Api(server, private).list() == []
    finally:
        server.kill()


# config


def test_config_shows_values_and_sources_and_no_secrets(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('[server]\npublic_url = "https://images.example.com"\n')
    env = {"HALFTONE_BOOTSTRAP__PRIVATE_KEY": PRIVATE_KEY, "HALFTONE_FETCH__ALLOW_PRIVATE": "true"}
    args = ["config", "--config", config, "--data", tmp_path / "d"]
    plain, machine = (halftone(*args, *more, cwd=tmp_path, **env) for more in ([], ["--json"]))
    for done in (plain, machine):
        assert done.returncode == 0, done.stderr
        assert PRIVATE_KEY not in done.stdout + done.stderr
        assert "***" in done.stdout
    values = json.loads(machine.stdout)
    assert values["server.public_url"]["value"] == "https://images.example.com"
    assert "mine.toml" in values["server.public_url"]["from"]
    assert values["fetch.allow_private"]["value"] is True
    assert "HALFTONE_FETCH__ALLOW_PRIVATE" in values["fetch.allow_private"]["from"]
    assert values["bootstrap.private_key"]["value"] == "***"
    assert values["bootstrap.tenant"]["value"] == "demo"
    # What is printed for people can be used as a configuration file.
    assert tomllib.loads(plain.stdout)["server"]["public_url"] == "https://images.example.com"
    # The limits of the safety checklist are all there.
    numbers = {value["value"] for value in values.values() if isinstance(value["value"], int)}
    assert {100_000_000, 40 * 2**20, 300 * 2**20, 1000, 65_535} <= numbers, sorted(numbers)
    assert {"glean.rate_per_second", "glean.rate_burst", "photoprism.login_burst", "sams.auth", "sams.destinations"} <= set(values)


def test_config_masks_the_password_of_a_database(tmp_path: Path) -> None:
    done = halftone(
        "config", "--data", tmp_path / "d", cwd=tmp_path, HALFTONE_STORAGE__DATABASE_URL="postgres://me:geheim-4711@db/halftone"
    )
    assert done.returncode == 0, done.stderr
    assert "geheim-4711" not in done.stdout + done.stderr


# explain, render


@pytest.fixture
def stocked(own_server: Callable[..., Server]) -> Server:
    """A running server that holds `/a.jpg`, 600x400."""
    server = own_server()
    Api(server).put(pictures.jpeg(pictures.map_picture()), "a.jpg")
    return server


def test_explain_shows_what_a_url_means(tmp_path: Path, stocked: Server) -> None:
    for url in (
        "http://127.0.0.1:8080/imagekit/demo/tr:w-300,h-200,c-force:rt-90/a.jpg",
        "https://images.example.com/imagekit/demo/a.jpg?tr=w-300,h-200,c-force:rt-90",
        "/imagekit/demo/tr:w-300,h-200,c-force:rt-90/a.jpg",
    ):
        done = halftone("explain", url, "--data", stocked.data, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "200 x 300" in done.stdout, done.stdout
        assert "rotate" in done.stdout and "90" in done.stdout
        told = json.loads(halftone("explain", "--json", url, "--data", stocked.data, cwd=tmp_path).stdout)
        assert (told["dialect"], told["size"], told["format"]) == ("imagekit", "200 x 300", "jpeg")
        assert "/a.jpg" in told["asset"]
        assert told["key"] and told["plan"] and told["resolved"]


def test_explain_knows_what_accept_does(tmp_path: Path, stocked: Server) -> None:
    args = ["explain", "--json", "/imagekit/demo/tr:w-300/a.jpg", "--data", stocked.data]
    plain, webp = (
        json.loads(halftone(*args, *more, cwd=tmp_path).stdout) for more in ([], ["--accept", "image/webp,*/*"])
    )
    assert (plain["format"], webp["format"]) == ("jpeg", "webp")
    assert plain["key"] != webp["key"]


def test_explain_names_what_it_ignored(tmp_path: Path, stocked: Server) -> None:
    done = halftone("explain", "--json", "/imagekit/demo/tr:w-300,q-500,foo-bar/a.jpg", "--data", stocked.data, cwd=tmp_path)
    ignored = " ".join(json.loads(done.stdout)["ignored"])
    assert "q-500" in ignored and "foo" in ignored


def test_explain_and_render_speak_the_same_language(tmp_path: Path, stocked: Server) -> None:
    """The canonical plan that `explain` prints is what `render` takes."""
    url = "/imagekit/demo/tr:w-300,h-200,c-force:rt-90,f-png/a.jpg"
    done = halftone("explain", "--json", url, "--data", stocked.data, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)["plan"]
    source, out = tmp_path / "in.png", tmp_path / "out.png"
    source.write_bytes(pictures.png(pictures.map_picture()))
    done = halftone("render", source, plan, "-o", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = Image.open(out)
    assert (shown.format, shown.size) == ("PNG", (200, 300))
    expected = pictures.map_picture().resize((300, 200), Image.Resampling.LANCZOS).transpose(Image.Transpose.ROTATE_270)
    pictures.assert_like(shown, expected)


def test_render_complains(tmp_path: Path) -> None:
    source = tmp_path / "in.png"
    source.write_bytes(pictures.png(pictures.quadrants()))
    out = tmp_path / "out.png"
    assert "nosuchstep" in complaint(halftone("render", source, "nosuchstep(5)", "-o", out, cwd=tmp_path))
    plan = "resize(10x10,fill)"
    assert halftone("render", source, plan, "-o", out, cwd=tmp_path).returncode == 0
    out.unlink()
    assert "missing.png" in complaint(halftone("render", tmp_path / "missing.png", plan, "-o", out, cwd=tmp_path))
    source.write_bytes(b"no picture")
    assert "in.png" in complaint(halftone("render", source, plan, "-o", out, cwd=tmp_path))
    assert not out.exists()


def test_explain_complains(tmp_path: Path) -> None:
    for url in ("http://127.0.0.1:8080/nosuch/a.jpg", "nonsense", "/imagekit/demo/tr:l-image/a.jpg"):
        complaint(halftone("explain", url, cwd=tmp_path))
        assert not list(tmp_path.iterdir()), "nothing is made for a URL that means nothing"


# import, keys


def test_import_takes_a_directory_and_skips_what_it_knows(tmp_path: Path, own_server: Callable[..., Server]) -> None:
    tree = tmp_path / "tree"
    (tree / "deep" / "er").mkdir(parents=True)
    pieces = {
        "a.jpg": pictures.jpeg(pictures.quadrants()),
        "deep/b.png": pictures.png(pictures.quadrants()),
        "deep/er/c.txt": b"some text",
        "deep/er/ünïcode.png": pictures.tiny(1),
    }
    for name, data in pieces.items():
        (tree / name).write_bytes(data)
    server = own_server()
    assert server.stop() == 0

    def run() -> dict:
        done = halftone("import", tree, "--data", server.data, "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    first, second = run(), run()
    assert first == {"imported": 4, "known": 0, "failed": 0}
    assert second == {"imported": 0, "known": 4, "failed": 0}
    (tree / "new.png").write_bytes(pictures.tiny(2))
    third = run()
    assert third == {"imported": 1, "known": 4, "failed": 0}

    api = Api(own_server(home=server.home))
    listed = {item["filePath"] for item in api.list()}
    assert listed == {"/a.jpg", "/deep/b.png", "/deep/er/c.txt", "/deep/er/ünïcode.png", "/new.png"}
    for name, data in pieces.items():
        assert api.original("/" + name) == data
    assert api.picture("/a.jpg", "w-60").size == (60, 40)


def test_import_complains(tmp_path: Path) -> None:
    assert "nosuch" in complaint(halftone("import", tmp_path / "nosuch", "--data", tmp_path / "d", cwd=tmp_path))


def test_a_second_process_on_the_same_data_is_refused(tmp_path: Path, stocked: Server) -> None:
    (tmp_path / "tree").mkdir()
    for args in (["serve", "--listen", f"127.0.0.1:{free_port()}"], ["import", tmp_path / "tree"]):
        told = complaint(halftone(*args, "--data", stocked.data, cwd=tmp_path))
        assert str(stocked.data) in told
    assert Api(stocked).get("/a.jpg").status_code == 200


def test_keys_can_be_added_listed_and_disabled(tmp_path: Path, own_server: Callable[..., Server]) -> None:
    server = own_server()
    assert server.stop() == 0

    def keys(*args: str) -> str:
        done = halftone("keys", *args, "--data", server.data, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def status(key: str) -> int:
        running = own_server(home=server.home)
        try:
            return Api(running, key).call("GET", "/v1/files").status_code
        finally:
            assert running.stop() == 0

    assert "public_key_test" in keys() and "public_key_test" in keys("list")
    assert PRIVATE_KEY not in keys("list") + keys("list", "--json")
    pair = json.loads(keys("add", "--label", "shop", "--json"))
    assert pair["publicKey"] in keys("list") and "shop" in keys("list")
    assert pair["privateKey"] not in keys("list")
    assert status(pair["privateKey"]) == 200
    assert status(PRIVATE_KEY) == 200
    keys("disable", pair["publicKey"])
    assert status(pair["privateKey"]) == 403
    assert status(PRIVATE_KEY) == 200
    keys("enable", pair["publicKey"])
    assert status(pair["privateKey"]) == 200
    # The library was open by then, and its parts may have had something to say.
    told = complaint(halftone("keys", "disable", "nobody", "--data", server.data, cwd=tmp_path), alone=False)
    assert "nobody" in told


def test_logs_hold_no_secrets(own_server: Callable[..., Server]) -> None:
    server = own_server()
    api = Api(server)
    file = api.put(pictures.tiny(1))
    api.get(file, "w-4")
    Api(server, "wrong-key-4711").call("GET", "/v1/files")
    assert server.stop() == 0
    text = server.log.read_text()
    assert PRIVATE_KEY not in text and "wrong-key-4711" not in text


def test_requests_are_logged_with_their_id(own_server: Callable[..., Server]) -> None:
    server = own_server(HALFTONE_LOG__LEVEL="debug", HALFTONE_LOG__FORMAT="json")
    wanted = Api(server).get("/no/such.jpg").headers["X-Request-Id"]
    assert server.stop() == 0
    (line,) = [line for line in server.log.read_text().splitlines() if wanted in line and '"answered"' in line]
    entry = json.loads(line)
    assert entry["fields"]["status"] == 404
    assert entry["span"]["path"] == "/imagekit/demo/no/such.jpg"
