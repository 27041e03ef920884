"""SDK 3.2.0: files, versions, tags, deletion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness import pictures
from harness.browser import fetch, stored
from imagekitio import ImageKit
from imagekitio.exceptions.BadRequestException import BadRequestException
from imagekitio.models.ListAndSearchFileRequestOptions import ListAndSearchFileRequestOptions as Listing
from imagekitio.models.UpdateFileRequestOptions import UpdateFileRequestOptions

JPEG = pictures.jpeg(pictures.map_picture(), 90)


def names(ik: ImageKit, **query) -> list[str]:
    return [item.name for item in ik.list_files(Listing(**query)).list]


# list_files, get_file_details


def test_details(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put("c.jpg", JPEG, tags=["c", "all"])
    details = ik.get_file_details(file.file_id)
    assert (details.type, details.name, details.file_path) == ("file", "c.jpg", f"{folder}/c.jpg")
    assert details.tags == ["c", "all"]
    assert (details.width, details.height, details.mime, details.has_alpha) == (600, 400, "image/jpeg", False)
    assert (details.is_private_file, details.custom_metadata, details.ai_tags) == (False, {}, [])
    assert details.version_info.id == file.file_id
    assert details.thumbnail
    assert details.response_metadata.raw["fileId"] == file.file_id


def test_lists(ik: ImageKit, put: Callable, folder: str) -> None:
    order = ["c.jpg", "a.jpg", "b.jpg"]
    for name in order:
        put(name, JPEG, tags=[name[0], "all"])
    assert names(ik, path=folder) == order
    assert names(ik, path=folder, sort="ASC_NAME") == ["a.jpg", "b.jpg", "c.jpg"]
    assert names(ik, path=folder, sort="DESC_CREATED") == order[::-1]
    assert names(ik, path=folder, sort="ASC_NAME", limit=2, skip=1) == ["b.jpg", "c.jpg"]
    assert names(ik, path=folder, tags=["a", "b"], sort="ASC_NAME") == ["a.jpg", "b.jpg"]
    assert names(ik, path=folder, tags="c") == ["c.jpg"]
    assert names(ik, path=folder, file_type="non-image") == []
    assert names(ik, path=folder, type="file") == order
    assert ik.list_files().response_metadata.http_status_code == 200


def test_searches(ik: ImageKit, put: Callable, folder: str) -> None:
    put("a.png", tags=["red"])
    put("b.jpg", JPEG)
    assert names(ik, path=folder, search_query='tags IN ["red"]') == ["a.png"]
    assert names(ik, path=folder, search_query="width = 600") == ["b.jpg"]
    # As the README of the SDK spells it.
    readme = "created_at >= '2d' OR size < '2mb' OR format='png'"
    assert names(ik, path=folder, search_query=readme, sort="ASC_NAME") == ["a.png", "b.jpg"]
    with pytest.raises(BadRequestException) as raised:
        ik.list_files(Listing(search_query="nosuch = 5"))
    assert "nosuch" in raised.value.message


def test_every_kind_of_thing_is_listed(ik: ImageKit, put: Callable, folder: str) -> None:
    for seed in (1, 2):
        put("a.png", pictures.tiny(seed))
    put("b.png", below="/sub")
    kinds = {kind: [item.type for item in ik.list_files(Listing(path=folder, type=kind)).list] for kind in ("file", "file-version", "folder", "all")}
    assert kinds == {"file": ["file"], "file-version": ["file-version"], "folder": ["folder"], "all": kinds["all"]}
    assert sorted(kinds["all"]) == ["file", "folder"]


# Versions


def test_versions(ik: ImageKit, put: Callable) -> None:
    for seed in (1, 2, 3):
        file = put("a.png", pictures.tiny(seed))
    found = ik.get_file_versions(file.file_id).list
    assert [(one.type, one.version_info.name) for one in found] == [
        ("file", "Version 3"),
        ("file-version", "Version 2"),
        ("file-version", "Version 1"),
    ]
    assert [stored(one.url) for one in found] == [pictures.tiny(seed) for seed in (3, 2, 1)]
    second = found[1].version_info.id
    details = ik.get_file_version_details(file.file_id, second)
    assert (details.version_info.name, details.file_id) == ("Version 2", file.file_id)

    restored = ik.restore_file_version(file.file_id, second)
    assert (restored.version_info.id, restored.version_info.name) == (second, "Version 2")
    assert stored(file.url) == pictures.tiny(2)

    gone = found[2].version_info.id
    assert ik.delete_file_version(file.file_id, gone).response_metadata.http_status_code == 204
    assert [one.version_info.name for one in ik.get_file_versions(file.file_id).list] == ["Version 2", "Version 3"]
    with pytest.raises(BadRequestException) as raised:
        ik.delete_file_version(file.file_id, second)
    assert raised.value.message and raised.value.response_help


# update_file_details


def test_updates(ik: ImageKit, put: Callable) -> None:
    file = put(tags=["a"])
    changed = ik.update_file_details(
        file.file_id,
        UpdateFileRequestOptions(
            remove_ai_tags=["cat"],
            webhook_url="https://example.com/hook",
            extensions=[{"name": "google-auto-tagging", "minConfidence": 80, "maxTags": 5}],
            tags=["b", "c"],
            custom_coordinates="1,2,3,4",
            custom_metadata={},
        ),
    )
    assert (changed.tags, changed.custom_coordinates, changed.custom_metadata) == (["b", "c"], "1,2,3,4", {})
    assert changed.version_info.id == file.file_id
    assert changed.response_metadata.raw["extensionStatus"]["google-auto-tagging"] in ("failed", "pending")
    assert ik.get_file_details(file.file_id).tags == ["b", "c"]
    with pytest.raises(BadRequestException) as raised:
        ik.update_file_details(file.file_id, UpdateFileRequestOptions(custom_coordinates="nonsense"))
    assert "customCoordinates" in raised.value.message


# Tags and deletion in bulk


def test_tags(ik: ImageKit, put: Callable) -> None:
    ids = [put(f"{n}.png", pictures.tiny(n)).file_id for n in range(2)]
    assert sorted(ik.add_tags(ids, ["a", "b"]).successfully_updated_file_ids) == sorted(ids)
    assert [ik.get_file_details(id).tags for id in ids] == [["a", "b"]] * 2
    assert sorted(ik.remove_tags(ids, ["a"]).successfully_updated_file_ids) == sorted(ids)
    assert [ik.get_file_details(id).tags for id in ids] == [["b"]] * 2
    assert sorted(ik.remove_ai_tags(ids, ["cat"]).successfully_updated_file_ids) == sorted(ids)


def test_deleting(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put("a.jpg", JPEG)
    answer = ik.delete_file(file.file_id)
    assert (answer.response_metadata.http_status_code, answer.response_metadata.raw) == (204, None)
    assert fetch(file.url).status_code == 404
    assert names(ik, path=folder) == []


@pytest.mark.parametrize("method", ["bulk_file_delete", "bulk_delete"])
def test_deleting_in_bulk(ik: ImageKit, put: Callable, folder: str, method: str) -> None:
    ids = [put(f"{n}.png", pictures.tiny(n)).file_id for n in range(3)]
    done = getattr(ik, method)(file_ids=ids[:2])
    assert sorted(done.successfully_deleted_file_ids) == sorted(ids[:2])
    assert names(ik, path=folder) == ["2.png"]
