"""How a transformation is written: place, separators, order, chains, mistakes. Section 11.1."""

from __future__ import annotations

import io

import pytest
from harness import pictures, raw, rules
from harness.api import Api
from harness.server import Server
from PIL import Image


def size(api: Api, url: str) -> tuple[int, int]:
    return api.picture(url).size


# Where it stands


def test_the_segment_may_stand_anywhere_in_the_path(api: Api, folder: str) -> None:
    file = api.put(pictures.png(pictures.quadrants()), "a.png", folder=folder + "/deep")
    first, second, name = file["filePath"].strip("/").split("/")
    for path in (f"tr:w-60/{first}/{second}/{name}", f"{first}/tr:w-60/{second}/{name}", f"{first}/{second}/tr:w-60/{name}"):
        assert size(api, f"{api.server.endpoint}/{path}") == (60, 40), path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tr=w-60,h-60,c-force", (60, 60)),
        ("tr=w-60%2Ch-60%2Cc-force", (60, 60)),
        ("tr=w-60%2ch-60%2cc-force", (60, 60)),
        ("tr=w-60:rt-90", (40, 60)),
        ("tr=w-60%3Art-90", (40, 60)),
        ("v=1&tr=w-60&x=2", (60, 40)),
        ("tr=", (120, 80)),
        ("tr", (120, 80)),
        ("tr=w-60&tr=h-20", None),
    ],
)
def test_in_the_query(api: Api, quadrants_png: dict, query: str, expected: tuple[int, int] | None) -> None:
    found = size(api, f"{quadrants_png['url']}?{query}")
    # Which of two wins is nobody's promise; that it is one of them is.
    assert found == expected if expected else found in {(60, 40), (30, 20)}


def test_raw_separators_are_split_before_decoding(api: Api, server: Server, quadrants_png: dict) -> None:
    # The raw text holds a comma, so `%2C` belongs to a value: `h-60%2Cc-force` is one item, malformed, ignored.
    answer = raw.request(server, quadrants_png["url"].removeprefix(server.origin) + "?tr=w-60,h-60%2Cc-force")
    assert answer.status == 200
    assert Image.open(io.BytesIO(answer.body)).size == (60, 40)


@pytest.mark.parametrize("tr", ["w-60%2Ch-60%2Cc-force", "w-60,h-60,c-force", "w-60,h-60,c%2Dforce", "%77-60,h-60,c-force"])
def test_in_the_path_items_are_decoded_once(server: Server, quadrants_png: dict, tr: str) -> None:
    answer = raw.request(server, f"/imagekit/demo/tr:{tr}{quadrants_png['filePath']}")
    assert answer.status == 200, answer.header("ik-error")
    assert Image.open(io.BytesIO(answer.body)).size == (60, 60)


def test_nothing_is_decoded_twice(server: Server, quadrants_png: dict) -> None:
    answer = raw.request(server, f"/imagekit/demo/tr:w%252D60{quadrants_png['filePath']}")
    assert answer.status == 200
    assert Image.open(io.BytesIO(answer.body)).size == (120, 80)


def test_the_path_wins_over_the_query(api: Api, quadrants_png: dict) -> None:
    assert size(api, api.url(quadrants_png, "w-60") + "?tr=w-30") == (60, 40)


# Steps


def test_steps_run_one_after_the_other(api: Api, map_png: dict) -> None:
    assert api.picture(map_png, "w-300:rt-90").size == (200, 300)
    assert api.picture(map_png, "rt-90:w-300").size == (300, 450)
    assert api.picture(map_png, "w-300:w-0.5").size == (150, 100)
    assert api.picture(map_png, "w-300,h-300:w-150,h-100,cm-extract").size == (150, 100)


def test_a_step_uses_what_the_last_one_left(api: Api, noise_png: dict) -> None:
    shown = api.picture(noise_png, "w-400,h-300,cm-extract,x-50,y-50:w-100,h-80,cm-extract,x-20,y-30")
    pictures.assert_same(shown, pictures.noise().crop((70, 80, 170, 160)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("w-60,h-60,c-force,rt-90", "rt-90,c-force,h-60,w-60"),
        ("b-5_FF0000,w-60", "w-60,b-5_FF0000"),
        ("e-grayscale,w-60,fl-h", "fl-h,w-60,e-grayscale"),
        ("w-60,q-50,f-jpg", "f-jpg,w-60,q-50"),
    ],
)
def test_inside_a_step_order_means_nothing(api: Api, quadrants_png: dict, one: str, other: str) -> None:
    assert api.get(quadrants_png, one).content == api.get(quadrants_png, other).content


def test_inside_a_step_the_order_is_fixed(api: Api, quadrants_png: dict) -> None:
    # Resize, then rotate, then mirror, then border: w is the width before turning, the border comes after both.
    shown = api.picture(quadrants_png, "b-10_FFFF00,fl-h,rt-90,w-60")
    assert shown.size == (60, 80)
    pictures.assert_colour(shown, (3, 3), (255, 255, 0))
    # Turned clockwise the bottom left field (blue) comes to the top left; mirrored it is at the top right.
    pictures.assert_colour(shown, (42, 20), pictures.BLUE, 30)
    pictures.assert_colour(shown, (18, 20), pictures.RED, 30)


def test_output_settings_count_wherever_they_stand(api: Api, map_png: dict) -> None:
    for tr in ("f-jpg:w-60", "w-60:f-jpg", "f-png:w-60,f-jpg", "w-60,f-webp:f-jpg"):
        shown = api.picture(map_png, tr)
        assert (shown.format, shown.size) == ("JPEG", (60, 40)), tr
    assert api.get(map_png, "q-90,f-jpg:w-60,q-10").content == api.get(map_png, "w-60,q-10,f-jpg").content


@pytest.mark.parametrize("preset", ["ik_ml_thumbnail", "media_library_thumbnail"])
def test_presets_in_chains(api: Api, map_png: dict, preset: str) -> None:
    assert api.picture(map_png, f"n-{preset}").size == (400, 267)
    assert api.picture(map_png, f"rt-90:n-{preset}").size == (200, 300)
    assert api.picture(map_png, f"n-{preset}:w-0.5").size == (200, 134)
    # Other items of its step come as one more step after it.
    assert api.picture(map_png, f"n-{preset},rt-90").size == (267, 400)


# Mistakes

IGNORED = [
    "nosuch-1",
    "foo-bar",
    "foo",
    "-",
    "-5",
    "w-abc",
    "w-0",
    "w--5",
    "w-N5",
    "w-",
    "w",
    "w-65536",
    "w-99999999999999999999",
    "w-1e3",
    "h-65536",
    "h-nan",
    "h-inf",
    "q-0",
    "q-101",
    "q-abc",
    "rt-abc",
    "bl-1000000000",
    "bl-0",
    "bl-x",
    "dpr-100",
    "dpr-0",
    "dpr-abc",
    "o-101",
    "o-abc",
    "r-abc",
    "fl-x",
    "b-x_FF0000",
    "b-5_nocolour",
    "bg-nocolour",
    "ar-x",
    "c-nosuch",
    "cm-nosuch",
    "f-exe",
    "t-100",
    "e-nosuch",
    "pr-perhaps",
    "x-5",
    "ar-1-1",
    "dpr-2",
]


@pytest.mark.parametrize("item", IGNORED)
def test_what_is_unknown_or_out_of_range_is_ignored(api: Api, noise_png: dict, item: str) -> None:
    pictures.assert_same(api.picture(noise_png, item), pictures.noise())


@pytest.mark.parametrize("item", ["nosuch-1", "h-65536", "rt-abc", "q-0", "c-nosuch", "dpr-100", "bl-1000000000", "fo-nosuch"])
def test_the_other_items_still_count(api: Api, map_png: dict, item: str) -> None:
    for tr in (f"w-60,{item}", f"{item},w-60", f"{item}:w-60", f"w-60:{item}"):
        assert api.picture(map_png, tr).size == (60, 40), tr


@pytest.mark.parametrize("tr", ["", ":", "::", ",", ",,w-60,,", ":w-60:", "w-60,,:,"])
def test_empty_items_and_steps_are_nothing(api: Api, map_png: dict, tr: str) -> None:
    expected = (60, 40) if "w-60" in tr else (600, 400)
    assert api.picture(f"{map_png['url']}?tr={tr}").size == expected


@pytest.mark.parametrize(
    "tr",
    [
        "n-nosuch",
        "w-60,n-nosuch",
        "n-nosuch:w-60",
        "l-text,i-Hello",
        "l-image,i-a.png,w-10",
        "w-60,l-image,i-a.png",
        "l-end",
        "w-60,l-end",
        "if-w_gt_5,w-60",
        "if-end",
        "l-image,l-end",
        "l-text,l-end",
        "l-image,i-no@@such@@overlay.png,l-end",
        "w-iw_div_0",
        "w-iw_div",
        "w-iw_add_add_2",
        "w-nosuch_div_2",
        "w-600,h-ih_div_0",
        "e-bgremove",
        "e-removedotbg",
        "e-upscale",
        "e-retouch",
        "e-genvar",
        "e-dropshadow",
        "e-changebg-prompt-a sea",
        "w-900,h-900,cm-pad_resize,bg-genfill",
    ],
)
def test_what_cannot_be_done_is_400_and_says_why(api: Api, map_png: dict, tr: str) -> None:
    told = rules.check_refusal(api.get(map_png, tr), 400)
    assert len(told) > len("UNIDENTIFIED - "), told


@pytest.mark.parametrize("effect", ["e-bgremove", "e-upscale", "e-genvar", "bg-genfill"])
def test_an_unsupported_feature_is_named(api: Api, map_png: dict, effect: str) -> None:
    told = rules.check_refusal(api.get(map_png, f"w-700,h-700,cm-pad_resize,{effect}"), 400)
    assert effect in told or effect.split("-", 1)[1] in told, told


@pytest.mark.parametrize(
    "value",
    ["_pow_".join(["9"] * 20), "9" * 400, "9" * 400 + "_mul_2", "iw_mul_" + "9" * 300, "iw_" + "add_1_" * 500 + "add_1", "0_div_0", "iw_pow_N9", "1_sub_2"],
    ids=lambda value: value[:20],
)
def test_wild_arithmetic_is_ignored_or_refused(api: Api, map_png: dict, value: str) -> None:
    answer = api.get(f"{map_png['url']}?tr=w-{value}")
    if answer.status_code != 200:
        rules.check_refusal(answer, 400)
    else:
        # Ignored, or clamped to the smallest picture there is.
        assert api.picture(f"{map_png['url']}?tr=w-{value}").size in ((600, 400), (1, 1))


def test_nesting_deeper_than_three_is_400(api: Api, map_png: dict) -> None:
    for depth in (4, 200):
        nested = "l-image,i-a.png," * depth + ",".join(["l-end"] * depth)
        rules.check_refusal(api.get(f"{map_png['url']}?tr={nested}"), 400)


def test_many_steps_are_fine_and_too_many_are_not(api: Api, quadrants_png: dict) -> None:
    fifty = ":".join(f"w-{120 - n}" for n in range(50))
    assert api.picture(f"{quadrants_png['url']}?tr={fifty}").width == 71
    rules.check_refusal(api.get(f"{quadrants_png['url']}?tr={':'.join(['w-60'] * 65)}"), 400, "ELIMIT")
    thousands = api.get(f"{quadrants_png['url']}?tr={':'.join(['w-60'] * 4000)}")
    assert thousands.status_code in (400, 414)
    far_too_long = api.get(f"{quadrants_png['url']}?tr={':'.join(['w-60'] * 9000)}")
    assert far_too_long.status_code in (400, 414, 431)


@pytest.mark.parametrize(
    "tr", ["w-65535,h-65535", "w-65535,h-65535,c-force", "w-60000,h-60000,cm-pad_resize", "w-600:h-65535", "w-20000,h-20000,cm-pad_extract"]
)
def test_output_over_the_limit_is_refused(api: Api, map_png: dict, tr: str) -> None:
    rules.check_refusal(api.get(map_png, tr), 400, "ELIMIT")
