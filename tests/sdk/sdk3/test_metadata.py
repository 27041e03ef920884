"""SDK 3.2.0: metadata, perceptual hashes, custom metadata fields."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from harness import pictures
from imagekitio import ImageKit
from imagekitio.exceptions.BadRequestException import BadRequestException
from imagekitio.models.CreateCustomMetadataFieldsRequestOptions import CreateCustomMetadataFieldsRequestOptions as Create
from imagekitio.models.CustomMetadataFieldsSchema import CustomMetadataFieldsSchema as Schema
from imagekitio.models.CustomMetaDataTypeEnum import CustomMetaDataTypeEnum as Type
from imagekitio.models.UpdateCustomMetadataFieldsRequestOptions import UpdateCustomMetadataFieldsRequestOptions as Update
from imagekitio.models.UpdateFileRequestOptions import UpdateFileRequestOptions


def fresh() -> str:
    """Names are taken for ever."""
    return "s" + uuid.uuid4().hex[:12]


# Metadata


@pytest.mark.parametrize("by", ["get_file_metadata", "get_metadata", "get_remote_file_url_metadata", "get_remote_url_metadata"])
def test_metadata(ik: ImageKit, put: Callable, by: str) -> None:
    data = pictures.travelled()
    file = put("a.jpg", data)
    seen = getattr(ik, by)(file.url if "remote" in by else file.file_id)
    assert (seen.width, seen.height, seen.size, seen.format) == (120, 80, len(data), "jpg")
    assert (seen.has_color_profile, seen.has_transparency, seen.density) == (False, False, 300)
    assert len(seen.p_hash) == 16
    assert (seen.exif.image.make, seen.exif.image.x_resolution) == ("Halftone Optics", 300)
    assert (seen.exif.exif.f_number, seen.exif.exif.iso) == (2.8, 400)
    assert seen.exif.exif.date_time_original == "2024:05:17 08:09:10"
    assert seen.exif.gps.gps_latitude == [48, 51, pytest.approx(30.24)]
    assert (seen.exif.thumbnail.compression, seen.exif.makernote) == (None, {})


@pytest.mark.parametrize(("name", "data"), [("a.png", None), ("a.txt", b"some text"), ("a.gif", pictures.animation("GIF"))])
def test_metadata_without_exif(ik: ImageKit, put: Callable, name: str, data: bytes | None) -> None:
    seen = ik.get_file_metadata(put(name, data).file_id)
    assert seen.format == name.split(".")[1]
    assert seen.exif.image.make is None


def test_metadata_of_a_url_that_is_not_ours(ik: ImageKit) -> None:
    with pytest.raises(BadRequestException) as raised:
        ik.get_remote_file_url_metadata("https://example.com/a.jpg")
    assert "url" in raised.value.message


# Perceptual hashes


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("f06830ca9f1e3e90", "f06830ca9f1e3e90", 0),
        ("2d5ad3936d2e015b", "2d6ed293db36a4fb", 17),
        ("a4a65595ac94518b", "7838873e791f8400", 37),
        ("63433b3ccf8e1ebe", "f5d2226cd9d32b16", 27),
    ],
)
def test_distances_count_differing_bits(ik: ImageKit, one: str, other: str, distance: int) -> None:
    assert ik.phash_distance(one, other) == distance


def test_hashes_of_ours_compare(ik: ImageKit, put: Callable) -> None:
    def phash(data: bytes) -> str:
        return ik.get_file_metadata(put("a.jpg", data).file_id).p_hash

    photo = phash(pictures.jpeg(pictures.photo()))
    assert ik.phash_distance(photo, phash(pictures.jpeg(pictures.photo(), 50))) <= 10
    assert ik.phash_distance(photo, phash(pictures.jpeg(pictures.photo(seed=5)))) >= 16


# Custom metadata fields


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (Schema(type=Type.Text, min_length=2, max_length=10), "abc"),
        (Schema(type=Type.Textarea), "a\nb"),
        (Schema(type=Type.Number, min_value=100, max_value=200.5), 150.5),
        (Schema(type=Type.Date, min_value="2022-11-29T10:11:10+00:00"), "2023-01-01T00:00:00.000Z"),
        (Schema(type=Type.Boolean, default_value=True, is_value_required=False), False),
        (Schema(type=Type.SingleSelect, select_options=["small", 30, 40, True]), 30),
        (Schema(type=Type.MultiSelect, select_options=["small", 30, 40, True]), ["small", True]),
    ],
    ids=lambda schema: getattr(schema, "type", ""),
)
def test_fields(ik: ImageKit, put: Callable, schema: Schema, value: object) -> None:
    name = fresh()
    wanted = {key: value for key, value in vars(schema).items()}
    made = ik.create_custom_metadata_fields(Create(name=name, label=name, schema=schema))
    assert made.response_metadata.http_status_code == 201
    assert (made.name, made.label) == (name, name)
    for key, given in wanted.items():
        assert getattr(made.schema, key) == given, key
    assert name in [field.name for field in ik.get_custom_metadata_fields().list]

    file = put()
    changed = ik.update_file_details(file.file_id, UpdateFileRequestOptions(custom_metadata={name: value}))
    assert changed.custom_metadata[name] == value
    if schema.type != "Textarea":
        with pytest.raises(BadRequestException) as bad:
            ik.update_file_details(file.file_id, UpdateFileRequestOptions(custom_metadata={name: {"no": "value"}}))
        assert name in bad.value.response_metadata.raw["errors"]
    uploaded = put("b.png", custom_metadata={name: value}, response_fields=["custom_metadata"])
    assert uploaded.custom_metadata[name] == value

    label = fresh()
    renamed = ik.update_custom_metadata_fields(made.id, Update(label=label))
    assert (renamed.label, renamed.schema.type) == (label, made.schema.type)

    assert ik.delete_custom_metadata_field(made.id).response_metadata.http_status_code == 204
    assert name not in [field.name for field in ik.get_custom_metadata_fields(include_deleted=False).list]
    assert name in [field.name for field in ik.get_custom_metadata_fields(include_deleted=True).list]


def test_a_schema_is_changed(ik: ImageKit) -> None:
    name = fresh()
    made = ik.create_custom_metadata_fields(Create(name, name, Schema(type=Type.Number, min_value=1)))
    changed = ik.update_custom_metadata_fields(made.id, Update(schema=Schema(max_value=9)))
    assert (changed.schema.min_value, changed.schema.max_value, changed.label) == (1, 9, name)
    ik.delete_custom_metadata_field(made.id)


def test_a_field_that_is_wrong(ik: ImageKit) -> None:
    with pytest.raises(BadRequestException) as raised:
        ik.create_custom_metadata_fields(Create(fresh(), fresh(), Schema(type=Type.Number, min_value="a", max_length=5)))
    assert raised.value.message == "Invalid field object"
    assert raised.value.response_metadata.raw["errors"] == {
        "minValue": "should be of type number",
        "maxLength": "not allowed for this type",
    }
