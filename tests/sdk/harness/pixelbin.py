"""The Pixelbin SDK, whichever of its generations is installed, and how its errors read."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest

from .server import PRIVATE_KEY, Server


def client_of(server: Server, secret: str = PRIVATE_KEY) -> Any:
    from pixelbin import PixelbinClient, PixelbinConfig

    return PixelbinClient(PixelbinConfig({"domain": server.origin, "apiSecret": secret}))


def refused(status: int, call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """The body of a refusal, which has all its fields. The SDK says it as the text of bytes."""
    from pixelbin.common.exceptions import PixelbinServerResponseError

    with pytest.raises(PixelbinServerResponseError) as caught:
        call(**arguments)
    text = str(caught.value)
    body = json.loads(ast.literal_eval(text) if text.startswith("b") else text)
    # SDKs before 4.x tell the status in the body only.
    assert getattr(caught.value, "status_code", status) == status == body["status"], text
    assert body["errorCode"] == body["code"] and body["exception"].endswith("Error"), text
    return body
