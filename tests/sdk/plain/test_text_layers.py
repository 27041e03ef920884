"""Text layers: ink where it should be, and none elsewhere. Spec 11.6."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import BLUE, GREEN, RED, WHITE
from PIL import Image, ImageChops, ImageFont

SHELF = "/text_layers"


@pytest.fixture(scope="module")
def paper(api: Api) -> dict:
    """White, 400x200."""
    return api.put(pictures.png(Image.new("RGB", (400, 200), WHITE)), "paper.png", folder=SHELF)


def written(api: Api, paper: dict, text: str, *keys: str) -> Image.Image:
    tr = ",".join(["l-text", f"i-{quote(text, safe='')}", *keys, "l-end", "f-png"])
    return api.picture(paper, tr).convert("RGB")


def ink(picture: Image.Image, ground: tuple[int, ...] = WHITE) -> tuple[int, int, int, int]:
    off = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).convert("L")
    found = off.point(lambda level: 255 if level > 24 else 0).getbbox()
    assert found is not None, "there is no ink"
    return found


def size(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def darkness(picture: Image.Image) -> int:
    """How much ink there is."""
    return sum(level * count for level, count in enumerate(ImageChops.invert(picture.convert("L")).histogram()))


# Where


def test_text_is_centred_black_and_45_pixels_high(api: Api, paper: dict) -> None:
    picture = written(api, paper, "HHHH")
    left, top, right, bottom = ink(picture)
    assert abs((left + right) / 2 - 200) <= 2 and abs((top + bottom) / 2 - 100) <= 2
    assert 26 <= bottom - top <= 40, "capitals are about seven tenths of the font size"
    assert min(pixel for pixel in picture.convert("L").getdata()) < 20
    assert picture.size == (400, 200)


@pytest.mark.parametrize(
    ("keys", "edges"),
    [
        ("lfo-top_left", (0, 0, None, None)),
        ("lfo-bottom_right", (None, None, 400, 200)),
        ("lfo-left", (0, None, None, None)),
        ("lx-30,ly-40", (30, 40, None, None)),
        ("lx-N30,ly-N40", (None, None, 370, 160)),
        ("lx-bw_mul_0.5,ly-bh_mul_0.25", (200, 50, None, None)),
    ],
)
def test_margins_are_trimmed_to_the_glyphs(api: Api, paper: dict, keys: str, edges: tuple) -> None:
    for place, (found, expected) in enumerate(zip(ink(written(api, paper, "Hh", keys)), edges, strict=True)):
        assert expected is None or abs(found - expected) <= 2, (place, found, expected)


# How large


def test_the_font_size_scales(api: Api, paper: dict) -> None:
    small, large = (size(ink(written(api, paper, "Hop", f"fs-{fs}"))) for fs in (20, 80))
    assert 3.5 <= large[0] / small[0] <= 4.5 and 3.4 <= large[1] / small[1] <= 4.6
    by_expression = size(ink(written(api, paper, "Hop", "fs-bh_mul_0.4")))
    assert by_expression == large


def test_the_padding_adds_the_margins_back(api: Api, paper: dict) -> None:
    bare = size(ink(written(api, paper, "Hop")))
    for padding, added in (("pa-10", (20, 20)), ("pa-10_20", (40, 20)), ("pa-10_20_30_40", (60, 40)), ("pa-10_20_30", (40, 40))):
        boxed = size(ink(written(api, paper, "Hop", "bg-00FF00", padding)))
        assert abs(boxed[0] - bare[0] - added[0]) <= 3 and abs(boxed[1] - bare[1] - added[1]) <= 3, (padding, bare, boxed)


def test_a_background_holds_the_glyphs(api: Api, paper: dict) -> None:
    picture = written(api, paper, "Hop", "bg-00FF00", "pa-20", "co-0000FF")
    left, top, _, _ = ink(picture)
    pictures.assert_colour(picture, (left + 3, top + 3), GREEN)
    assert pictures.share(picture, BLUE) > 100


def test_long_text_is_wrapped(api: Api, paper: dict) -> None:
    text = "aaaa bbbb cccc dddd eeee"
    line, block = (size(ink(written(api, paper, text, "fs-20", *keys))) for keys in ((), ("w-100",)))
    assert block[0] <= 100 < line[0]
    assert block[1] > 2 * line[1]
    half = size(ink(written(api, paper, text, "fs-20", "w-bw_div_4")))
    assert half == block


def test_a_word_longer_than_the_width_stays_inside(api: Api, paper: dict) -> None:
    assert api.picture(paper, "l-text,i-Donaudampfschifffahrtsgesellschaft,fs-30,w-100,l-end,f-png").size == (400, 200)


def test_lines_may_be_further_apart(api: Api, paper: dict) -> None:
    narrow, wide = (size(ink(written(api, paper, "aa bb cc", "fs-20", "w-30", *keys))) for keys in ((), ("lh-50",)))
    assert wide[1] > narrow[1] + 20


def test_alignment_inside_the_width(api: Api, paper: dict) -> None:
    """Two lines, the second much shorter: where is it?"""

    def second_line(*keys: str) -> float:
        picture = written(api, paper, "HHHHHHHH HHH", "fs-30", "w-200", "lx-100", "ly-50", *keys)
        left, top, right, bottom = ink(picture)
        lower = picture.crop((left, top + (bottom - top) * 2 // 3, right, bottom))
        short = ink(lower)
        return (short[0] + short[2]) / 2 / (right - left)

    assert second_line("ia-left") < 0.3
    assert second_line("ia-right") > 0.7
    assert 0.4 < second_line("ia-center") < 0.6
    assert 0.4 < second_line() < 0.6


# How it looks


def test_colours_and_opacity(api: Api, paper: dict) -> None:
    red = written(api, paper, "HHH", "co-FF0000")
    assert pictures.share(red, RED) > 200
    assert all(pixel[0] > 240 for pixel in red.getdata()), "no channel but red's opposite is dark"
    named = written(api, paper, "HHH", "co-red")
    pictures.assert_same(named, red)
    half = written(api, paper, "HHH", "co-FF000050")
    assert pictures.share(half, (255, 128, 128), 12) > 200
    tenths = written(api, paper, "HHH", "co-FF0000", "al-5")
    assert pictures.share(tenths, (255, 128, 128), 24) > 200


@pytest.mark.parametrize("style", ["b", "i", "b_i", "strikethrough"])
def test_styles_change_the_glyphs(api: Api, paper: dict, style: str) -> None:
    plain, styled = written(api, paper, "Hilo"), written(api, paper, "Hilo", f"tg-{style}")
    assert ImageChops.difference(plain, styled).getbbox() is not None
    if "b" in style or style == "strikethrough":
        assert darkness(styled) > darkness(plain) * 1.05


def test_a_stroke_through_the_middle(api: Api, paper: dict) -> None:
    picture = written(api, paper, "o o o o", "tg-strikethrough")
    left, top, right, bottom = ink(picture)
    rows = picture.convert("L")
    assert any(all(rows.getpixel((x, y)) < 128 for x in range(left + 2, right - 2)) for y in range(top, bottom))


def test_turned_and_mirrored(api: Api, paper: dict) -> None:
    plain = written(api, paper, "Hop")
    turned = written(api, paper, "Hop", "rt-90")
    w, h = size(ink(plain))
    assert all(abs(a - b) <= 2 for a, b in zip(size(ink(turned)), (h, w), strict=True))
    mirrored = written(api, paper, "Hop", "fl-h")
    pictures.assert_like(mirrored.crop(ink(mirrored)), plain.crop(ink(plain)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), 6)


def test_round_corners_of_the_background(api: Api, paper: dict) -> None:
    picture = written(api, paper, "Hop", "bg-FF0000", "pa-20", "r-20")
    left, top, right, bottom = ink(picture)
    pictures.assert_colour(picture, (left + 1, top + 1), WHITE)
    pictures.assert_colour(picture, ((left + right) // 2, top + 3), RED)


# Which letters


@pytest.mark.parametrize(
    "text", ["Grüße, Øre!", "Ελλάδα", "Привет", "שלום", "مرحبا", "日本語", "한국어", "สวัสดี", "e\u0301", "a\u202eb", "🙂", "日本 ok 🙂 x"]
)
def test_every_script_leaves_ink(api: Api, paper: dict, text: str) -> None:
    ink(written(api, paper, text))


def test_right_to_left(api: Api, paper: dict) -> None:
    """The first letter of a Hebrew word stands at its right."""
    whole = written(api, paper, "אאאא...", "lx-0", "ly-50")
    left, top, right, bottom = ink(whole)
    # The dots are low: they stand at the left end of the line.
    upper = ink(whole.crop((left, top, right, top + (bottom - top) // 2)))
    assert upper[0] > (right - left) * 0.1


@pytest.mark.parametrize("text", ["Hi, there!", "a:b,c", "100% & more", "it's \"quoted\"", "a_b-c", "<b>x</b>"])
def test_any_text_may_be_base64(api: Api, paper: dict, text: str) -> None:
    coded = quote(base64.b64encode(text.encode()).decode(), safe="")
    picture = api.picture(paper, f"l-text,ie-{coded},l-end,f-png").convert("RGB")
    pictures.assert_same(picture, written(api, paper, text))
    query = api.picture(f"{paper['url']}?tr=l-text,ie-{coded},l-end,f-png").convert("RGB")
    pictures.assert_same(query, picture)


def test_the_example_of_the_sdk(api: Api, paper: dict) -> None:
    tr = "l-text,ie-SGksIHRoZXJlIQ%3D%3D,lx-10,ly-bh_mul_0.1,lfo-top,fs-20,co-FF0000,l-end,f-png"
    left, top, _, _ = ink(api.picture(paper, tr).convert("RGB"))
    assert abs(left - 10) <= 2 and abs(top - 20) <= 2


# Fonts


@pytest.mark.parametrize("font", ["Nosuch%20Font", "no@@such.ttf", ""])
def test_an_unknown_font_is_the_default_one(api: Api, paper: dict, font: str) -> None:
    pictures.assert_same(written(api, paper, "Hop", f"ff-{font}"), written(api, paper, "Hop"))


def test_a_font_of_the_library(api: Api, paper: dict, folder: str) -> None:
    # The font that Pillow carries along.
    data = ImageFont.load_default(20).path.getvalue()  # type: ignore[union-attr]
    api.put(data, "own.ttf", folder=folder)
    own = written(api, paper, "Hoptg&R", f"ff-{folder[1:]}@@own.ttf")
    assert ImageChops.difference(own, written(api, paper, "Hoptg&R")).getbbox() is not None
    assert 26 <= size(ink(own))[1] <= 60


def test_a_font_that_is_none_is_the_default_one(api: Api, paper: dict, folder: str) -> None:
    api.put(b"\0\1\0\0" + bytes(200), "broken.ttf", folder=folder)
    pictures.assert_same(written(api, paper, "Hop", f"ff-{folder[1:]}@@broken.ttf"), written(api, paper, "Hop"))


# Limits


def test_long_text_is_cut(api: Api, paper: dict) -> None:
    """2000 letters with `i`, 2500 with `ie`; the tail beyond leaves no trace."""
    for limit, key in ((2000, "i-{}"), (2500, "ie-{}")):
        def url(text: str) -> str:
            coded = text if key == "i-{}" else quote(base64.b64encode(text.encode()).decode(), safe="")
            return f"l-text,{key.format(coded)},fs-4,w-400,ia-left,l-end,f-png"

        whole = api.picture(paper, url("x" * limit)).convert("RGB")
        pictures.assert_same(api.picture(paper, url("x" * limit + "y" * 300)).convert("RGB"), whole)


def test_a_box_beyond_the_limit_is_400(api: Api, paper: dict) -> None:
    rules.check_refusal(api.get(paper, "l-text,i-HHHHHHHH,fs-9000,l-end"), 400)
    rules.check_refusal(api.get(paper, "l-text,i-H,w-20000,bg-FF0000,l-end"), 400)


@pytest.mark.parametrize("layer", ["l-text,l-end", "l-text,fs-20,l-end", "l-text,ie-!!!,l-end"])
def test_text_is_needed(api: Api, paper: dict, layer: str) -> None:
    rules.check_refusal(api.get(paper, layer), 400)


def test_nothing_but_blanks_leaves_no_ink(api: Api, paper: dict) -> None:
    answer = api.get(paper, "l-text,i-%20%20,l-end,f-png")
    assert answer.status_code in (200, 400)


# Inside other layers


def test_text_inside_a_block(api: Api, paper: dict) -> None:
    tr = "l-image,i-ik_canvas,bg-00FF00,w-200,h-100,lx-0,ly-0,l-text,i-Hop,co-FF0000,lfo-bottom_right,l-end,l-end,f-png"
    picture = api.picture(paper, tr).convert("RGB")
    assert ink(picture) == (0, 0, 200, 100)
    inner = ink(picture.crop((0, 0, 200, 100)), GREEN)
    assert inner[2] >= 198 and inner[3] >= 98 and inner[0] > 80


def test_a_chain_inside_a_text_layer(api: Api, paper: dict) -> None:
    plain = size(ink(written(api, paper, "Hop")))
    turned = size(ink(written(api, paper, "Hop", "fs-45:rt-90")))
    assert abs(turned[0] - plain[1]) <= 2 and abs(turned[1] - plain[0]) <= 2
