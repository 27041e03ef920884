"""The rules of every answer, whatever was asked: safety.md, "Always", and the ImageKit error shape."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

from .server import PRIVATE_KEY

# 503 overload, 507 disk full, 501 unknown method, 504 render past its limit: no other 5xx may ever be seen.
ALLOWED_5XX = {501, 503, 504, 507}

# What no error text may show: paths, SQL, Rust types and source files, operating-system messages, backtraces, keys.
LEAKS = re.compile(
    r"/(?:home|root|tmp|usr|var|proc|etc)/|\.rs\b|\bpanicked\b|backtrace|os error|errno"
    r"|\b(?:SELECT|INSERT|UPDATE|DELETE)\s+.*\b(?:FROM|INTO|SET)\b|sqlite|sqlx|sea_orm|sea-orm"
    r"|[A-Za-z_]+::[A-Za-z_]+|Error \{|No such file or directory|" + re.escape(PRIVATE_KEY),
    re.IGNORECASE,
)


class Answer(Protocol):
    """What `requests` and `httpx` answers have in common."""

    status_code: int
    headers: Any
    content: bytes


def check(answer: Answer) -> None:
    """Holds for every answer of the server."""
    status = answer.status_code
    assert status < 500 or status in ALLOWED_5XX, f"{status}: {answer.content[:500]!r}"
    assert answer.headers.get("X-Content-Type-Options") == "nosniff", dict(answer.headers)
    assert answer.headers.get("X-Request-Id"), dict(answer.headers)
    if status >= 400:
        told = answer.content.decode(errors="replace") + (answer.headers.get("ik-error") or "")
        leak = LEAKS.search(told)
        assert leak is None, f"the error text shows {leak.group(0)!r}: {told[:500]}"


def check_error(answer: Answer, *statuses: int) -> dict[str, Any]:
    """An error of the API or of uploads: one of `statuses`, in ImageKit's JSON shape. Returns the body."""
    check(answer)
    assert answer.status_code in statuses, f"expected {statuses}, got {answer.status_code}: {answer.content[:500]!r}"
    assert answer.headers["Content-Type"].split(";")[0] == "application/json", answer.headers["Content-Type"]
    body = json.loads(answer.content)
    assert isinstance(body, dict), body
    assert isinstance(body.get("message"), str) and body["message"], body
    assert isinstance(body.get("help"), str) and body["help"], body
    assert answer.headers.get("x-ik-requestId"), dict(answer.headers)
    return body


def check_refusal(answer: Answer, status: int, code: str | None = None) -> str:
    """A refusal of delivery: `status` and an `ik-error` header `CODE - text`. Returns that header."""
    check(answer)
    assert answer.status_code == status, f"expected {status}, got {answer.status_code}: {answer.content[:300]!r}"
    told = answer.headers.get("ik-error") or ""
    assert re.fullmatch(r"(ENOENT|EACCES|ELIMIT|ECONNREFUSED|UNIDENTIFIED) - .+", told), f"ik-error: {told!r}"
    if code is not None:
        assert told.startswith(code + " - "), told
    assert not answer.headers["Content-Type"].startswith(("image/", "text/html")), answer.headers["Content-Type"]
    return told
