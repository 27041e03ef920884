"""What applications of older SDKs do every day. Their requests carry `x-ebg` headers."""

from __future__ import annotations

import io
import uuid

import pytest
import requests
from harness import pictures
from harness.api import PATIENCE
from harness.pixelbin import client_of, refused
from harness.server import Server


def test_files_folders_lists_and_presets(server: Server) -> None:
    assets, path = client_of(server).assets, f"t{uuid.uuid4().hex[:10]}"
    content = pictures.png(pictures.map_picture(40, 30))
    stored = assets.fileUpload(file=io.BytesIO(content), path=path, name="cat", tags=["a b"], metadata={"k": "ü"})
    assert stored["fileId"] == f"{path}/cat" and stored["metadata"] == {"k": "ü", "source": "direct"}
    refused(409, assets.fileUpload, file=io.BytesIO(content), path=path, name="cat")
    assert assets.getFileById(_id=stored["_id"])["tags"] == ["a b"]
    assert assets.updateFile(fileId=f"{path}/cat", tags=["c, d"])["tags"] == ["c, d"]
    assert [item["name"] for item in assets.listFiles(path=path, tags=["c, d"])["items"]] == ["cat"]
    assert assets.createFolder(name="inner", path=path)["path"] == path
    assert assets.getFolderDetails(name=path)["type"] == "folder"
    name = f"p{uuid.uuid4().hex[:8]}"
    assets.addPreset(presetName=name, transformation="t.flip()", params={})
    assert name in [preset["presetName"] for preset in assets.getPresets()["items"]]
    assets.deletePreset(presetName=name)
    assert client_of(server).organization.getAppOrgDetails()["org"]["cloudName"] == "demo"
    assert assets.deleteFile(fileId=f"{path}/cat")["_id"] == stored["_id"]


def test_a_signed_form(server: Server) -> None:
    assets, path = client_of(server).assets, f"t{uuid.uuid4().hex[:10]}"
    signed = assets.createSignedUrl(path=path, name="form", format="png")["s3PresignedUrl"]
    parts = [(name, (None, value)) for name, value in signed["fields"].items()]
    parts.append(("file", ("x", pictures.png(pictures.map_picture(40, 30)))))
    assert requests.post(signed["url"], files=parts, timeout=PATIENCE).status_code == 201
    assert assets.getFileByFileId(fileId=f"{path}/form")["format"] == "png"


def test_a_signed_upload_in_parts(server: Server) -> None:
    assets, path = client_of(server).assets, f"t{uuid.uuid4().hex[:10]}"
    if not hasattr(assets, "createSignedUrlV2"):
        pytest.skip("this SDK does not know it")
    signed = assets.createSignedUrlV2(path=path, name="parts", format="txt")["presignedUrl"]
    files = {"file": ("file", b"content")}
    url = f"{signed['url']}&partNumber=1"
    assert requests.put(url, data=signed["fields"], files=files, timeout=PATIENCE).status_code == 204
    done = requests.post(signed["url"], json={"parts": [1], **signed["fields"]}, timeout=PATIENCE)
    assert done.status_code == 200 and done.json()["fileId"] == f"{path}/parts.txt"
