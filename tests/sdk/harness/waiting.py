"""Waiting for what happens in the background: with a deadline, never for a fixed time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

# Seconds. A guard against hanging, not a measurement.
DEADLINE = 90.0

Found = TypeVar("Found")


def until(look: Callable[[], Found | None], what: str, deadline: float = DEADLINE) -> Found:
    """Looks again and again until there is something (neither `None`, `False` nor empty), and returns it."""
    end = time.monotonic() + deadline
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)
