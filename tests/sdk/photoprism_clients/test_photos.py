"""Finding photos, changing what is said about them, albums, labels, folders and batches."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from harness import pictures
from harness.photoprism import Photos, sha1


def word() -> str:
    """A word of letters that nothing else is called."""
    return "w" + uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:12]


def test_uploads_are_filed_by_capture_time(photos: Photos) -> None:
    data = pictures.travelled()
    photo = photos.put(("folder/Lake at Dawn.jpg", data))[0]
    assert photo["Path"] == "2024/05"
    assert re.fullmatch(r"20240517_080910_[0-9A-F]{8}", photo["Name"])
    assert (photo["FileName"], photo["OriginalName"]) == (f"{photo['Path']}/{photo['Name']}.jpg", "Lake at Dawn")
    assert (photo["TakenAt"], photo["TakenAtLocal"]) == ("2024-05-17T08:09:10Z",) * 2
    assert (photo["Year"], photo["Month"], photo["Day"], photo["TakenSrc"]) == (2024, 5, 17, "meta")
    assert photo["Title"] == "Lake At Dawn / 2024"
    assert (photo["Iso"], photo["FNumber"], photo["FocalLength"], photo["Exposure"]) == (400, 2.8, 35, "1/250")
    assert (photo["CameraMake"], photo["CameraModel"]) == ("Halftone Optics", "Model 5")
    assert photo["Lat"] != 0 and photo["Lng"] != 0
    assert photo["Private"] is False
    assert re.fullmatch(r"p[0-9a-z]{15}", photo["UID"]) and re.fullmatch(r"\d+-\d+", photo["ID"])
    file = photo["Files"][0]
    assert (file["Hash"], file["PhotoUID"], file["Primary"]) == (sha1(data), photo["UID"], True)
    assert (file["FileType"], file["MediaType"], file["Mime"]) == ("jpg", "image", "image/jpeg")
    again = photos.put(("another name.jpg", data))[0]
    assert again["UID"] == photo["UID"], "the same bytes are one photo"


def test_titles_and_what_is_no_picture(photos: Photos) -> None:
    cases = {"sunset-lake.png": "Sunset Lake", "IMG_1234.png": "Unknown", "1234.png": "Unknown"}
    for index, (name, title) in enumerate(cases.items()):
        assert photos.put((name, pictures.tiny(700 + index)))[0]["Title"] == title
    broken = b"\xff\xd8\xff\xe0 no picture at all"
    place = f"/users/{photos.user}/upload/ignored"
    files = [("files", ("a.txt", b"text")), ("files", ("b.jpg", broken))]
    assert photos.ask("POST", place, files=files)["message"].startswith("2 files uploaded")
    assert photos.ask("PUT", place, {"albums": []})["message"] == "Upload has been processed"
    assert photos.ask("GET", f"/files/{sha1(broken)}", status=404)["error"] == "Entity not found"
    assert photos.ask("PUT", place, {"albums": []})["code"] == 200, "nothing waits any more"


def test_uploads_are_refused(photos: Photos) -> None:
    somebody = "/users/uoj2qo0000000099/upload/abc"
    assert photos.ask("POST", somebody, status=403, files=[("files", ("a", b"a"))])["error"] == "Permission denied"
    assert photos.ask("POST", f"/users/{photos.user}/upload/abc", status=400, data=b"no form")["code"] == 400
    assert photos.send("POST", somebody, headers={}).status_code == 401


def test_uploads_into_albums(photos: Photos) -> None:
    title = word().capitalize()
    album = photos.album(title)
    first, second = pictures.tiny(720), pictures.tiny(721)
    photos.put(("a.png", first), albums=[album["UID"]])
    photos.put(("b.png", second), albums=[title])
    assert photos.uids(f'album:"{title}"') == photos.uids(hash=f"{sha1(first)}|{sha1(second)}")
    fresh = word().capitalize()
    photos.put(("a.png", first), albums=[fresh])
    assert len(photos.search(s=photos.album(fresh)["UID"])) == 1, "known bytes are put into the album too"


def test_lists_tell_counts_and_tokens(photos: Photos) -> None:
    photos.put(("a.png", pictures.tiny(730)))
    answer = photos.send("GET", "/photos", params={"count": 1, "offset": 0})
    assert [answer.headers[name] for name in ("X-Count", "X-Limit", "X-Offset")] == ["1", "1", "0"]
    assert answer.headers["X-Preview-Token"] == photos.preview
    assert answer.headers["X-Download-Token"] == photos.download
    for path in ("/photos", "/albums"):
        assert photos.ask("GET", path, status=400)["error"] == "Unable to do that"
        assert photos.ask("GET", path, status=400, params={"count": 1, "order": "nonsense"})["code"] == 400
    assert "X-Count" in photos.send("GET", "/labels").headers
    assert photos.ask("GET", "/subjects", params={"type": "person"}) == []
    assert photos.ask("GET", "/faces") == []
    assert photos.ask("GET", "/geo")["features"] == []


def test_searching(photos: Photos) -> None:
    name = word()
    data = [pictures.tiny(740), pictures.jpeg(pictures.map_picture(90, 60)), pictures.travelled() + name.encode()]
    a, b, c = photos.put((f"{name} alpha.png", data[0]), (f"{name} beta.jpg", data[1]), (f"{name} gamma.jpg", data[2]))
    every = {a["UID"], b["UID"], c["UID"]}
    details = {"Keywords": f"Harbour, night {name}"}
    photos.ask("PUT", f"/photos/{a['UID']}", {"Title": f"The {name} Title", "Details": details, "Favorite": True})
    photos.ask("POST", f"/photos/{b['UID']}/label", {"Name": f"Boat {name}", "Uncertainty": 10})

    def check(q: str, expected: set[str], **params: Any) -> None:
        assert photos.uids(q, **params) & every == expected, (q, params)

    check(name, every)
    check(f"{name} alpha", {a["UID"]})
    check(f"{name} harbour", {a["UID"]})
    check(f"{name} boat", {b["UID"]})
    check(f"{name} nowhere", set())
    check(f"{name} favorite:true", {a["UID"]})
    check(name, {a["UID"]}, favorite="true")
    check(f'title:"the {name} title"', {a["UID"]})
    check(f'title:"the {name}"', set())
    check(f"title:*{name}*", every - {b["UID"]} | photos.uids(f"title:*{name}*") & every)
    check(f"uid:{a['UID']}|{c['UID']}", {a["UID"], c["UID"]})
    check(f"hash:{sha1(data[1])}", {b["UID"]})
    check(f'label:"boat {name}"', {b["UID"]})
    check(f"label:boat-{name}", {b["UID"]})
    check(f"{name} year:2024", {c["UID"]})
    check(f"{name} year:2024 month:05 day:17", {c["UID"]})
    check(f"{name} before:2024-06-01 after:2024-05-01", {c["UID"]})
    check(f"{name} taken:2024-05-17", {c["UID"]})
    check(name, {c["UID"]}, camera="model 5")
    check(name, {c["UID"]}, path="2024/05")
    check(f"{name} path:2024/*", {c["UID"]})
    check(f"{name} original:\"{name} beta\"", {b["UID"]})
    check(f"{name} nonsense:true", set())
    check(name, {c["UID"]}, quality=3, year=2024)
    newest = [photo["UID"] for photo in photos.search(name, order="oldest")]
    assert newest[0] == c["UID"]
    assert [photo["UID"] for photo in photos.search(name, order="newest")][-1] == c["UID"]
    assert len(photos.search(name, count=1, offset=1)) == 1


def test_bad_searches_are_answered(photos: Photos) -> None:
    for q in ("'; DROP TABLE assets; --", "(((((((", "a:b:c", "*", '"', "%", "uid:", "year:x", "\\", "a|b|c"):
        assert photos.send("GET", "/photos", params={"count": 5, "q": q}).status_code == 200, q
    for q in ("a" * 9000, "x " * 300):
        assert photos.send("GET", "/photos", params={"count": 5, "q": q}).status_code in (400, 414), q[:20]


def test_what_is_said_about_a_photo(photos: Photos) -> None:
    photo = photos.put((f"{word()}.png", pictures.tiny(760)))[0]
    path = f"/photos/{photo['UID']}"
    said = {
        "Title": "Harbour",
        "TitleSrc": "manual",
        "Description": "Boats",
        "TakenAt": "2020-02-03T04:05:06Z",
        "TakenAtLocal": "2020-02-03T06:05:06Z",
        "TimeZone": "Europe/Athens",
        "Lat": 37.9,
        "Lng": 23.7,
        "Country": "gr",
        "Unknown": [1],
        "Details": {"Notes": "n", "Subject": "s", "Artist": "a", "Copyright": "c", "License": "l", "Keywords": "x, y"},
    }
    changed = photos.ask("PUT", path, said)
    for key in ("Title", "TitleSrc", "Description", "TakenAt", "TakenAtLocal", "TimeZone", "Lat", "Lng", "Country"):
        assert changed[key] == said[key], key
    assert {key: changed["Details"][key] for key in said["Details"]} == said["Details"]
    assert (changed["Year"], changed["Month"], changed["Day"]) == (2020, 2, 3)
    assert changed["Quality"] >= 3, "somebody looked at it"
    assert photos.ask("PUT", path, {})["Title"] == "Harbour", "missing keys keep their values"
    moved = photos.ask("PUT", path, {"TakenAt": "2021-02-03T04:05:06Z"})
    assert moved["TakenAtLocal"] == "2021-02-03T06:05:06Z"
    assert photos.ask("POST", f"{path}/like")["photo"]["Favorite"] is True
    assert photos.ask("DELETE", f"{path}/like")["photo"]["Favorite"] is False
    assert photos.ask("POST", f"{path}/approve")["photo"]["UID"] == photo["UID"]
    primary = f"{path}/files/{photo['FileUID']}/primary"
    assert photos.ask("POST", primary)["UID"] == photo["UID"]
    labelled = photos.ask("POST", f"{path}/label", {"Name": "Ship", "Priority": 5, "Uncertainty": 20})
    label = labelled["Labels"][0]
    assert (label["Label"]["Name"], label["Uncertainty"], label["LabelSrc"]) == ("Ship", 20, "manual")
    assert photos.ask("DELETE", f"{path}/label/{label['LabelID']}")["Labels"] == []
    assert photos.ask("PUT", path, status=400, data=b"[]")["error"] == "Unable to do that"
    for uid in ("poj2qo0000000007", "short", "a" * 70):
        missing = photos.ask("GET", f"/photos/{uid}", status=404)
        assert missing == {"code": 404, "error": "Entity not found"}
    assert photos.ask("GET", f"/photos/{photo['UID'].upper()}")["UID"] == photo["UID"]


def test_archived_and_private(photos: Photos) -> None:
    name = word()
    photo = photos.put((f"{name}.png", pictures.tiny(770)))[0]
    album = photos.album(name, photo)
    picked = {"photos": [photo["UID"]]}
    photos.ask("POST", "/batch/photos/archive", picked)
    assert photos.uids(name) == set() and photos.uids(s=album["UID"]) == set()
    assert photos.uids(name, archived="true") == {photo["UID"]}
    assert photos.ask("GET", f"/photos/{photo['UID']}")["DeletedAt"]
    assert photos.ask("GET", f"/files/{photo['Hash']}")["Hash"] == photo["Hash"]
    assert photos.thumb(photo["Hash"], "tile_50").size == (50, 50)
    photos.ask("POST", "/batch/photos/restore", picked)
    assert photos.uids(s=album["UID"]) == {photo["UID"]}, "back in its albums"
    assert photos.ask("GET", f"/photos/{photo['UID']}")["DeletedAt"] is None
    photos.ask("POST", "/batch/photos/private", picked)
    assert photos.uids(name, public="true") == set()
    assert photos.uids(name, private="true") == {photo["UID"]}
    photos.ask("POST", "/batch/photos/private", picked)
    assert photos.uids(name, public="true") == {photo["UID"]}, "turned round"
    photos.ask("POST", "/batch/photos/approve", picked)
    assert photos.uids(name, quality=3) == {photo["UID"]}
    photos.ask("POST", "/batch/photos/delete", picked)
    photos.ask("GET", f"/photos/{photo['UID']}", status=404)
    photos.ask("GET", f"/dl/{photo['Hash']}", status=404)
    for what, text in (("photos/archive", "items"), ("albums/delete", "albums"), ("labels/delete", "labels")):
        told = photos.ask("POST", f"/batch/{what}", {}, 400)
        assert told == {"code": 400, "error": f"No {text} selected"}


def test_albums(photos: Photos) -> None:
    title = f"Lake {word()}!"
    photo = photos.put((f"{word()}.png", pictures.tiny(780)))[0]
    album = photos.ask("POST", "/albums", {"Title": title, "Favorite": True})
    assert re.fullmatch(r"a[0-9a-z]{15}", album["UID"]) and isinstance(album["ID"], int)
    assert album["Slug"] == title.lower().replace(" ", "-").rstrip("!")
    added = photos.ask("POST", f"/albums/{album['UID']}/photos", {"photos": [photo["UID"]]})
    assert (added["message"], added["photos"]) == ("Changes successfully saved", [photo["UID"]])
    assert added["added"][0]["PhotoUID"] == photo["UID"] and added["album"]["UID"] == album["UID"]
    assert photos.ask("POST", f"/albums/{album['UID']}/photos", {"photos": [photo["UID"]]})["added"] == []
    listed = photos.ask("GET", "/albums", params={"count": 10, "q": title.lower(), "type": "album"})
    assert [(one["UID"], one["PhotoCount"], one["Thumb"]) for one in listed] == [(album["UID"], 1, photo["Hash"])]
    assert photos.ask("GET", "/albums", params={"count": 10, "type": "month"}) == []
    for path, status in ((album["UID"], 200), ("aoj2qo0000000007", 404)):
        photos.ask("POST", f"/albums/{path}/photos", {"photos": [photo["UID"]]}, status)
    assert photos.ask("POST", f"/albums/{album['UID']}/photos", {"photos": []}, 400)["code"] == 400
    renamed = photos.ask("PUT", f"/albums/{album['UID']}", {"Title": f"{title} two", "Location": "There"})
    assert renamed["Slug"].endswith("-two") and renamed["Location"] == "There"
    assert photos.ask("DELETE", f"/albums/{album['UID']}/like")["code"] == 200
    assert photos.ask("GET", f"/albums/{album['UID']}")["Favorite"] is False
    other = photos.album(word())
    photos.ask("POST", f"/albums/{other['UID']}/clone", {"albums": [album["UID"]]})
    assert photos.uids(s=other["UID"]) == {photo["UID"]}
    removed = photos.ask("DELETE", f"/albums/{album['UID']}/photos", {"photos": [photo["UID"]]})
    assert removed["removed"][0]["AlbumUID"] == album["UID"]
    photos.ask("DELETE", f"/albums/{album['UID']}")
    assert photos.ask("GET", f"/albums/{album['UID']}", status=404) == {"code": 404, "error": "Album not found"}
    assert photos.ask("POST", "/albums", {"Title": f"{title} two"})["UID"] == album["UID"], "brought back"
    photos.ask("POST", "/batch/albums/delete", {"albums": [album["UID"]]})
    photos.ask("GET", f"/albums/{album['UID']}", status=404)


def test_labels(photos: Photos) -> None:
    name = f"Größe {word()}"
    photo = photos.put((f"{word()}.png", pictures.tiny(790)))[0]
    for spelling in (name, name.upper()):
        photos.ask("POST", f"/photos/{photo['UID']}/label", {"Name": spelling})
    label = photos.ask("GET", "/labels", params={"q": name, "all": "true"})[0]
    assert (label["Name"], label["PhotoCount"], label["Thumb"]) == (name, 1, photo["Hash"])
    assert label["Slug"].startswith("grosse-")
    assert photos.ask("PUT", f"/labels/{label['UID']}", {"Name": f"{name} x"})["Name"] == f"{name} x"
    assert isinstance(photos.ask("POST", f"/labels/{label['UID']}/like"), dict)
    assert photos.ask("GET", "/labels", params={"favorite": "true"})[0]["Favorite"] is True
    missing = {"code": 404, "error": "Label not found"}
    assert photos.ask("PUT", "/labels/loj2qo0000000007", {"Name": "x"}, 404) == missing
    photos.ask("POST", "/batch/labels/delete", {"labels": [label["UID"]]})
    assert photos.ask("GET", "/labels", params={"q": name, "all": "true"}) == []


def test_folders(photos: Photos) -> None:
    photo = photos.put((f"{word()}.jpg", pictures.travelled() + b"folders"))[0]
    shallow = photos.ask("GET", "/folders/originals/2024")
    paths = [one["Path"] for one in shallow["folders"]]
    assert shallow["root"] == "/" and "2024/05" in paths
    assert all(re.fullmatch(r"2024/\d\d", path) for path in paths), "directly in it"
    deep = photos.ask("GET", "/folders/originals/2024/05", params={"files": "true"})
    assert photo["Hash"] in {file["Hash"] for file in deep["files"]}
    assert re.fullmatch(r"d[0-9a-z]{15}", shallow["folders"][0]["UID"])
    every = photos.ask("GET", "/folders/originals", params={"recursive": "true"})
    assert {"2024", "2024/05"} <= {one["Path"] for one in every["folders"]} and every["recursive"] is True
    assert photos.ask("GET", "/folders/import")["root"] == "import"
    photos.ask("GET", "/folders/originals/not/there", status=404)


def test_archives_of_what_was_picked(photos: Photos) -> None:
    data = [pictures.tiny(800), pictures.tiny(801)]
    stored = photos.put(("a.png", data[0]), ("b.png", data[1]))
    told = photos.ask("POST", "/zip", {"photos": [photo["UID"] for photo in stored]}, params={"name": "original"})
    assert re.fullmatch(r"photoprism-download-\d{8}-\d{6}-[a-z0-9]{8}\.zip", told["filename"])
    path = f"/zip/{told['filename']}"
    assert photos.get(path, params={"t": "wrong"}).status_code == 403
    archive = zipfile.ZipFile(io.BytesIO(photos.get(path, params={"t": photos.download}).content))
    assert sorted(archive.namelist()) == ["a.png", "b.png"]
    assert photos.get(path, params={"t": photos.download}).status_code == 404, "once"
    photos.ask("POST", "/zip", {}, 400)
    photos.ask("POST", "/zip", {"photos": ["poj2qo0000000007"]}, 404)


def test_json_of_any_type_and_slashes(photos: Photos) -> None:
    headers = {**photos.headers, "Content-Type": "text/plain"}
    title = word()
    assert photos.ask("POST", "/albums/", data=f'{{"Title": "{title}"}}'.encode(), headers=headers)["Title"] == title
    assert photos.ask("POST", "/import/", {"path": "upload"})["code"] == 200
    assert photos.ask("POST", "/index", {"path": "/"})["code"] == 200
    for method, path in (("PATCH", "/photos"), ("GET", "/not/there")):
        answer = photos.send(method, path, data=b"{}")
        assert answer.status_code in (404, 405) and answer.headers["Content-Type"].startswith("application/json")
    for body in (b"{", b'{"Title": 1}', b'{"Title": "' + b"x" * 3_000_000 + b'"}', b"[" * 100_000):
        assert photos.send("POST", "/albums", data=body).status_code in (400, 413), body[:20]


def test_types_are_what_the_generated_client_expects(
    photos: Photos, connect: Callable[..., Any], client: ModuleType
) -> None:
    photo = photos.put((f"{word()}.jpg", pictures.travelled() + b"types"))[0]
    found = connect("PhotosApi").search_photos(count=5, quality=0, q=f"uid:{photo['UID']}")
    assert (found[0].uid, found[0].files[0].hash) == (photo["UID"], photo["Hash"])
    assert connect("PhotosApi").get_photo(photo["UID"]).details.keywords is not None
    albums = connect("AlbumsApi")
    title = word()
    form = client.CreateAlbumRequest(Title=title)
    album = albums.create_album(form)
    albums.add_photos_to_album(album.uid, client.Selection(photos=[photo["UID"]]))
    assert albums.search_albums(count=100, q=title)[0].photo_count == 1
    assert isinstance(connect("LabelsApi").search_labels(all=True), list)
    with pytest.raises(client.exceptions.UnauthorizedException):
        connect("PhotosApi", token="").search_photos(count=1, quality=0)
