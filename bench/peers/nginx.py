"""nginx serving ready answers as plain files: what a warm hit costs when there is nothing to think about."""

import os
import subprocess

from .peer import Peer, extension, on_path

CONFIGURATION = """
daemon off;
{user}
worker_processes {cores};
pid {scratch}/nginx.pid;
error_log stderr error;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    types {{ image/jpeg jpg; image/png png; image/webp webp; }}
    sendfile on;
    tcp_nopush on;
    etag on;
    keepalive_requests 1000000;
    open_file_cache max=20000;
    client_body_temp_path {scratch}/body;
    proxy_temp_path {scratch}/proxy;
    fastcgi_temp_path {scratch}/fastcgi;
    uwsgi_temp_path {scratch}/uwsgi;
    scgi_temp_path {scratch}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder};
    }}
}}
"""


class Nginx(Peer):
    name = "nginx"
    keeps = "plain files, open_file_cache"

    def missing(self):
        return None if on_path("nginx") else "not installed (bench/setup)"

    def version(self):
        told = subprocess.run([on_path("nginx"), "-v"], capture_output=True, text=True).stderr
        return told.strip().rpartition(" ")[2].replace("/", " ")

    def use(self, folder, files, scratch):
        """Starts with nothing to serve: it cannot render, so answers are `put` there."""
        self.scratch = scratch
        self.folder = scratch / "files"
        self.folder.mkdir()

    def put(self, request, body):
        """Makes `body` the answer to `request`."""
        (self.folder / self.path(request)[1:]).write_bytes(body)

    def command(self, port):
        # Workers of a root-owned master would change to `nobody`, who may not read the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        text = CONFIGURATION.format(
            user=user, cores=self.settings.cores, scratch=self.scratch, port=port, folder=self.folder
        )
        configuration = self.scratch / "nginx.conf"
        configuration.write_text(text)
        return [on_path("nginx"), "-p", self.scratch, "-c", configuration], {}

    def path(self, request):
        stem = request.file.rpartition(".")[0]
        return f"/{stem}-{request.box}.{extension(request.format)}"
