"""What is asked of every server, and the lists of it. Standard library only.

A `Request` says what is wanted; each peer spells it as its own URL.
"""

import itertools
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """Fit `file` inside a square of `box` pixels, never enlarging, and encode as `format`.

    `quality` is the nominal 1-100 of the format, or None where there is none to give (PNG).
    """

    file: str
    box: int
    format: str
    quality: int | None = None


class ListRanOut(Exception):
    """A cold list had no request left that nobody has asked before: the result is void."""


class ColdList:
    """Every (file, size) pair once, shuffled; walked from the top and never rewound.

    Each server owns one, all made from the same seed, so everybody gets the same requests in the
    same order and a faster server merely gets further. It lives as long as the recipe: the next
    round goes on where the last one stopped, because a server may keep what it made on disk.
    """

    def __init__(self, files, boxes, format, quality, seed):
        pairs = list(itertools.product(sorted(files), sorted(boxes)))
        random.Random(seed).shuffle(pairs)
        self._requests = [Request(file, box, format, quality) for file, box in pairs]
        self._next = 0

    def remaining(self):
        """The requests nobody has asked yet, first to come first."""
        return self._requests[self._next :]

    def spend(self, count):
        """Marks the next `count` requests as asked. Raises `ListRanOut` if there were not so many."""
        self._next += count
        if self._next > len(self._requests):
            raise ListRanOut(f"all {len(self._requests)} distinct requests were used up")

    def take(self, count):
        """The next `count` requests, marked as asked."""
        taken = self._requests[self._next : self._next + count]
        self.spend(count)
        return taken


def around(nominal, spread):
    """The sizes `nominal` ± `spread`, without `nominal` itself: that one is kept for the quality column."""
    return [size for size in range(nominal - spread, nominal + spread + 1) if size != nominal]
