"""SDK 5.x: assets, files, versions, bulk calls, folders, jobs, cache, metadata."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from harness import pictures
from harness.browser import fetch, stored
from harness.waiting import until
from imagekitio import BadRequestError, ImageKit

JPEG = pictures.jpeg(pictures.map_picture(), 90)


def names(ik: ImageKit, **query) -> list[str]:
    return [str(item.name) for item in ik.assets.list(**query)]


def finish(ik: ImageKit, job_id: str):
    def ended():
        job = ik.folders.job.get(job_id)
        assert job.job_id == job_id
        return job if job.status == "Completed" else None

    return until(ended, f"the job {job_id}")


# assets


def test_details(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put("c.jpg", JPEG, tags=["c", "all"])
    details = ik.files.get(file.file_id)
    assert (details.type, details.name, details.file_path) == ("file", "c.jpg", f"{folder}/c.jpg")
    assert details.tags == ["c", "all"]
    assert (details.width, details.height, details.mime, details.has_alpha) == (600, 400, "image/jpeg", False)
    assert (details.is_private_file, details.is_published, details.custom_metadata) == (False, True, {})
    assert isinstance(details.created_at, datetime) and details.created_at.tzinfo is not None


def test_lists(ik: ImageKit, put: Callable, folder: str) -> None:
    order = ["c.jpg", "a.jpg", "b.jpg"]
    for name in order:
        put(name, JPEG, tags=[name[0], "all"])
    assert names(ik, path=folder) == order
    assert names(ik, path=folder, sort="ASC_NAME") == ["a.jpg", "b.jpg", "c.jpg"]
    assert names(ik, path=folder, sort="DESC_NAME", limit=2) == ["c.jpg", "b.jpg"]
    assert names(ik, path=folder, sort="ASC_NAME", skip=1) == ["b.jpg", "c.jpg"]
    assert names(ik, path=folder, file_type="image") == order
    assert names(ik, path=folder, file_type="non-image") == []
    assert names(ik, path=folder, type="all") == order
    assert names(ik, path=folder, extra_query={"tags": "a,b"}, sort="ASC_NAME") == ["a.jpg", "b.jpg"]
    assert names(ik, path=folder, extra_query={"name": "a.jpg"}) == ["a.jpg"]
    assert names(ik, path=folder, search_query='name : "a" AND createdAt > "1h"') == ["a.jpg"]


# files.update


def test_updates(ik: ImageKit, put: Callable) -> None:
    id = put(tags=["a"]).file_id
    changed = ik.files.update(
        id,
        tags=["b"],
        custom_coordinates="1,2,3,4",
        description="eine Karte",
        custom_metadata={},
        remove_ai_tags="all",
        webhook_url="https://example.com/hook",
        extensions=[{"name": "google-auto-tagging", "min_confidence": 80, "max_tags": 5}],
    )
    assert (changed.tags, changed.custom_coordinates, changed.description) == (["b"], "1,2,3,4", "eine Karte")
    assert changed.extension_status is not None
    assert changed.extension_status.google_auto_tagging in ("failed", "pending")
    assert ik.files.update(id, tags=None, custom_coordinates=None).tags is None
    draft = ik.files.update(id, publish={"is_published": False, "include_file_versions": True})
    assert draft.is_published is False
    with pytest.raises(BadRequestError):
        ik.files.update(id, custom_metadata={"nosuch": 1})


# files.versions


def test_versions(ik: ImageKit, put: Callable) -> None:
    for seed in (1, 2, 3):
        file = put("a.png", pictures.tiny(seed))
    found = ik.files.versions.list(file.file_id)
    assert [(one.type, one.version_info.name) for one in found] == [  # type: ignore[union-attr]
        ("file", "Version 3"),
        ("file-version", "Version 2"),
        ("file-version", "Version 1"),
    ]
    second, first = (str(one.version_info.id) for one in found[1:])  # type: ignore[union-attr]
    assert ik.files.versions.get(second, file_id=file.file_id) == found[1]
    restored = ik.files.versions.restore(second, file_id=file.file_id)
    assert restored.version_info == found[1].version_info
    assert stored(file.url) == pictures.tiny(2)
    assert ik.files.versions.delete(first, file_id=file.file_id) is not False
    assert len(ik.files.versions.list(file.file_id)) == 2
    with pytest.raises(BadRequestError):
        ik.files.versions.delete(second, file_id=file.file_id)


# files.bulk


def test_bulk(ik: ImageKit, put: Callable, folder: str) -> None:
    ids = [put(f"{n}.png", pictures.tiny(n)).file_id for n in range(3)]
    assert sorted(ik.files.bulk.add_tags(file_ids=ids, tags=["a", "b"]).successfully_updated_file_ids or []) == sorted(ids)
    assert sorted(ik.files.bulk.remove_tags(file_ids=ids, tags=["a"]).successfully_updated_file_ids or []) == sorted(ids)
    assert [ik.files.get(id).tags for id in ids] == [["b"]] * 3
    done = ik.files.bulk.remove_ai_tags(file_ids=ids, ai_tags=["cat"])
    assert sorted(done.successfully_updated_file_ids or []) == sorted(ids)
    gone = ik.files.bulk.delete(file_ids=ids[:2])
    assert sorted(gone.successfully_deleted_file_ids or []) == sorted(ids[:2])
    assert names(ik, path=folder) == ["2.png"]


# files: copy, move, rename, delete


def test_copying_moving_renaming_deleting(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put()
    ik.files.copy(source_file_path=file.file_path, destination_path=folder + "/to", include_file_versions=True)
    assert names(ik, path=folder + "/to") == ["a.png"]
    ik.files.move(source_file_path=file.file_path, destination_path=folder + "/moved")
    moved = ik.files.get(file.file_id)
    assert moved.file_path == f"{folder}/moved/a.png"
    assert ik.files.rename(file_path=str(moved.file_path), new_file_name="b.png").purge_request_id is None
    purged = ik.files.rename(file_path=f"{folder}/moved/b.png", new_file_name="c.png", purge_cache=True)
    assert ik.cache.invalidation.get(str(purged.purge_request_id)).status in ("Pending", "Completed")
    ik.files.delete(file.file_id)
    assert fetch(file.url).status_code == 404
    assert names(ik, path=folder + "/moved") == []


# folders


def test_folders(ik: ImageKit, put: Callable, folder: str) -> None:
    ik.folders.create(folder_name="src", parent_folder_path=folder)
    (made,) = ik.assets.list(path=folder, type="folder")
    assert (made.type, made.name, made.folder_path) == ("folder", "src", f"{folder}/src")  # type: ignore[union-attr]
    for seed in (1, 2):
        put("a.png", pictures.tiny(seed), below="/src")
    copied = ik.folders.copy(source_folder_path=folder + "/src", destination_path=folder + "/to", include_versions=True)
    assert finish(ik, copied.job_id).type == "COPY_FOLDER"
    (copy,) = ik.assets.list(path=folder + "/to/src")
    assert len(ik.files.versions.list(str(copy.file_id))) == 2  # type: ignore[union-attr]
    renamed = ik.folders.rename(folder_path=folder + "/src", new_folder_name="new", purge_cache=True)
    job = finish(ik, renamed.job_id)
    assert job.type == "RENAME_FOLDER"
    if job.purge_request_id:
        assert ik.cache.invalidation.get(job.purge_request_id).status in ("Pending", "Completed")
    moved = ik.folders.move(source_folder_path=folder + "/new", destination_path=folder + "/to")
    assert finish(ik, moved.job_id).type == "MOVE_FOLDER"
    assert names(ik, path=folder + "/to", type="folder", sort="ASC_NAME") == ["new", "src"]
    ik.folders.delete(folder_path=folder + "/to")
    assert names(ik, path=folder, type="all") == []


# cache


def test_purging(ik: ImageKit, put: Callable) -> None:
    asked = ik.cache.invalidation.create(url=put().url)
    assert ik.cache.invalidation.get(str(asked.request_id)).status in ("Pending", "Completed")


# files.metadata


def test_metadata(ik: ImageKit, put: Callable) -> None:
    data = pictures.travelled()
    file = put("a.jpg", data)
    seen = ik.files.metadata.get(file.file_id)
    assert (seen.width, seen.height, seen.size, seen.format, seen.density) == (120, 80, len(data), "jpg", 300)
    assert seen.p_hash is not None and len(seen.p_hash) == 16
    assert seen.exif is not None and seen.exif.image is not None and seen.exif.exif is not None and seen.exif.gps is not None
    assert (seen.exif.image.make, seen.exif.exif.iso, seen.exif.exif.f_number) == ("Halftone Optics", 400, 2.8)
    assert seen.exif.gps.gps_latitude == [48, 51, pytest.approx(30.24)]
    assert ik.files.metadata.get_from_url(url=file.url) == seen
    with pytest.raises(BadRequestError):
        ik.files.metadata.get_from_url(url="https://example.com/a.jpg")
