"""Operations that back ends carry out, through the SDK."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import requests
from harness.api import PATIENCE
from harness.listener import Listener, Received, Reply
from harness.pictures import jpeg, photo, png
from harness.pixelbin import client_of
from harness.server import Server
from PIL import Image


def test_a_module_with_a_back_end(tmp_path: Path) -> None:
    """A module whose back end is configured: listed, delivered, and used as a prediction."""

    def reply(request: Received) -> Reply:
        cut = request.body.split(b"\r\n\r\n")[3].rsplit(b"\r\n--", 1)[0]
        picture = Image.open(BytesIO(cut)).convert("RGBA")
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
        return Reply(body=png(picture), kind="image/png")

    listener = Listener(reply)
    server = Server(tmp_path, {"HALFTONE_EXTENSIONS__OPERATIONS__ERASE": listener.url("/erase")})
    server.start()
    try:
        client = client_of(server)
        modules = client.assets.getModules()["plugins"]
        assert modules["erase"]["enabled"] and not modules["sr"]["enabled"]
        file = client.assets.fileUpload(file=BytesIO(jpeg(photo(600, 400))), path="", name="cat")
        url = file["url"].replace("/original/", "/t.resize(w:300)~erase.bg(i:general)~t.resize(w:150)/")
        answer = requests.get(url, timeout=PATIENCE)
        shown = Image.open(BytesIO(answer.content))
        assert (answer.status_code, shown.format, shown.size) == (200, "PNG", (150, 100))
        assert shown.mode == "RGBA" and shown.getpixel((75, 10))[3] < 60 < 190 < shown.getpixel((75, 90))[3]
        requests.get(url, timeout=PATIENCE)
        assert len(listener.received) == 1

        predictions = client.predictions
        assert [one["name"] for one in predictions.list()] == ["erase_bg"]
        assert predictions.get_schema(name="erase_bg")["input"]["image"]["required"]
        job = predictions.create_and_wait(
            name="erase_bg", input={"image": jpeg(photo(60, 40)), "industry_type": "car", "refine": False}
        )
        assert job["status"] == "SUCCESS", job
        made = Image.open(BytesIO(requests.get(job["output"][0], timeout=PATIENCE).content))
        assert (made.format, made.size) == ("PNG", (60, 40))
    finally:
        server.stop()
        listener.close()
