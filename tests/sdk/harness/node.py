"""Packages of npm, installed at test time where npm can."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def run(folder: Path, script: str, *arguments: str, given: Any) -> str:
    """Runs a script of `folder` with the packages of its `package.json`, skips the test where they cannot be had."""
    home = _installed(folder)
    shutil.copy(folder / script, home / script)
    done = subprocess.run(
        ["node", script, *arguments], cwd=home, input=json.dumps(given), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _installed(folder: Path) -> Path:
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("there is no npm")
    manifest = (folder / "package.json").read_bytes()
    stamp = hashlib.sha256(manifest).hexdigest()[:16]
    cache = Path(os.environ.get("HALFTONE_CACHE") or Path.home() / ".cache/halftone")
    home = cache / "sdk" / f"node-{stamp}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / ".installed").exists():
            (home / "package.json").write_bytes(manifest)
            command = ["npm", "install", "--no-audit", "--no-fund", "--silent"]
            done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode != 0:
                pytest.skip("npm cannot install what this needs")
            (home / ".installed").touch()
    return home
