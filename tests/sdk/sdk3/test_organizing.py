"""SDK 3.2.0: copying, moving, renaming, folders and their jobs, purging."""

from __future__ import annotations

from collections.abc import Callable

from harness import pictures
from harness.browser import fetch, stored
from harness.waiting import until
from imagekitio import ImageKit
from imagekitio.models.CopyFileRequestOptions import CopyFileRequestOptions
from imagekitio.models.CopyFolderRequestOptions import CopyFolderRequestOptions
from imagekitio.models.CreateFolderRequestOptions import CreateFolderRequestOptions
from imagekitio.models.DeleteFolderRequestOptions import DeleteFolderRequestOptions
from imagekitio.models.ListAndSearchFileRequestOptions import ListAndSearchFileRequestOptions as Listing
from imagekitio.models.MoveFileRequestOptions import MoveFileRequestOptions
from imagekitio.models.MoveFolderRequestOptions import MoveFolderRequestOptions
from imagekitio.models.RenameFileRequestOptions import RenameFileRequestOptions


def listed(ik: ImageKit, path: str, kind: str = "all") -> list[str]:
    return [item.name for item in ik.list_files(Listing(path=path, type=kind, sort="ASC_NAME")).list]


def finish(ik: ImageKit, job_id: str) -> object:
    def ended() -> object:
        job = ik.get_bulk_job_status(job_id)
        assert job.status in ("Pending", "Completed") and job.job_id == job_id
        return job if job.status == "Completed" else None

    return until(ended, f"the job {job_id}")


# Files


def test_copying(ik: ImageKit, put: Callable, folder: str) -> None:
    for seed in (1, 2):
        file = put("a.png", pictures.tiny(seed), tags=["x"])
    answer = ik.copy_file(CopyFileRequestOptions(file.file_path, folder + "/to", include_file_versions=True))
    assert (answer.response_metadata.http_status_code, answer.response_metadata.raw) == (204, None)
    (made,) = ik.list_files(Listing(path=folder + "/to")).list
    assert made.file_id != file.file_id and made.tags == ["x"]
    assert len(ik.get_file_versions(made.file_id).list) == 2
    ik.copy_file(CopyFileRequestOptions(source_file_path=file.file_path, destination_path=folder + "/plain"))
    (plain,) = ik.list_files(Listing(path=folder + "/plain")).list
    assert len(ik.get_file_versions(plain.file_id).list) == 1


def test_moving(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put()
    answer = ik.move_file(MoveFileRequestOptions(source_file_path=file.file_path, destination_path=folder + "/to"))
    assert answer.response_metadata.http_status_code == 204
    assert ik.get_file_details(file.file_id).file_path == f"{folder}/to/a.png"
    assert fetch(file.url).status_code == 404


def test_renaming(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put()
    plain = ik.rename_file(RenameFileRequestOptions(file_path=file.file_path, new_file_name="b.png"))
    assert plain.purge_request_id is None
    purged = ik.rename_file(RenameFileRequestOptions(f"{folder}/b.png", "c.png", purge_cache=True))
    assert ik.get_purge_file_cache_status(purged.purge_request_id).status in ("Pending", "Completed")
    assert ik.get_file_details(file.file_id).name == "c.png"


# Folders


def test_creating_and_deleting(ik: ImageKit, put: Callable, folder: str) -> None:
    created = ik.create_folder(CreateFolderRequestOptions(folder_name="new", parent_folder_path=folder))
    assert (created.response_metadata.http_status_code, created.response_metadata.raw) == (201, {})
    (item,) = ik.list_files(Listing(type="folder", path=folder)).list
    assert (item.type, item.name, item.folder_path) == ("folder", "new", f"{folder}/new")
    put("a.png", below="/new")
    answer = ik.delete_folder(DeleteFolderRequestOptions(folder_path=folder + "/new"))
    assert answer.response_metadata.http_status_code == 204
    assert listed(ik, folder) == []


def test_copying_a_folder(ik: ImageKit, put: Callable, folder: str) -> None:
    for seed in (1, 2):
        put("a.png", pictures.tiny(seed), below="/src")
    put("b.png", below="/src/sub")
    started = ik.copy_folder(CopyFolderRequestOptions(folder + "/src", folder + "/to", include_file_versions=True))
    job = finish(ik, started.job_id)
    assert job.type == "COPY_FOLDER"  # type: ignore[attr-defined]
    assert listed(ik, folder + "/to/src") == ["a.png", "sub"]
    assert listed(ik, folder + "/to/src/sub") == ["b.png"]
    assert listed(ik, folder) == ["src", "to"]
    (made,) = ik.list_files(Listing(path=folder + "/to/src")).list
    assert len(ik.get_file_versions(made.file_id).list) == 2


def test_moving_a_folder(ik: ImageKit, put: Callable, folder: str) -> None:
    file = put("a.png", below="/src")
    started = ik.move_folder(MoveFolderRequestOptions(source_folder_path=folder + "/src", destination_path=folder + "/to"))
    job = finish(ik, started.job_id)
    assert job.type == "MOVE_FOLDER"  # type: ignore[attr-defined]
    assert listed(ik, folder) == ["to"]
    moved = ik.get_file_details(file.file_id)
    assert moved.file_path == f"{folder}/to/src/a.png"
    assert stored(moved.url) == pictures.tiny(1)


# Purging


def test_purging(ik: ImageKit, put: Callable) -> None:
    file = put()
    for start, status in ((ik.purge_file_cache, ik.get_purge_file_cache_status), (ik.purge_cache, ik.get_purge_cache_status)):
        asked = start(file.url)
        assert asked.response_metadata.http_status_code == 201
        assert status(asked.request_id).status in ("Pending", "Completed")
