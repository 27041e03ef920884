"""A server process on loopback: started, accounted for, and stopped again. Linux only.

Accounting covers the whole process tree: CPU includes children that have ended, memory is the
high-water mark between `reset_peak` and `peak_mb`.
"""

import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_LIMIT_S = 30
STOP_LIMIT_S = 15
SAMPLE_EVERY_S = 0.2
# Quiet is less than this share of one core, as bench.md has it.
QUIET_SHARE = 0.03


class Server:
    """`with Server(command, log) as server:` starts it, waits until it answers HTTP, and stops it.

    `command` is a function of the port that returns `(argv, environment)`; `cores` pins the
    process to these cores (None: wherever the system likes).
    """

    def __init__(self, command, log, cores=None):
        self._command = command
        self._log = log
        self._cores = cores
        self.port = None
        self.tree = None

    def __enter__(self):
        self.port = free_port()
        argv, environment = self._command(self.port)
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                [str(part) for part in argv],
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self._cores:
            os.sched_setaffinity(self._process.pid, self._cores)
        self.tree = ProcessTree(self._process.pid)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def connect(self, timeout=60):
        """A keep-alive connection of `http.client`; the caller closes it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def get(self, path, headers={}):
        """One GET on a connection of its own: `(status, headers, body)`."""
        connection = self.connect()
        try:
            return ask(connection, path, headers)
        finally:
            connection.close()

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"it ended with status {self._process.returncode}: {self._last_words()}")
            try:
                self.get("/")
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"no answer within {START_LIMIT_S} s: {self._last_words()}")

    def _last_words(self):
        return Path(self._log).read_text(errors="replace").strip()[-500:]

    def _stop(self):
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            pass
        # Its own session, so this reaches exactly what it started and left behind.
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


class ProcessTree:
    """CPU and memory of a process and all that descend from it."""

    def __init__(self, root):
        self._root = root
        self._sampler = None
        self._pids = [root]

    def cpu_seconds(self):
        """User and system time so far, children that were waited for included."""
        return sum(ticks for _, ticks in self._living().values()) / TICKS_PER_SECOND

    def reset_peak(self):
        """Starts a new high-water mark."""
        self._pids = list(self._living())
        for pid in self._pids:
            write_quietly(f"/proc/{pid}/clear_refs", "5")
        # The peaks of several processes need not coincide, so their sum is sampled instead.
        self._sampler = SumSampler(self._pids) if len(self._pids) > 1 else None

    def peak_mb(self):
        """Peak resident megabytes (10^6 bytes) since `reset_peak`."""
        if self._sampler:
            return self._sampler.stop() / 1e6
        return resident_bytes(self._root, "VmHWM") / 1e6

    def settle(self, window_s, limit_s):
        """Waits until the tree is quiet for `window_s`; returns the seconds until that window began."""
        started = time.monotonic()
        before = self.cpu_seconds()
        while True:
            window_began = time.monotonic() - started
            time.sleep(window_s)
            after = self.cpu_seconds()
            if after - before < QUIET_SHARE * window_s or window_began > limit_s:
                return window_began
            before = after

    def _living(self):
        """{pid: (parent, CPU ticks)} of the root and its descendants."""
        processes = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit() and (stat := read_stat(entry)):
                processes[int(entry)] = stat
        tree, border = {}, [self._root]
        while border:
            pid = border.pop()
            if pid in processes and pid not in tree:
                tree[pid] = processes[pid]
                border += [child for child, (parent, _) in processes.items() if parent == pid]
        return tree


class SumSampler:
    """Samples the summed resident size of `pids` in the background and keeps the largest."""

    def __init__(self, pids):
        self._pids = pids
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._done.set()
        self._thread.join()
        return self._peak

    def _run(self):
        while True:
            self._peak = max(self._peak, sum(resident_bytes(pid, "VmRSS") for pid in self._pids))
            if self._done.wait(SAMPLE_EVERY_S):
                return


def measured(server, work):
    """Runs `work()` between two quiet moments: `(its result, CPU seconds, peak resident MB)`.

    What the server still does afterwards on account of it (writing caches, say) is counted too.
    """
    server.tree.settle(window_s=0.3, limit_s=10)
    server.tree.reset_peak()
    before = server.tree.cpu_seconds()
    result = work()
    server.tree.settle(window_s=0.3, limit_s=60)
    return result, server.tree.cpu_seconds() - before, server.tree.peak_mb()


def ask(connection, path, headers={}):
    """One GET on an open `http.client` connection: `(status, headers, body)`."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def read_stat(pid):
    """`(parent, ticks of CPU)` from /proc/<pid>/stat, or None if it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The command name stands in brackets and may hold anything, so fields count from the last one.
    fields = text[text.rindex(")") + 2 :].split()
    return int(fields[1]), sum(int(field) for field in fields[11:15])


def resident_bytes(pid, line):
    """`VmRSS` (now) or `VmHWM` (peak) of one process; 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    for row in status.splitlines():
        if row.startswith(line + ":"):
            return int(row.split()[1]) * 1024
    return 0


def write_quietly(path, text):
    try:
        Path(path).write_text(text)
    except OSError:
        pass
