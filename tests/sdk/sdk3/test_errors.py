"""SDK 3.2.0: which exception comes of which failure. Spec 3.3; it indexes `message` and `help` without looking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from harness import pictures
from harness.server import PUBLIC_KEY, Server
from imagekitio import ImageKit
from imagekitio.exceptions.BadRequestException import BadRequestException
from imagekitio.exceptions.ConflictException import ConflictException
from imagekitio.exceptions.ForbiddenException import ForbiddenException
from imagekitio.exceptions.NotFoundException import NotFoundException
from imagekitio.exceptions.UnknownException import UnknownException
from imagekitio.models.CopyFileRequestOptions import CopyFileRequestOptions
from imagekitio.models.CopyFolderRequestOptions import CopyFolderRequestOptions
from imagekitio.models.CreateFolderRequestOptions import CreateFolderRequestOptions
from imagekitio.models.DeleteFolderRequestOptions import DeleteFolderRequestOptions
from imagekitio.models.ListAndSearchFileRequestOptions import ListAndSearchFileRequestOptions
from imagekitio.models.MoveFileRequestOptions import MoveFileRequestOptions
from imagekitio.models.MoveFolderRequestOptions import MoveFolderRequestOptions
from imagekitio.models.RenameFileRequestOptions import RenameFileRequestOptions
from imagekitio.models.UpdateCustomMetadataFieldsRequestOptions import UpdateCustomMetadataFieldsRequestOptions
from imagekitio.models.UpdateFileRequestOptions import UpdateFileRequestOptions
from imagekitio.models.UploadFileRequestOptions import UploadFileRequestOptions

UNKNOWN = "64b0c0ffee64b0c0ffee64b0"
NOTHING = "/nothing/here"


def raises(kind: type[Exception], status: int, call: Callable[[], object]) -> Exception:
    with pytest.raises(kind) as raised:
        call()
    error = raised.value
    assert type(error) is kind
    assert error.message and error.response_help  # type: ignore[attr-defined]
    about = error.response_metadata  # type: ignore[attr-defined]
    assert about.http_status_code == status
    assert about.raw["message"] == error.message  # type: ignore[attr-defined]
    assert about.headers["x-ik-requestId"]
    return error


#: Where what is missing is a NotFoundException, and where this SDK knows no better than UnknownException.
MISSING: dict[str, tuple[type[Exception], Callable[[ImageKit], object]]] = {
    "get_file_versions": (NotFoundException, lambda ik: ik.get_file_versions(UNKNOWN)),
    "get_file_version_details": (NotFoundException, lambda ik: ik.get_file_version_details(UNKNOWN, UNKNOWN)),
    "delete_file_version": (NotFoundException, lambda ik: ik.delete_file_version(UNKNOWN, UNKNOWN)),
    "restore_file_version": (NotFoundException, lambda ik: ik.restore_file_version(UNKNOWN, UNKNOWN)),
    "add_tags": (NotFoundException, lambda ik: ik.add_tags([UNKNOWN], ["a"])),
    "remove_tags": (NotFoundException, lambda ik: ik.remove_tags([UNKNOWN], ["a"])),
    "remove_ai_tags": (NotFoundException, lambda ik: ik.remove_ai_tags([UNKNOWN], ["a"])),
    "bulk_file_delete": (NotFoundException, lambda ik: ik.bulk_file_delete([UNKNOWN])),
    "copy_file": (NotFoundException, lambda ik: ik.copy_file(CopyFileRequestOptions(NOTHING, "/to"))),
    "move_file": (NotFoundException, lambda ik: ik.move_file(MoveFileRequestOptions(NOTHING, "/to"))),
    "rename_file": (NotFoundException, lambda ik: ik.rename_file(RenameFileRequestOptions(NOTHING, "b.png"))),
    "delete_folder": (NotFoundException, lambda ik: ik.delete_folder(DeleteFolderRequestOptions(NOTHING))),
    "copy_folder": (NotFoundException, lambda ik: ik.copy_folder(CopyFolderRequestOptions(NOTHING, "/to"))),
    "move_folder": (NotFoundException, lambda ik: ik.move_folder(MoveFolderRequestOptions(NOTHING, "/to"))),
    "update_custom_metadata_fields": (
        NotFoundException,
        lambda ik: ik.update_custom_metadata_fields(UNKNOWN, UpdateCustomMetadataFieldsRequestOptions(label="x")),
    ),
    "delete_custom_metadata_field": (NotFoundException, lambda ik: ik.delete_custom_metadata_field(UNKNOWN)),
    "get_file_details": (UnknownException, lambda ik: ik.get_file_details(UNKNOWN)),
    "update_file_details": (
        UnknownException,
        lambda ik: ik.update_file_details(UNKNOWN, UpdateFileRequestOptions(tags=["a"])),
    ),
    "delete_file": (UnknownException, lambda ik: ik.delete_file(UNKNOWN)),
    "get_file_metadata": (UnknownException, lambda ik: ik.get_file_metadata(UNKNOWN)),
    "get_remote_file_url_metadata": (
        UnknownException,
        lambda ik: ik.get_remote_file_url_metadata(f"{ik.ik_request.url_endpoint}{NOTHING}.png"),
    ),
    "get_bulk_job_status": (UnknownException, lambda ik: ik.get_bulk_job_status(UNKNOWN)),
    "get_purge_file_cache_status": (UnknownException, lambda ik: ik.get_purge_file_cache_status(UNKNOWN)),
}


@pytest.mark.parametrize("method", MISSING)
def test_what_is_missing(ik: ImageKit, method: str) -> None:
    kind, call = MISSING[method]
    raises(kind, 404, lambda: call(ik))


def test_what_is_missing_in_bulk_is_named(ik: ImageKit, put: Callable) -> None:
    id = put().file_id
    error = raises(NotFoundException, 404, lambda: ik.bulk_file_delete([id, UNKNOWN]))
    assert error.response_metadata.raw["missingFileIds"] == [UNKNOWN]  # type: ignore[attr-defined]
    assert ik.get_file_details(id).file_id == id


def test_bad_requests(ik: ImageKit, folder: str, put: Callable) -> None:
    id = put().file_id
    place = {"use_unique_file_name": False, "folder": folder}
    for call in (
        lambda: ik.list_files(ListAndSearchFileRequestOptions(limit=5000)),
        lambda: ik.list_files(ListAndSearchFileRequestOptions(search_query="name =")),
        lambda: ik.upload_file(b"x", "a.jpg", UploadFileRequestOptions(**place, custom_coordinates="nonsense")),
        lambda: ik.upload_file(b"x", "a.jpg", UploadFileRequestOptions(**place, custom_metadata={"nosuch": 1})),
        lambda: ik.upload_file(b"x", "a.png", UploadFileRequestOptions(**place, overwrite_file=False)),
        lambda: ik.update_file_details(id, UpdateFileRequestOptions(custom_metadata={"nosuch": 1})),
        lambda: ik.add_tags([id], "no list"),
        lambda: ik.copy_file(CopyFileRequestOptions(source_file_path="/x")),
        lambda: ik.move_file(MoveFileRequestOptions(destination_path="/x")),
        lambda: ik.rename_file(RenameFileRequestOptions(file_path="/x")),
        lambda: ik.copy_folder(CopyFolderRequestOptions(source_folder_path="/x")),
        lambda: ik.delete_folder(DeleteFolderRequestOptions()),
        lambda: ik.purge_file_cache("https://*/*"),
    ):
        raises(BadRequestException, 400, call)


def test_a_conflict(ik: ImageKit, put: Callable) -> None:
    path = put("a.png").file_path
    put("b.png")
    error = raises(ConflictException, 409, lambda: ik.rename_file(RenameFileRequestOptions(path, "b.png")))
    assert error.response_metadata.raw["reason"] == "FILE_ALREADY_EXISTS"  # type: ignore[attr-defined]


def test_every_failure_of_create_folder_is_unknown(ik: ImageKit, folder: str) -> None:
    raises(UnknownException, 400, lambda: ik.create_folder(CreateFolderRequestOptions(parent_folder_path=folder)))


def test_a_wrong_key(server: Server, ik: ImageKit, folder: str) -> None:
    stranger = ImageKit(public_key=PUBLIC_KEY, private_key="wrong", url_endpoint=server.endpoint)
    for call in (
        lambda: stranger.upload_file(pictures.tiny(1), "a.png", UploadFileRequestOptions(folder=folder)),
        lambda: stranger.list_files(),
        lambda: stranger.get_file_details(UNKNOWN),
        lambda: stranger.get_file_versions(UNKNOWN),
        lambda: stranger.delete_file(UNKNOWN),
        lambda: stranger.add_tags([UNKNOWN], ["a"]),
        lambda: stranger.bulk_file_delete([UNKNOWN]),
        lambda: stranger.rename_file(RenameFileRequestOptions(NOTHING, "b.png")),
        lambda: stranger.copy_folder(CopyFolderRequestOptions(NOTHING, "/to")),
        lambda: stranger.get_bulk_job_status(UNKNOWN),
        lambda: stranger.purge_file_cache("https://example.com/a/b/c.png"),
        lambda: stranger.get_file_metadata(UNKNOWN),
    ):
        raises(ForbiddenException, 403, call)
    for call in (
        lambda: stranger.create_folder(CreateFolderRequestOptions(folder_name="x", parent_folder_path=folder)),
        lambda: stranger.get_custom_metadata_fields(),
        lambda: stranger.delete_custom_metadata_field(UNKNOWN),
    ):
        raises(UnknownException, 403, call)
