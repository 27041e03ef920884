"""All methods of the asset service, through the SDK."""

from __future__ import annotations

import asyncio
import base64
import io
import uuid

import pytest
import requests
from harness import pictures
from harness.api import PATIENCE
from harness.pixelbin import client_of, refused
from harness.server import PRIVATE_KEY, Server
from pixelbin import PixelbinClient


def png(width: int = 40, height: int = 30) -> bytes:
    return pictures.png(pictures.map_picture(width, height))


def upload(client: PixelbinClient, path: str, name: str = "cat", **more) -> dict:
    return client.assets.fileUpload(file=io.BytesIO(png()), path=path, name=name, **more)


def test_credentials(client: PixelbinClient) -> None:
    plugin = f"remove.bg-{uuid.uuid4().hex[:6]}"
    added = client.assets.addCredentials(credentials={"apiKey": "sup3r-secret"}, pluginId=plugin)
    assert set(added) == {"_id", "createdAt", "updatedAt", "isActive", "orgId", "pluginId"}
    refused(409, client.assets.addCredentials, credentials={"apiKey": "x"}, pluginId=plugin)
    changed = client.assets.updateCredentials(pluginId=plugin, credentials={"apiKey": "y"})
    assert changed["_id"] == added["_id"] and changed["createdAt"] == added["createdAt"]
    gone = client.assets.deleteCredentials(pluginId=plugin)
    assert "credentials" not in gone
    refused(404, client.assets.deleteCredentials, pluginId=plugin)
    refused(404, client.assets.updateCredentials, pluginId=plugin, credentials={})
    client.assets.addCredentials(credentials={"apiKey": "z"}, pluginId=plugin)
    client.assets.deleteCredentials(pluginId=plugin)


def test_a_file_from_upload_to_deletion(client: PixelbinClient, server: Server, path: str) -> None:
    uploaded = upload(client, path, "1.jpeg", tags=["a", "b c"], metadata={"key": "v"}, access="public-read")
    assert uploaded["name"] == "1" and uploaded["format"] == "png"
    assert uploaded["path"] == path and uploaded["fileId"] == f"{path}/1"
    assert uploaded["url"] == f"{server.origin}/pixelbin/v2/demo/original/{path}/1.png"
    assert uploaded["metadata"] == {"key": "v", "source": "direct"} and uploaded["tags"] == ["a", "b c"]
    assert (uploaded["width"], uploaded["height"], uploaded["size"]) == (40, 30, len(png()))
    assert uploaded["type"] == "file" and uploaded["isOriginal"] and uploaded["orgId"] == 1
    assert uploaded["context"]["meta"]["isImageAsset"] is True
    by_id = client.assets.getFileById(_id=uploaded["_id"])
    assert by_id == client.assets.getFileByFileId(fileId=f"{path}/1")
    assert by_id == client.assets.getFileByFileId(fileId=f"{path}/1.png")
    assert by_id["isActive"] is True and by_id["kvStore"] == [] and by_id["meta"] == {}
    changed = client.assets.updateFile(
        fileId=f"{path}/1", name="renamed.png", path=f"{path}/deep er", tags=["x"], metadata={"key": "w"}
    )
    assert changed["fileId"] == f"{path}/deep_er/renamed" and changed["_id"] == uploaded["_id"]
    assert changed["metadata"] == {"key": "w"} and changed["tags"] == ["x"]
    refused(404, client.assets.getFileByFileId, fileId=f"{path}/1")
    hidden = client.assets.updateFile(fileId=changed["fileId"], isActive=False)
    assert hidden["isActive"] is False
    assert client.assets.getFileById(_id=uploaded["_id"])["isActive"] is False
    assert client.assets.listFiles(path=f"{path}/deep_er")["items"] == []
    assert client.assets.updateFile(fileId=changed["fileId"], isActive=True)["isActive"] is True
    assert client.assets.updateFile(fileId=changed["fileId"])["fileId"] == changed["fileId"]
    gone = client.assets.deleteFile(fileId=changed["fileId"])
    assert gone["_id"] == uploaded["_id"]
    refused(404, client.assets.deleteFile, fileId=changed["fileId"])
    refused(404, client.assets.getFileById, _id=uploaded["_id"])
    refused(404, client.assets.getFileById, _id="no-uuid")


def test_many_files_go_at_once(client: PixelbinClient, path: str) -> None:
    ids = [upload(client, path, f"f{number}")["_id"] for number in range(3)]
    gone = client.assets.deleteFiles(ids=[ids[2], "unknown", ids[0]])
    assert [file["_id"] for file in gone] == [ids[2], ids[0]]
    assert client.assets.deleteFiles(ids=[ids[0]]) == []
    refused(400, client.assets.deleteFiles, ids=[])


@pytest.mark.parametrize(
    ("overwrite", "override", "outcome"),
    [(False, False, 409), (False, True, "another"), (True, False, "same"), (True, True, "same")],
)
def test_a_name_that_is_taken(client: PixelbinClient, path: str, overwrite: bool, override: bool, outcome) -> None:
    first = upload(client, path, tags=["old"], access="private")
    again = {"file": io.BytesIO(pictures.jpeg(pictures.map_picture(50, 20))), "path": path, "name": "cat"}
    again |= {"overwrite": overwrite, "filenameOverride": override}
    if outcome == 409:
        refused(409, client.assets.fileUpload, **again)
        assert client.assets.getFileById(_id=first["_id"])["format"] == "png"
        return
    second = client.assets.fileUpload(**again)
    if outcome == "another":
        assert second["_id"] != first["_id"] and second["name"].startswith("cat_") and len(second["name"]) >= 10
        assert client.assets.getFileById(_id=first["_id"])["format"] == "png"
    else:
        assert second["_id"] == first["_id"] and second["fileId"] == first["fileId"]
        assert second["format"] == "jpeg" and second["url"].endswith("/cat.jpeg")
        assert second["tags"] == [] and second["access"] == "public-read"


def test_what_is_refused_on_upload(client: PixelbinClient, path: str) -> None:
    call = client.assets.fileUpload
    refused(400, call, file=io.BytesIO(b""), path=path, name="empty")
    refused(400, call, file=io.BytesIO(b"x"), path=path, name="a.bat")
    refused(400, call, file=io.BytesIO(b"x"), path=f"{path}/../y", name="a")
    refused(400, call, file=io.BytesIO(png()[:60]), path=path, name="cut")
    assert client.assets.listFiles(path=path)["items"] == []


def test_folders(client: PixelbinClient, path: str) -> None:
    made = client.assets.createFolder(name="b c/d", path=f"/{path}/")
    assert made == {"_id": made["_id"], "name": "d", "path": f"{path}/b_c", "isActive": True}
    refused(409, client.assets.createFolder, name="d", path=f"{path}/b c")
    upload(client, f"{path}/b_c/d", "deep")
    details = client.assets.getFolderDetails(path=f"{path}/b c", name="d")
    assert details["_id"] == made["_id"] and details["type"] == "folder" and details["size"] is None
    assert client.assets.getFolderDetails(path=f"{path}/b_c/d")["_id"] == made["_id"]
    refused(404, client.assets.getFolderDetails, path=path, name="nothing")
    ancestors = client.assets.getFolderAncestors(_id=made["_id"])
    assert [(folder["name"], folder["path"]) for folder in ancestors["ancestors"]] == [(path, ""), ("b_c", path)]
    assert ancestors["folder"]["_id"] == made["_id"]
    hidden = client.assets.updateFolder(folderId=f"{path}/b_c", isActive=False)
    assert hidden["isActive"] is False
    assert client.assets.listFiles(path=path)["items"] == []
    assert client.assets.listFiles(path=path, name="deep")["items"] == []
    assert client.assets.getFileByFileId(fileId=f"{path}/b_c/d/deep")["isActive"] is True
    assert client.assets.updateFolder(folderId=f"{path}/b_c", isActive=True)["isActive"] is True
    assert len(client.assets.listFiles(path=path, name="deep")["items"]) == 1
    refused(404, client.assets.updateFolder, folderId=f"{path}/x", isActive=True)
    gone = client.assets.deleteFolder(_id=made["_id"])
    assert gone["_id"] == made["_id"]
    refused(404, client.assets.getFileByFileId, fileId=f"{path}/b_c/d/deep")
    refused(404, client.assets.deleteFolder, _id=made["_id"])


def test_lists(client: PixelbinClient, path: str) -> None:
    client.assets.createFolder(name="zz", path=path)
    for name, tags in (("b", ["x", "y"]), ("A", ["x"]), ("c", [])):
        upload(client, path, name, tags=tags)
    client.assets.fileUpload(file=io.BytesIO(pictures.jpeg(pictures.map_picture(60, 40))), path=f"{path}/zz", name="inner", tags=["x"])

    def names(**query) -> list[str]:
        return [item["name"] for item in client.assets.listFiles(path=path, **query)["items"]]

    assert names() == ["zz", "A", "b", "c"]
    assert names(onlyFiles=True) == ["A", "b", "c"] and names(onlyFolders=True) == ["zz"]
    assert names(sort="name") == ["A", "b", "c", "zz"] and names(sort="-name") == ["zz", "c", "b", "A"]
    assert names(sort="name-") == names(sort="-name")
    assert names(tags=["x"]) == ["A", "b", "inner"] and names(tags=["x", "y"]) == ["b"]
    assert names(format="jpg") == ["inner"] and names(name="INN") == ["inner"]
    for key in ("path", "format", "size", "createdAt", "updatedAt", "type"):
        assert sorted(names(sort=key)) == ["A", "b", "c", "zz"]
    first = client.assets.listFiles(path=path, pageNo=1, pageSize=3)["page"]
    assert first == {"type": "number", "size": 3, "current": 1, "hasNext": True, "itemTotal": 4}
    last = client.assets.listFiles(path=path, pageNo=2, pageSize=3)["page"]
    assert last == {"type": "number", "size": 1, "current": 2, "hasNext": False, "itemTotal": 4}
    assert client.assets.listFiles(path=path, pageNo=9)["page"]["size"] == 0
    assert client.assets.listFiles(path=f"{path}/nothing")["items"] == []
    refused(400, client.assets.listFiles, path=path, sort="colour")
    refused(400, client.assets.listFiles, path=path, onlyFiles=True, onlyFolders=True)


def test_presets(client: PixelbinClient) -> None:
    name = f"p{uuid.uuid4().hex[:8]}"
    params = {"w": {"type": "integer", "default": 200}, "h": {"type": "integer", "default": 400}}
    added = client.assets.addPreset(presetName=name, transformation="t.flip()~t.resize(w:$w,h:$h)", params=params)
    assert added["presetName"] == name and added["params"] == params and added["archived"] is False
    refused(409, client.assets.addPreset, presetName=name, transformation="t.flip()")
    refused(400, client.assets.addPreset, presetName=f"{name}2", transformation="t.resize(w:$x)")
    refused(400, client.assets.addPreset, presetName="a b", transformation="t.flip()")
    assert client.assets.getPreset(presetName=name) == added
    listed = client.assets.getPresets(name=name.upper(), pageNo=1, pageSize=5)
    assert listed["items"] == [added] and listed["page"]["itemTotal"] == 1
    assert client.assets.updatePreset(presetName=name, archived=True)["archived"] is True
    assert client.assets.getPresets(name=name, archived=True)["page"]["itemTotal"] == 1
    assert client.assets.deletePreset(presetName=name)["presetName"] == name
    refused(404, client.assets.getPreset, presetName=name)
    refused(404, client.assets.updatePreset, presetName=name, archived=True)


def test_the_playground_picture(client: PixelbinClient) -> None:
    picture = client.assets.getDefaultAssetForPlayground()
    assert picture["fileId"] == "__playground/playground-default" and picture["orgId"] == "1"
    assert (picture["width"], picture["height"], picture["format"]) == (1140, 760, "jpeg")
    refused(404, client.assets.getFileByFileId, fileId=picture["fileId"])
    assert client.assets.listFiles(path="__playground")["items"] == []


def test_the_organization(client: PixelbinClient) -> None:
    info = client.organization.getAppOrgDetails()
    assert info["app"]["orgId"] == info["org"]["_id"] and info["org"]["cloudName"] == "demo"
    assert uuid.UUID(info["app"]["accessKey"])


def test_asynchronous_calls(client: PixelbinClient, path: str, loop: asyncio.AbstractEventLoop) -> None:
    async def run() -> None:
        assets = client.assets
        made = await asyncio.gather(
            *(assets.fileUploadAsync(file=io.BytesIO(png()), path=path, name=f"n{at}") for at in range(4))
        )
        listed = await assets.listFilesAsync(path=path)
        assert {item["_id"] for item in listed["items"]} == {file["_id"] for file in made}
        assert (await assets.getFileByIdAsync(_id=made[0]["_id"]))["name"] == "n0"
        await assets.updateFileAsync(fileId=made[0]["fileId"], tags=["t"])
        await assets.deleteFileAsync(fileId=made[0]["fileId"])
        await assets.deleteFilesAsync(ids=[file["_id"] for file in made[1:]])
        folder = await assets.getFolderDetailsAsync(name=path)
        await assets.deleteFolderAsync(_id=folder["_id"])

    loop.run_until_complete(run())


def test_a_token_that_is_not_known(server: Server) -> None:
    body = refused(401, client_of(server, "another-secret").assets.listFiles)
    assert body["message"] == "Invalid authorization token"


def test_predictions(client: PixelbinClient) -> None:
    predictions = client.predictions
    assert predictions.list() == []
    refused(404, predictions.get, request_id="erase--bg--01890a5d-ac96-774b-bcce-b302099a8057")


def test_signatures_and_lists_of_plain_clients(server: Server, client: PixelbinClient, path: str) -> None:
    """What the SDK does not send, and others do."""
    upload(client, path, "one", tags=["a", "b"])
    url = f"{server.origin}/service/platform/assets/v1.0/listFiles"
    headers = {"Authorization": "Bearer " + base64.b64encode(PRIVATE_KEY.encode()).decode(), "x-ebg-signature": "v1:0"}
    for query in ("tags=a,b", "tags[]=a&tags[]=b", "tags=a&tags=b", "tags%5B0%5D=a&tags%5B1%5D=b"):
        answer = requests.get(f"{url}?path={path}&{query}", headers=headers, timeout=PATIENCE)
        assert [item["name"] for item in answer.json()["items"]] == ["one"], query
    assert requests.get(url, headers=headers | {"Authorization": ""}, timeout=PATIENCE).status_code == 401
