"""The search language, clause by clause. Spec section 7.

One shelf of files for the whole module; each query is asked inside it (`path` still applies beside `searchQuery`).
"""

from __future__ import annotations

import pytest
from harness import blocks, pictures, rules
from harness.api import Api
from PIL import Image

SHELF = "/search_shelf"


def sized(width: int, height: int, mode: str = "RGB") -> bytes:
    return pictures.png(Image.new(mode, (width, height)))


@pytest.fixture(scope="module")
def shelf(api: Api) -> str:
    """Ten things of known names, sizes, formats, tags and states, one folder deep and below."""
    put = api.put
    put(sized(100, 50), "red-lorry.png", folder=SHELF, tags="red,big car", description="x")
    put(pictures.jpeg(Image.new("RGB", (200, 100))), "Red_Car.jpg", folder=SHELF, tags="red")
    put(pictures.jpeg(Image.new("RGB", (30, 60))), "blue.jpg", folder=SHELF, tags="blue", isPrivateFile=True)
    put(sized(10, 10, "RGBA"), "clear.png", folder=SHELF, isPublished=False)
    put(pictures.animation("GIF"), "film.gif", folder=SHELF)
    put(b"x" * 5000, "long.txt", folder=SHELF)
    put(b"x" * 3 * 1024 * 1024, "huge.bin", folder=SHELF)
    put(sized(40, 40), "deep.png", folder=SHELF + "/sub", tags="red")
    put(sized(41, 40), "deeper.png", folder=SHELF + "/sub/sub")
    api.ask("POST", "/v1/folder", 201, {"folderName": "red", "parentFolderPath": SHELF})
    return SHELF


HERE = ["Red_Car.jpg", "blue.jpg", "clear.png", "film.gif", "huge.bin", "long.txt", "red-lorry.png"]
FOLDERS = ["red", "sub"]


def found(api: Api, query: str, path: str | None = SHELF, **more: object) -> list[str]:
    params = {"searchQuery": query, "sort": "ASC_NAME", **({"path": path} if path else {}), **more}
    return [item["name"] for item in api.list(**params)]


def but(*names: str) -> list[str]:
    return [name for name in HERE if name not in names]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # name: files and folders, case counts except for HAS
        ('name = "blue.jpg"', ["blue.jpg"]),
        ('name="blue.jpg"', ["blue.jpg"]),
        ("name = 'blue.jpg'", ["blue.jpg"]),
        ('name = "Blue.jpg"', []),
        ('name : "red"', ["red", "red-lorry.png"]),
        ('name:"red-"', ["red-lorry.png"]),
        ('name IN ["blue.jpg", "red", "nosuch"]', ["blue.jpg", "red"]),
        ('name in ["blue.jpg"]', ["blue.jpg"]),
        ('name NOT = "blue.jpg" AND type = "file"', but("blue.jpg")),
        ('name NOT IN ["blue.jpg", "film.gif"] AND type = "file"', but("blue.jpg", "film.gif")),
        ('name HAS "red"', ["Red_Car.jpg", "red", "red-lorry.png"]),
        ('name HAS "RED lor"', ["red-lorry.png"]),
        ('name HAS "car"', ["Red_Car.jpg"]),
        ('name HAS "lorry red"', ["red-lorry.png"]),
        ('name HAS "orry"', []),
        ('name HAS "re lorry"', []),
        # tags
        ('tags IN ["red"]', ["Red_Car.jpg", "red-lorry.png"]),
        ('tags IN ["red", "blue"]', ["Red_Car.jpg", "blue.jpg", "red-lorry.png"]),
        ('tags IN ["re"]', []),
        ('tags NOT IN ["red"]', but("Red_Car.jpg", "red-lorry.png")),
        ('tags HAS "car big"', ["red-lorry.png"]),
        ('tags HAS "CAR"', ["red-lorry.png"]),
        ("tags EXISTS", ["Red_Car.jpg", "blue.jpg", "red-lorry.png"]),
        ("tags NOT EXISTS", but("Red_Car.jpg", "blue.jpg", "red-lorry.png")),
        # type
        ('type = "folder"', FOLDERS),
        ('type = "file"', HERE),
        ('type IN ["file", "folder"]', sorted(HERE + FOLDERS)),
        ('type NOT = "file"', FOLDERS),
        ('type NOT IN ["folder"]', HERE),
        # sides and sizes; files without them count for the negated forms
        ("width = 100", ["red-lorry.png"]),
        ("width > 100", ["Red_Car.jpg"]),
        ("width >= 100", ["Red_Car.jpg", "red-lorry.png"]),
        ("width < 30", ["clear.png"]),
        ("width <= 30", ["blue.jpg", "clear.png"]),
        ("height IN [50, 60]", ["blue.jpg", "film.gif", "red-lorry.png"]),
        ("width NOT = 100", but("red-lorry.png")),
        ("width NOT IN [100, 200]", but("red-lorry.png", "Red_Car.jpg")),
        ("size = 5000", ["long.txt"]),
        ('size > "2mb"', ["huge.bin"]),
        ('size >= "3MB"', ["huge.bin"]),
        ('size > "3mb"', []),
        ('size > "4kb" AND size < "5kb"', ["long.txt"]),
        ("size > '4KB' AND size < 1000000", ["long.txt"]),
        # format
        ('format = "png"', ["clear.png", "red-lorry.png"]),
        ("format='png'", ["clear.png", "red-lorry.png"]),
        ('format = "jpeg"', ["Red_Car.jpg", "blue.jpg"]),
        ('format IN ["jpg", "gif"]', ["Red_Car.jpg", "blue.jpg", "film.gif"]),
        ('format = "txt"', ["long.txt"]),
        # booleans
        ("private = true", ["blue.jpg"]),
        ("private = false", but("blue.jpg")),
        ("published = false", ["clear.png"]),
        ("transparency = true", ["clear.png"]),
        # words and brackets: AND binds tighter
        ('format = "gif" OR format = "png" AND width = 10', ["clear.png", "film.gif"]),
        ('(format = "gif" OR format = "png") AND width = 10', ["clear.png"]),
        ('format = "gif" or ( private = true )', ["blue.jpg", "film.gif"]),
        ('((((name = "blue.jpg"))))', ["blue.jpg"]),
        # the README of the SDK
        ("created_at >= '2d' OR size < '2mb' OR format='png'", sorted(HERE + FOLDERS)),
        # time
        ('createdAt > "7d"', sorted(HERE + FOLDERS)),
        ('createdAt < "7d"', []),
        ('createdAt > "1h"', sorted(HERE + FOLDERS)),
        ('createdAt > "2w" AND updatedAt > "1m" AND createdAt > "1y"', sorted(HERE + FOLDERS)),
        ('createdAt > "2020-01-01"', sorted(HERE + FOLDERS)),
        ("updated_at > 2020-01-01", sorted(HERE + FOLDERS)),
        ('createdAt < "2020-01-01T10:00:00Z"', []),
        ('createdAt >= "2020-01-01T10:00:00.000+02:00"', sorted(HERE + FOLDERS)),
        # nothing matches, nothing breaks
        ('name = "%"', []),
        ('name : "_"', []),
        ('name = "\' OR 1=1 --"', []),
    ],
)  # fmt: skip
def test_clauses(api: Api, shelf: str, query: str, expected: list[str]) -> None:
    assert found(api, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f'path = "{SHELF}" AND type = "file"', HERE),
        (f'path = "{SHELF}/" AND type = "file"', HERE),
        (f'path = "{SHELF}/sub"', ["deep.png", "sub"]),
        (f'path : "{SHELF}/sub"', ["deep.png", "deeper.png", "sub"]),
        (f'path : "{SHELF}/su"', []),
        (f'path IN ["{SHELF}/sub", "{SHELF}/sub/sub/"] AND type = "file"', ["deep.png", "deeper.png"]),
        (f'path : "{SHELF}" AND path NOT = "{SHELF}" AND type = "file"', ["deep.png", "deeper.png"]),
        (f'path : "{SHELF}" AND path NOT IN ["{SHELF}", "{SHELF}/sub"] AND type = "file"', ["deeper.png"]),
        (f'path = "{SHELF}" AND type = "folder"', FOLDERS),
        (f'path : "{SHELF}" AND tags IN ["red"]', ["Red_Car.jpg", "deep.png", "red-lorry.png"]),
    ],
)
def test_paths(api: Api, shelf: str, query: str, expected: list[str]) -> None:
    assert found(api, query, path=None) == expected


def test_ids(api: Api, shelf: str) -> None:
    everything = api.list(path=SHELF, type="all")
    ids = {item["name"]: item.get("fileId") or item.get("folderId") for item in everything}
    assert found(api, f'id = "{ids["blue.jpg"]}"') == ["blue.jpg"]
    assert found(api, f'id IN ["{ids["red"]}", "{ids["film.gif"]}"]') == ["film.gif", "red"]
    assert found(api, f'id NOT IN ["{ids["red"]}", "{ids["film.gif"]}"]') == sorted(but("film.gif") + ["sub"])
    assert found(api, f'id NOT = "{ids["red"]}" AND type = "folder"') == ["sub"]


def test_clauses_on_fields_of_files_leave_folders_out(api: Api, shelf: str) -> None:
    for query in ("width NOT = 7", 'tags NOT IN ["nosuch"]', "tags NOT EXISTS OR tags EXISTS", "size NOT = 1", "private = false OR private = true"):
        assert not set(FOLDERS) & set(found(api, query)), query


def test_without_a_type_there_are_files_and_folders_but_no_versions(api: Api, folder: str) -> None:
    for seed in (1, 2):
        api.put(pictures.tiny(seed), "a.png", folder=folder)
    api.put(pictures.tiny(1), "b.png", folder=folder + "/a")
    assert [item["type"] for item in api.search('name : "a"', path=folder, sort="ASC_NAME")] == ["folder", "file"]
    (past,) = api.search('type = "file-version"', path=folder)
    assert (past["type"], past["versionInfo"]["name"]) == ("file-version", "Version 1")


# Beside a query


def test_what_a_query_leaves_without_effect_and_what_not(api: Api, shelf: str) -> None:
    query = 'tags IN ["red", "blue"]'
    every = ["Red_Car.jpg", "blue.jpg", "red-lorry.png"]
    assert found(api, query, tags="nosuch", name="nosuch", type="folder") == every
    assert found(api, query, limit=1, skip=1) == ["blue.jpg"]
    assert found(api, query, sort="DESC_NAME") == every[::-1]
    assert found(api, query, fileType="non-image") == []
    assert found(api, query, path=SHELF + "/sub") == ["deep.png"]
    answer = api.call("GET", "/v1/files", params={"searchQuery": query, "path": SHELF, "limit": 1})
    assert answer.headers["X-Total-Count"] == "3"


def test_relevance_goes_with_words(api: Api, shelf: str) -> None:
    assert sorted(found(api, 'name HAS "red"', sort="DESC_RELEVANCE")) == ["Red_Car.jpg", "red", "red-lorry.png"]


# Embedded metadata


def test_embedded_metadata(api: Api, folder: str) -> None:
    api.put(blocks.jpeg_with(blocks.iptc((25, b"sea"), (25, b"sky"))), "words.jpg", folder=folder)
    api.put(pictures.travelled(), "place.jpg", folder=folder)
    api.put(pictures.tiny(1), "bare.png", folder=folder)

    def names(query: str) -> list[str]:
        return found(api, query, path=folder)

    assert names('"embeddedMetadata.Keywords" IN ["sea"]') == ["words.jpg"]
    assert names('"embeddedMetadata.Keywords" NOT IN ["sea"]') == ["bare.png", "place.jpg"]
    assert names('"embeddedMetadata.Keywords" EXISTS') == ["words.jpg"]
    assert names('"embeddedMetadata.DateTimeOriginal" > "2024-05-01"') == ["place.jpg"]
    assert names('"embeddedMetadata.DateTimeOriginal" < "2024-05-01"') == []
    assert names('"embeddedMetadata.LocationTaken" = "48.86,2.29 5km"') == ["place.jpg"]
    assert names('"embeddedMetadata.LocationTaken" = "52.5,13.4 5km"') == []
    assert names('"embeddedMetadata.LocationTaken" = "49,2|48,3"') == ["place.jpg"]
    assert names('"embeddedMetadata.LocationTaken" = "47,2|46,3"') == []


# What cannot be read


@pytest.mark.parametrize(
    "query",
    [
        'nosuch = "x"',
        "name",
        "name =",
        '= "x"',
        'name "x"',
        'name = "x',
        'name = "x" AND',
        'AND name = "x"',
        'name = "x" name = "y"',
        '(name = "x"',
        'name = "x")',
        "()",
        'name > "x"',
        'name < "x"',
        'tags = "x"',
        "tags > 1",
        'type : "file"',
        "width : 5",
        'width = "wide"',
        'size > "big"',
        'format : "png"',
        'private = "yes"',
        "private > true",
        'createdAt > "soon"',
        'createdAt = "2020-13-45"',
        'createdAt > "7x"',
        'name IN ["x"',
        'path > "/x"',
        '"customMetadata.no_such_field" = "x"',
        'embeddedMetadata.Keywords EXISTS',
        '"embeddedMetadata.LocationTaken" = "here"',
        '"embeddedMetadata.Nosuch" = "x"',
        "name EXISTS EXISTS",
        "%",
        "a" * 9000,
        "(" * 33 + 'name = "x"' + ")" * 33,
        " OR ".join(['name = "x"'] * 257),
    ],
    ids=lambda query: query[:40],
)
def test_what_cannot_be_read_is_400(api: Api, query: str) -> None:
    body = rules.check_error(api.call("GET", "/v1/files", params={"searchQuery": query}), 400, 414, 431)
    assert "searchQuery" in str(body) or body["message"], body


def test_a_fault_names_its_place(api: Api) -> None:
    body = api.ask("GET", "/v1/files", 400, params={"searchQuery": 'name = "x" AND width ? 5'})
    assert any(str(place) in body["message"] for place in (21, 22)), body
