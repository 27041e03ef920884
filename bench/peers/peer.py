"""What a benchmark must know of a server: how to start it and how it spells a request."""

import os
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
CACHE = BENCH / ".cache"
PROJECT = BENCH.parent


@dataclass(frozen=True)
class Settings:
    """What a peer may need: cores to use, and where Halftone's binary is said to be (None: look)."""

    cores: int
    halftone: Path | None = None


class Peer:
    """One server. A recipe calls `use` once, then starts `command` afresh in each round."""

    name = ""
    # What it keeps between requests; printed above the tables.
    keeps = "no cache"
    # Whether an answer given once is kept and given again.
    caches = False

    def __init__(self, settings):
        self.settings = settings
        self.folder = None
        self.notes = []

    def missing(self):
        """Why it cannot take part, or None if it can."""
        raise NotImplementedError

    def version(self):
        raise NotImplementedError

    def use(self, folder, files, scratch):
        """Makes `files` of `folder` available. `scratch` is an empty directory that outlives the rounds.

        May leave `notes` for the tables (settle time, say), as sentences.
        """
        self.folder = folder

    def command(self, port):
        """`(argv, environment)` that serves on 127.0.0.1:`port`."""
        raise NotImplementedError

    def path(self, request):
        """The URL path of a `Request`."""
        raise NotImplementedError

    def renders(self, server):
        """Renders so far by the server's own count, or None if it does not count."""
        return None


def extension(format):
    """The usual short name of a format: `jpeg` is `jpg`."""
    return {"jpeg": "jpg"}.get(format, format)


def on_path(name):
    """Where a program is, the benchmarks' own installation first; None if nowhere."""
    folders = [CACHE / "bin", CACHE / "venv/bin", *map(Path, os.environ.get("PATH", "").split(":"))]
    folders += [Path("/usr/sbin"), Path("/usr/local/sbin")]
    return next((folder / name for folder in folders if os.access(folder / name, os.X_OK)), None)
