"""One library: what ImageKit's SDK puts in, Pixelbin's takes out, and the other way round."""

from __future__ import annotations

import io
from typing import Any

import pytest
import requests
from harness import pictures
from harness.api import PATIENCE
from harness.pixelbin import refused
from harness.server import PRIVATE_KEY, Server
from imagekitio import ImageKit
from pixelbin import PixelbinClient


@pytest.fixture
def imagekit(server: Server) -> ImageKit:
    return ImageKit(private_key=PRIVATE_KEY, base_url=server.base)


def imagekit_upload(imagekit: ImageKit, path: str, name: str, **more: Any) -> Any:
    content = pictures.png(pictures.map_picture(40, 30))
    return imagekit.files.upload(file=content, file_name=name, folder=f"/{path}", use_unique_file_name=False, **more)


def test_imagekit_to_pixelbin(client: PixelbinClient, imagekit: ImageKit, server: Server, path: str) -> None:
    uploaded = imagekit_upload(imagekit, path, "photo.png", tags=["x", "y"])
    listed = client.assets.listFiles(path=path, tags=["x", "y"])["items"]
    assert [item["fileId"] for item in listed] == [f"{path}/photo.png"]
    file = client.assets.getFileById(_id=listed[0]["_id"])
    assert file["name"] == "photo.png" and file["tags"] == ["x", "y"] and file["isActive"] and file["width"] == 40
    # Deactivated here is not published there.
    client.assets.updateFile(fileId=file["fileId"], isActive=False)
    assert requests.get(f"{server.endpoint}/{path}/photo.png", timeout=PATIENCE).status_code == 404
    assert imagekit.files.get(uploaded.file_id).is_published is False
    client.assets.updateFile(fileId=file["fileId"], isActive=True, access="private", tags=["z"])
    seen = imagekit.files.get(uploaded.file_id)
    assert seen.is_private_file is True and seen.tags == ["z"] and seen.is_published is True
    assert requests.get(f"{server.endpoint}/{path}/photo.png", timeout=PATIENCE).status_code == 401
    client.assets.deleteFile(fileId=file["fileId"])
    with pytest.raises(Exception, match="404|does not exist|not found"):
        imagekit.files.get(uploaded.file_id)


def test_pixelbin_to_imagekit(client: PixelbinClient, imagekit: ImageKit, server: Server, path: str) -> None:
    content = pictures.png(pictures.map_picture(40, 30))
    stored = client.assets.fileUpload(file=io.BytesIO(content), path=path, name="cat", tags=["t"])
    answer = requests.get(f"{server.endpoint}/{path}/cat.png", timeout=PATIENCE)
    assert answer.status_code == 200
    [listed] = imagekit.assets.list(path=f"/{path}")
    assert listed.name == "cat.png" and listed.tags == ["t"]
    imagekit.files.rename(file_path=f"/{path}/cat.png", new_file_name="dog.png")
    assert client.assets.getFileById(_id=stored["_id"])["fileId"] == f"{path}/dog"
    refused(404, client.assets.getFileByFileId, fileId=f"{path}/cat")
    imagekit.files.delete(listed.file_id)
    refused(404, client.assets.getFileById, _id=stored["_id"])


def test_folders_are_one_tree(client: PixelbinClient, imagekit: ImageKit, server: Server, path: str) -> None:
    imagekit.folders.create(folder_name="inner", parent_folder_path=f"/{path}")
    folder = client.assets.getFolderDetails(path=path, name="inner")
    imagekit_upload(imagekit, f"{path}/inner", "a.png")
    client.assets.updateFolder(folderId=f"{path}/inner", isActive=False)
    assert requests.get(f"{server.endpoint}/{path}/inner/a.png", timeout=PATIENCE).status_code == 404
    client.assets.updateFolder(folderId=f"{path}/inner", isActive=True)
    assert requests.get(f"{server.endpoint}/{path}/inner/a.png", timeout=PATIENCE).status_code == 200
    client.assets.deleteFolder(_id=folder["_id"])
    assert requests.get(f"{server.endpoint}/{path}/inner/a.png", timeout=PATIENCE).status_code == 404
    assert imagekit.assets.list(path=f"/{path}") == []


def test_private_in_one_is_private_in_the_other(client: PixelbinClient, imagekit: ImageKit, path: str) -> None:
    imagekit_upload(imagekit, path, "secret.png", is_private_file=True)
    assert client.assets.getFileByFileId(fileId=f"{path}/secret.png")["access"] == "private"
