"""One library: what other dialects bring and close, and what is archived or private here."""

from __future__ import annotations

import hashlib
import uuid

from harness import pictures
from harness.api import Api
from harness.photoprism import Photos, sha1


def test_pictures_of_other_dialects_are_photos(photos: Photos, api: Api, folder: str) -> None:
    data = pictures.oriented(6, pictures.quadrants(40, 60), make=uuid.uuid4().hex)
    file = api.put(data, "Street_Scene.jpg", folder=folder, tags="harbour,night")
    photo = photos.by_hash(sha1(data))
    assert (photo["Path"], photo["Name"], photo["Title"]) == (folder.strip("/"), "Street_Scene", "Street Scene")
    assert photos.thumb(sha1(data), "tile_224").size == (224, 224)
    assert photos.ask("GET", f"/photos/{photo['UID']}")["Details"]["Keywords"] == "harbour, night"
    assert photo["UID"] in photos.uids("harbour street")
    api.delete(file["fileId"])
    photos.ask("GET", f"/photos/{photo['UID']}", status=404)
    assert photos.get(f"/t/{sha1(data)}/{photos.preview}/tile_224").text == photos.get("/svg/photo").text


def test_other_files_are_no_photos(photos: Photos, api: Api, folder: str) -> None:
    data = f"%PDF-1.4 {folder}".encode()
    api.put(data, "paper.pdf", folder=folder)
    assert photos.search(hash=sha1(data)) == []
    assert photos.get(f"/t/{sha1(data)}/{photos.preview}/tile_224").text == photos.get("/svg/file").text


def test_uploads_here_are_closed_to_anonymous_readers_elsewhere(photos: Photos, api: Api) -> None:
    data = pictures.tiny(901)
    photo = photos.put(("mine.png", data))[0]
    assert api.get(f"/{photo['FileName']}").status_code == 401
    listed = api.list(path=f"/{photo['Path']}", limit=1000)
    assert photo["FileName"].rsplit("/", 1)[1] in {file["name"] for file in listed}
    assert photo["Private"] is False


def test_archived_and_private_hold_everywhere(photos: Photos, api: Api, folder: str) -> None:
    data = pictures.tiny(902)
    file = api.put(data, "open.png", folder=folder)
    photo = photos.by_hash(sha1(data))
    picked = {"photos": [photo["UID"]]}
    assert api.get(file).status_code == 200
    photos.ask("POST", "/batch/photos/private", picked)
    assert api.get(file).status_code == 401
    assert api.details(file["fileId"])["isPrivateFile"] is True
    photos.ask("POST", "/batch/photos/private", picked)
    assert api.get(file).status_code == 200, "as it came"
    photos.ask("POST", "/batch/photos/archive", picked)
    assert api.get(file).status_code == 404
    photos.ask("POST", "/batch/photos/restore", picked)
    assert api.get(file).status_code == 200


def test_what_others_close_is_private_and_archived_here(photos: Photos, api: Api, folder: str) -> None:
    data = [pictures.tiny(903), pictures.tiny(904)]
    api.put(data[0], "private.png", folder=folder, isPrivateFile=True)
    assert photos.by_hash(sha1(data[0]))["Private"] is True
    draft = api.put(data[1], "draft.png", folder=folder, isPublished=False)
    assert photos.search(hash=sha1(data[1])) == []
    found = photos.search(hash=sha1(data[1]), archived="true")
    assert len(found) == 1
    photos.ask("POST", "/batch/photos/restore", {"photos": [found[0]["UID"]]})
    assert api.details(draft["fileId"])["isPublished"] is False, "a draft is not published by restoring it"


def test_the_newest_listed_one_stands_for_a_hash(photos: Photos, api: Api, folder: str) -> None:
    data = pictures.tiny(905)
    first = api.put(data, "first.png", folder=folder)
    second = api.put(data, "second.png", folder=folder)
    name = photos.get(f"/dl/{hashlib.sha1(data).hexdigest()}", params={"t": photos.download}).headers
    assert name["Content-Disposition"] == 'attachment; filename="second.png"'
    api.update(second["fileId"], publish={"isPublished": False})
    name = photos.get(f"/dl/{sha1(data)}", params={"t": photos.download}).headers
    assert name["Content-Disposition"] == 'attachment; filename="first.png"'
    api.delete(first["fileId"])
    name = photos.get(f"/dl/{sha1(data)}", params={"t": photos.download}).headers
    assert name["Content-Disposition"] == 'attachment; filename="second.png"'
