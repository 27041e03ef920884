"""SDK 5.x: which exception comes of which failure. Spec 3.3."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness import pictures
from harness.server import PRIVATE_KEY, Server
from imagekitio import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ImageKit,
    NotFoundError,
    PermissionDeniedError,
)

UNKNOWN = "64b0c0ffee64b0c0ffee64b0"
NOTHING = "/nothing/here"
JPEG = pictures.jpeg(pictures.map_picture(), 90)


def raises(kind: type[APIStatusError], call: Callable[[], object]) -> dict:
    with pytest.raises(kind) as raised:
        call()
    body = raised.value.body
    assert isinstance(body, dict) and body["message"] and body["help"], body
    assert raised.value.response.headers["x-ik-requestId"]
    return body


MISSING: dict[str, Callable[[ImageKit], object]] = {
    "files.get": lambda ik: ik.files.get(UNKNOWN),
    "files.delete": lambda ik: ik.files.delete(UNKNOWN),
    "files.update": lambda ik: ik.files.update(UNKNOWN, tags=["a"]),
    "files.copy": lambda ik: ik.files.copy(source_file_path=NOTHING, destination_path="/to"),
    "files.move": lambda ik: ik.files.move(source_file_path=NOTHING, destination_path="/to"),
    "files.rename": lambda ik: ik.files.rename(file_path=NOTHING, new_file_name="b.png"),
    "files.bulk.delete": lambda ik: ik.files.bulk.delete(file_ids=[UNKNOWN]),
    "files.bulk.add_tags": lambda ik: ik.files.bulk.add_tags(file_ids=[UNKNOWN], tags=["a"]),
    "files.bulk.remove_tags": lambda ik: ik.files.bulk.remove_tags(file_ids=[UNKNOWN], tags=["a"]),
    "files.bulk.remove_ai_tags": lambda ik: ik.files.bulk.remove_ai_tags(file_ids=[UNKNOWN], ai_tags=["a"]),
    "files.versions.list": lambda ik: ik.files.versions.list(UNKNOWN),
    "files.versions.get": lambda ik: ik.files.versions.get(UNKNOWN, file_id=UNKNOWN),
    "files.versions.delete": lambda ik: ik.files.versions.delete(UNKNOWN, file_id=UNKNOWN),
    "files.versions.restore": lambda ik: ik.files.versions.restore(UNKNOWN, file_id=UNKNOWN),
    "files.metadata.get": lambda ik: ik.files.metadata.get(UNKNOWN),
    "folders.delete": lambda ik: ik.folders.delete(folder_path=NOTHING),
    "folders.copy": lambda ik: ik.folders.copy(source_folder_path=NOTHING, destination_path="/to"),
    "folders.move": lambda ik: ik.folders.move(source_folder_path=NOTHING, destination_path="/to"),
    "folders.rename": lambda ik: ik.folders.rename(folder_path=NOTHING, new_folder_name="x"),
    "folders.job.get": lambda ik: ik.folders.job.get(UNKNOWN),
    "cache.invalidation.get": lambda ik: ik.cache.invalidation.get(UNKNOWN),
    "custom_metadata_fields.update": lambda ik: ik.custom_metadata_fields.update(UNKNOWN, label="x"),
    "custom_metadata_fields.delete": lambda ik: ik.custom_metadata_fields.delete(UNKNOWN),
    "named_transformations.get": lambda ik: ik.named_transformations.get(UNKNOWN),
    "named_transformations.update": lambda ik: ik.named_transformations.update(UNKNOWN, enabled=True),
    "named_transformations.delete": lambda ik: ik.named_transformations.delete(UNKNOWN),
    "saved_extensions.get": lambda ik: ik.saved_extensions.get(UNKNOWN),
    "saved_extensions.update": lambda ik: ik.saved_extensions.update(UNKNOWN, name="x"),
    "saved_extensions.delete": lambda ik: ik.saved_extensions.delete(UNKNOWN),
    "accounts.webhooks.get": lambda ik: ik.accounts.webhooks.get(UNKNOWN),
    "accounts.webhooks.update": lambda ik: ik.accounts.webhooks.update(UNKNOWN, enabled=True),
    "accounts.webhooks.delete": lambda ik: ik.accounts.webhooks.delete(UNKNOWN),
    "accounts.origins.get": lambda ik: ik.accounts.origins.get(UNKNOWN),
    "accounts.origins.delete": lambda ik: ik.accounts.origins.delete(UNKNOWN),
    "accounts.url_endpoints.get": lambda ik: ik.accounts.url_endpoints.get(UNKNOWN),
    "accounts.url_endpoints.delete": lambda ik: ik.accounts.url_endpoints.delete(UNKNOWN),
}


@pytest.mark.parametrize("method", MISSING)
def test_what_is_missing(ik: ImageKit, method: str) -> None:
    raises(NotFoundError, lambda: MISSING[method](ik))


def test_bad_requests(ik: ImageKit, put: Callable, folder: str) -> None:
    id = put().file_id
    for call in (
        lambda: ik.assets.list(limit=5000),
        lambda: ik.assets.list(search_query="name ="),
        lambda: ik.assets.list(extra_query={"nosuch": "1"}),
        lambda: put("b.jpg", JPEG, custom_coordinates="nonsense"),
        lambda: put("b.jpg", JPEG, custom_metadata={"nosuch": 1}),
        lambda: put("b.jpg", JPEG, tags=["half,50%"]),
        lambda: put("b.jpg", JPEG, extensions=[{"name": "nosuch"}]),
        lambda: put("b.jpg", JPEG, checks='"file.size" <'),
        lambda: put("b.jpg", JPEG, transformation={"pre": "n-no_such_name"}),
        lambda: ik.files.update(id, custom_coordinates="nonsense"),
        lambda: ik.files.bulk.delete(file_ids=[]),
        lambda: ik.folders.create(folder_name="", parent_folder_path=folder),
        lambda: ik.cache.invalidation.create(url="https://*/*"),
        lambda: ik.named_transformations.create(name="a b", transformation="w-1"),
        lambda: ik.accounts.webhooks.create(endpoint="nonsense", events=["file.created"]),
    ):
        raises(BadRequestError, call)
    assert [item.name for item in ik.assets.list(path=folder)] == ["a.png"]


def test_a_conflict_is_not_tried_again(server: Server, put: Callable) -> None:
    path = put("a.png").file_path
    put("b.png")
    retrying = ImageKit(private_key=PRIVATE_KEY, base_url=server.base, max_retries=2)
    with pytest.raises(ConflictError) as raised:
        retrying.files.rename(file_path=path, new_file_name="b.png")
    assert raised.value.response.headers["x-should-retry"] == "false"
    assert raised.value.response.request.headers.get("x-stainless-retry-count") == "0"


def test_a_wrong_key_and_none(server: Server, folder: str) -> None:
    stranger = ImageKit(private_key="wrong", base_url=server.base, max_retries=0)
    for call in (
        lambda: stranger.assets.list(),
        lambda: stranger.files.upload(file=JPEG, file_name="a.jpg", folder=folder),
        lambda: stranger.files.metadata.get(UNKNOWN),
        lambda: stranger.custom_metadata_fields.list(),
        lambda: stranger.accounts.usage.get(start_date="2026-01-01", end_date="2026-01-02"),
    ):
        raises(PermissionDeniedError, call)
    raises(AuthenticationError, lambda: stranger.assets.list(extra_headers={"Authorization": "Bearer nothing"}))
