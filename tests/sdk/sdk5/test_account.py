"""SDK 5.x: custom metadata fields, named transformations, saved extensions, accounts, webhooks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from harness import pictures
from harness.browser import fetch, opened
from harness.listener import Listener
from harness.server import Server
from imagekitio import BadRequestError, ConflictError, ImageKit, NotFoundError


def fresh() -> str:
    return "s_" + uuid.uuid4().hex[:12]


# custom_metadata_fields


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "Text", "min_length": 2, "max_length": 10, "is_value_required": False, "default_value": "ab"}, "abc"),
        ({"type": "Textarea"}, "a\nb"),
        ({"type": "Number", "min_value": 100, "max_value": 200.5}, 150.5),
        ({"type": "Date", "min_value": "2022-11-29T10:11:10+00:00"}, "2023-01-01T00:00:00.000Z"),
        ({"type": "Boolean"}, False),
        ({"type": "SingleSelect", "select_options": ["small", 30, True]}, 30),
        ({"type": "MultiSelect", "select_options": ["small", 30, True]}, ["small", True]),
    ],
    ids=lambda schema: schema["type"] if isinstance(schema, dict) else "",
)
def test_custom_metadata_fields(ik: ImageKit, put: Callable, schema: dict, value: object) -> None:
    name = fresh()
    made = ik.custom_metadata_fields.create(name=name, label=name, schema=schema)  # type: ignore[arg-type]
    assert (made.name, made.label, made.schema_.type) == (name, name, schema["type"])
    assert name in [field.name for field in ik.custom_metadata_fields.list()]
    changed = ik.files.update(put().file_id, custom_metadata={name: value})
    assert changed.custom_metadata is not None and changed.custom_metadata[name] == value
    label = fresh()
    assert ik.custom_metadata_fields.update(made.id, label=label).label == label
    ik.custom_metadata_fields.delete(made.id)
    assert name not in [field.name for field in ik.custom_metadata_fields.list()]
    assert name in [field.name for field in ik.custom_metadata_fields.list(include_deleted=True)]
    with pytest.raises(NotFoundError):
        ik.custom_metadata_fields.delete(made.id)


def test_a_field_that_is_wrong(ik: ImageKit) -> None:
    with pytest.raises(BadRequestError) as raised:
        ik.custom_metadata_fields.create(name=fresh(), label=fresh(), schema={"type": "SingleSelect"})
    assert isinstance(raised.value.body, dict) and set(raised.value.body["errors"]) == {"selectOptions"}


# named_transformations


def test_named_transformations(ik: ImageKit, server: Server, put: Callable) -> None:
    path = put("a.png", pictures.png(pictures.map_picture())).file_path
    name = fresh()
    made = ik.named_transformations.create(name=name, transformation="tr:w-60")
    assert (made.name, made.transformation, made.enabled) == (name, "tr:w-60", True)
    url = ik.helper.build_url(src=path, url_endpoint=server.endpoint, transformation=[{"named": name}])
    assert opened(fetch(url)).size == (60, 40)
    assert ik.named_transformations.get(made.id) == made
    assert made in ik.named_transformations.list()
    assert ik.named_transformations.update(made.id, transformation="w-30").transformation == "w-30"
    assert opened(fetch(url)).size == (30, 20)
    assert ik.named_transformations.update(made.id, enabled=False).enabled is False
    assert fetch(url).status_code == 400
    with pytest.raises(ConflictError):
        ik.named_transformations.create(name=name, transformation="w-1")
    ik.named_transformations.delete(made.id)
    with pytest.raises(NotFoundError):
        ik.named_transformations.get(made.id)


# saved_extensions


def test_saved_extensions(ik: ImageKit, put: Callable) -> None:
    config = {"name": "google-auto-tagging", "min_confidence": 80, "max_tags": 5}
    made = ik.saved_extensions.create(name=fresh(), description="d", config=config)  # type: ignore[arg-type]
    assert made.id is not None and made.created_at is not None and made.updated_at is not None
    assert made.config is not None and made.config.max_tags == 5  # type: ignore[union-attr]
    assert ik.saved_extensions.get(made.id) == made
    assert made in ik.saved_extensions.list()
    assert ik.saved_extensions.update(made.id, description="e").description == "e"
    used = put("a.png", extensions=[{"name": "saved-extension", "id": made.id}])
    assert used.extension_status is not None
    ik.saved_extensions.delete(made.id)
    with pytest.raises(NotFoundError):
        ik.saved_extensions.get(made.id)


# accounts


def test_webhooks_of_the_account(ik: ImageKit) -> None:
    made = ik.accounts.webhooks.create(endpoint=f"https://example.com/{fresh()}", events=["file.created", "file.deleted"])
    assert made.secret.startswith("whsec_") and made.enabled is True
    assert ik.accounts.webhooks.get(made.id) == made
    assert made in ik.accounts.webhooks.list()
    changed = ik.accounts.webhooks.update(made.id, enabled=False, events=["folder.created"])
    assert (changed.enabled, changed.events, changed.secret) == (False, ["folder.created"], made.secret)
    ik.accounts.webhooks.delete(made.id)
    with pytest.raises(NotFoundError):
        ik.accounts.webhooks.get(made.id)


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "WEB_FOLDER", "base_url": "https://example.com/p", "forward_host_header_to_origin": False},
        {"type": "WEB_PROXY"},
        {"type": "S3", "bucket": "b", "access_key": "k", "secret_key": "s", "prefix": "p"},
        {"type": "S3_COMPATIBLE", "bucket": "b", "access_key": "k", "secret_key": "s", "endpoint": "https://s3.example.com", "prefix": "p"},
        {"type": "CLOUDINARY_BACKUP", "bucket": "b", "access_key": "k", "secret_key": "s", "prefix": "p"},
        {"type": "GCS", "bucket": "b", "client_email": "a@example.com", "private_key": "k", "prefix": "p"},
        {"type": "AZURE_BLOB", "account_name": "a", "container": "c", "sas_token": "t", "prefix": "p"},
        {"type": "AKENEO_PIM", "base_url": "https://example.com", "client_id": "c", "client_secret": "s", "username": "u", "password": "p"},
    ],
    ids=lambda settings: settings["type"],
)
def test_origins(ik: ImageKit, settings: dict) -> None:
    name = fresh()
    made = ik.accounts.origins.create(name=name, include_canonical_header=False, **settings)
    assert (made.name, made.type) == (name, settings["type"])
    assert ik.accounts.origins.get(made.id) == made
    assert made in ik.accounts.origins.list()
    renamed = ik.accounts.origins.update(made.id, name=name + "_2", include_canonical_header=False, **settings)
    assert renamed.name == name + "_2"
    ik.accounts.origins.delete(made.id)
    with pytest.raises(NotFoundError):
        ik.accounts.origins.get(made.id)


def test_url_endpoints(ik: ImageKit) -> None:
    prefix = fresh().replace("_", "-")
    made = ik.accounts.url_endpoints.create(description="shop", url_prefix=prefix, origins=[], url_rewriter={"type": "IMGIX"})
    assert (made.description, made.url_prefix, made.origins) == ("shop", prefix, [])
    assert ik.accounts.url_endpoints.get(made.id) == made
    assert made in ik.accounts.url_endpoints.list()
    changed = ik.accounts.url_endpoints.update(made.id, description="more", url_prefix=prefix, origins=[])
    assert changed.description == "more"
    ik.accounts.url_endpoints.delete(made.id)
    with pytest.raises(NotFoundError):
        ik.accounts.url_endpoints.get(made.id)


def test_usage(ik: ImageKit, put: Callable) -> None:
    put("a.png", pictures.png(pictures.noise(200, 200)))
    usage = ik.accounts.usage.get(start_date="2000-01-01", end_date="2100-01-01")
    assert usage.media_library_storage_bytes is not None and usage.media_library_storage_bytes > 100_000
    assert usage.bandwidth_bytes is not None and usage.bandwidth_bytes >= 0


def test_usage_analytics(ik: ImageKit) -> None:
    seen = ik.accounts.usage_analytics.get(start_date="2026-01-01", end_date="2026-01-31")
    assert seen.request_count >= 0 and seen.bandwidth_bytes >= 0
    assert (seen.start_date.isoformat(), seen.end_date.isoformat()) == ("2026-01-01", "2026-01-31")


# webhooks.unwrap, of an event that really came


def test_a_received_event_is_genuine(reaching_ik: ImageKit, listener: Listener, folder: str) -> None:
    ik = reaching_ik
    hook = ik.accounts.webhooks.create(endpoint=listener.url(), events=["file.created", "file.deleted"])
    try:
        file = ik.files.upload(file=pictures.tiny(1), file_name="a.png", folder=folder, use_unique_file_name=False)
        request = listener.wait(lambda one: str(file.file_id).encode() in one.body, "file.created")
        event = ik.webhooks.unwrap(request.body.decode(), headers=request.headers, key=hook.secret)
        assert event.type == "file.created"
        assert (event.data.file_id, event.data.name) == (file.file_id, "a.png")  # type: ignore[union-attr]
        assert ik.webhooks.unsafe_unwrap(request.body.decode()).type == "file.created"
        for body, headers, key in (
            (request.body.decode().replace("a.png", "b.png"), request.headers, hook.secret),
            (request.body.decode(), {**request.headers, "webhook-timestamp": "1"}, hook.secret),
            (request.body.decode(), request.headers, hook.secret + "x"),
        ):
            with pytest.raises(Exception, match="(?i)signature|timestamp"):
                ik.webhooks.unwrap(body, headers=headers, key=key)
        ik.files.delete(str(file.file_id))
        gone = listener.wait(lambda one: json.loads(one.body)["type"] == "file.deleted", "file.deleted")
        assert ik.webhooks.unwrap(gone.body.decode(), headers=gone.headers, key=hook.secret).type == "file.deleted"
    finally:
        ik.accounts.webhooks.delete(hook.id)
