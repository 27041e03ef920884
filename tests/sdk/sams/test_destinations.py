"""Destinations with stores of their own, and the command that moves a set between them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from harness.sams import Sams
from harness.server import binary, clean_environment


def stored(place: Path) -> list[bytes]:
    return sorted(file.read_bytes() for file in place.rglob("*") if file.is_file() and len(file.name) == 64)


def test_a_set_moves_with_its_files_beside_the_server(tmp_path: Path, own_sams: Callable[..., Sams]) -> None:
    archive = tmp_path / "archive"
    settings = {"HALFTONE_SAMS__DESTINATIONS": f'[{{name="internal"}}, {{name="archive", path="{archive}"}}]'}
    sams = own_sams(**settings)
    home = sams.new_set(name="News", state="usable", destination_name="internal")
    assets = [sams.new_asset(home["_id"], content, state="public") for content in (b"one", b"two")]
    assert stored(archive) == []

    def halftone(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary(), "sets", *args, "--data", str(sams.server.data)],
            cwd=tmp_path, env=clean_environment(**settings), capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    listed = [json.loads(line) for line in halftone("list", "--json").stdout.splitlines()]
    assert {"name": "News", "destination": "internal", "files": 2} in listed
    moved = halftone("move", "News", "archive")
    assert moved.returncode == 0, moved.stderr
    assert "archive" in moved.stdout
    assert stored(archive) == [b"one", b"two"]
    found = sams.client.sets.get_by_id(home["_id"]).json()
    assert found["destination_name"] == "archive"
    for asset, content in zip(assets, (b"one", b"two"), strict=True):
        assert sams.client.assets.get_binary_by_id(asset["_id"]).content == content
    # What comes later goes there at once.
    sams.new_asset(home["_id"], b"three", state="public")
    assert stored(archive) == [b"one", b"three", b"two"]

    for args, word in ((("move", "Nothing", "archive"), "Nothing"), (("move", "News", "nowhere"), "nowhere")):
        refused = halftone(*args)
        assert refused.returncode != 0 and word in refused.stderr, refused
        assert "panicked" not in refused.stderr
