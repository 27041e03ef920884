"""Assets, through the client: documents, bytes, locks, searches, pictures."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile

import pytest
import requests
from PIL import Image

from harness.sams import Sams, fault

UNKNOWN = "0123456789abcdef01234567"


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    content = io.BytesIO()
    image.save(content, kind)
    return content.getvalue()


def test_the_documented_example(own_sams, tmp_path, monkeypatch) -> None:
    """The text of `sams_client.endpoints.images`, word for word; only the client is configured."""
    client = own_sams().client
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example_image.png").write_bytes(picture(1000, 667))
    from sams_client import IAsset, IAssetTag

    # Load the image file
    with open("example_image.png", "rb") as image_file:
        asset_binary = image_file.read()

    set_id = client.sets.search().json()["_items"][0]["_id"]

    # Upload a new Image Asset
    response = client.assets.create(
        docs=IAsset(
            set_id=set_id,
            filename="example_image.png",
            name="test image renditions",
            description="example image to test renditions",
            tags=[
                IAssetTag(code="test", name="test"),
                IAssetTag(code="rendition", name="rendition")
            ]
        ),
        files={"binary": asset_binary},
        external_user_id="test_user_id"
    )
    new_asset = response.json()

    # Generate a rendition
    client.images.generate_rendition(
        new_asset["_id"],
        width=640,
        height=640,
        keep_proportions=True
    )

    # Download the newly created rendition
    image_rendition = client.images.download(
        new_asset["_id"],
        width=640,
        height=640,
        keep_proportions=True
    )
    assert response.status_code == 201 and image_rendition.status_code == 200
    assert Image.open(io.BytesIO(image_rendition.content)).size == (640, 426)
    assert new_asset["original_creator"] == "test_user_id"
    assert new_asset["tags"] == [{"code": "test", "name": "test"}, {"code": "rendition", "name": "rendition"}]


def test_an_asset_from_its_birth_to_its_end(sams: Sams) -> None:
    home = sams.new_set()
    created = sams.new_asset(home["_id"], b"hello", user="ann", extra={"a": [1]}, filename="x.txt")
    assert created["state"] == "draft" and created["binary"] is None and created["length"] == 5
    assert created["mimetype"] == "text/plain" and "renditions" not in created and "lock_user" not in created
    assert created["_links"]["self"] == {"title": "Asset", "href": f"consume/assets/{created['_id']}"}
    read = sams.asset(created["_id"])
    assert read["binary"] == read["_media_id"] and read["extra"] == {"a": [1]} and "public" not in read["_links"]
    answer = sams.client.assets.update(
        created["_id"], {"name": "other", "tags": None, "state": "public"}, {"If-Match": created["_etag"]}, external_user_id="bob"
    )
    assert answer.status_code == 200, answer.text
    updated = answer.json()
    assert (updated["name"], updated["tags"], updated["version_creator"]) == ("other", None, "bob")
    public = sams.asset(created["_id"])["_links"]["public"]["href"]
    assert public == f"{sams.base}/assets/{home['_id']}/{created['_id']}"
    bytes_of = requests.get(public, timeout=60)
    assert (bytes_of.status_code, bytes_of.content) == (200, b"hello")
    assert bytes_of.headers["Cache-Control"] == "public, max-age=2592000"
    assert fault(sams.client.assets.update(created["_id"], {}, {"If-Match": created["_etag"]})) == (412, "03412")
    replaced = sams.client.assets.update(created["_id"], {}, {"If-Match": updated["_etag"]}, files={"binary": b"other bytes"})
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["length"] == 11 and replaced.json()["_media_id"] != created["_media_id"]
    assert requests.get(public, timeout=60).content == b"other bytes"
    gone = sams.client.assets.delete(created["_id"], {"If-Match": replaced.json()["_etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert fault(sams.client.assets.get_by_id(created["_id"])) == (404, "03404")
    assert fault(sams.client.assets.get_binary_by_id(created["_id"])) == (404, "08002")
    missing = requests.get(public, timeout=60)
    assert (missing.status_code, missing.content) == (404, b"")


def test_what_an_upload_needs(sams: Sams) -> None:
    usable = sams.new_set(maximum_asset_size=10)
    create = sams.client.assets.create
    file = {"binary": b"0123456789"}
    good = {"set_id": usable["_id"], "filename": "a", "name": "a"}
    assert create(docs=good, files=file).status_code == 201
    assert fault(create(docs={"name": "a"}, files=file)) == (400, "04001")
    missing = {"set_id": ["required"], "filename": ["required"]}
    assert create(docs={"name": "a"}, files=file).json()["errors"] == missing
    assert fault(create(docs={**good, "set_id": UNKNOWN}, files=file)) == (400, "07006")
    assert fault(create(docs={**good, "set_id": "x"}, files=file)) == (400, "07006")
    assert fault(create(docs={**good, "set_id": sams.new_set(state="draft")["_id"]}, files=file)) == (400, "08003")
    assert fault(create(docs=good)) == (400, "08001")
    assert fault(create(docs=good, files={})) == (400, "08001")
    assert create(docs={"set_id": usable["_id"]}, files=file).json()["errors"] == {"name": ["required"], "filename": ["required"]}
    assert create(docs={**good, "tags": [{"code": "a"}]}, files=file).json()["errors"] == {"tags": [0]}
    assert create(docs={**good, "parent_id": UNKNOWN}, files=file).json()["errors"] == {
        "parent_id": [f"value '{UNKNOWN}' must exist in resource 'assets', field '_id'."]
    }
    large = create(docs=good, files={"binary": b"0" * 11})
    assert fault(large) == (400, "08004")
    assert large.json()["description"] == "Asset size (11 bytes) exceeds the maximum size for the Set (10 bytes)"
    chosen = uuid.uuid4().hex[:24]
    assert create(docs={**good, "_id": chosen}, files=file).json()["_id"] == chosen
    assert create(docs={**good, "_id": chosen}, files=file).json()["errors"] == {"_id": ["unique"]}
    assert create(docs=good, files={"binary": b""}).status_code == 201


def test_multipart_updates(sams: Sams) -> None:
    asset = sams.new_asset(sams.new_set()["_id"])
    headers = {"If-Match": asset["_etag"]}
    repr_text = sams.client.assets.update(asset["_id"], {"tags": [{"code": "a", "name": "b"}]}, dict(headers), files={"binary": b"x"})
    assert repr_text.json()["errors"] == {"tags": ["must be of list type"]}
    text = json.dumps([{"code": "a", "name": "b"}])
    updated = sams.client.assets.update(asset["_id"], {"tags": text, "name": "n"}, dict(headers), files={"binary": b"x"})
    assert updated.json()["tags"] == [{"code": "a", "name": "b"}] and updated.json()["name"] == "n"


def test_bytes_have_headers(sams: Sams) -> None:
    content = picture(20, 10)
    asset = sams.new_asset(sams.new_set()["_id"], content, filename="pic.png")
    answer = sams.client.assets.get_binary_by_id(asset["_id"])
    assert answer.content == content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["ETag"] == f'"{hashlib.sha1(content).hexdigest()}"'
    assert answer.headers["Content-Disposition"] == "Inline; filename=pic.png"
    assert answer.headers["Cache-Control"] == "private, max-age=2592000"
    again = sams.client.assets.get_binary_by_id(asset["_id"], headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    path = f"/consume/assets/binary/{asset['_id']}"
    assert sams.http("GET", path + "?download=1").headers["Content-Disposition"] == "Attachment; filename=pic.png"
    part = sams.http("GET", path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, content[:4])
    assert sams.http("HEAD", path).headers["Content-Length"] == str(len(content))
    assert fault(sams.client.assets.get_binary_by_id("nonsense")) == (404, "08002")


def test_archives(sams: Sams) -> None:
    home = sams.new_set()["_id"]
    first = sams.new_asset(home, b"one", filename="a.txt")
    second = sams.new_asset(home, b"second", filename="a.txt")
    answer = sams.client.assets.get_binary_zip_by_id([second["_id"], first["_id"]])
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["ETag"] == f'"{hashlib.sha1(answer.content).hexdigest()}"'
    assert answer.headers["Content-Disposition"] == "Inline"
    assert len(answer.content) == 9 + 2 * 76 + 4 * len("a.txt") + 22
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert [archive.read(info) for info in archive.infolist()] == [b"second", b"one"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert fault(sams.client.assets.get_binary_zip_by_id([first["_id"], UNKNOWN])) == (404, "08002")
    assert fault(sams.client.assets.get_binary_zip_by_id([])) == (404, "03404")


def test_locks(sams: Sams) -> None:
    asset = sams.new_asset(sams.new_set()["_id"])["_id"]
    lock, unlock = sams.client.assets.lock_asset, sams.client.assets.unlock_asset
    ann = {"external_user_id": "ann", "external_session_id": "s1"}
    edit = {"lock_action": "edit"}
    assert fault(lock(edit, asset)) == (400, "08005")
    assert fault(lock(edit, asset, external_user_id="ann")) == (400, "08006")
    assert fault(unlock({}, asset, **ann)) == (400, "08010")
    locked = lock(edit, asset, **ann)
    assert locked.status_code == 200 and "_id" not in locked.json()
    assert (locked.json()["lock_user"], locked.json()["lock_action"]) == ("ann", "edit")
    assert sams.asset(asset)["_etag"] == locked.json()["_etag"]
    assert fault(lock(edit, asset)) == (400, "08009")
    assert fault(unlock({}, asset)) == (400, "08005")
    assert fault(unlock({}, asset, external_user_id="bob", external_session_id="s2")) == (400, "08007")
    assert fault(unlock({}, asset, external_user_id="ann", external_session_id="s2")) == (400, "08008")
    free = unlock({}, asset, **ann)
    assert free.status_code == 200 and free.json()["lock_user"] is None
    assert unlock({"force": True}, asset).status_code == 200
    lock(edit, asset, **ann)
    done = sams.client.assets.unlock_assets_by_user(**ann)
    assert (done.status_code, done.content) == (200, b"")
    assert sams.asset(asset)["lock_action"] is None
    assert fault(lock(edit, UNKNOWN, **ann)) == (404, "08002")


def test_renditions(sams: Sams) -> None:
    content = picture(400, 200)
    asset = sams.new_asset(sams.new_set()["_id"], content, filename="pic.png")
    assert [(r["name"], r["width"], r["height"]) for r in asset["renditions"]] == [("original", 400, 200)]
    generate, download = sams.client.images.generate_rendition, sams.client.images.download
    assert fault(generate(asset["_id"])) == (400, "10001")
    made = generate(asset["_id"], width=100, height=100, name="thumb")
    assert (made.status_code, made.content) == (200, b"")
    after = sams.asset(asset["_id"])
    assert after["_etag"] != asset["_etag"]
    record = after["renditions"][1]
    assert (record["name"], record["width"], record["height"], record["filename"]) == ("thumb", 100, 50, "pic-100x50.png")
    assert record["params"] == {"width": 100, "height": 100, "keep_proportions": True}
    answer = download(asset["_id"], width=100, height=100)
    assert answer.headers["ETag"] == f'"{hashlib.sha1(answer.content).hexdigest()}"'
    assert (len(answer.content), answer.headers["Content-Disposition"]) == (record["length"], "Inline; filename=pic-100x50.png")
    assert download(asset["_id"]).content == content
    assert download(asset["_id"], width=400).content == content
    assert Image.open(io.BytesIO(download(asset["_id"], width=33).content)).size == (33, 16)
    assert len(sams.asset(asset["_id"])["renditions"]) == 3
    distorted = sams.http("GET", f"/consume/assets/images/{asset['_id']}?width=50&height=60&keep_proportions=false")
    assert Image.open(io.BytesIO(distorted.content)).size == (50, 60)
    bad = sams.http("GET", f"/consume/assets/images/{asset['_id']}?width=abc")
    assert fault(bad) == (400, "04001") and "width" in bad.json()["errors"]
    huge = sams.http("GET", f"/consume/assets/images/{asset['_id']}?width=100000&height=100000&keep_proportions=false")
    assert fault(huge) == (400, "04001")
    text = sams.new_asset(asset["set_id"])
    assert download(text["_id"], width=10).json()["errors"] == {"binary": ["not an image"]}
    assert fault(download(UNKNOWN, width=10)) == (404, "08002")


def test_searches(sams: Sams) -> None:
    home = sams.new_set()["_id"]
    first = sams.new_asset(home, b"1", name="bbb_0001.png", filename="bbb_0001.png", tags=[{"code": "x", "name": "Big Deal"}])["_id"]
    second = sams.new_asset(home, picture(5, 5), name="Élan vital", filename="z.png", state="internal", description="some words")["_id"]
    here = {"term": {"set_id": home}}

    def check(query: dict, expected: list[str]) -> None:
        assert sams.find({"bool": {"must": [here, query]}}) == expected, query

    check({"match_all": {}}, [first, second])
    check({"terms": {"_id": [second, UNKNOWN]}}, [second])
    check({"term": {"name": "bbb"}}, [first])
    check({"query_string": {"query": "name:(0001)", "lenient": True}}, [first])
    check({"query_string": {"query": "elan AND vital"}}, [second])
    check({"query_string": {"query": "bbb png", "default_operator": "AND"}}, [first])
    check({"query_string": {"query": '"bbb png"'}}, [])
    check({"query_string": {"query": '"bbb 0001"'}}, [first])
    check({"query_string": {"query": "bb* OR (filename:z AND mimetype:image*)"}}, [first, second])
    check({"query_string": {"query": "mimetype:(image\\/*)"}}, [second])
    check({"bool": {"must_not": {"query_string": {"query": "mimetype:(image\\/*) OR mimetype:(video\\/*)"}}}}, [first])
    check({"query_string": {"query": "Big\\ Deal", "default_field": "tags.name"}}, [first])
    check({"term": {"tags.code": "x"}}, [first])
    check({"term": {"state": "internal"}}, [second])
    check({"range": {"length": {"lt": 2}}}, [first])
    check({"range": {"_created": {"gte": "2020-01-01T00:00:00.000Z"}}}, [first, second])
    check({"match": {"description": "WORDS"}}, [second])
    check({"term": {"nothing": 1}}, [])
    by_name = {"query": here, "sort": [{"name.keyword": "desc"}]}
    names = [item["name"] for item in sams.client.assets.search({"source": json.dumps(by_name)}).json()["_items"]]
    assert names == ["Élan vital", "bbb_0001.png"]
    assert [item["_id"] for item in sams.client.assets.get_by_ids([first, second]).json()["_items"]] == [first, second]
    assert sams.client.assets.get_assets_count([home]) == ({home: 2}, 200)
    assert sams.client.assets.get_assets_count()[0][home] == 2
    assert sams.client.assets.get_tag_codes(here) == ({"tags": ["x"]}, 200)
    for source in ("{", '{"query":{"nonsense":{}}}', '{"query":{"query_string":{"query":"name:("}}}', '{"size":-1}'):
        assert fault(sams.client.assets.search({"source": source})) == (400, "04002")


def test_other_dialects(own_sams) -> None:
    """What came by another way is in the virtual set; what a closed set holds is open nowhere."""
    sams = own_sams()
    key = ("private_key_test", "")
    upload = requests.post(
        f"{sams.server.base}/api/v1/files/upload",
        auth=key,
        files={"file": picture(30, 20)},
        data={"fileName": "cat.png", "useUniqueFileName": "false"},
        timeout=60,
    ).json()
    sets = sams.client.sets.search().json()["_items"]
    assert [item["state"] for item in sets] == ["usable", "usable"]
    virtual = sets[-1]
    found = sams.asset(upload["fileId"])
    assert (found["set_id"], found["state"], found["name"], found["mimetype"]) == (virtual["_id"], "public", "cat.png", "image/png")
    assert found["renditions"][0]["width"] == 30
    assert fault(sams.client.sets.update(virtual["_id"], {"name": "x"}, {"If-Match": virtual["_etag"]})) == (400, "04001")
    assert fault(sams.client.sets.delete(virtual["_id"], {"If-Match": virtual["_etag"]})) == (400, "07005")

    home = sams.new_set(name="press/photos")
    asset = sams.new_asset(home["_id"], picture(30, 20), filename="a.png", state="public")
    url = f"{sams.server.endpoint}/sams/press_photos/a.png"
    assert requests.get(url, timeout=60).status_code == 200
    closed = sams.client.sets.update(home["_id"], {"state": "disabled"}, {"If-Match": home["_etag"]})
    assert closed.status_code == 200
    assert requests.get(url, timeout=60).status_code == 404
    assert sams.asset(asset["_id"])["state"] == "public"
    hidden = sams.new_asset(sets[0]["_id"], picture(30, 20), filename="d.png")
    assert requests.get(f"{sams.server.endpoint}/sams/Default/d.png", timeout=60).status_code in (401, 404)
    details = requests.get(f"{sams.server.base}/v1/files/{hidden['_id']}/details", auth=key, timeout=60).json()
    assert details["isPublished"] is False
