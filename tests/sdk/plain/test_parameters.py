"""Every parameter of section 11.2 and the effects of 11.5, on real pixels."""

from __future__ import annotations

import io

import pytest
from harness import pictures, rules
from harness.api import Api
from harness.pictures import BLACK, BLUE, GREEN, RED, WHITE
from PIL import Image, ImageChops, ImageStat

CLEAR = (0, 0, 0, 0)


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    w, h = picture.size
    return [pictures.at(picture, x, y, "RGBA") for x, y in ((0, 0), (w - 1, 0), (0, h - 1), (w - 1, h - 1))]


def encoded(api: Api, file: dict, tr: str) -> bytes:
    answer = api.get(file, tr)
    assert answer.status_code == 200, answer.headers.get("ik-error")
    return answer.content


# Sizes


@pytest.mark.parametrize("hint", ["Sec-CH-Width", "Width"])
def test_width_auto_follows_the_hint(api: Api, map_png: dict, hint: str) -> None:
    assert api.picture(map_png, "w-auto", headers={hint: "200"}).size == (200, 133)
    assert api.picture(map_png, "w-auto").size == (600, 400)
    assert api.picture(map_png, "w-auto", headers={hint: "wide"}).size == (600, 400)


@pytest.mark.parametrize("hint", ["Sec-CH-DPR", "DPR"])
def test_dpr_auto_follows_the_hint(api: Api, map_png: dict, hint: str) -> None:
    assert api.picture(map_png, "w-100,dpr-auto", headers={hint: "2"}).size == (200, 133)
    assert api.picture(map_png, "w-100,dpr-auto").size == (100, 67)


@pytest.mark.parametrize(
    ("tr", "size"),
    [
        ("w-100,dpr-1.5", (150, 100)),
        ("w-100,dpr-0.1", (10, 7)),
        ("h-100,dpr-2", (300, 200)),
        ("w-100,h-50,dpr-3", (300, 150)),
        ("w-1001,dpr-5", (1001, 667)),  # 5005 px: dpr is ignored
        ("w-4,dpr-0.1", (4, 3)),  # below one pixel: ignored
        ("w-iw_mul_2,dpr-5", (1200, 800)),
        ("w-2500,ar-1-2,dpr-2", (2500, 5000)),
        ("w-60,dpr-iw_mul_10", (60, 40)),
        ("dpr-2", (600, 400)),
        ("w-300,h-300,ar-2-1", (300, 300)),
        ("ar-2-1", (600, 400)),
        ("w-300,ar-1.5", (300, 200)),
        ("h-100,ar-2", (200, 100)),
        ("w-1", (1, 1)),
        ("h-1", (2, 1)),
        ("w-300,h-0.5", (300, 200)),
        ("w-0.5,h-0.5,c-force", (300, 200)),
    ],
)
def test_sizes(api: Api, map_png: dict, tr: str, size: tuple[int, int]) -> None:
    assert api.picture(map_png, tr).size == size


# Quality and format


def test_quality_changes_the_size(api: Api, photo_jpg: dict) -> None:
    sizes = [len(encoded(api, photo_jpg, f"w-320,q-{quality}")) for quality in (10, 40, 80, 100)]
    assert sizes == sorted(sizes) and len(set(sizes)) == 4, sizes


@pytest.mark.parametrize("kind", ["jpg", "webp"])
def test_quality_80_is_the_default(api: Api, photo_jpg: dict, kind: str) -> None:
    assert encoded(api, photo_jpg, f"w-320,f-{kind}") == encoded(api, photo_jpg, f"w-320,f-{kind},q-80")


@pytest.mark.parametrize(
    ("name", "kind"), [("jpg", "JPEG"), ("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF")]
)
@pytest.mark.parametrize("accept", ["*/*", "image/webp,*/*"])
def test_a_format_asked_for_is_the_format_sent(api: Api, map_jpg: dict, name: str, kind: str, accept: str) -> None:
    shown = api.picture(map_jpg, f"w-60,f-{name}", headers={"Accept": accept})
    assert (shown.format, shown.size) == (kind, (60, 40))
    pictures.assert_like(shown, pictures.map_picture().resize((60, 40), Image.Resampling.LANCZOS), 12)


def test_gif_only_from_gif(api: Api, map_jpg: dict, folder: str) -> None:
    assert api.picture(map_jpg, "w-60,f-gif").format == "JPEG"
    animated = api.put(pictures.animation("GIF"), "a.gif", folder=folder)
    assert api.picture(animated, "w-40,f-gif").format == "GIF"


def test_progressive(api: Api, photo_jpg: dict) -> None:
    assert Image.open(io.BytesIO(encoded(api, photo_jpg, "w-320,pr-true"))).info.get("progressive")
    assert not Image.open(io.BytesIO(encoded(api, photo_jpg, "w-320,pr-false"))).info.get("progressive")


def test_lossless_webp(api: Api, noise_png: dict) -> None:
    data = encoded(api, noise_png, "f-webp,lo-true")
    assert b"VP8L" in data[:64]
    pictures.assert_same(Image.open(io.BytesIO(data)), pictures.noise())
    assert b"VP8L" not in encoded(api, noise_png, "f-webp")[:64]


# Corners, background, border, opacity


def test_rounded_corners_are_transparent(api: Api, noise_png: dict) -> None:
    shown = api.picture(noise_png, "r-50")
    assert shown.size == (600, 400)
    assert [corner[3] for corner in corners(shown)] == [0, 0, 0, 0]
    assert pictures.at(shown, 300, 200, "RGBA")[3] == 255
    assert pictures.at(shown, 50, 0, "RGBA")[3] == 255
    assert pictures.at(shown, 0, 50, "RGBA")[3] == 255
    # The arc around 50,50 with radius 50 crosses the diagonal at 14.6.
    assert pictures.at(shown, 18, 18, "RGBA")[3] == 255
    assert pictures.at(shown, 10, 10, "RGBA")[3] == 0


def test_four_radii(api: Api, noise_png: dict) -> None:
    alphas = [[c[3] for c in corners(api.picture(noise_png, f"r-{radii}"))] for radii in ("50_0_0_0", "0_50_0_0", "0_0_50_0", "0_0_0_50")]
    # Top left, top right, bottom right, bottom left; `corners` lists the bottom left third.
    assert alphas == [[0, 255, 255, 255], [255, 0, 255, 255], [255, 255, 255, 0], [255, 255, 0, 255]]


def test_the_largest_radius_is_an_ellipse(api: Api, noise_png: dict) -> None:
    square = api.picture(noise_png, "w-200,h-200,r-max")
    assert pictures.at(square, 26, 26, "RGBA")[3] == 0
    assert pictures.at(square, 32, 32, "RGBA")[3] == 255
    assert pictures.at(square, 100, 1, "RGBA")[3] == 255
    wide = api.picture(noise_png, "r-max")
    assert pictures.at(wide, 80, 40, "RGBA")[3] == 0
    assert pictures.at(wide, 300, 2, "RGBA")[3] == 255
    assert pictures.at(wide, 2, 200, "RGBA")[3] == 255


def test_a_radius_is_limited_to_half_the_shorter_side(api: Api, noise_png: dict) -> None:
    assert encoded(api, noise_png, "w-100,h-100,r-500") == encoded(api, noise_png, "w-100,h-100,r-50")


def test_corners_of_a_jpeg_need_another_format_or_a_colour(api: Api, map_jpg: dict) -> None:
    shown = api.picture(map_jpg, "w-100,h-100,r-max")
    assert (shown.format, corners(shown)[0][3]) == ("PNG", 0)
    webp = api.picture(map_jpg, "w-100,h-100,r-max", headers={"Accept": "image/webp"})
    assert (webp.format, corners(webp)[0][3]) == ("WEBP", 0)
    black = api.picture(map_jpg, "w-100,h-100,r-max,f-jpg")
    assert black.format == "JPEG"
    pictures.assert_colour(black, (1, 1), BLACK, 12)
    red = api.picture(map_jpg, "w-100,h-100,r-max,f-jpg,bg-FF0000")
    pictures.assert_colour(red, (1, 1), RED, 12)


@pytest.fixture(scope="session")
def clear_png(api: Api) -> dict:
    """40x40: left half transparent, right half half-opaque green."""
    picture = Image.new("RGBA", (40, 40), CLEAR)
    picture.paste((0, 255, 0, 128), (20, 0, 40, 40))
    return api.put(pictures.png(picture), "clear.png", folder="/shared_pictures")


@pytest.mark.parametrize(
    ("colour", "left", "right"),
    [
        ("FF0000", (255, 0, 0), (127, 128, 0)),
        ("ff0000", (255, 0, 0), (127, 128, 0)),
        ("blue", (0, 0, 255), (0, 128, 127)),
        ("white", (255, 255, 255), (127, 255, 127)),
        ("rebeccapurple", (102, 51, 153), (51, 153, 76)),
    ],
)
def test_transparency_is_flattened_onto_the_background(api: Api, clear_png: dict, colour: str, left, right) -> None:
    for tr in (f"bg-{colour}", f"bg-{colour},f-png"):
        shown = api.picture(clear_png, tr)
        pictures.assert_colour(shown, (5, 20), (*left, 255), 3)
        pictures.assert_colour(shown, (30, 20), (*right, 255), 8)


def test_jpeg_flattens_onto_black_by_default(api: Api, clear_png: dict) -> None:
    shown = api.picture(clear_png, "f-jpg")
    pictures.assert_colour(shown, (5, 20), BLACK, 6)
    pictures.assert_colour(shown, (34, 20), (0, 128, 0), 10)


def test_transparency_survives_without_a_background(api: Api, clear_png: dict) -> None:
    for tr in ("w-20", "w-80", "f-webp", "e-grayscale"):
        shown = api.picture(clear_png, tr)
        w, h = shown.size
        assert pictures.at(shown, w // 8, h // 2, "RGBA")[3] == 0, tr
        assert abs(pictures.at(shown, w * 7 // 8, h // 2, "RGBA")[3] - 128) <= 4, tr


def test_scaling_knows_that_transparent_pixels_have_no_colour(api: Api, folder: str) -> None:
    # Red that cannot be seen beside blue that can: at their border no red may show up.
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (31, 0, 64, 64))
    shown = api.picture(api.put(pictures.png(picture), folder=folder), "w-16").convert("RGBA")
    for x in range(16):
        r, _, _, a = shown.getpixel((x, 8))
        assert a == 0 or r <= 10, (x, shown.getpixel((x, 8)))


def test_eight_digits_carry_an_opacity_in_percent(api: Api, map_png: dict) -> None:
    shown = api.picture(map_png, "w-300,h-300,cm-pad_resize,bg-FF000050")
    red, _, _, alpha = pictures.at(shown, 150, 10, "RGBA")
    assert (red, alpha) == (255, pytest.approx(127.5, abs=2))
    assert pictures.at(shown, 150, 150, "RGBA")[3] == 255


@pytest.mark.parametrize(("border", "colour"), [("10_FF0000", RED), ("10-FF0000", RED), ("10_lime", GREEN)])
def test_a_border_is_added_outside(api: Api, noise_png: dict, border: str, colour) -> None:
    shown = api.picture(noise_png, f"b-{border}")
    assert shown.size == (620, 420)
    pictures.assert_same(shown.crop((10, 10, 610, 410)), pictures.noise())
    for point in ((0, 0), (9, 200), (610, 200), (300, 9), (619, 419)):
        pictures.assert_colour(shown, point, colour, 0)
    assert api.picture(noise_png, f"w-300,b-{border}").size == (320, 220)


def test_a_border_may_be_an_expression(api: Api, map_png: dict) -> None:
    assert api.picture(map_png, "w-iw_div_4,h-ih_div_2:b-cw_mul_0.1_FF0000").size == (180, 230)


@pytest.mark.parametrize(("percent", "alpha"), [(0, 0), (25, 64), (50, 128), (100, 255)])
def test_opacity(api: Api, quadrants_png: dict, percent: int, alpha: int) -> None:
    shown = api.picture(quadrants_png, f"o-{percent}")
    assert abs(pictures.at(shown, 20, 20, "RGBA")[3] - alpha) <= 1
    if alpha:
        pictures.assert_colour(shown, (20, 20), RED, 2)


def test_opacity_over_a_background_is_opaque(api: Api, quadrants_png: dict) -> None:
    shown = api.picture(quadrants_png, "o-50,bg-0000FF")
    pictures.assert_colour(shown, (20, 20), (127, 0, 127, 255), 3)


# Turning and mirroring

# Colours of the four fields (top left, top right, bottom left, bottom right) after the transformation.
R, G, B, W = RED, GREEN, BLUE, WHITE
TURNS = [
    ("rt-0", (120, 80), (R, G, B, W)),
    ("rt-90", (80, 120), (B, R, W, G)),
    ("rt-180", (120, 80), (W, B, G, R)),
    ("rt-270", (80, 120), (G, W, R, B)),
    ("rt-360", (120, 80), (R, G, B, W)),
    ("rt-N90", (80, 120), (G, W, R, B)),
    ("rt-N180", (120, 80), (W, B, G, R)),
    ("rt-auto", (120, 80), (R, G, B, W)),
    ("fl-h", (120, 80), (G, R, W, B)),
    ("fl-v", (120, 80), (B, W, R, G)),
    ("fl-h_v", (120, 80), (W, B, G, R)),
    ("fl-v_h", (120, 80), (W, B, G, R)),
    ("rt-90,fl-h", (80, 120), (R, B, G, W)),
    ("fl-h:rt-90", (80, 120), (W, G, B, R)),
    ("w-60,rt-90", (40, 60), (B, R, W, G)),
    ("w-60,h-40,rt-270", (40, 60), (G, W, R, B)),
]


@pytest.mark.parametrize(("tr", "size", "fields"), TURNS, ids=[row[0] for row in TURNS])
def test_turns(api: Api, quadrants_png: dict, tr: str, size, fields) -> None:
    shown = api.picture(quadrants_png, tr)
    assert shown.size == size
    w, h = size
    for point, colour in zip(((w // 4, h // 4), (w * 3 // 4, h // 4), (w // 4, h * 3 // 4), (w * 3 // 4, h * 3 // 4)), fields):
        pictures.assert_colour(shown, point, colour, 6)


def test_right_angles_lose_nothing(api: Api, noise_png: dict) -> None:
    pictures.assert_same(api.picture(noise_png, "rt-90"), pictures.noise().transpose(Image.Transpose.ROTATE_270))
    pictures.assert_same(api.picture(noise_png, "fl-h"), pictures.noise().transpose(Image.Transpose.FLIP_LEFT_RIGHT))


@pytest.mark.parametrize(("degrees", "size"), [("45", (707, 707)), ("30", (720, 646)), ("N30", (720, 646)), ("10", (660, 498))])
def test_other_angles_grow_to_the_bounding_box(api: Api, map_png: dict, degrees: str, size: tuple[int, int]) -> None:
    shown = api.picture(map_png, f"rt-{degrees}")
    assert all(abs(a - b) <= 2 for a, b in zip(shown.size, size)), shown.size
    assert [c[3] for c in corners(shown)] == [0, 0, 0, 0]
    centre = shown.width // 2, shown.height // 2
    pictures.assert_colour(shown, centre, pictures.at(pictures.map_picture(), 300, 200), 8)


def test_degrees_run_clockwise(api: Api, quadrants_png: dict) -> None:
    shown = api.picture(quadrants_png, "rt-30")
    # The middle of the upper edge (between red and green) moves to the right.
    w, h = shown.size
    pictures.assert_colour(shown, (w // 2, h // 4), RED, 12)


def test_corners_of_a_rotation(api: Api, map_png: dict, map_jpg: dict) -> None:
    red = api.picture(map_png, "rt-45,bg-FF0000")
    assert corners(red) == [(255, 0, 0, 255)] * 4
    assert corners(api.picture(map_png, "rt-45,f-jpg"))[0][:3] < (14, 14, 14)
    shown = api.picture(map_jpg, "rt-45")
    assert (shown.format, corners(shown)[0][3]) == ("PNG", 0)


# Blur, trim


def detail(picture: Image.Image) -> float:
    """Mean difference of horizontal neighbours."""
    grey = picture.convert("L")
    w, h = grey.size
    return ImageStat.Stat(ImageChops.difference(grey.crop((0, 0, w - 1, h)), grey.crop((1, 0, w, h)))).mean[0]


def test_blur(api: Api, noise_png: dict) -> None:
    found = [detail(api.picture(noise_png, tr)) for tr in ("w-600", "bl-1", "bl-3", "bl-10", "bl-100")]
    assert found == sorted(found, reverse=True), found
    assert found[0] > 2 * found[2] > 4 * found[3]
    assert api.picture(noise_png, "bl-10").size == (600, 400)


def test_the_radius_of_a_blur_is_twice_its_sigma(api: Api, folder: str) -> None:
    # A step edge blurred with sigma 5: one sigma off the edge 84 % of the step is left.
    picture = Image.new("RGB", (200, 40))
    picture.paste(WHITE, (100, 0, 200, 40))
    shown = api.picture(api.put(pictures.png(picture), folder=folder), "bl-10").convert("L")
    for x, part in ((99, 0.46), (104, 0.82), (109, 0.97), (94, 0.14)):
        value = shown.getpixel((x, 20))
        linear_light = (part * 255, 255 * part ** (1 / 2.2))
        assert min(linear_light) - 14 <= value <= max(linear_light) + 14, (x, value, linear_light)


@pytest.fixture(scope="session")
def framed(api: Api) -> dict:
    """A 100x60 dark picture in a white frame of 30 left, 20 top, 10 right, 40 bottom, with a faint shade in the frame."""
    picture = Image.new("RGB", (140, 120), WHITE)
    picture.paste((30, 30, 90), (30, 20, 130, 80))
    picture.paste((235, 235, 235), (60, 100, 80, 110))
    return api.put(pictures.png(picture), "framed.png", folder="/shared_pictures")


@pytest.mark.parametrize(
    ("tr", "size"),
    [
        ("t-true", (100, 60)),  # the shade is within ten percent
        ("t-10", (100, 60)),
        ("t-2", (100, 90)),  # 20 of 255 is more than two percent
        ("t-false", (140, 120)),
        ("t-true,w-50", (50, 30)),
        ("t-true:rt-90", (60, 100)),
    ],
)
def test_trim(api: Api, framed: dict, tr: str, size: tuple[int, int]) -> None:
    shown = api.picture(framed, tr)
    assert shown.size == size
    if size == (100, 60):
        pictures.assert_colour(shown, (0, 0), (30, 30, 90), 0)
        pictures.assert_colour(shown, (99, 59), (30, 30, 90), 0)


def test_a_picture_that_would_vanish_stays_whole(api: Api, folder: str) -> None:
    file = api.put(pictures.png(Image.new("RGB", (30, 20), (9, 9, 9))), folder=folder)
    assert api.picture(file, "t-true").size == (30, 20)


# Metadata, profile, density


@pytest.fixture(scope="session")
def located_jpg(api: Api) -> dict:
    """A JPEG with camera, orientation 6 and position."""
    return api.put(pictures.located(), "located.jpg", folder="/shared_pictures")


@pytest.mark.parametrize("tr", [None, "w-60", "f-webp", "f-png", "f-avif,w-60", "q-95", "md-false", "rt-0", "cp-true"])
def test_metadata_is_stripped(api: Api, located_jpg: dict, tr: str | None) -> None:
    data = api.get(located_jpg, tr).content
    assert b"Halftone Optics" not in data and b"Exif" not in data
    assert not Image.open(io.BytesIO(data)).getexif()


@pytest.mark.parametrize("tr", ["md-true", "md-true,w-60", "md-true,f-webp"])
def test_metadata_is_kept_on_request(api: Api, located_jpg: dict, tr: str) -> None:
    exif = Image.open(io.BytesIO(api.get(located_jpg, tr).content)).getexif()
    assert exif[0x010F] == "Halftone Optics"
    assert exif.get_ifd(0x8825)[1] == "N"
    # The pixels are turned already, so the tag must not turn them again.
    assert exif.get(0x0112, 1) == 1


@pytest.fixture(scope="session")
def swapped_jpg(api: Api) -> dict:
    """A red picture whose profile says that red means green."""
    data = pictures.jpeg(Image.new("RGB", (40, 40), RED), icc_profile=pictures.swapped_profile())
    return api.put(data, "swapped.jpg", folder="/shared_pictures")


@pytest.mark.parametrize("tr", [None, "w-20", "w-20,f-png", "f-webp", "cp-false"])
def test_profiles_are_converted_to_srgb_and_dropped(api: Api, swapped_jpg: dict, tr: str | None) -> None:
    shown = api.picture(swapped_jpg, tr)
    assert not shown.info.get("icc_profile")
    r, g, b = pictures.at(shown, 10, 10)
    assert g > 230 and r < 60 and b < 60, (r, g, b)


@pytest.mark.parametrize("tr", ["cp-true", "cp-true,w-20", "cp-true,f-png"])
def test_profiles_are_kept_on_request(api: Api, swapped_jpg: dict, tr: str) -> None:
    shown = api.picture(swapped_jpg, tr)
    assert shown.info.get("icc_profile") == pictures.swapped_profile()
    pictures.assert_colour(shown, (10, 10), RED, 12)


@pytest.mark.parametrize(("dn", "dpi"), [("72", 72), ("300", 300), ("1200", 1200)])
@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_density(api: Api, map_jpg: dict, dn: str, dpi: int, kind: str) -> None:
    shown = api.picture(map_jpg, f"w-60,dn-{dn},f-{kind}")
    assert shown.size == (60, 40)
    assert [round(float(side)) for side in shown.info["dpi"]] == [dpi, dpi]


# Default image, original, pages


def test_a_default_image_stands_in(api: Api, folder: str) -> None:
    default = api.put(pictures.png(pictures.quadrants()), "default.png", folder=folder)
    spelled = default["filePath"].strip("/").replace("/", "@@")
    for di in (spelled, "@@" + spelled):
        shown = api.picture(f"{folder}/missing.png", f"w-60,di-{di}")
        assert shown.size == (60, 40)
        pictures.assert_colour(shown, (15, 10), RED, 6)
    # A file that exists needs none.
    other = api.put(pictures.png(Image.new("RGB", (10, 10))), "there.png", folder=folder)
    assert api.picture(other, f"w-5,di-{spelled}").size == (5, 5)


def test_a_missing_or_private_default_image_is_refused(api: Api, folder: str) -> None:
    rules.check_refusal(api.get(f"{folder}/missing.png", "di-no@@such.png"), 404, "ENOENT")
    hidden = api.put(pictures.tiny(1), "hidden.png", folder=folder, isPrivateFile=True)
    di = hidden["filePath"].strip("/").replace("/", "@@")
    rules.check_refusal(api.get(f"{folder}/missing.png", f"di-{di}"), 401)
    draft = api.put(pictures.tiny(2), "draft.png", folder=folder, isPublished=False)
    di = draft["filePath"].strip("/").replace("/", "@@")
    rules.check_refusal(api.get(f"{folder}/missing.png", f"di-{di}"), 404)


@pytest.mark.parametrize("tr", ["orig-true", "orig-true,w-60", "w-60,q-5:orig-true", "w-60,orig-true,f-webp"])
def test_orig_is_the_stored_bytes(api: Api, folder: str, tr: str) -> None:
    data = pictures.located()
    file = api.put(data, "a.jpg", folder=folder)
    answer = api.get(file, tr, headers={"Accept": "image/webp"})
    assert answer.content == data
    assert answer.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_pages_are_frames(api: Api, folder: str, kind: str) -> None:
    file = api.put(pictures.animation(kind), f"a.{kind.lower()}", folder=folder)
    for page, colour in enumerate((RED, GREEN, BLUE), 1):
        for url in (api.url(file, f"pg-{page},f-png"), f"{file['url']}/ik-thumbnail.jpg?tr=pg-{page},f-png"):
            shown = api.picture(url)
            assert getattr(shown, "n_frames", 1) == 1
            pictures.assert_colour(shown, (40, 30), colour, 6)


# Effects


def test_grayscale(api: Api, quadrants_png: dict) -> None:
    for tr in ("e-grayscale", "w-60,e-grayscale"):
        shown = api.picture(quadrants_png, tr).convert("RGB")
        red, green, blue = shown.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes(), tr
        # Green is the lightest of the three, blue the darkest.
        w, h = shown.size
        red, green, blue, white = (shown.getpixel(p)[0] for p in ((w // 4, h // 4), (w * 3 // 4, h // 4), (w // 4, h * 3 // 4), (w * 3 // 4, h * 3 // 4)))
        assert blue < red < green < white == 255


@pytest.mark.parametrize("tr", ["e-contrast", "e-contrast-1", "e-contrast-99"])
def test_contrast_stretches_to_the_full_range(api: Api, folder: str, tr: str) -> None:
    dull = pictures.map_picture().convert("L").point(lambda v: 100 + v // 5).convert("RGB")
    file = api.put(pictures.png(dull), folder=folder)
    low, high = api.picture(file, tr).convert("L").getextrema()
    assert low <= 12 and high >= 243, (low, high)


@pytest.mark.parametrize("tr", ["e-sharpen", "e-sharpen-5", "e-usm-2-2-0.8-0.024", "e-usm-5-1.5-2-0.01"])
def test_sharpening_adds_contrast_at_edges(api: Api, folder: str, tr: str) -> None:
    plain = pictures.photo()
    shown = api.picture(api.put(pictures.png(plain), folder=folder), tr)
    assert shown.size == (640, 480)
    assert detail(shown) > 1.1 * detail(plain)
    # Edges change, the picture does not.
    pictures.assert_like(shown, plain, 16)


def test_flat_areas_are_left_alone_by_sharpening(api: Api, folder: str) -> None:
    flat = Image.new("RGB", (50, 50), (90, 120, 150))
    file = api.put(pictures.png(flat), folder=folder)
    for tr in ("e-sharpen", "e-usm-2-2-0.8-0.024", "bl-5"):
        pictures.assert_like(api.picture(file, tr), flat, 1)


def test_a_high_threshold_leaves_soft_edges(api: Api, noise_png: dict) -> None:
    strong, mild = (detail(api.picture(noise_png, f"bl-4:e-usm-2-2-2-{t}")) for t in ("0.01", "0.9"))
    assert strong > 1.2 * mild
