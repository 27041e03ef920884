"""Image layers and solid blocks: where they lie, how large they are, what colour shows. Spec 11.6."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import BLACK, BLUE, GREEN, RED, WHITE
from harness.signing import signed
from PIL import Image, ImageChops

SHELF = "/layers"
GREY = (128, 128, 128)


def box(picture: Image.Image, ground: tuple[int, ...] = WHITE) -> tuple[int, int, int, int] | None:
    """Where a picture differs from its ground: left, top, right, bottom; right and bottom are just outside."""
    picture = picture.convert("RGB")
    off = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).convert("L")
    return off.point(lambda level: 255 if level > 12 else 0).getbbox()


@pytest.fixture(scope="module")
def base(api: Api) -> dict:
    """White, 200x100."""
    return api.put(pictures.png(Image.new("RGB", (200, 100), WHITE)), "base.png", folder=SHELF)


@pytest.fixture(scope="module")
def mark(api: Api) -> str:
    """Four fields, 40x20, as a value of `i`: nothing of it can be trimmed."""
    api.put(pictures.png(pictures.quadrants(40, 20, (RED, GREEN, BLUE, BLACK))), "mark.png", folder=SHELF)
    return f"{SHELF[1:]}@@mark.png"


def layered(api: Api, base: dict, *layers: str, step: str = "") -> Image.Image:
    picture = api.picture(base, ",".join([*([step] if step else []), *layers, "f-png"]))
    return picture.convert("RGB")


def image(input: str, *keys: str) -> str:
    return ",".join(["l-image", f"i-{input}", *keys, "l-end"])


def block(*keys: str) -> str:
    return image("ik_canvas", *keys)


# Position


@pytest.mark.parametrize(
    ("keys", "corner"),
    [
        ("", (80, 40)),
        ("lfo-center", (80, 40)),
        ("lfo-top", (80, 0)),
        ("lfo-bottom", (80, 80)),
        ("lfo-left", (0, 40)),
        ("lfo-right", (160, 40)),
        ("lfo-top_left", (0, 0)),
        ("lfo-top_right", (160, 0)),
        ("lfo-bottom_left", (0, 80)),
        ("lfo-bottom_right", (160, 80)),
        ("lx-10,ly-20", (10, 20)),
        ("lx-10", (10, 0)),
        ("ly-20", (0, 20)),
        ("lx-0,ly-0", (0, 0)),
        ("lx-N10,ly-N20", (150, 60)),
        ("lx-N0,ly-N0", (160, 80)),
        ("lx-10,ly-N5", (10, 75)),
        ("lxc-100,lyc-50", (80, 40)),
        ("lxc-30,lyc-20", (10, 10)),
        ("lx-bw_div_2,ly-bh_mul_0.1", (100, 10)),
        ("lxc-bw_div_4,lyc-bh_div_2", (30, 40)),
        ("lfo-top,lx-10,ly-20", (10, 20)),
        ("lap-center,lx-5,ly-5", (105, 55)),
        ("lap-center,lxc-0,lyc-0", (80, 40)),
    ],
)
def test_where_a_layer_lies(api: Api, base: dict, mark: str, keys: str, corner: tuple[int, int]) -> None:
    picture = layered(api, base, image(mark, *([keys] if keys else [])))
    assert picture.size == (200, 100)
    x, y = corner
    assert box(picture) == (x, y, x + 40, y + 20)
    for dx, dy, colour in ((5, 5, RED), (35, 5, GREEN), (5, 15, BLUE), (35, 15, BLACK)):
        pictures.assert_colour(picture, (x + dx, y + dy), colour)


def test_position_keys_may_stand_anywhere(api: Api, base: dict, mark: str) -> None:
    first = layered(api, base, f"l-image,lx-10,ly-20,i-{mark},w-20,l-end")
    last = layered(api, base, image(mark, "w-20", "lx-10", "ly-20"))
    assert box(first) == (10, 20, 30, 30)
    pictures.assert_same(first, last)
    # Also behind a chain: they are applied last.
    assert box(layered(api, base, image(mark, "lx-10", "w-20:rt-90", "ly-20"))) == (10, 20, 20, 40)


@pytest.mark.parametrize(("keys", "seen"), [("lx-180,ly-90", (180, 90, 200, 100)), ("lxc-0,lyc-0", (0, 0, 20, 10))])
def test_what_lies_outside_is_cut_off(api: Api, base: dict, mark: str, keys: str, seen: tuple) -> None:
    picture = layered(api, base, image(mark, keys))
    assert picture.size == (200, 100)
    assert box(picture) == seen


@pytest.mark.parametrize("keys", ["lx-5000,ly-0", "lx-N5000,ly-N5000"])
def test_offsets_beyond_the_base_are_clamped(api: Api, base: dict, mark: str, keys: str) -> None:
    assert layered(api, base, image(mark, keys)).size == (200, 100)


def test_a_layer_larger_than_the_base_does_not_enlarge_it(api: Api, base: dict, mark: str) -> None:
    picture = layered(api, base, image(mark, "w-400", "h-400", "c-force"))
    assert picture.size == (200, 100)
    assert box(picture) == (0, 0, 200, 100)


def test_layers_come_after_the_resize_and_before_the_border(api: Api, base: dict, mark: str) -> None:
    picture = layered(api, base, image(mark, "lx-0", "ly-0"), step="w-100,b-5_0000FF")
    assert picture.size == (110, 60)
    pictures.assert_colour(picture, (2, 2), BLUE)
    pictures.assert_colour(picture, (8, 8), RED)
    assert box(picture.crop((5, 5, 105, 55))) == (0, 0, 40, 20)


def test_several_layers_lie_in_their_order(api: Api, base: dict) -> None:
    under, over = block("bg-FF0000", "w-60", "h-60", "lx-0", "ly-0"), block("bg-0000FF", "w-60", "h-60", "lx-30", "ly-30")
    picture = layered(api, base, under, over)
    pictures.assert_colour(picture, (45, 45), BLUE)
    pictures.assert_colour(picture, (10, 10), RED)
    picture = layered(api, base, over, under)
    pictures.assert_colour(picture, (45, 45), RED)


# Input


@pytest.mark.parametrize("spelling", ["{}", "@@{}"])
def test_the_leading_slash_is_optional(api: Api, base: dict, mark: str, spelling: str) -> None:
    assert box(layered(api, base, image(spelling.format(mark)))) == (80, 40, 120, 60)


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("path", [f"{SHELF}/mark.png", f"{SHELF[1:]}/mark.png"])
def test_a_path_may_be_base64(api: Api, base: dict, mark: str, path: str, alphabet) -> None:
    coded = quote(alphabet(path.encode()).decode(), safe="")
    assert box(layered(api, base, f"l-image,ie-{coded},l-end")) == (80, 40, 120, 60)
    # If both are there, the coded one wins.
    assert box(layered(api, base, f"l-image,i-no@@such.png,ie-{coded},l-end")) == (80, 40, 120, 60)
    query = api.picture(f"{base['url']}?tr=l-image,ie-{coded},l-end,f-png")
    assert box(query) == (80, 40, 120, 60)


def test_names_with_letters_of_any_script(api: Api, base: dict) -> None:
    api.put(pictures.png(pictures.quadrants(40, 20)), "été.png", folder=SHELF)
    assert box(layered(api, base, image(quote(f"{SHELF[1:]}@@été.png")))) == (80, 40, 120, 60)


@pytest.mark.parametrize("input", ["i-no@@such.png", "ie-" + base64.b64encode(b"no/such.png").decode().replace("=", "%3D"), "ie-!!!"])
def test_an_overlay_that_is_missing_is_400(api: Api, base: dict, input: str) -> None:
    rules.check_refusal(api.get(base, f"l-image,{input},l-end"), 400)


def test_an_overlay_that_is_no_picture_is_400(api: Api, base: dict, folder: str) -> None:
    api.put("some text", "a.txt", folder=folder)
    rules.check_refusal(api.get(base, image(f"{folder[1:]}@@a.txt")), 400)


def test_drafts_count_as_missing(api: Api, base: dict, folder: str) -> None:
    api.put(pictures.tiny(1), "draft.png", folder=folder, isPublished=False)
    rules.check_refusal(api.get(base, image(f"{folder[1:]}@@draft.png")), 400)


def test_private_overlays_need_a_signature(api: Api, base: dict, folder: str) -> None:
    api.put(pictures.png(pictures.quadrants(40, 20)), "private.png", folder=folder, isPrivateFile=True)
    tr = image(f"{folder[1:]}@@private.png") + ",f-png"
    rules.check_refusal(api.get(base, tr), 401)
    rest = signed(f"tr:{tr}{base['filePath']}")
    assert box(api.picture(f"{api.server.endpoint}/{rest}")) == (80, 40, 120, 60)


@pytest.mark.parametrize("input", ["i-..@@..@@etc@@passwd", "i-%2e%2e%2fetc", "i-a%00b.png", "i-"])
def test_odd_paths_lead_nowhere(api: Api, base: dict, input: str) -> None:
    rules.check_refusal(api.get(base, f"l-image,{input},l-end"), 400)


def test_a_changed_overlay_is_seen_at_once(api: Api, base: dict, folder: str) -> None:
    for colour in (RED, BLUE):
        api.put(pictures.png(Image.new("RGB", (20, 20), colour)), "o.png", folder=folder)
        pictures.assert_colour(layered(api, base, image(f"{folder[1:]}@@o.png")), (100, 50), colour)


# What may be done to a layer


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ("w-80", (80, 40)),
        ("h-40", (80, 40)),
        ("w-0.5", (20, 10)),
        ("w-bw_div_2", (100, 50)),
        ("w-60,h-60,c-force", (60, 60)),
        ("w-30,h-30,c-at_max", (30, 15)),
        ("w-30,h-30,c-at_least", (60, 30)),
        ("w-20,h-20", (20, 20)),
        ("w-20,h-10,cm-extract", (20, 10)),
        ("w-60,h-60,cm-pad_resize,bg-00FFFF", (60, 60)),
        ("w-40,ar-1-1", (40, 40)),
        ("w-20,dpr-2", (40, 20)),
        ("rt-90", (20, 40)),
        ("b-5_000000", (50, 30)),
        ("w-20:rt-90", (10, 20)),
        ("w-20:w-10:w-80", (80, 40)),
        ("w-80,fl-h,e-grayscale,bl-1,q-50,o-90", (80, 40)),
        ("e-contrast,e-sharpen,e-usm-2-2-0.8-0.024", (40, 20)),
    ],
)
def test_sizes_of_layers(api: Api, base: dict, mark: str, keys: str, size: tuple[int, int]) -> None:
    left, top, right, bottom = box(layered(api, base, image(mark, keys, "lx-10", "ly-10")))  # type: ignore[misc]
    assert (left, top) == (10, 10)
    assert abs(right - left - size[0]) <= 1 and abs(bottom - top - size[1]) <= 1, (right - left, bottom - top)


def test_a_mirrored_layer(api: Api, base: dict, mark: str) -> None:
    picture = layered(api, base, image(mark, "fl-h", "lx-0", "ly-0"))
    pictures.assert_colour(picture, (5, 5), GREEN)
    pictures.assert_colour(picture, (35, 5), RED)


def test_round_corners_show_the_base(api: Api, base: dict) -> None:
    picture = layered(api, base, block("bg-FF0000", "w-60", "h-60", "r-max", "lx-10", "ly-10"))
    pictures.assert_colour(picture, (11, 11), WHITE)
    pictures.assert_colour(picture, (40, 40), RED)
    assert box(picture) == (10, 10, 70, 70)


def test_opacity_mixes_with_the_base(api: Api, base: dict) -> None:
    picture = layered(api, base, block("bg-FF0000", "w-60", "h-60", "o-50"))
    pictures.assert_colour(picture, (100, 50), (255, 128, 128), 3)


def test_a_transparent_overlay_lets_the_base_through(api: Api, base: dict, folder: str) -> None:
    overlay = Image.new("RGBA", (40, 40), (0, 0, 255, 128))
    overlay.paste((255, 0, 0, 255), (10, 10, 30, 30))
    api.put(pictures.png(overlay), "o.png", folder=folder)
    picture = layered(api, base, image(f"{folder[1:]}@@o.png", "t-false", "lx-0", "ly-0"))
    pictures.assert_colour(picture, (5, 5), (127, 127, 255), 3)
    pictures.assert_colour(picture, (20, 20), RED, 3)


@pytest.mark.parametrize(("keys", "size"), [("", (40, 20)), ("t-true", (40, 20)), ("t-false", (60, 40))])
def test_layers_are_trimmed_unless_told_otherwise(api: Api, base: dict, folder: str, keys: str, size: tuple) -> None:
    overlay = Image.new("RGB", (60, 40), GREY)
    overlay.paste(pictures.quadrants(40, 20), (10, 10))
    api.put(pictures.png(overlay), "o.png", folder=folder)
    left, top, right, bottom = box(layered(api, base, image(f"{folder[1:]}@@o.png", *([keys] if keys else []))))  # type: ignore[misc]
    assert (right - left, bottom - top) == size


def test_one_frame_of_an_overlay(api: Api, base: dict, folder: str) -> None:
    api.put(pictures.animation("GIF"), "o.gif", folder=folder)
    picture = layered(api, base, image(f"{folder[1:]}@@o.gif", "pg-2", "t-false"))
    pictures.assert_colour(picture, (100, 50), GREEN, 20)


# Solid blocks


def test_a_block_has_its_size_and_is_never_trimmed(api: Api, base: dict) -> None:
    picture = layered(api, base, block("bg-FF0000", "w-100", "h-50"))
    assert box(picture) == (50, 25, 150, 75)
    pictures.assert_colour(picture, (100, 50), RED)


def test_a_block_is_as_large_as_the_base(api: Api, base: dict) -> None:
    picture = layered(api, base, block("bg-FF0000"))
    assert box(picture) == (0, 0, 200, 100)


@pytest.mark.parametrize(
    ("keys", "colour"),
    [
        ("bg-FF0000,al-5", (255, 128, 128)),
        ("bg-FF0000,al-1", (255, 230, 230)),
        ("bg-FF0000,al-9", (255, 26, 26)),
        ("bg-FF000050", (255, 128, 128)),
        ("bg-FF000050,al-9", (255, 128, 128)),
        ("bg-FF000000", WHITE),
        ("bg-red,al-5", RED),
        ("bg-red", RED),
    ],
)
def test_opacity_of_blocks(api: Api, base: dict, keys: str, colour: tuple) -> None:
    pictures.assert_colour(layered(api, base, block(keys, "w-50", "h-50")), (100, 50), colour, 4)


def test_a_block_with_a_gradient(api: Api, base: dict) -> None:
    picture = layered(api, base, block("bg-000000", "w-100", "h-100", "e-gradient-ld-right_from-FF0000_to-0000FF"))
    left, right = pictures.at(picture, 52, 50), pictures.at(picture, 147, 50)
    assert left[0] > 230 and left[2] < 30 and right[2] > 230 and right[0] < 30, (left, right)


@pytest.mark.parametrize("tr", ["w-100", "w-100,bg-FF0000", "w-100:rt-90"])
def test_nothing_of_the_base_is_lost_around_a_layer(api: Api, map_png: dict, tr: str) -> None:
    plain = api.picture(map_png, f"{tr},f-png")
    marked = api.picture(map_png, f"{tr},{block('bg-FF0000', 'w-10', 'h-10', 'lx-0', 'ly-0')},f-png")
    cut = (10, 10, *plain.size)
    pictures.assert_same(marked.crop(cut), plain.crop(cut))


# Nesting


def test_three_layers_deep(api: Api, base: dict) -> None:
    inner = block("bg-0000FF", "w-20", "h-10")
    middle = block("bg-00FF00", "w-60", "h-40", inner)
    picture = layered(api, base, block("bg-FF0000", "w-100", "h-80", middle))
    assert box(picture) == (50, 10, 150, 90)
    for point, colour in (((100, 50), BLUE), ((80, 35), GREEN), ((55, 15), RED), ((20, 20), WHITE)):
        pictures.assert_colour(picture, point, colour)


def test_four_are_too_many(api: Api, base: dict) -> None:
    layer = block("bg-FF0000", "w-5", "h-5")
    for _ in range(3):
        layer = block("bg-FF0000", "w-50", "h-50", layer)
    rules.check_refusal(api.get(base, layer), 400, "ELIMIT")


def test_the_base_of_a_nested_layer_is_the_layer_around_it(api: Api, base: dict) -> None:
    inner = block("bg-0000FF", "w-bw_div_2", "h-bh_div_2", "lx-0", "ly-0")
    picture = layered(api, base, block("bg-FF0000", "w-100", "h-80", "lx-0", "ly-0", inner))
    assert box(picture, RED) is not None
    pictures.assert_colour(picture, (49, 39), BLUE)
    pictures.assert_colour(picture, (51, 39), RED)
    pictures.assert_colour(picture, (49, 41), RED)


@pytest.mark.parametrize("count", [20, 21])
def test_twenty_layers_and_no_more(api: Api, base: dict, count: int) -> None:
    answer = api.get(base, ",".join([block("bg-FF0000", "w-5", "h-5")] * count))
    if count <= 20:
        assert answer.status_code == 200, answer.headers.get("ik-error")
    else:
        rules.check_refusal(answer, 400)


# Modes


def test_multiplied(api: Api, folder: str) -> None:
    base = api.put(pictures.png(Image.new("RGB", (60, 60), (200, 100, 50))), "b.png", folder=folder)
    picture = layered(api, base, block("bg-64C8FF", "w-30", "h-30", "lm-multiply"))
    pictures.assert_colour(picture, (30, 30), (78, 78, 50), 4)
    pictures.assert_colour(picture, (2, 2), (200, 100, 50))


def test_cut_out_and_cut_to_shape(api: Api, base: dict) -> None:
    out = api.picture(base, block("bg-FF0000", "w-50", "h-50", "lm-cutout") + ",f-png").convert("RGBA")
    assert (out.getpixel((100, 50))[3], out.getpixel((5, 5))[3]) == (0, 255)
    to = api.picture(base, block("bg-FF0000", "w-50", "h-50", "lm-cutter") + ",f-png").convert("RGBA")
    middle = to.getpixel((to.width // 2, to.height // 2))
    assert middle == (255, 255, 255, 255)
    assert to.size == (50, 50) or to.getpixel((1, 1))[3] == 0


def test_displaced(api: Api, map_png: dict, mark: str) -> None:
    assert api.picture(map_png, image(mark, "lm-displace", "x-10", "y-10") + ",f-png").size == (600, 400)


# Formats


@pytest.mark.parametrize("kind", ["jpg", "webp", "png"])
def test_layers_on_every_format(api: Api, map_jpg: dict, mark: str, kind: str) -> None:
    picture = api.picture(map_jpg, f"w-200,{image(mark, 'lx-0', 'ly-0', 'w-100')},f-{kind}")
    assert picture.size == (200, 133)
    pictures.assert_colour(picture, (10, 10), RED, 40)


def test_layers_on_every_frame(api: Api, folder: str) -> None:
    film = api.put(pictures.animation("GIF"), "a.gif", folder=folder)
    picture = api.picture(film, block("bg-FFFFFF", "w-20", "h-20", "lx-0", "ly-0"))
    assert picture.n_frames == 3  # type: ignore[attr-defined]
    for number, colour in enumerate((RED, GREEN, BLUE)):
        picture.seek(number)
        pictures.assert_colour(picture, (10, 10), WHITE, 20)
        pictures.assert_colour(picture, (60, 40), colour, 20)


@pytest.mark.parametrize("layer", ["l-video,i-a.mp4,l-end", "l-subtitles,i-a.srt,l-end", "l-nosuch,i-x,l-end"])
def test_layers_for_films_and_unknown_ones_are_refused(api: Api, base: dict, layer: str) -> None:
    rules.check_refusal(api.get(base, layer), 400)
