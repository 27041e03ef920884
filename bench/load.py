"""Runs wrk over a list of requests and reads what it found. Standard library only."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

WALK = Path(__file__).with_name("walk.lua")


@dataclass(frozen=True)
class Load:
    """How to ask: connections, seconds, threads of wrk, and the cores it may use (None: all)."""

    connections: int
    seconds: float
    threads: int = 1
    cores: frozenset | None = None


@dataclass(frozen=True)
class Expect:
    """What every answer must be: a format and the range of its longer side in pixels."""

    format: str
    least: int
    most: int


def walk(port, lines, load, expect=None, loop=False):
    """Walks `lines` (path, or path TAB ETag); returns what `walk.lua` counted, as a dict.

    A list that is walked once gets one thread: several would walk it in step and ask twice.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".list") as file:
        file.writelines(line + "\n" for line in lines)
        file.flush()
        argv = [
            "wrk",
            f"-t{load.threads if loop else 1}",
            f"-c{load.connections}",
            f"-d{whole_seconds(load.seconds)}",
        ]
        argv += ["--timeout", "60s", "-s", str(WALK), f"http://127.0.0.1:{port}/", "--", file.name]
        argv += ["loop" if loop else "once"]
        argv += [expect.format, str(expect.least), str(expect.most)] if expect else ["-"]
        done = subprocess.run(
            argv, capture_output=True, text=True, check=True, preexec_fn=lambda: pin(load.cores)
        )
    return parse(done.stdout)


def parse(output):
    """The JSON line of `walk.lua` in wrk's output."""
    for line in output.splitlines():
        if line.startswith("walk "):
            return json.loads(line[len("walk ") :])
    raise ValueError(f"wrk did not report: {output[-500:]!r}")


def row(walked, cpu_s, rss_mb):
    """One round of one server, in the units of the tables: milliseconds, megabytes, requests per second."""
    answers = walked["n"]
    return {
        "rps": answers / walked["seconds"],
        "p50": walked["p50_us"] / 1000,
        "p99": walked["p99_us"] / 1000,
        "cpu_ms": cpu_s * 1000 / answers if answers else None,
        "rss": rss_mb,
        "n": answers,
        "errors": sum(walked[kind] for kind in ("connect", "read", "write", "status", "timeout", "wrong")),
    }


def whole_seconds(seconds):
    """wrk takes no fractions."""
    return f"{max(1, round(seconds))}s"


def pin(cores):
    if cores:
        os.sched_setaffinity(0, cores)
