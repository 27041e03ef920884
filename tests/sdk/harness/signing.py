"""ImageKit's credentials: Basic, and three signatures written from their description.

The tests check them against the published examples.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid

from .server import PRIVATE_KEY, PUBLIC_KEY

FOR_EVER = "9999999999"


def basic(user: str, password: str = "") -> str:
    """The value of an `Authorization` header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def url_signature(rest: str, expires: str = FOR_EVER, key: str = PRIVATE_KEY) -> str:
    """`ik-s` for `rest`: path after the endpoint without leading slash, plus `?query` without `ik-t` and `ik-s`."""
    return hmac.new(key.encode(), (rest + expires).encode(), hashlib.sha1).hexdigest()


def signed(rest: str, expires: str | None = None, key: str = PRIVATE_KEY) -> str:
    """`rest` with its signature appended."""
    mark = "&" if "?" in rest else "?"
    if expires is None:
        return f"{rest}{mark}ik-s={url_signature(rest, key=key)}"
    return f"{rest}{mark}ik-t={expires}&ik-s={url_signature(rest, expires, key)}"


def client_upload(token: str | None = None, expire: int | str | None = None, key: str = PRIVATE_KEY) -> dict[str, str]:
    """The four form fields of a client-side upload."""
    token = token if token is not None else str(uuid.uuid4())
    expire = str(expire if expire is not None else int(time.time()) + 1800)
    signature = hmac.new(key.encode(), (token + expire).encode(), hashlib.sha1).hexdigest()
    return {"publicKey": PUBLIC_KEY, "token": token, "expire": expire, "signature": signature}


def _part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwt(
    fields: dict[str, str],
    key: str = PRIVATE_KEY,
    kid: str = PUBLIC_KEY,
    algorithm: str = "HS256",
    lifetime: int = 600,
    issued: int | None = None,
) -> str:
    """The `token` of a v2 client-side upload: `fields` repeats the form, without `file`.

    Nothing in it is random, and each token may be used once only: give every upload a name of its own.
    """
    issued = issued if issued is not None else int(time.time())
    head = _part({"alg": algorithm, "typ": "JWT", "kid": kid})
    payload = _part({**fields, "iat": issued, "exp": issued + lifetime})
    if algorithm == "none":
        return f"{head}.{payload}."
    mark = hmac.new(key.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    return f"{head}.{payload}.{_part(mark)}"
