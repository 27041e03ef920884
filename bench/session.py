"""One run of the benchmarks: its rounds, the servers that take part, where scratch files lie."""

import contextlib
import math
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from load import Load
from report import number
from server import Server


@dataclass(frozen=True)
class Round:
    """One turn of all servers; each round begins with another one."""

    number: int
    of: int

    def order(self, peers):
        start = self.number % len(peers) if peers else 0
        return peers[start:] + peers[:start]

    def __str__(self):
        return f"round {self.number + 1}/{self.of}"


class Bench:
    """What recipes work with."""

    def __init__(self, corpus, peers, rounds, seconds, warm_seconds):
        """`peers`: those that are installed."""
        self.corpus = corpus
        self.seconds = seconds
        self.warm_seconds = warm_seconds
        self.cores = os.cpu_count()
        self.server_cores, self.load_cores = split_cores(sorted(os.sched_getaffinity(0)))
        self._peers = peers
        self._rounds = rounds
        self._scratch = None

    def rounds(self):
        return [Round(number, self._rounds) for number in range(self._rounds)]

    def plenty(self, copies):
        """So many copies that a cold list lasts; `copies` last on two cores for three rounds of 10 s."""
        return copies * max(1, math.ceil(self.cores / 2 * self._rounds / 3 * self.seconds / 10))

    def has(self, name):
        return any(peer.name == name for peer in self._peers)

    @contextlib.contextmanager
    def using(self, names, sources):
        """The installed peers of these names, each with the pictures at hand, until the recipe is over."""
        self._scratch = Path(tempfile.mkdtemp(prefix="halftone-bench-"))
        try:
            peers = [peer for peer in self._peers if peer.name in names]
            for peer in peers:
                scratch = self._scratch / peer.name
                scratch.mkdir()
                peer.use(sources.folder, sources.files(), scratch)
            yield peers
        finally:
            shutil.rmtree(self._scratch)

    def started(self, peer):
        """A fresh process of a peer: `with bench.started(peer) as server:`."""
        return Server(peer.command, self._scratch / f"{peer.name}.log", self.server_cores)

    def load(self, connections, seconds, threads=1):
        return Load(connections, seconds, threads, self.load_cores)

    def pinning(self):
        return "server and load generator on cores of their own" if self.server_cores else "nothing pinned"

    def tell(self, what, peer, row):
        """A line of progress."""
        if "void" in row:
            told = f"void: {row['void']}"
        else:
            speed = f"{number(row['rps'])} req/s" if "rps" in row else f"{number(row['wall_s'])} s"
            told = f"{speed}, CPU {number(row['cpu_ms'])} ms/req, {number(row['rss'])} MB"
            told += f", {row['errors']} failures" if row["errors"] else ""
        print(f"{what}: {peer.name}: {told}", file=sys.stderr, flush=True)


def split_cores(cores):
    """Disjoint halves for the server and the load generator; fewer than four cores are left alone."""
    if len(cores) < 4:
        return None, None
    return frozenset(cores[: len(cores) // 2]), frozenset(cores[len(cores) // 2 :])
