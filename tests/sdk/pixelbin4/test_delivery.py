"""Delivery: URLs that the SDK builds and signs, and what they show."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import requests
from harness import node, pictures
from harness.api import PATIENCE
from harness.server import PRIVATE_KEY, Server
from PIL import Image
from pixelbin import PixelbinClient
from pixelbin.utils.url import obj_to_url, url_to_obj

NODE = Path(__file__).parent / "node"


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=PATIENCE)


def shown(url: str) -> Image.Image:
    answer = get(url)
    assert answer.status_code == 200, f"{url}: {answer.status_code} {answer.text[:200]}"
    return Image.open(io.BytesIO(answer.content))


def upload(client: PixelbinClient, path: str, picture: Image.Image, **more: object) -> dict:
    return client.assets.fileUpload(file=io.BytesIO(pictures.png(picture)), path=path, **{"name": "a", **more})


def signed(client: PixelbinClient, url: str, seconds: int = 60) -> str:
    from pixelbin.utils.security import sign_url

    access_key = client.organization.getAppOrgDetails()["app"]["accessKey"]
    return sign_url(url, seconds, access_key, PRIVATE_KEY)


def test_urls_of_the_helper_deliver_and_are_read_back(client: PixelbinClient, server: Server, path: str) -> None:
    file = upload(client, path, pictures.map_picture(400, 300))
    url = obj_to_url(
        {
            "baseUrl": server.origin,
            "version": "v2",
            "cloudName": "demo",
            "filePath": f"{path}/a.png",
            "transformations": [
                {"plugin": "t", "name": "resize", "values": [{"key": "h", "value": "100"}, {"key": "w", "value": "200"}]},
                {"plugin": "t", "name": "flip"},
            ],
        }
    )
    assert shown(url).size == (200, 100)
    read = url_to_obj(url)
    assert read["filePath"] == f"{path}/a.png" and read["cloudName"] == "demo"
    assert [step["name"] for step in read["transformations"]] == ["resize", "flip"]
    assert shown(file["url"]).size == (400, 300)


def test_private_files_open_to_signed_urls(client: PixelbinClient, path: str) -> None:
    file = upload(client, path, pictures.map_picture(400, 300), access="private")
    url = file["url"]
    transformed = url.replace("/original/", "/t.resize(w:40)/")
    assert get(url).status_code == get(transformed).status_code == 401
    assert get(url).json()["errorCode"] == "JR-0401"
    for target, size in [(url, (400, 300)), (transformed, (40, 30))]:
        opened = signed(client, target)
        assert shown(opened).size == size
        assert "private" in get(opened).headers["Cache-Control"]
    opened = signed(client, url)
    for wrong in [opened.replace("pbs=", "pbs=0"), opened.replace("/original/", "/t.flip()/"), opened.replace("pbe=", "pbe=1")]:
        assert get(wrong).status_code == 401, wrong
    assert get(url).status_code == 401


def test_presets_in_urls(client: PixelbinClient, server: Server, path: str) -> None:
    upload(client, path, pictures.map_picture(400, 300))
    name = f"p-{path}"
    params = {"w": {"type": "integer", "default": 200}, "h": {"type": "integer", "default": 400}}
    client.assets.addPreset(presetName=name, transformation="t.resize(w:$w,h:$h)", params=params)
    base = f"{server.origin}/pixelbin/v2/demo"
    assert shown(f"{base}/p:{name}/{path}/a.png").size == (200, 400)
    assert shown(f"{base}/p:{name}(w:50)~t.grey()/{path}/a.png").size == (50, 400)
    assert shown(f"{base}/p.apply(n:{name},h:60)/{path}/a.png").size == (200, 60)
    assert get(f"{base}/p:{name}(w:x)/{path}/a.png").status_code == 400
    client.assets.updatePreset(presetName=name, archived=True)
    assert shown(f"{base}/p:{name}/{path}/a.png").size == (200, 400)
    client.assets.deletePreset(presetName=name)
    assert get(f"{base}/p:{name}/{path}/a.png").status_code == 400


def test_the_playground_s_picture_is_delivered(client: PixelbinClient) -> None:
    asset = client.assets.getDefaultAssetForPlayground()
    assert shown(asset["url"]).size == (1140, 760)
    assert shown(asset["url"].replace("/original/", "/t.resize(w:114)/")).size == (114, 76)


def test_modules_and_context(client: PixelbinClient, path: str) -> None:
    modules = client.assets.getModules()
    assert modules["delimiters"] == {"operationSeparator": "~", "parameterSeparator": ","}
    assert modules["plugins"]["t"]["enabled"] is True and modules["plugins"]["erase"]["enabled"] is False
    assert client.assets.getModule(identifier="t") == modules["plugins"]["t"]
    upload(client, path, pictures.map_picture(400, 300))
    context = client.transformation.getTransformationContext(f"/v2/demo/t.resize(w:100)~t.blur()/{path}/a.png")["context"]
    assert [(step["name"], step["width"], step["height"]) for step in context["steps"]] == [
        ("resize", 100, 75),
        ("blur", 100, 75),
    ]
    assert context["metadata"]["width"] == 400


def test_urls_of_the_builder_for_browsers(client: PixelbinClient, server: Server, path: str) -> None:
    upload(client, path, pictures.map_picture(400, 300))
    given = {"cloudName": "demo", "host": server.origin, "paths": [f"{path}/a.png"]}
    found = json.loads(node.run(NODE, "urls.js", given=given))
    for url in found["built"]:
        assert shown(url).size == (20, 30)


# Operations as in a URL, and the same in sharp; largest mean difference of a channel. Not the tint: sharp lets it fade towards black
# and white, Pixelbin's does not.
CASES = [
    # Cropped evenly: which side the odd pixel goes to is open.
    ("t.resize(w:160,h:100)", [["resize", 160, 100]], 1.5),
    ("t.resize(w:150,h:100,f:contain,b:00ff00)", [["resize", 150, 100, {"fit": "contain", "background": "#00ff00"}]], 1.5),
    ("t.resize(w:133,h:77,f:inside,k:mitchell)", [["resize", 133, 77, {"fit": "inside", "kernel": "mitchell"}]], 1.5),
    ("t.resize(w:100,h:50,p:left_top)", [["resize", 100, 50, {"position": "left top"}]], 1.5),
    ("t.rotate(a:90)", [["rotate", 90]], 0),
    ("t.flip()", [["flip"]], 0),
    ("t.flop()", [["flop"]], 0),
    ("t.extract(l:10,t:20,w:100,h:90)", [["extract", {"left": 10, "top": 20, "width": 100, "height": 90}]], 0),
    ("t.negate()", [["negate"]], 0),
    ("t.linear(a:1.5,b:-20)", [["linear", 1.5, -20]], 1),
    ("t.grey()", [["greyscale"]], 2),
    ("t.modulate(b:1.2,h:0)", [["modulate", {"brightness": 1.2}]], 4),
    ("t.modulate(s:0.5,h:0)", [["modulate", {"saturation": 0.5}]], 4),
    ("t.modulate(h:90)", [["modulate", {"hue": 90}]], 6),
    ("t.normalise()", [["normalise"]], 6),
    ("t.median(s:3)", [["median", 3]], 1),
    ("t.blur(s:2)", [["blur", 2]], 2),
    ("t.blur()", [["blur"]], 1),
    ("t.sharpen(s:2)", [["sharpen", {"sigma": 2}]], 3),
    ("t.threshold(t:128)", [["threshold", 128]], 4),
    ("t.convolve(k:-1_0_1_-2_0_2_-1_0_1)", [["convolve", {"width": 3, "height": 3, "kernel": [-1, 0, 1, -2, 0, 2, -1, 0, 1]}]], 2),
    (
        "t.recomb(m:0.3_0.6_0.1_0.2_0.7_0.1_0.1_0.5_0.4)",
        [["recomb", [[0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.1, 0.5, 0.4]]]],
        2,
    ),
]


def test_operations_look_as_in_sharp(client: PixelbinClient, server: Server, path: str, tmp_path: Path) -> None:
    picture = pictures.photo(240, 180)
    upload(client, path, picture)
    source = tmp_path / "source.png"
    source.write_bytes(pictures.png(picture))
    given = [{"name": str(number), "steps": steps} for number, (_, steps, _) in enumerate(CASES)]
    node.run(NODE, "reference.js", str(source), str(tmp_path), given=given)
    complaints = []
    for number, (pattern, _, tolerance) in enumerate(CASES):
        expected = Image.open(tmp_path / f"{number}.png").convert("RGB")
        actual = shown(f"{server.origin}/pixelbin/v2/demo/{pattern}/{path}/a.png").convert("RGB")
        if actual.size != expected.size:
            complaints.append(f"{pattern}: {actual.size} instead of {expected.size}")
            continue
        pairs = list(zip(actual.tobytes(), expected.tobytes(), strict=True))
        mean = sum(abs(one - other) for one, other in pairs) / len(pairs)
        if mean > tolerance:
            complaints.append(f"{pattern}: {mean:.2f} apart, {tolerance} allowed")
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("pattern", ["t.flip", "t.resize(w:1", "t.nothing()", "p:nothing", "erase.bg()", "t.median(s:0)"])
def test_faults_are_json(client: PixelbinClient, server: Server, path: str, pattern: str) -> None:
    upload(client, path, pictures.map_picture(40, 30))
    answer = get(f"{server.origin}/v2/demo/{pattern}/{path}/a.png")
    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = answer.json()
    assert body["status"] == 400 and body["errorCode"] == body["code"] and body["exception"].endswith("Error")


def test_hot_answers_count_for_their_dialect(server: Server, client: PixelbinClient, path: str) -> None:
    def counted(status: int) -> float:
        page = get(f"{server.origin}/metrics").text
        label = f'halftone_requests_total{{dialect="pixelbin",status="{status}"}}'
        return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(label))

    url = upload(client, path, pictures.map_picture(60, 40))["url"].replace("/original/", "/t.flip()/")
    etag = get(url).headers["ETag"]
    before = (counted(200), counted(304))
    assert get(url).status_code == 200
    assert get(url, **{"If-None-Match": etag}).status_code == 304
    assert (counted(200), counted(304)) == (before[0] + 1, before[1] + 1)
