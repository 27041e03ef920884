"""Pictures that many tests transform, uploaded once."""

from __future__ import annotations

import pytest
from harness import pictures
from harness.api import Api

SHELF = "/shared_pictures"


@pytest.fixture(scope="session")
def map_png(api: Api) -> dict:
    """`pictures.map_picture()`, 600x400: shows where a pixel came from, also after scaling."""
    return api.put(pictures.png(pictures.map_picture()), "map.png", folder=SHELF)


@pytest.fixture(scope="session")
def map_jpg(api: Api) -> dict:
    return api.put(pictures.jpeg(pictures.map_picture()), "map.jpg", folder=SHELF)


@pytest.fixture(scope="session")
def noise_png(api: Api) -> dict:
    """`pictures.noise()`, 600x400: proves pixel-exact copies."""
    return api.put(pictures.png(pictures.noise()), "noise.png", folder=SHELF)


@pytest.fixture(scope="session")
def quadrants_png(api: Api) -> dict:
    """Red, green, blue and white fields, 120x80."""
    return api.put(pictures.png(pictures.quadrants()), "quadrants.png", folder=SHELF)


@pytest.fixture(scope="session")
def photo_jpg(api: Api) -> dict:
    """640x480 with much detail, JPEG quality 95."""
    return api.put(pictures.jpeg(pictures.photo()), "photo.jpg", folder=SHELF)
