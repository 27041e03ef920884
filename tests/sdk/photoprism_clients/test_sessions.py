"""Signing in and out, tokens, configuration, and what lasts beyond a restart."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from harness import pictures
from harness.photoprism import Photos, sha1
from harness.server import ADMIN_PASSWORD, ADMIN_USER, Server, binary, clean_environment


def test_a_session_says_who_and_what(photos: Photos) -> None:
    session = Photos(photos.server).sign_in().session
    token = session["id"]
    assert re.fullmatch(r"[0-9a-f]{48}", token)
    assert session["access_token"] == token
    assert session["session_id"] == hashlib.sha256(token.encode()).hexdigest()
    assert (session["status"], session["token_type"], session["provider"]) == ("success", "Bearer", "local")
    assert 13 * 86400 < session["expires_in"] <= 14 * 86400
    assert re.fullmatch(r"u[0-9a-z]{15}", session["user"]["UID"])
    assert (session["user"]["Role"], session["user"]["SuperAdmin"]) == ("admin", True)
    config = session["config"]
    for kind in ("previewToken", "downloadToken"):
        assert re.fullmatch(r"[0-9a-z]{8}", config[kind])
    assert config["previewToken"] == photos.preview, "of the user, whatever the session"
    assert all(isinstance(number, int) for number in config["count"].values())
    assert (config["public"], config["apiUri"]) == (False, "/api/v1")


@pytest.mark.parametrize("header", ["X-Auth-Token", "X-Session-ID", "Authorization"])
def test_tokens_in_each_header(photos: Photos, header: str) -> None:
    token = photos.session["id"]
    value = f"Bearer {token}" if header == "Authorization" else token
    assert photos.ask("GET", "/session", headers={header: value})["user"]["UID"] == photos.user
    assert photos.ask("GET", "/session", status=401, headers={header: value[:-1] + "x"}) == {
        "code": 401,
        "error": "Please log in to your account",
    }


def test_signing_in_wrongly(photos: Photos) -> None:
    for credentials in ({"password": "wrong"}, {"username": "nobody"}, {"username": ""}):
        body = {"username": ADMIN_USER, "password": ADMIN_PASSWORD, **credentials}
        assert photos.ask("POST", "/session", body, 401, headers={}) == {"error": "Invalid credentials"}
    assert photos.ask("POST", "/session", status=400, headers={}, data=b"not json")["error"] == "Unable to do that"
    assert photos.send("POST", "/sessions", headers={}, data=b"").status_code == 400


def test_signing_out(photos: Photos) -> None:
    app = Photos(photos.server).sign_in()
    ours, theirs = app.session["session_id"], photos.session["session_id"]
    assert app.ask("GET", f"/session/{ours}")["session_id"] == ours
    assert app.ask("GET", f"/sessions/{theirs}", status=403)["error"] == "Permission denied"
    assert app.ask("GET", "/session/nonsense", status=400)["code"] == 400
    assert app.ask("DELETE", "/session") == {"status": "deleted", "session_id": ours}
    app.ask("GET", "/photos", status=401, params={"count": 1})
    assert photos.get(f"/svg/photo").status_code == 200
    assert photos.get(f"/t/{'0' * 40}/{app.preview}/tile_50").status_code == 200, "URL tokens outlive sessions"


def test_logging_in_too_often(own_server: Callable[..., Server]) -> None:
    app = Photos(own_server(HALFTONE_PHOTOPRISM__LOGIN_BURST="2"))
    body = {"username": ADMIN_USER, "password": "wrong"}
    for _ in range(2):
        app.ask("POST", "/session", body, 401, headers={})
    answer = app.send("POST", "/session", json=body, headers={})
    assert (answer.status_code, answer.json()) == (429, {"error": "rate limit exceeded", "code": 429})
    assert int(answer.headers["Retry-After"]) >= 1


def test_config_without_a_session(photos: Photos) -> None:
    config = photos.ask("GET", "/config", headers={})
    assert (config["previewToken"], config["downloadToken"], config["public"]) == ("public", "public", False)
    assert photos.ask("GET", "/status", headers={}) == {"status": "operational"}
    full = photos.ask("GET", "/config")
    assert full["previewToken"] == photos.preview
    assert {size["size"] for size in full["thumbs"]} >= {"fit_720", "fit_1280", "fit_15360"}


def test_app_passwords(photos: Photos) -> None:
    minted = photos.ask("POST", f"/users/{photos.user}/passwords", {"client_name": "frame"})
    password = minted["access_token"]
    assert re.fullmatch(r"[A-Za-z0-9]{6}-[A-Za-z0-9]{6}-[A-Za-z0-9]{6}-[A-Za-z0-9]{6}", password)
    bearer = {"Authorization": f"Bearer {password}"}
    assert photos.ask("GET", "/session", headers=bearer)["provider"] == "application"
    assert Photos(photos.server).sign_in(password=password).user == photos.user
    photos.ask("DELETE", "/session", headers=bearer)
    photos.ask("GET", "/session", status=401, headers=bearer)


def test_what_lasts_beyond_a_restart(own_server: Callable[..., Server]) -> None:
    server = own_server()
    app = Photos(server).sign_in()
    data = pictures.tiny(7)
    app.put(("tiny.png", data))
    assert server.stop() == 0
    minting = [binary(), "keys", "app-password", "--label", "frame", "--json", "--data", str(server.data)]
    told = subprocess.run(
        minting, capture_output=True, text=True, check=True, env=clean_environment(**server.settings()), cwd=server.home
    )
    password = json.loads(told.stdout)["appPassword"]
    server.start()
    again = Photos(server)
    assert again.get(f"/t/{sha1(data)}/{app.preview}/tile_50").headers["Content-Type"] == "image/jpeg"
    assert again.get(f"/dl/{sha1(data)}", params={"t": app.download}).content == data
    again.headers = {"X-Auth-Token": password}
    assert again.ask("GET", "/session")["user"]["UID"] == app.user
    again.headers = {"X-Session-ID": app.session["id"]}
    assert len(again.search()) == 1


def test_public_mode(own_server: Callable[..., Server]) -> None:
    app = Photos(own_server(HALFTONE_PHOTOPRISM__PUBLIC="true"))
    app.session = app.ask("POST", "/session", {"anything": 1})
    assert app.session["config"]["previewToken"] == "public"
    config = app.ask("GET", "/config")
    assert (config["public"], config["authMode"]) == (True, "public")
    data = pictures.tiny(8)
    photo = app.put(("tiny.png", data))[0]
    assert app.ask("DELETE", "/session")["status"] == "deleted"
    for token in ("public", "anything", ""):
        assert app.get(f"/t/{sha1(data)}/{token}/tile_50").headers["Content-Type"] == "image/jpeg", token
    assert app.get(f"/photos/{photo['UID']}/dl").content == data
    assert "X-Preview-Token" not in app.send("GET", "/photos", params={"count": 1}).headers


def test_fixed_tokens(own_server: Callable[..., Server]) -> None:
    tokens = {"HALFTONE_PHOTOPRISM__PREVIEW_TOKEN": "peek", "HALFTONE_PHOTOPRISM__DOWNLOAD_TOKEN": "take"}
    app = Photos(own_server(**tokens)).sign_in()
    data = pictures.tiny(9)
    app.put(("tiny.png", data))
    for token in ("peek", "take"):
        assert app.get(f"/t/{sha1(data)}/{token}/tile_50").status_code == 200
    assert app.get(f"/dl/{sha1(data)}", params={"t": "take"}).content == data
    assert app.get(f"/dl/{sha1(data)}", params={"t": "peek"}).status_code == 403


def test_the_generated_client_is_told_about_the_server(connect: Callable[..., Any]) -> None:
    config = connect("ConfigApi", token="")
    assert config.get_status().status == "operational"
    assert config.get_client_config()["previewToken"] == "public"
