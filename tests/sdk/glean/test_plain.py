"""What the generated client does not reach: methods, headers, hostile bodies, other dialects."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import pictures
from harness.api import Api
from harness.glean import Plain
from harness.server import Server, binary, clean_environment

PNG = pictures.tiny(1)
OTHER = pictures.tiny(2)


def test_headers_of_an_image(plain: Plain, own: str) -> None:
    target = f"/images?type=ICON&id={own}"
    assert plain.send("POST", f"/uploadimage?type=ICON&id={own}", data=PNG).status_code == 200
    answer = plain.send("GET", target)
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    head = plain.send("HEAD", target)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(PNG))
    again = plain.send("GET", target, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_tokens_methods_and_parameters(plain: Plain) -> None:
    for token in (None, "wrong", "public_key_test"):
        body = plain.refuse(401, "authentication_required", "GET", "/images?type=NOTHING", token=token)
        assert "key_test" not in json.dumps(body)
    plain.refuse(405, "method_not_allowed", "DELETE", "/images")
    plain.refuse(404, "not_found", "GET", "/nothing")
    plain.refuse(400, "invalid_request", "GET", "/images")
    plain.refuse(400, "invalid_request", "GET", f"/images?type=ICON&id={'a' * 513}")
    plain.refuse(404, "not_found", "GET", "/images?key=..%2f..%2f..%2fetc%2fpasswd&type=NOTHING")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>",
        b"GIF89a<html></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'",
    ],
)
def test_what_is_no_image(plain: Plain, own: str, body: bytes) -> None:
    assert plain.send("POST", f"/uploadimage?type=ICON&id={own}", data=PNG).status_code == 200
    plain.refuse(400, "invalid_request", "POST", f"/uploadimage?type=ICON&id={own}", data=body)
    assert plain.send("GET", f"/images?type=ICON&id={own}").content == PNG


def test_too_large_and_forms(plain: Plain, own: str) -> None:
    target = f"/uploadimage?type=ICON&id={own}"
    plain.refuse(400, "invalid_request", "POST", target, data=PNG + bytes(20 << 20))
    plain.refuse(400, "invalid_request", "POST", target, files={"file": PNG})
    plain.refuse(404, "not_found", "GET", f"/images?type=ICON&id={own}")


def test_a_vector_graphic_is_locked_in(plain: Plain, own: str) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><script>alert(1)</script></svg>'
    assert plain.send("POST", f"/uploadimage?type=LOGO&id={own}", data=svg).status_code == 200
    answer = plain.send("GET", f"/images?type=LOGO&id={own}")
    assert answer.content == svg
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    assert answer.headers["Content-Security-Policy"] == policy


def test_imagekit_sees_and_changes_the_same_images(plain: Plain, api: Api, own: str) -> None:
    target = f"/images?type=USER&id={own}"
    answer = plain.send("POST", f"/uploadimage?type=USER&id={own}", data=PNG).json()
    key = answer["url"].split("key=")[1]
    details = api.details(key)
    assert details["filePath"].startswith("/glean/user/") and details["isPrivateFile"] is True
    # Nobody reads it without credentials.
    assert api.get(details).status_code in (401, 403)
    # Published there, it stays so when it is replaced here.
    api.update(key, isPrivateFile=False)
    assert plain.send("POST", f"/uploadimage?type=USER&id={own}", data=OTHER).status_code == 200
    assert api.original(details) == OTHER
    assert len(api.versions(key)) == 2
    # Moved there, it is found here.
    api.ask("POST", "/v1/folder", 201, {"folderName": f"moved{own}", "parentFolderPath": "/"})
    moved = {"sourceFilePath": details["filePath"], "destinationPath": f"/moved{own}"}
    api.ask("POST", "/v1/files/move", 204, moved)
    assert plain.send("GET", target).content == OTHER
    # Unpublished there, it is not there here, until it is uploaded anew.
    api.update(key, publish={"isPublished": False})
    plain.refuse(404, "not_found", "GET", target)
    plain.refuse(404, "not_found", "GET", f"/images?key={key}")
    assert plain.send("POST", f"/uploadimage?type=USER&id={own}", data=PNG).status_code == 200
    assert plain.send("GET", target).content == PNG
    # Deleted there, its place is free.
    api.delete(key)
    plain.refuse(404, "not_found", "GET", target)
    again = plain.send("POST", f"/uploadimage?type=USER&id={own}", data=PNG).json()
    assert again["url"] != answer["url"]


def test_images_of_imagekit_are_found_by_id(plain: Plain, api: Api, folder: str) -> None:
    for private in (False, True):
        file = api.put(PNG, f"{private}.png", folder=folder, isPrivateFile=private)
        assert plain.send("GET", f"/images?key={file['fileId']}").content == PNG
    text = api.put(b"text", "a.txt", folder=folder)
    plain.refuse(404, "not_found", "GET", f"/images?key={text['fileId']}")


def test_tokens_of_people(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server()
    server.stop()

    def keys(*arguments: str) -> Any:
        command = [binary(), "keys", *arguments, "--json", "--data", str(server.data)]
        done = subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    made = json.loads(keys("add", "--user", "Ann@example.com", "--label", "telephone"))
    assert made["user"] == "ann@example.com"
    assert made["userToken"] in keys("list") and made["token"] not in keys("list")
    plain = Plain(server.start())
    token = made["token"]
    assert plain.send("POST", "/uploadimage?type=ICON", token=token, data=PNG).status_code == 200
    mine = {"X-Glean-ActAs": "ann@EXAMPLE.com"}
    assert plain.send("GET", "/images?type=ICON", token=token, headers=mine).content == PNG
    other = {"X-Glean-ActAs": "bob@example.com"}
    plain.refuse(401, "authentication_required", "GET", "/images?type=ICON", token=token, headers=other)
    # It opens nothing else.
    assert Api(server, token).call("GET", "/v1/files").status_code == 403
    server.stop()
    subprocess.run(
        [binary(), "keys", "disable", made["userToken"], "--data", str(server.data)],
        cwd=tmp_path, env=clean_environment(), check=True, capture_output=True,
    )
    plain = Plain(server.start())
    plain.refuse(401, "authentication_required", "GET", "/images?type=ICON", token=token)


def test_urls_follow_the_client_unless_an_address_is_configured(
    plain: Plain, own_server: Callable[..., Server], own: str
) -> None:
    host = {"Host": "elsewhere.example"}
    answer = plain.send("POST", f"/uploadimage?type=ICON&id={own}", data=PNG, headers=host).json()
    assert answer["url"].startswith(plain.base + "/images?key=")
    server = own_server(HALFTONE_SERVER__PUBLIC_URL="")
    followed = Plain(server).send("POST", "/uploadimage?type=ICON", data=PNG, headers=host).json()
    assert followed["url"].startswith("http://elsewhere.example/glean/rest/api/v1/images?key=")
