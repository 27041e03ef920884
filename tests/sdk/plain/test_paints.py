"""Backgrounds that are no plain colour, and the replacement of colours: rows `bg` and `cr` of section 11.2."""

from __future__ import annotations

from harness import pictures
from harness.api import Api
from harness.pictures import BLACK, BLUE, GREEN, RED, WHITE
from PIL import Image


def test_blurred_padding_looks_like_the_picture(api: Api, folder: str) -> None:
    picture = pictures.quadrants(300, 200, (RED, RED, BLUE, BLUE))
    file = api.put(pictures.png(picture), folder=folder)
    for value in ("blurred", "blurred_50", "blurred_auto", "blurred_30_N50"):
        shown = api.picture(file, f"w-300,h-300,cm-pad_resize,bg-{value}")
        assert shown.size == (300, 300)
        r, g, b = pictures.at(shown, 150, 2)
        assert r > 120 and g < 60 and b < 100, (value, (r, g, b))
        r, g, b = pictures.at(shown, 150, 297)
        assert b > 120 and g < 60 and r < 100, (value, (r, g, b))
    darker, plain = (api.picture(file, f"w-300,h-300,cm-pad_resize,bg-blurred_30{v}") for v in ("_N100", ""))
    assert pictures.at(darker, 150, 2)[0] < pictures.at(plain, 150, 2)[0]


def test_dominant_padding(api: Api, folder: str) -> None:
    picture = Image.new("RGB", (300, 200), (20, 140, 60))
    picture.paste((240, 240, 240), (0, 0, 40, 40))
    file = api.put(pictures.png(picture), folder=folder)
    shown = api.picture(file, "w-300,h-300,cm-pad_resize,bg-dominant")
    for point in ((150, 5), (150, 295)):
        pictures.assert_colour(shown, point, (20, 140, 60), 24)
    for value in ("gradient_dominant", "gradient_dominant_2", "gradient_dominant_4"):
        shown = api.picture(file, f"w-300,h-300,cm-pad_resize,bg-{value}")
        assert shown.size == (300, 300)
        assert pictures.at(shown, 150, 2) != BLACK, value


def test_colour_replacement(api: Api, folder: str) -> None:
    file = api.put(pictures.png(pictures.quadrants()), folder=folder)
    shown = api.picture(file, "cr-FFFF00_10_FF0000")
    pictures.assert_colour(shown, (20, 20), (255, 255, 0), 12)
    for point, colour in (((90, 20), GREEN), ((20, 60), BLUE), ((90, 60), WHITE)):
        pictures.assert_colour(shown, point, colour, 3)
