"""Overlays as SDK 3.x still writes them: each is the same as the layer that it stands for. Spec 11.7."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import BLACK, BLUE, GREEN, RED, WHITE
from PIL import Image

SHELF = "/overlays"
MARK = "overlays@@mark.png"


@pytest.fixture(scope="module")
def base(api: Api) -> dict:
    """Grey, 200x100, with a picture beside it to lay over it."""
    api.put(pictures.png(pictures.quadrants(40, 20, (RED, GREEN, BLUE, BLACK))), "mark.png", folder=SHELF)
    framed = Image.new("RGB", (60, 40), WHITE)
    framed.paste(pictures.quadrants(40, 20, (RED, GREEN, BLUE, BLACK)), (10, 10))
    api.put(pictures.png(framed), "framed.png", folder=SHELF)
    return api.put(pictures.png(Image.new("RGB", (200, 100), (128, 128, 128))), "base.png", folder=SHELF)


@pytest.mark.parametrize(
    ("overlay", "layer"),
    [
        ("oi-{m}", "l-image,i-{m},l-end"),
        ("oi-@@{m}", "l-image,i-{m},l-end"),
        ("oi-{m},ox-10,oy-20", "l-image,i-{m},lx-10,ly-20,l-end"),
        ("oi-{m},ox-N10,oy-N20", "l-image,i-{m},lx-N10,ly-N20,l-end"),
        ("oi-{m},ofo-top_left", "l-image,i-{m},lfo-top_left,l-end"),
        ("oi-{m},ofo-bottom", "l-image,i-{m},lfo-bottom,l-end"),
        ("oi-{m},ow-20", "l-image,i-{m},w-20,l-end"),
        ("oi-{m},oh-40", "l-image,i-{m},h-40,l-end"),
        ("oi-{m},ow-20,oh-20", "l-image,i-{m},w-20,h-20,l-end"),
        ("oi-{f}", "l-image,i-{f},l-end"),
        ("oi-{f},oit-false", "l-image,i-{f},t-false,l-end"),
        ("oi-{f},oit-20", "l-image,i-{f},t-20,l-end"),
        ("oi-{m},ow-40,oiar-1-1", "l-image,i-{m},w-40,ar-1-1,l-end"),
        ("oi-{m},oib-5_00FFFF", "l-image,i-{m},b-5_00FFFF,l-end"),
        ("oi-{m},ow-60,oh-60,oicm-pad_resize,oibg-00FFFF", "l-image,i-{m},w-60,h-60,cm-pad_resize,bg-00FFFF,l-end"),
        ("oi-{m},ow-20,oidpr-2", "l-image,i-{m},w-20,dpr-2,l-end"),
        ("oi-{m},ow-60,oh-60,oic-force", "l-image,i-{m},w-60,h-60,c-force,l-end"),
        ("oi-{m},ow-30,oh-30,oic-at_max", "l-image,i-{m},w-30,h-30,c-at_max,l-end"),
        ("oi-{m},ow-20,oh-10,oicm-extract,oifo-top_left", "l-image,i-{m},w-20,h-10,cm-extract,fo-top_left,l-end"),
        ("oi-{m},ow-20,oh-10,oicm-extract,oix-10,oiy-5", "l-image,i-{m},w-20,h-10,cm-extract,x-10,y-5,l-end"),
        ("oi-{m},ow-20,oh-10,oicm-extract,oixc-20,oiyc-10", "l-image,i-{m},w-20,h-10,cm-extract,xc-20,yc-10,l-end"),
        ("oi-{m},or-10", "l-image,i-{m},r-10,l-end"),
        ("ot-Hello", "l-text,i-Hello,l-end"),
        ("ot-Hello%20you", "l-text,i-Hello%20you,l-end"),
        ("ote-{e}", "l-text,i-Hello%20you,l-end"),
        ("ot-Hello,ots-20", "l-text,i-Hello,fs-20,l-end"),
        ("ot-Hello,otc-FF0000", "l-text,i-Hello,co-FF0000,l-end"),
        ("ot-Hello,otf-Nosuch", "l-text,i-Hello,ff-Nosuch,l-end"),
        ("ot-Hello,ott-b", "l-text,i-Hello,tg-b,l-end"),
        ("ot-aaa%20bbb%20ccc,ots-20,otw-50", "l-text,i-aaa%20bbb%20ccc,fs-20,w-50,l-end"),
        ("ot-aaa%20b%20ccc,ots-20,otw-50,otia-left", "l-text,i-aaa%20b%20ccc,fs-20,w-50,ia-left,l-end"),
        ("ot-Hello,otbg-00FF00,otp-10", "l-text,i-Hello,bg-00FF00,pa-10,l-end"),
        ("ot-Hello,otbg-00FF00,otp-10_20_30_40,or-10", "l-text,i-Hello,bg-00FF00,pa-10_20_30_40,r-10,l-end"),
        ("ot-Hello,oa-5", "l-text,i-Hello,al-5,l-end"),
        ("ot-Hello,ox-N10,oy-5,ots-15", "l-text,i-Hello,lx-N10,ly-5,fs-15,l-end"),
        ("obg-FF0000,ow-50,oh-20", "l-image,i-ik_canvas,bg-FF0000,w-50,h-20,l-end"),
        ("obg-FF000050,ow-50,oh-20,ofo-left", "l-image,i-ik_canvas,bg-FF000050,w-50,h-20,lfo-left,l-end"),
        ("obg-FF0000,ow-50,oh-20,oa-3,or-5", "l-image,i-ik_canvas,bg-FF0000,w-50,h-20,al-3,r-5,l-end"),
        ("w-100,oi-{m},ox-0,oy-0", "w-100,l-image,i-{m},lx-0,ly-0,l-end"),
        ("w-100:oi-{m},b-5_0000FF:w-50", "w-100:l-image,i-{m},l-end,b-5_0000FF:w-50"),
    ],
)
def test_an_overlay_is_a_layer(api: Api, base: dict, overlay: str, layer: str) -> None:
    coded = quote(base64.b64encode(b"Hello you").decode(), safe="")
    old, new, plain = (
        api.picture(base, tr.format(m=MARK, f="overlays@@framed.png", e=coded) + ",f-png").convert("RGB")
        for tr in (overlay, layer, "w-100" if overlay.startswith("w-") else "q-100")
    )
    pictures.assert_same(old, new)
    assert old.size != plain.size or old.tobytes() != plain.tobytes(), "it must show"


@pytest.mark.parametrize("position", ["path", "query"])
def test_they_work_in_both_places(api: Api, base: dict, position: str) -> None:
    tr = f"oi-{MARK},ox-0,oy-0,f-png"
    picture = api.picture(base, tr) if position == "path" else api.picture(f"{base['url']}?tr={tr}")
    pictures.assert_colour(picture, (5, 5), RED)


def test_only_the_picture_is_missing(api: Api, base: dict) -> None:
    rules.check_refusal(api.get(base, "oi-no@@such.png"), 400)


def test_long_text_is_cut_at_144(api: Api, base: dict) -> None:
    whole = api.picture(base, f"ot-{'x' * 144},ots-8,otw-200,f-png").convert("RGB")
    pictures.assert_same(api.picture(base, f"ot-{'x' * 144}yyyyyyyy,ots-8,otw-200,f-png").convert("RGB"), whole)


def test_private_pictures_stay_private(api: Api, base: dict, folder: str) -> None:
    api.put(pictures.tiny(1), "p.png", folder=folder, isPrivateFile=True)
    rules.check_refusal(api.get(base, f"oi-{folder[1:]}@@p.png"), 401)
