"""Halftone, spoken to as its users do: uploads and deliveries in the ImageKit dialect."""

import base64
import os
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from server import Server

from .peer import PROJECT, Peer, extension

TENANT = "demo"
PUBLIC_KEY = "public_bench"
PRIVATE_KEY = "private_bench"
UPLOAD_PATH = "/imagekit/api/v1/files/upload"
UPLOAD_CLIENTS = 4


class Halftone(Peer):
    name = "Halftone"
    keeps = "derivative cache in RAM and on disk as shipped, coalesces"
    caches = True

    def missing(self):
        if self._binary():
            return None
        return "no release binary (cargo build --release, or --halftone BIN)"

    def version(self):
        told = subprocess.run([self._binary(), "--version"], capture_output=True, text=True).stdout.strip()
        commit = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=PROJECT, capture_output=True, text=True
        ).stdout.strip()
        return f"{told or 'halftone'} (work tree {commit or 'unknown'})"

    def use(self, folder, files, scratch):
        super().use(folder, files, scratch)
        self.data = scratch
        with Server(self.command, scratch / "upload.log") as server:
            started = time.monotonic()
            with ThreadPoolExecutor(UPLOAD_CLIENTS) as clients:
                list(clients.map(lambda file: upload(server, folder / file), files))
            took = time.monotonic() - started
            settle = server.tree.settle(window_s=2, limit_s=600)
        self.notes = [f"Halftone took {len(files)} uploads in {took:.1f} s and settled {settle:.1f} s later."]

    def command(self, port):
        environment = {
            "HALFTONE_BOOTSTRAP__TENANT": TENANT,
            "HALFTONE_BOOTSTRAP__PUBLIC_KEY": PUBLIC_KEY,
            "HALFTONE_BOOTSTRAP__PRIVATE_KEY": PRIVATE_KEY,
        }
        return [
            self._binary(),
            "serve",
            "--data",
            self.data / "data",
            "--listen",
            f"127.0.0.1:{port}",
        ], environment

    def path(self, request):
        steps = f"w-{request.box},h-{request.box},c-at_max"
        if request.quality is not None:
            steps += f",q-{request.quality}"
        return f"/imagekit/{TENANT}/tr:{steps},f-{extension(request.format)}/perf/{request.file}"

    def renders(self, server):
        status, _, body = server.get("/metrics")
        return sum_of_counter(body.decode(), "halftone_renders_total") if status == 200 else None

    def _binary(self):
        if self.settings.halftone:
            return self.settings.halftone
        places = [
            os.environ.get("CARGO_TARGET_DIR"),
            Path.home() / ".cache/halftone/target",
            PROJECT / "target",
        ]
        binaries = [Path(place) / "release/halftone" for place in places if place]
        return next((binary for binary in binaries if os.access(binary, os.X_OK)), None)


def upload(server, file):
    """Uploads one file into `/perf` under its own name; anything but 200 ends the recipe."""
    fields = {"fileName": file.name, "useUniqueFileName": "false", "folder": "/perf"}
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
    parts += [head.encode() + b"Content-Type: application/octet-stream\r\n\r\n", file.read_bytes()]
    parts += [f"\r\n--{boundary}--\r\n".encode()]
    connection = server.connect()
    try:
        connection.request(
            "POST",
            UPLOAD_PATH,
            body=b"".join(parts),
            headers={
                "Authorization": "Basic " + base64.b64encode(f"{PRIVATE_KEY}:".encode()).decode(),
                "Content-Type": f"multipart/form-data; boundary={boundary}",
            },
        )
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(
            f"upload of {file.name} answered {answer.status}: {body[:300].decode(errors='replace')}"
        )


def sum_of_counter(exposition, name):
    """Sum over all labels of one counter in Prometheus' text format."""
    return sum(
        float(line.rpartition(" ")[2])
        for line in exposition.splitlines()
        if line.startswith((name + " ", name + "{"))
    )
