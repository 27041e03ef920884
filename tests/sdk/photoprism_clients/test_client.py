"""The whole of `photoprism-client` 0.2.1, as its users call it."""

from __future__ import annotations

import uuid
import zipfile
from pathlib import Path

import pytest
from harness import pictures
from harness.photoprism import Photos, sha1
from harness.server import ADMIN_PASSWORD, ADMIN_USER
from photoprism.Photo import Photo
from photoprism.Session import Session


@pytest.fixture
def app(photos: Photos) -> Photo:
    session = Session(ADMIN_USER, ADMIN_PASSWORD, f"127.0.0.1:{photos.server.port}/photoprism")
    assert session.create()
    return Photo(session)


def test_searching_and_albums(app: Photo, photos: Photos) -> None:
    word = f"needle{uuid.uuid4().hex[:8]}".translate(str.maketrans("0123456789", "ghijklmnop"))
    stored = photos.put(*((f"{word} {index}.png", pictures.tiny(300 + index)) for index in range(3)))
    assert {photo["UID"] for photo in app.search(word, count=10)} == {photo["UID"] for photo in stored}
    uids = app.get_uid_list_of_search(word, count=2, offset=1, order="oldest")
    assert len(uids) == 2

    title = f"Album {uuid.uuid4()}"
    assert not app.check_if_album_exists(title)
    assert not app.check_if_album_exists(title, create_if_not=True)
    assert app.check_if_album_exists(title)
    uid = app.get_album_uid_by_name(title)
    assert app.get_album(uid)["Title"] == title
    assert app.create_album(title)["UID"] == uid, "the same title is the same album"
    assert app.add_photos_to_album([stored[0]["UID"]], uid)
    assert app.add_to_album_from_query(word, title)
    assert set(app.get_uid_list_of_search(f'album:"{title}"')) == {photo["UID"] for photo in stored}
    assert app.remove_photos_from_album(title, [stored[0]["UID"]])
    assert app.remove_photos_from_album(title)
    assert app.get_uid_list_of_search(f'album:"{title}"') == []
    assert not app.add_photos_to_album([], uid), "nothing is picked"
    assert app.remove_album(title)["UID"] == uid
    assert not app.get_album(uid)
    assert not app.get_album_uid_by_name(title)


def test_downloading(app: Photo, photos: Photos, tmp_path: Path) -> None:
    word = f"haystack{uuid.uuid4().hex[:8]}".translate(str.maketrans("0123456789", "ghijklmnop"))
    data = pictures.jpeg(pictures.map_picture(60, 40))
    stored = photos.put((f"{word}.jpg", data))[0]
    assert app.download_file(sha1(data), path=str(tmp_path))
    assert (tmp_path / stored["FileName"].rsplit("/", 1)[1]).read_bytes() == data
    assert app.download_file(sha1(data), path=str(tmp_path), filename="mine")
    assert (tmp_path / "mine.jpg").read_bytes() == data
    album = app.create_album(f"Down {word}")
    assert app.add_photos_to_album([stored["UID"]], album["UID"])
    assert app.download_album(album["UID"], path=str(tmp_path), filename="album")
    assert len(zipfile.ZipFile(tmp_path / "album.zip").namelist()) == 1


def test_importing(app: Photo, photos: Photos) -> None:
    data = pictures.tiny(555)
    folder = photos.server.data / "import" / "upload"
    folder.mkdir(parents=True)
    (folder / "from the camera.png").write_bytes(data)
    (folder / "notes.txt").write_text("no picture")
    assert app.start_import()
    photo = photos.by_hash(sha1(data))
    assert photo["Title"] == "From The Camera"
    assert app.start_import(path="upload", move=True), "known bytes are no fault"
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert app.start_import(path="not there")
    assert not app.start_import(path="../outside")
    assert app.stop_import()


def test_wrong_credentials(photos: Photos) -> None:
    session = Session(ADMIN_USER, "wrong", f"127.0.0.1:{photos.server.port}/photoprism")
    with pytest.raises(KeyError):
        session.create()
