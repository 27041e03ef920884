"""oximg: Rust, linear light, jpegli. Keeps nothing; equal requests in flight are rendered once."""

import subprocess

from .peer import Peer, on_path


class Oximg(Peer):
    name = "oximg"
    keeps = "no cache, coalesces"

    def missing(self):
        return None if on_path("oximg") else "not installed (bench/setup)"

    def version(self):
        return subprocess.run([on_path("oximg"), "--version"], capture_output=True, text=True).stdout.strip()

    def command(self, port):
        environment = {
            "IMAGES_DIR": str(self.folder),
            "PORT": str(port),
            "OXIMG_OPTIONS_PREFIX": "/image",
        }
        return [on_path("oximg"), "serve"], environment

    def path(self, request):
        options = f"width={request.box},height={request.box}"
        if request.quality is not None:
            options += f",quality={request.quality}"
        return f"/image/{options},format={request.format}/{request.file}"
