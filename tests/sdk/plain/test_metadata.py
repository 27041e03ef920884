"""What the bytes of a file tell: metadata by id and by URL, embedded metadata, perceptual hashes. Spec section 8 and 5.1."""

from __future__ import annotations

import re
import zlib

import pytest
from harness import blocks, pictures, rules
from harness.api import Api
from harness.signing import signed
from PIL import Image

SMALL = pictures.tiny(7)
UNKNOWN = "64b0c0ffee64b0c0ffee64b0"
GROUPS = {"image", "thumbnail", "exif", "gps", "interoperability", "makernote"}


def metadata(api: Api, file: dict) -> dict:
    return api.ask("GET", f"/v1/files/{file['fileId']}/metadata", 200)


def by_url(api: Api, url: str, status: int = 200) -> dict:
    return api.ask("GET", "/v1/metadata", status, params={"url": url})


# In the answer to an upload


def test_metadata_in_the_answer(api: Api, folder: str) -> None:
    data = pictures.oriented(6, make="Halftone Optics", description="four fields")
    file = api.put(data, "a.jpg", folder=folder, responseFields="metadata,embeddedMetadata")
    seen = file["metadata"]
    assert (seen["width"], seen["height"], seen["size"], seen["format"]) == (80, 120, len(data), "jpg")
    assert seen["hasColorProfile"] is False
    assert seen["hasTransparency"] is False
    assert 90 <= seen["quality"] <= 100
    assert seen["density"] == 72
    assert re.fullmatch("[0-9a-f]{16}", seen["pHash"])
    assert seen["exif"]["image"]["Make"] == "Halftone Optics"
    assert seen["exif"]["image"]["Orientation"] == 6
    assert file["embeddedMetadata"]["Make"] == "Halftone Optics"


def test_what_a_camera_wrote(api: Api, folder: str) -> None:
    file = api.put(pictures.travelled(), "a.jpg", folder=folder, responseFields="metadata,embeddedMetadata")
    exif = file["metadata"]["exif"]
    assert set(exif) >= {"image", "thumbnail", "exif", "gps", "interoperability", "makernote"}
    assert (exif["image"]["Make"], exif["image"]["Model"], exif["image"]["XResolution"]) == ("Halftone Optics", "Model 5", 300)
    assert exif["image"]["ModifyDate"] == "2024:05:17 10:11:12"
    assert exif["exif"]["DateTimeOriginal"] == "2024:05:17 08:09:10"
    assert exif["exif"]["FNumber"] == pytest.approx(2.8)
    assert exif["exif"]["ExposureTime"] == pytest.approx(0.004)
    assert (exif["exif"]["ISO"], exif["exif"]["FocalLength"]) == (400, 35)
    assert exif["gps"]["GPSLatitude"] == [48, 51, pytest.approx(30.24)]
    assert (exif["thumbnail"], exif["makernote"]) == ({}, {})
    assert file["metadata"]["density"] == 300
    embedded = file["embeddedMetadata"]
    assert embedded["Make"] == "Halftone Optics"
    assert embedded["DateTimeOriginal"].startswith("2024-05-17T08:09:10")
    assert (embedded["XResolution"], embedded["Copyright"]) == (300, "nobody")
    assert api.details(file["fileId"])["embeddedMetadata"] == embedded


def test_perceptual_hashes_tell_alike_from_different(api: Api, folder: str) -> None:
    def phash(picture: Image.Image, quality: int) -> int:
        data = pictures.jpeg(picture, quality)
        return int(api.put(data, "a.jpg", folder=folder, responseFields="metadata")["metadata"]["pHash"], 16)

    one, other = pictures.photo(seed=11), pictures.photo(seed=12)
    base = phash(one, 95)
    assert phash(one, 95) == base
    assert (phash(one, 40) ^ base).bit_count() <= 10
    assert (phash(one.resize((320, 240), Image.Resampling.LANCZOS), 90) ^ base).bit_count() <= 10
    assert (phash(other, 95) ^ base).bit_count() >= 16


# By id


def test_pictures_have_every_key(api: Api, folder: str) -> None:
    data = pictures.travelled()
    seen = metadata(api, api.put(data, "a.jpg", folder=folder))
    keys = {"height", "width", "size", "format", "hasColorProfile", "quality", "density", "hasTransparency", "pHash", "exif"}
    assert set(seen) == keys
    assert (seen["width"], seen["height"], seen["size"], seen["format"]) == (120, 80, len(data), "jpg")
    assert set(seen["exif"]) == GROUPS
    assert all(isinstance(group, dict) for group in seen["exif"].values()), "no group is ever null"


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"), ("AVIF", "avif"), ("TIFF", "tiff"), ("BMP", "bmp")]
)
def test_formats_have_their_names(api: Api, folder: str, kind: str, name: str) -> None:
    seen = metadata(api, api.put(pictures.encode(pictures.quadrants(), kind), "misnamed.dat", folder=folder))
    assert (seen["format"], seen["width"], seen["height"]) == (name, 120, 80)
    assert isinstance(seen["exif"], dict)
    assert re.fullmatch("[0-9a-f]{16}", seen["pHash"])


def test_it_is_that_of_the_upload(api: Api, folder: str) -> None:
    file = api.put(pictures.travelled(), "a.jpg", folder=folder, responseFields="metadata")
    assert metadata(api, file) == file["metadata"]


def test_sides_are_those_before_the_rotation(api: Api, folder: str) -> None:
    seen = metadata(api, api.put(pictures.oriented(6), "a.jpg", folder=folder))
    assert (seen["width"], seen["height"], seen["exif"]["image"]["Orientation"]) == (80, 120, 6)


def test_profiles_transparency_density_and_quality(api: Api, folder: str) -> None:
    plain = metadata(api, api.put(pictures.png(pictures.quadrants()), "plain.png", folder=folder))
    assert (plain["hasColorProfile"], plain["hasTransparency"], plain["density"], plain["quality"]) == (False, False, 72, 0)
    clear = pictures.png(Image.new("RGBA", (4, 4), (1, 2, 3, 100)), icc_profile=pictures.swapped_profile(), dpi=(300, 300))
    seen = metadata(api, api.put(clear, "clear.png", folder=folder))
    assert (seen["hasColorProfile"], seen["hasTransparency"], seen["density"]) == (True, True, 300)
    for quality in (30, 75, 95):
        data = pictures.jpeg(pictures.photo(), quality, dpi=(150, 150))
        seen = metadata(api, api.put(data, f"{quality}.jpg", folder=folder))
        assert abs(seen["quality"] - quality) <= 3, seen["quality"]
        assert seen["density"] == 150


def test_it_is_that_of_the_current_version(api: Api, folder: str) -> None:
    api.put(pictures.png(pictures.noise(10, 10)), "a.png", folder=folder)
    file = api.put(pictures.png(pictures.noise(20, 10)), "a.png", folder=folder)
    assert metadata(api, file)["width"] == 20


@pytest.mark.parametrize(("name", "form"), [("people.csv", "csv"), ("LICENCE.TXT", "txt")])
def test_other_files_have_size_and_format_alone(api: Api, folder: str, name: str, form: str) -> None:
    seen = metadata(api, api.put(b"name,age\nada,36\n", name, folder=folder))
    assert seen == {"size": 16, "format": form}


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense", "%00"])
def test_an_unknown_file_is_404(api: Api, id: str) -> None:
    api.ask("GET", f"/v1/files/{id}/metadata", 404)


# By URL


def test_the_url_of_a_file_stands_for_it(api: Api, folder: str) -> None:
    file = api.put(pictures.travelled(), "é x.jpg", folder=folder)
    expected = metadata(api, file)
    path = file["filePath"].lstrip("/")
    endpoint = api.server.endpoint
    for url in (
        file["url"],
        f"{endpoint}/{path}",
        f"{file['url']}?v=1",
        f"{file['url']}?tr=w-10",
        f"{endpoint}/tr:w-10,f-png/{path}",
        f"{endpoint}/{signed(path)}",
    ):
        assert by_url(api, url) == expected, url


def test_private_files_and_drafts_have_metadata_for_who_holds_the_key(api: Api, folder: str) -> None:
    for name, fields in [("private.png", {"isPrivateFile": True}), ("draft.png", {"isPublished": False})]:
        assert by_url(api, api.put(SMALL, name, folder=folder, **fields)["url"])["size"] == len(SMALL)
    assert api.call("GET", "/v1/metadata", params={"url": "x"}, auth=None).status_code == 401


def test_a_past_version_has_metadata_of_its_own(api: Api, folder: str) -> None:
    api.put(pictures.png(pictures.noise(10, 10)), "a.png", folder=folder)
    api.put(pictures.png(pictures.noise(20, 10)), "a.png", folder=folder)
    (past,) = api.list(path=folder, type="file-version")
    assert by_url(api, past["url"])["width"] == 10


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.jpg",
        "http://127.0.0.1:1/imagekit/demo/a.jpg",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "a.jpg",
        "",
    ],
)
def test_other_urls_are_400(api: Api, url: str) -> None:
    assert "url" in by_url(api, url, 400)["message"]


def test_a_url_is_needed(api: Api) -> None:
    assert "url" in api.ask("GET", "/v1/metadata", 400)["message"]


@pytest.mark.parametrize("path", ["/nothing/here.jpg", "/", "/../a.jpg"])
def test_a_url_that_leads_to_no_file_is_404(api: Api, path: str) -> None:
    by_url(api, api.server.endpoint + path, 404)


# Embedded metadata: one flat object out of three blocks


def embedded(api: Api, folder: str, data: bytes) -> dict:
    return api.details(api.put(data, "a.jpg", folder=folder)["fileId"])["embeddedMetadata"]


def test_keywords_of_all_blocks_are_joined(api: Api, folder: str) -> None:
    subject = "<dc:subject><rdf:Bag><rdf:li>sky</rdf:li><rdf:li>sun</rdf:li></rdf:Bag></dc:subject>"
    seen = embedded(api, folder, blocks.jpeg_with(blocks.iptc((25, b"sea"), (25, b"sky")), blocks.xmp(subject)))
    assert isinstance(seen["Keywords"], list)
    assert sorted(seen["Keywords"]) == ["sea", "sky", "sun"]


def test_one_keyword_is_a_list_too(api: Api, folder: str) -> None:
    assert embedded(api, folder, blocks.jpeg_with(blocks.iptc((25, b"sea"))))["Keywords"] == ["sea"]


def test_titles_descriptions_and_copyrights_of_any_block(api: Api, folder: str) -> None:
    text = '<dc:{0}><rdf:Alt><rdf:li xml:lang="x-default">{1}</rdf:li></rdf:Alt></dc:{0}>'
    of_xmp = blocks.jpeg_with(blocks.xmp(text.format("title", "Sea") + text.format("description", "Waves") + text.format("rights", "me")))
    of_iptc = blocks.jpeg_with(blocks.iptc((5, b"Sea"), (120, b"Waves"), (116, b"me")))
    exif = Image.Exif()
    exif[0x010E], exif[0x8298] = "Waves", "me"
    for number, data in enumerate((of_xmp, of_iptc, blocks.jpeg_with(exif=exif))):
        seen = embedded(api, f"{folder}/{number}", data)
        assert (seen["Description"], seen["Copyright"]) == ("Waves", "me"), seen
        if number < 2:
            assert seen["Title"] == "Sea"


def test_moments_are_iso(api: Api, folder: str) -> None:
    seen = embedded(api, folder, blocks.jpeg_with(blocks.iptc((55, b"20240131"), (60, b"123456+0000"))))
    assert seen["DateCreated"].startswith("2024-01-31")
    assert seen["DateTimeCreated"].startswith("2024-01-31T12:34:56")
    seen = embedded(api, folder, pictures.travelled())
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    assert re.fullmatch(moment, seen["DateTimeOriginal"]), seen
    assert seen["DateTimeOriginal"].startswith("2024-05-17T08:09:10")


def test_sides_and_place(api: Api, folder: str) -> None:
    seen = embedded(api, folder, pictures.travelled())
    assert (seen["ImageWidth"], seen["ImageHeight"], seen["Orientation"]) == (120, 80, 1)
    assert (seen["XResolution"], seen["YResolution"], seen["Model"]) == (300, 300, "Model 5")
    latitude, longitude = (float(part) for part in re.split(r"[, ]+", str(seen["LocationTaken"])))
    assert (latitude, longitude) == (pytest.approx(48.8584, abs=1e-3), pytest.approx(2.2945, abs=1e-3))


@pytest.mark.parametrize("name", ["a.png", "a.txt"])
def test_without_blocks_there_is_an_empty_object(api: Api, folder: str, name: str) -> None:
    file = api.put(SMALL if name == "a.png" else "text", name, folder=folder)
    assert api.details(file["fileId"])["embeddedMetadata"] == {}


def test_markup_in_a_block_stays_text(api: Api, folder: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    answer = api.put(blocks.jpeg_with(exif=exif), "a.jpg", folder=folder)
    assert api.details(answer["fileId"])["embeddedMetadata"]["Description"] == "<script>alert(1)</script>"


def test_blocks_that_inflate_are_left_out(api: Api, folder: str) -> None:
    bomb = zlib.compress(bytes(16 << 20))
    chunk = pictures.png_chunk(b"zTXt", b"Comment\0\0" + bomb)
    file = api.put(pictures.flat_png(10, 10, chunk), "a.png", folder=folder)
    assert metadata(api, file)["width"] == 10


# Perceptual hashes


def test_copies_are_near_and_others_far(api: Api, folder: str) -> None:
    def phash(data: bytes, name: str) -> int:
        return int(metadata(api, api.put(data, name, folder=folder))["pHash"], 16)

    hashes = []
    for seed in (21, 22, 23):
        picture = pictures.photo(seed=seed)
        original = phash(pictures.jpeg(picture), "a.jpg")
        half = picture.resize((320, 240), Image.Resampling.LANCZOS)
        for copy in (pictures.encode(half, "WEBP", quality=60), pictures.jpeg(picture, 30), pictures.png(picture)):
            assert (phash(copy, "copy") ^ original).bit_count() <= 10
        assert all((original ^ other).bit_count() >= 16 for other in hashes)
        hashes.append(original)


def test_the_hash_is_that_of_the_stored_pixels(api: Api, folder: str) -> None:
    upright, turned = (
        metadata(api, api.put(pictures.oriented(orientation, pictures.photo()), "a.jpg", folder=folder))["pHash"]
        for orientation in (1, 6)
    )
    stored = pictures.photo().transpose(Image.Transpose.ROTATE_90)
    plain = metadata(api, api.put(pictures.jpeg(stored), "b.jpg", folder=folder))["pHash"]
    assert (int(turned, 16) ^ int(plain, 16)).bit_count() <= 2
    assert turned != upright


def test_refusals_have_the_error_shape(api: Api) -> None:
    rules.check_error(api.call("GET", f"/v1/files/{UNKNOWN}/metadata"), 404)
    rules.check_error(api.call("POST", "/v1/metadata"), 405, 404)
