"""Arithmetic and conditions inside transformations. Spec 11.8 and 11.9."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api
from PIL import Image

# Everything here is about `map.png`, 600x400.


@pytest.mark.parametrize(
    ("tr", "size"),
    [
        ("w-iw_div_2", (300, 200)),
        ("w-ih_mul_0.5", (200, 133)),
        ("h-ih_div_4", (150, 100)),
        ("w-iw_sub_100", (500, 333)),
        ("w-iw_add_100", (700, 467)),
        ("w-iw_div_7", (86, 57)),
        ("w-2_pow_3_add_1", (16, 11)),
        ("w-10_add_7_mod_5", (2, 1)),
        ("w-10_add_7_mul_5", (45, 30)),
        ("w-100_sub_20_div_2", (90, 60)),
        ("w-100_div_4_mul_2", (50, 33)),
        ("w-iar_mul_100", (150, 100)),
        ("w-100,h-100_div_iar,c-force", (100, 67)),
        ("w-300:w-cw_div_2", (150, 100)),
        ("h-200:w-ch", (200, 133)),
        ("w-300,h-300:h-iw_div_6", (100, 100)),
        ("w-300,h-300:w-car_mul_50", (50, 50)),
        ("w-300:w-iw_div_2", (300, 200)),
        ("w-100,ar-iar", (100, 67)),
        ("w-iw_div_4,h-ih_div_2", (150, 200)),
        ("w-iw_div_4,h-ih_div_2:b-cw_mul_0.1_FF0000", (180, 230)),
        ("w-100,dpr-4_div_2", (200, 133)),
        ("w-1_sub_5", (1, 1)),
        ("w-iw_div_1000", (1, 1)),
    ],
)
def test_sizes_by_arithmetic(api: Api, map_png: dict, tr: str, size: tuple[int, int]) -> None:
    found = api.picture(map_png, tr + ",f-png").size
    assert all(abs(a - b) <= 1 for a, b in zip(found, size, strict=True)), (found, size)


@pytest.mark.parametrize(
    ("keys", "corner"),
    [
        ("x-iw_sub_100,y-0", (500, 0)),
        ("x-10,y-ih_div_2", (10, 200)),
        ("xc-iw_div_2,yc-ih_div_2", (250, 150)),
        ("xc-iw_sub_50,yc-50", (500, 0)),
    ],
)
def test_places_by_arithmetic(api: Api, map_png: dict, keys: str, corner: tuple[int, int]) -> None:
    picture = api.picture(map_png, f"w-100,h-100,cm-extract,{keys},f-png")
    x, y = corner
    pictures.assert_same(picture.convert("RGB"), pictures.map_picture().crop((x, y, x + 100, y + 100)))


def test_arithmetic_in_the_query(api: Api, map_png: dict) -> None:
    assert api.picture(f"{map_png['url']}?tr=w-iw_div_2,f-png").size == (300, 200)


def test_the_density_of_the_source(api: Api, folder: str) -> None:
    file = api.put(pictures.jpeg(pictures.map_picture(), dpi=(150, 150)), "a.jpg", folder=folder)
    assert api.picture(file, "w-idn,f-png").width == 150
    assert round(api.picture(file, "w-50,dn-idn_mul_2,f-jpg").info["dpi"][0]) == 300


@pytest.mark.parametrize("tr", ["w-iw_div_0", "w-0_div_0", "w-iw_div", "w-iw__2", "w-iw_mul_mul_2", "w-iw_mod_0", "h-200:w-cw_div_0"])
def test_what_cannot_be_computed_is_400(api: Api, map_png: dict, tr: str) -> None:
    rules.check_refusal(api.get(map_png, tr), 400)


@pytest.mark.parametrize("tr", ["w-9_pow_9_pow_9", "w-1_div_3_pow_400", "w-" + "9" * 400, "w-9_pow_400"])
def test_huge_results_are_refused_or_ignored(api: Api, map_png: dict, tr: str) -> None:
    answer = api.get(map_png, tr + ",f-png")
    if answer.status_code != 200:
        rules.check_refusal(answer, 400)


# Conditions


@pytest.mark.parametrize(
    ("tr", "size"),
    [
        ("if-ar_gt_1,w-200,if-else,w-100,if-end", (200, 133)),
        ("if-ar_lt_1,w-200,if-else,w-100,if-end", (100, 67)),
        ("h-200:if-h_eq_200,w-100,if-end:rt-90", (67, 100)),
        ("h-200:if-h_ne_200,w-100,if-end:rt-90", (200, 300)),
        ("if-w_eq_600,w-60,if-end", (60, 40)),
        ("if-w_ne_600,w-60,if-end", (600, 400)),
        ("if-w_gt_599,w-60,if-end", (60, 40)),
        ("if-w_gt_600,w-60,if-end", (600, 400)),
        ("if-w_gte_600,w-60,if-end", (60, 40)),
        ("if-h_lt_400,w-60,if-end", (600, 400)),
        ("if-h_lte_400,w-60,if-end", (60, 40)),
        ("w-300:if-w_eq_300,w-60,if-end", (60, 40)),
        ("w-300:if-iw_eq_600,w-60,if-end", (60, 40)),
        ("w-300:if-ih_eq_400,w-60,if-end", (60, 40)),
        ("w-100,h-100:if-ar_eq_1,w-60,if-end", (60, 60)),
        ("w-100,h-100:if-iar_eq_1.5,w-60,if-end", (60, 60)),
        ("if-ar_gt_4-3,w-60,if-end", (60, 40)),
        ("if-ar_gt_16-9,w-60,if-else,w-30,if-end", (30, 20)),
        ("if-w_gt_500_and_h_gt_500,w-60,if-else,w-30,if-end", (30, 20)),
        ("if-w_gt_500_or_h_gt_500,w-60,if-else,w-30,if-end", (60, 40)),
        ("if-w_gt_900_and_h_gt_900_or_ar_gt_1,w-60,if-else,w-30,if-end", (60, 40)),
        ("if-ar_gt_1_or_w_gt_900_and_h_gt_900,w-60,if-else,w-30,if-end", (60, 40)),
        ("if-w_gt_5,w-60:rt-90,if-else,w-30,if-end", (40, 60)),
        ("if-w_gt_900,w-60,if-else,w-30:rt-90:w-10,if-end", (10, 15)),
    ],
)
def test_conditions_choose(api: Api, map_png: dict, tr: str, size: tuple[int, int]) -> None:
    assert api.picture(map_png, tr).size == size


def test_a_part_may_hold_layers(api: Api, map_png: dict) -> None:
    tr = "if-w_gt_5,w-100,l-image,i-ik_canvas,bg-FF0000,w-20,h-20,lx-0,ly-0,l-end,if-else,w-50,if-end:f-png"
    picture = api.picture(map_png, tr)
    assert picture.size == (100, 67)
    pictures.assert_colour(picture, (5, 5), pictures.RED)


def test_the_source_counts_not_the_url(api: Api, folder: str) -> None:
    tall = api.put(pictures.png(Image.new("RGB", (100, 200))), "tall.png", folder=folder)
    assert api.picture(tall, "if-ar_gt_1,w-50,if-else,h-50,if-end").size == (25, 50)


@pytest.mark.parametrize(
    "tr",
    [
        "w-100,if-w_gt_5,w-60,if-end",
        "if-w_gt_5,w-60,if-end,rt-90",
        "if-w_gt_5,w-60",
        "w-60,if-end",
        "if-else",
        "if-w_gt_5,w-60,if-else,w-5,if-else,w-6,if-end",
        "if-w_about_5,w-60,if-end",
        "if-nosuch_gt_5,w-60,if-end",
        "if-w_gt,w-60,if-end",
        "if-w_gt_x,w-60,if-end",
        "if-w_gt_5_and,w-60,if-end",
        "if-w_gt_5_xor_h_gt_5,w-60,if-end",
        "if-,w-60,if-end",
    ],
)
def test_broken_conditions_are_400(api: Api, map_png: dict, tr: str) -> None:
    rules.check_refusal(api.get(map_png, tr), 400)


def test_no_conditions_for_films(api: Api, folder: str) -> None:
    film = api.put(pictures.animation("GIF"), "a.gif", folder=folder)
    answer = api.get(film, "if-w_gt_5,w-40,if-end")
    if answer.status_code != 200:
        rules.check_refusal(answer, 400)
