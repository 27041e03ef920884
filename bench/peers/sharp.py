"""sharp (libvips) behind the small server in `sharp.mjs`. Decodes at a fraction, reduces in gamma light."""

import json
import subprocess

from .peer import BENCH, CACHE, Peer, on_path

MODULES = CACHE / "node"


class Sharp(Peer):
    name = "sharp"
    keeps = "no cache, does not coalesce"

    def missing(self):
        if not on_path("node"):
            return "no Node (bench/setup)"
        return None if (MODULES / "node_modules/sharp").is_dir() else "not installed (bench/setup)"

    def version(self):
        sharp = json.loads((MODULES / "node_modules/sharp/package.json").read_text())["version"]
        show = [on_path("node"), "-p", "require('sharp').versions.vips + ', node ' + process.version"]
        vips = subprocess.run(show, cwd=MODULES, capture_output=True, text=True).stdout.strip()
        return f"sharp {sharp}, libvips {vips}"

    def command(self, port):
        environment = {
            "UV_THREADPOOL_SIZE": str(max(4, self.settings.cores)),
            "MALLOC_ARENA_MAX": "2",
        }
        return [on_path("node"), BENCH / "peers/sharp.mjs", MODULES, self.folder, port], environment

    def path(self, request):
        return f"/{request.format}/{request.quality or 0}/{request.box}/{request.file}"
