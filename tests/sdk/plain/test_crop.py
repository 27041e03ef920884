"""Crop modes and focus on real pixels: the tables of sections 11.3 and 11.4, row by row."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import BLACK, GREEN, RED
from PIL import Image, ImageDraw

Box = tuple[float, float, float, float]


def part(box: Box, size: tuple[int, int]) -> Image.Image:
    """What the map picture shows of `box`, scaled to `size`."""
    return pictures.map_picture().resize(size, Image.Resampling.LANCZOS, box=box)


WHOLE = (0.0, 0.0, 600.0, 400.0)

SCALED: list[tuple[str, tuple[int, int], Box]] = [
    # transformation, output, the part of the 600x400 source that is seen
    ("w-300", (300, 200), WHOLE),
    ("h-100", (150, 100), WHOLE),
    ("w-0.5", (300, 200), WHOLE),
    ("h-0.25", (150, 100), WHOLE),
    ("w-1200", (1200, 800), WHOLE),
    ("w-200", (200, 133), WHOLE),
    ("h-133", (200, 133), WHOLE),
    ("w-300,ar-4-3", (300, 225), (33.33, 0, 566.67, 400)),
    ("w-300,ar-4_3", (300, 225), (33.33, 0, 566.67, 400)),
    ("h-300,ar-1-1", (300, 300), (100, 0, 500, 400)),
    ("w-300,h-300", (300, 300), (100, 0, 500, 400)),
    ("w-300,h-300,c-maintain_ratio", (300, 300), (100, 0, 500, 400)),
    ("w-300,h-300,fo-center", (300, 300), (100, 0, 500, 400)),
    ("w-300,h-300,fo-left", (300, 300), (0, 0, 400, 400)),
    ("w-300,h-300,fo-right", (300, 300), (200, 0, 600, 400)),
    ("w-300,h-300,fo-top_left", (300, 300), (0, 0, 400, 400)),
    ("w-300,h-300,fo-bottom_right", (300, 300), (200, 0, 600, 400)),
    ("w-300,h-300,fo-top", (300, 300), (100, 0, 500, 400)),
    ("w-300,h-100,fo-top", (300, 100), (0, 0, 600, 200)),
    ("w-300,h-100,fo-bottom", (300, 100), (0, 200, 600, 400)),
    ("w-300,h-100,fo-top_right", (300, 100), (0, 0, 600, 200)),
    ("w-300,h-100,fo-bottom_left", (300, 100), (0, 200, 600, 400)),
    ("w-300,h-100", (300, 100), (0, 100, 600, 300)),
    ("w-300,h-300,c-force", (300, 300), WHOLE),
    ("w-300,h-300,c-at_max", (300, 200), WHOLE),
    ("w-1200,h-1200,c-at_max_enlarge", (1200, 800), WHOLE),
    ("w-300,h-300,c-at_max_enlarge", (300, 200), WHOLE),
    ("w-300,h-300,c-at_least", (450, 300), WHOLE),
    ("w-100,dpr-2", (200, 133), WHOLE),
    ("w-150,h-100,dpr-2", (300, 200), WHOLE),
    ("w-iw_div_2", (300, 200), WHOLE),
    ("w-ih_mul_0.5", (200, 133), WHOLE),
]


@pytest.mark.parametrize(("tr", "size", "box"), SCALED, ids=[row[0] for row in SCALED])
def test_scaled(api: Api, map_png: dict, tr: str, size: tuple[int, int], box: Box) -> None:
    pictures.assert_like(api.picture(map_png, tr), part(box, size))


@pytest.mark.parametrize("tr", ["w-300,h-300", "w-300,h-300,fo-left"])
def test_the_comparison_notices_a_shift(api: Api, map_png: dict, tr: str) -> None:
    shown = api.picture(map_png, tr)
    box = (100, 0, 500, 400) if "fo" not in tr else (0, 0, 400, 400)
    for dx in (-4, 4):
        shifted = (max(box[0] + dx, 0), box[1], box[2] + dx, box[3])
        with pytest.raises(AssertionError):
            pictures.assert_like(shown, part(shifted, (300, 300)))


EXACT: list[tuple[str, Box]] = [
    # transformation, the unscaled region of the source that is the whole output
    ("w-1200,h-1200,c-at_max", (0, 0, 600, 400)),
    ("w-1200,c-at_max", (0, 0, 600, 400)),
    ("w-1200,h-1200,c-maintain_ratio_no_enlarge", (100, 0, 500, 400)),
    ("w-200,h-200,cm-extract", (200, 100, 400, 300)),
    ("w-200,h-200,cm-extract,fo-center", (200, 100, 400, 300)),
    ("w-200,h-200,cm-extract,x-10,y-20", (10, 20, 210, 220)),
    ("w-200,h-200,cm-extract,xc-300,yc-200", (200, 100, 400, 300)),
    ("w-200,h-200,cm-extract,xc-100,yc-100", (0, 0, 200, 200)),
    ("w-200,h-200,cm-extract,fo-bottom_right", (400, 200, 600, 400)),
    ("w-200,h-200,cm-extract,fo-top_left", (0, 0, 200, 200)),
    ("w-200,h-200,cm-extract,fo-top_right", (400, 0, 600, 200)),
    ("w-200,h-200,cm-extract,fo-bottom_left", (0, 200, 200, 400)),
    ("w-200,h-200,cm-extract,fo-top", (200, 0, 400, 200)),
    ("w-200,h-200,cm-extract,fo-left", (0, 100, 200, 300)),
    ("w-201,h-201,cm-extract", (199, 99, 400, 300)),
    ("w-800,h-800,cm-extract", (0, 0, 600, 400)),
    ("w-200,h-200,cm-extract,c-force", (200, 100, 400, 300)),
    ("w-600,h-400", (0, 0, 600, 400)),
    ("w-400,h-400", (100, 0, 500, 400)),
]


@pytest.mark.parametrize(("tr", "box"), EXACT, ids=[row[0] for row in EXACT])
def test_unscaled(api: Api, noise_png: dict, tr: str, box: Box) -> None:
    pictures.assert_same(api.picture(noise_png, tr), pictures.noise().crop(box))


@pytest.mark.parametrize(
    "tr",
    [
        "w-200,h-200,cm-extract,xc-10,yc-10",
        "w-200,h-200,cm-extract,xc-590,yc-200",
        "w-200,h-200,cm-extract,xc-300,yc-310",
    ],
)
def test_a_centre_too_close_to_the_edge_is_400(api: Api, noise_png: dict, tr: str) -> None:
    rules.check_refusal(api.get(noise_png, tr), 400)


def padded(size: tuple[int, int], at: tuple[int, int], picture: Image.Image, colour: tuple[int, ...]) -> Image.Image:
    canvas = Image.new("RGB", size, colour)
    canvas.paste(picture, at)
    return canvas


PADDED: list[tuple[str, tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, ...]]] = [
    # transformation, canvas, place and size of the picture on it, padding
    ("w-300,h-300,cm-pad_resize,bg-FF0000", (300, 300), (0, 50), (300, 200), RED),
    ("w-300,h-300,cm-pad_resize,bg-FF0000,fo-top", (300, 300), (0, 0), (300, 200), RED),
    ("w-300,h-300,cm-pad_resize,bg-FF0000,fo-bottom", (300, 300), (0, 100), (300, 200), RED),
    ("w-300,h-300,cm-pad_resize", (300, 300), (0, 50), (300, 200), BLACK),
    ("w-400,h-200,cm-pad_resize,fo-left", (400, 200), (0, 0), (300, 200), BLACK),
    ("w-400,h-200,cm-pad_resize,fo-right,bg-00FF00", (400, 200), (100, 0), (300, 200), GREEN),
    ("w-300,h-300,cm-pad_resize,bg-tomato", (300, 300), (0, 50), (300, 200), (255, 99, 71)),
    ("w-300,h-300,cm-pad_resize,c-force,bg-FF0000", (300, 300), (0, 50), (300, 200), RED),
    ("w-150,h-150,dpr-2,cm-pad_resize,bg-FF0000", (300, 300), (0, 50), (300, 200), RED),
]


@pytest.mark.parametrize(("tr", "canvas", "at", "size", "colour"), PADDED, ids=[row[0] for row in PADDED])
def test_padded(api: Api, map_png: dict, tr: str, canvas, at, size, colour) -> None:
    shown = api.picture(map_png, tr)
    pictures.assert_like(shown, padded(canvas, at, part(WHOLE, size), colour))
    for corner, inside in (((0, 0), at[0] == 0 and at[1] == 0), ((canvas[0] - 1, canvas[1] - 1), False)):
        covered = at[0] <= corner[0] < at[0] + size[0] and at[1] <= corner[1] < at[1] + size[1]
        if not covered and not inside:
            pictures.assert_colour(shown, corner, colour, 0)


@pytest.mark.parametrize(
    ("tr", "canvas", "at", "colour"),
    [
        ("w-800,h-500,cm-pad_extract,bg-00FF00", (800, 500), (100, 50), GREEN),
        ("w-800,h-800,cm-pad_resize_no_enlarge", (800, 800), (100, 200), BLACK),
        ("w-801,h-801,cm-pad_resize_no_enlarge,bg-FF0000", (801, 801), (100, 200), RED),
    ],
)
def test_padded_unscaled(api: Api, noise_png: dict, tr: str, canvas, at, colour) -> None:
    pictures.assert_same(api.picture(noise_png, tr), padded(canvas, at, pictures.noise(), colour))


@pytest.mark.parametrize(
    ("tr", "size"),
    [
        ("w-300,h-200,c-at_max", (148, 200)),
        ("w-300,h-200,c-at_least", (300, 405)),
        ("w-850,h-1000,c-at_max_enlarge", (740, 1000)),
    ],
)
def test_the_documented_picture_of_ratio_0_74(api: Api, tr: str, size: tuple[int, int]) -> None:
    source = api.put(pictures.png(pictures.map_picture(370, 500)), "tall.png", folder="/shared_pictures")
    assert api.picture(source, tr).size == size


def test_a_side_is_never_below_one_pixel(api: Api) -> None:
    thin = api.put(pictures.png(pictures.noise(400, 2)), "thin.png", folder="/shared_pictures")
    assert api.picture(thin, "w-20").size == (20, 1)


# Focus


@pytest.mark.parametrize(
    ("coordinates", "tr", "box"),
    [
        ("400,250,100,50", "w-200,h-200,cm-extract,fo-custom", (350, 175, 550, 375)),
        ("0,0,20,20", "w-200,h-200,cm-extract,fo-custom", (0, 0, 200, 200)),
        ("580,380,20,20", "w-200,h-200,cm-extract,fo-custom", (400, 200, 600, 400)),
        ("400,100,100,100", "w-400,h-400,fo-custom", (200, 0, 600, 400)),
        ("150,100,100,100", "w-400,h-400,fo-custom", (0, 0, 400, 400)),
        ("250,0,100,100", "w-400,h-400,fo-custom", (100, 0, 500, 400)),
        (None, "w-200,h-200,cm-extract,fo-custom", (200, 100, 400, 300)),
    ],
)
def test_custom_focus(api: Api, folder: str, coordinates: str | None, tr: str, box: Box) -> None:
    file = api.put(pictures.png(pictures.noise()), folder=folder, customCoordinates=coordinates)
    pictures.assert_same(api.picture(file, tr), pictures.noise().crop(box))


def test_custom_focus_is_scaled_along(api: Api, folder: str) -> None:
    file = api.put(pictures.png(pictures.map_picture()), folder=folder, customCoordinates="500,0,40,400")
    # Scaled by 0.5 the region's centre is column 260; a crop of 100 around it spans 210-310, clamped to 200-300.
    pictures.assert_like(api.picture(file, "w-100,h-200,fo-custom"), part((400, 0, 600, 400), (100, 200)))
    other = api.put(pictures.png(pictures.map_picture()), "b.png", folder=folder, customCoordinates="360,0,40,400")
    pictures.assert_like(api.picture(other, "w-100,h-200,fo-custom"), part((280, 0, 480, 400), (100, 200)))


def distinct_object(place: tuple[int, int]) -> Image.Image:
    """A grey field with one colourful disc, radius 40."""
    picture = Image.new("RGB", (600, 400), (128, 128, 128))
    x, y = place
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - 40, y - 40, x + 40, y + 40), fill=(220, 30, 30))
    draw.ellipse((x - 15, y - 15, x + 15, y + 15), fill=(250, 240, 40))
    return picture


@pytest.mark.parametrize("place", [(520, 200), (80, 200), (300, 60), (530, 330)])
@pytest.mark.parametrize("tr", ["w-200,h-400,fo-auto", "w-200,h-200,cm-extract,fo-auto", "w-200,h-200,cm-extract,fo-face"])
def test_automatic_focus_keeps_the_object(api: Api, folder: str, place: tuple[int, int], tr: str) -> None:
    picture = distinct_object(place)
    file = api.put(pictures.png(picture), folder=folder)
    seen = pictures.share(api.picture(file, tr), (220, 30, 30))
    # Unscaled in all of these; a little may be lost at an edge.
    assert seen >= 0.9 * pictures.share(picture, (220, 30, 30))


def test_automatic_focus_is_deterministic(api: Api, folder: str) -> None:
    data = pictures.png(pictures.photo())
    one, other = (api.put(data, name, folder=folder) for name in ("a.png", "b.png"))
    assert api.get(one, "w-100,h-300,fo-auto").content == api.get(other, "w-100,h-300,fo-auto").content


@pytest.mark.parametrize("focus", ["nosuch", "unicorn", "auto-custom_override", "custom", "center"])
def test_unknown_focus_falls_back_to_the_centre(api: Api, noise_png: dict, focus: str) -> None:
    if focus == "auto-custom_override":
        # Without coordinates this is `auto`; only the size is certain.
        assert api.picture(noise_png, f"w-200,h-200,cm-extract,fo-{focus}").size == (200, 200)
        return
    shown = api.picture(noise_png, f"w-200,h-200,cm-extract,fo-{focus}")
    pictures.assert_same(shown, pictures.noise().crop((200, 100, 400, 300)))


@pytest.mark.parametrize("focus", ["person", "dog", "trafficLight"])
def test_nothing_detected_is_never_an_error(api: Api, map_png: dict, focus: str) -> None:
    assert api.picture(map_png, f"w-200,h-200,fo-{focus}").size == (200, 200)
