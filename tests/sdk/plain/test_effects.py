"""Effects and made backgrounds, on flat fields whose result can be told. Spec 11.5, and `bg`, `cr` of 11.2."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import BLACK, BLUE, GREEN, RED, WHITE
from PIL import Image, ImageStat

CLEAR = (0, 0, 0, 0)
SHELF = "/effects"


@pytest.fixture(scope="module")
def flat(api: Api):
    """A field of one colour, 100x100."""
    made: dict[tuple[int, ...], dict] = {}

    def make(colour: tuple[int, ...]) -> dict:
        if colour not in made:
            name = "_".join(map(str, colour)) + ".png"
            field = Image.new("RGBA" if len(colour) == 4 else "RGB", (100, 100), colour)
            made[colour] = api.put(pictures.png(field), name, folder=SHELF)
        return made[colour]

    return make


@pytest.fixture(scope="module")
def parcel(api: Api) -> dict:
    """A red square, 40 to a side, in the middle of nothing, 100x100."""
    picture = Image.new("RGBA", (100, 100), CLEAR)
    picture.paste((255, 0, 0, 255), (30, 30, 70, 70))
    return api.put(pictures.png(picture), "parcel.png", folder=SHELF)


@pytest.fixture(scope="module")
def sea(api: Api) -> dict:
    """Mostly blue, with a little yellow in the middle, 100x50."""
    picture = Image.new("RGB", (100, 50), (0, 40, 200))
    picture.paste((250, 220, 0), (45, 20, 55, 30))
    return api.put(pictures.png(picture), "sea.png", folder=SHELF)


def shown(api: Api, file: dict, tr: str) -> Image.Image:
    return api.picture(file, tr + ",f-png").convert("RGBA")


# Shadow


def test_a_shadow_lies_below_and_beside(api: Api, parcel: dict) -> None:
    picture = shown(api, parcel, "e-shadow-bl-0_st-100_x-20_y-20")
    assert picture.size == (100, 100)
    pictures.assert_colour(picture, (50, 50), (255, 0, 0, 255))
    pictures.assert_colour(picture, (35, 35), (255, 0, 0, 255))
    pictures.assert_colour(picture, (80, 80), (0, 0, 0, 255))
    pictures.assert_colour(picture, (88, 60), (0, 0, 0, 255))
    for point in ((20, 20), (95, 95), (75, 40), (40, 75)):
        assert picture.getpixel(point)[3] < 8, point


def test_the_strength_of_a_shadow(api: Api, parcel: dict) -> None:
    for strength in (0, 30, 60):
        alpha = shown(api, parcel, f"e-shadow-bl-0_st-{strength}_x-20_y-20").getpixel((80, 80))[3]
        assert abs(alpha - 255 * strength / 100) <= 8


def test_a_shadow_to_the_other_side(api: Api, parcel: dict) -> None:
    picture = shown(api, parcel, "e-shadow-y-N20_x-N20_st-100_bl-0")
    assert picture.getpixel((20, 20))[3] > 240 and picture.getpixel((80, 80))[3] < 8


def test_a_soft_shadow_has_soft_edges(api: Api, parcel: dict) -> None:
    picture = shown(api, parcel, "e-shadow-bl-10_st-100_x-20_y-20")
    levels = {picture.getpixel((x, 80))[3] for x in range(80, 100)}
    assert len(levels) > 5


def test_a_shadow_by_default(api: Api, parcel: dict) -> None:
    plain, picture = shown(api, parcel, "q-100"), shown(api, parcel, "e-shadow")
    assert picture.size == (100, 100)
    total = [sum(part.getchannel("A").getdata()) for part in (plain, picture)]
    assert total[1] > total[0]
    pictures.assert_colour(picture, (50, 50), (255, 0, 0, 255))


def test_what_is_opaque_casts_none_inside(api: Api, flat) -> None:
    picture = shown(api, flat(GREEN), "e-shadow-st-100")
    assert picture.size == (100, 100)
    pictures.assert_colour(picture, (50, 50), (0, 255, 0, 255))


# Gradient


def test_a_gradient_by_default_goes_down_from_white(api: Api, flat) -> None:
    picture = shown(api, flat(BLACK), "e-gradient")
    levels = [picture.getpixel((50, y))[0] for y in range(100)]
    assert levels[0] > 245 and levels[-1] < 10
    assert all(a >= b for a, b in zip(levels, levels[1:], strict=False)), levels
    assert abs(levels[50] - 127) < 12
    assert len({picture.getpixel((x, 30)) for x in range(100)}) == 1


@pytest.mark.parametrize(
    ("direction", "start", "end"),
    [
        ("top", (50, 99), (50, 0)),
        ("0", (50, 99), (50, 0)),
        ("right", (0, 50), (99, 50)),
        ("90", (0, 50), (99, 50)),
        ("bottom", (50, 0), (50, 99)),
        ("180", (50, 0), (50, 99)),
        ("left", (99, 50), (0, 50)),
        ("270", (99, 50), (0, 50)),
        ("top_right", (0, 99), (99, 0)),
        ("bottom_right", (0, 0), (99, 99)),
        ("45", (0, 99), (99, 0)),
    ],
)
def test_directions_of_gradients(api: Api, flat, direction: str, start: tuple, end: tuple) -> None:
    picture = shown(api, flat(BLACK), f"e-gradient-ld-{direction}_from-FF0000_to-0000FF")
    pictures.assert_colour(picture, start, RED, 14)
    pictures.assert_colour(picture, end, BLUE, 14)


@pytest.mark.parametrize("stop", ["0.5", "50", "ih_div_2", "ih_mul_0.5"])
def test_where_a_gradient_ends(api: Api, flat, stop: str) -> None:
    picture = shown(api, flat(BLACK), f"e-gradient-ld-bottom_from-FF0000_to-0000FF_sp-{stop}")
    pictures.assert_colour(picture, (50, 0), RED, 14)
    for y in (52, 75, 99):
        pictures.assert_colour(picture, (50, y), BLUE, 10)


def test_a_gradient_may_be_partly_clear(api: Api, flat) -> None:
    picture = shown(api, flat(WHITE), "e-gradient-ld-right_from-00000050_to-00000000")
    assert abs(picture.getpixel((1, 50))[0] - 128) < 10 and picture.getpixel((98, 50))[0] > 245


# Colour


def test_tinted(api: Api, flat) -> None:
    grey = flat((128, 128, 128))
    assert shown(api, grey, "e-colorize-in-0").getpixel((50, 50))[:3] == (128, 128, 128)
    full = shown(api, grey, "e-colorize-co-FF0000_in-100").getpixel((50, 50))
    half = shown(api, grey, "e-colorize-in-50_co-FF0000").getpixel((50, 50))
    assert full[0] > full[1] + 60 and full[0] > full[2] + 60
    assert 10 < half[0] - half[1] < full[0] - full[1]
    named = shown(api, grey, "e-colorize-co-red_in-100").getpixel((50, 50))
    assert named == full


def test_the_default_tint_is_grey(api: Api, map_png: dict) -> None:
    picture = shown(api, map_png, "w-100,e-colorize")
    r, g, b, _ = picture.getpixel((30, 30))
    assert max(r, g, b) - min(r, g, b) <= 6


def test_a_tint_keeps_the_alpha(api: Api, parcel: dict) -> None:
    picture = shown(api, parcel, "e-colorize-co-0000FF_in-100")
    assert picture.getpixel((5, 5))[3] == 0 and picture.getpixel((50, 50))[3] == 255


@pytest.mark.parametrize(
    ("source", "tr", "expected"),
    [
        (WHITE, "cr-FF0000_50_FFFFFF", RED),
        (BLACK, "cr-FF0000_50_FFFFFF", BLACK),
        (WHITE, "cr-FF0000", RED),
        (BLUE, "cr-00FF00_35_0000FF", GREEN),
        (BLUE, "cr-00FF00_35_FFFF00", BLUE),
    ],
    ids=str,
)
def test_a_colour_is_replaced(api: Api, flat, source: tuple, tr: str, expected: tuple) -> None:
    pictures.assert_colour(shown(api, flat(source), tr), (50, 50), expected, 12)


def test_only_the_like_colours_are_replaced(api: Api) -> None:
    file = api.put(pictures.png(pictures.quadrants()), "fields.png", folder=SHELF)
    picture = shown(api, file, "cr-FFFF00_20_0000FF")
    for point, colour in (((30, 20), RED), ((90, 20), GREEN), ((30, 60), (255, 255, 0)), ((90, 60), WHITE)):
        pictures.assert_colour(picture, point, colour, 12)


# Distortion


def test_perspective_onto_itself_changes_nothing(api: Api) -> None:
    file = api.put(pictures.png(pictures.quadrants(100, 100)), "square.png", folder=SHELF)
    picture = shown(api, file, "e-distort-p-0_0_100_0_100_100_0_100")
    assert picture.size == (100, 100)
    for point, colour in (((20, 20), RED), ((80, 20), GREEN), ((20, 80), BLUE), ((80, 80), WHITE)):
        pictures.assert_colour(picture, point, colour)


def test_perspective_leaves_the_outside_clear(api: Api, flat) -> None:
    picture = shown(api, flat(RED), "e-distort-p-30_10_70_10_95_95_5_95")
    for point in ((5, 5), (95, 5), (10, 40), (90, 40)):
        assert picture.getpixel(point)[3] < 8, point
    for point in ((50, 20), (50, 90), (20, 90), (80, 90)):
        pictures.assert_colour(picture, point, (255, 0, 0, 255), 10)


def test_perspective_moves_the_corners_clockwise_from_the_top_left(api: Api) -> None:
    file = api.put(pictures.png(pictures.quadrants(100, 100)), "square.png", folder=SHELF)
    # The corners change places: a mirror.
    picture = shown(api, file, "e-distort-p-100_0_0_0_0_100_100_100")
    for point, colour in (((80, 20), RED), ((20, 20), GREEN), ((80, 80), BLUE), ((20, 80), WHITE)):
        pictures.assert_colour(picture, point, colour)


@pytest.mark.parametrize("degrees", ["30", "90", "180", "N60"])
def test_an_arc(api: Api, flat, degrees: str) -> None:
    picture = shown(api, flat(RED), f"e-distort-a-{degrees}")
    reds = sum(1 for pixel in picture.getdata() if pixel[3] > 200 and pixel[0] > 200)
    clear = sum(1 for pixel in picture.getdata() if pixel[3] < 20)
    assert reds > 1000 and clear > 50


@pytest.mark.parametrize("value", ["p-1_2_3", "p-0_0_0_0_0_0_0_0", "a-x", "q-1", ""])
def test_a_distortion_that_makes_no_sense_is_ignored_or_refused(api: Api, flat, value: str) -> None:
    answer = api.get(flat(RED), f"e-distort-{value},f-png")
    if answer.status_code != 200:
        rules.check_refusal(answer, 400)


# Backgrounds made of the picture


def pad(api: Api, file: dict, background: str) -> Image.Image:
    picture = shown(api, file, f"w-100,h-100,cm-pad_resize,bg-{background}")
    assert picture.size == (100, 100)
    pictures.assert_colour(picture, (50, 50), (250, 220, 0), 20)
    pictures.assert_colour(picture, (10, 40), (0, 40, 200), 20)
    return picture


def test_the_dominant_colour(api: Api, sea: dict) -> None:
    picture = pad(api, sea, "dominant")
    for point in ((5, 5), (50, 5), (50, 95)):
        pictures.assert_colour(picture, point, (0, 40, 200), 25)


@pytest.mark.parametrize("background", ["gradient_dominant", "gradient_dominant_2", "gradient_dominant_4"])
def test_a_gradient_of_dominant_colours(api: Api, sea: dict, background: str) -> None:
    picture = pad(api, sea, background).convert("RGB")
    edge = picture.crop((0, 0, 100, 20))
    # Smooth: neighbours differ little, and nothing is black as padding by default would be.
    steps = [max(abs(a - b) for a, b in zip(edge.getpixel((x, 5)), edge.getpixel((x + 1, 5)), strict=True)) for x in range(99)]
    assert max(steps) <= 24
    assert max(ImageStat.Stat(edge).mean) > 60


@pytest.mark.parametrize("background", ["blurred", "blurred_50", "blurred_auto", "blurred_0", "blurred_25_N15", "blurred_auto_20"])
def test_a_blurred_background(api: Api, sea: dict, background: str) -> None:
    picture = pad(api, sea, background)
    r, g, b, a = picture.getpixel((5, 5))
    assert a == 255 and b > r + 40 and b > 100


def test_the_brightness_of_a_blurred_background(api: Api, sea: dict) -> None:
    dark, plain, bright = (
        sum(pad(api, sea, f"blurred_25{more}").getpixel((5, 5))[:3]) for more in ("_N100", "", "_100")
    )
    assert dark < plain < bright
    pictures.assert_colour(pad(api, sea, "blurred_25_N255"), (5, 5), BLACK)
    pictures.assert_colour(pad(api, sea, "blurred_25_255"), (5, 5), WHITE)


def test_blurred_is_for_padding_only(api: Api, sea: dict) -> None:
    assert shown(api, sea, "w-50,bg-blurred").size == (50, 25)
    answer = api.get(sea, "w-100,h-100,cm-pad_extract,bg-blurred,f-png")
    if answer.status_code != 200:
        rules.check_refusal(answer, 400)


# What needs a model


@pytest.mark.parametrize(
    ("tr", "named"),
    [
        ("e-bgremove", "bgremove"),
        ("e-removedotbg", "removedotbg"),
        ("e-dropshadow", "dropshadow"),
        ("e-changebg-prompt-snow", "changebg"),
        ("e-edit-prompt-snow", "edit"),
        ("e-retouch", "retouch"),
        ("e-upscale", "upscale"),
        ("e-genvar", "genvar"),
        ("w-200,h-200,cm-pad_resize,bg-genfill", "genfill"),
    ],
)
def test_what_needs_a_model_is_named(api: Api, flat, tr: str, named: str) -> None:
    assert named in rules.check_refusal(api.get(flat(RED), tr), 400)


# Spellings


@pytest.mark.parametrize("tr", ["e-contrast-1", "e-contrast", "e-sharpen-10", "e-usm-2-2-0.8-0.024", "e-nosuch", "e-usm-1", "e-shadow-zz-5", "e-gradient-ld-400"])
def test_sizes_stay(api: Api, map_png: dict, tr: str) -> None:
    assert shown(api, map_png, f"w-60,{tr}").size == (60, 40)


def test_effects_work_together(api: Api, map_png: dict) -> None:
    tr = "w-120,e-grayscale,e-contrast,e-sharpen,e-shadow,e-gradient-ld-right,bl-2,r-10,b-2_FF0000"
    assert shown(api, map_png, tr).size == (124, 84)
