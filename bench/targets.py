"""What is to be reached. A target judges one recipe's tables and says so in a row. Standard library only.

`met` is True, False, or None where a server that is needed did not take part.
"""

from dataclasses import dataclass
from statistics import median

from report import OURS, number, spread


@dataclass(frozen=True)
class Outcome:
    recipe: str
    what: str
    target: str
    measured: str
    met: bool | None


@dataclass(frozen=True)
class Cpu:
    """CPU per request: Halftone at least `least` times as good as `peer`, by the median round."""

    peer: str
    least: float
    # Which of the recipe's tables: those whose id contains this.
    only: str = ""

    def judge(self, table):
        ratios = table.ratios(self.peer, "cpu_ms")
        met = median(ratios) >= self.least if ratios else None
        return Outcome(table.id, f"CPU against {self.peer}", f"≥ {self.least}x", spread(ratios, "x"), met)


@dataclass(frozen=True)
class Quality:
    """The quality gate against `peer`: how far the mean and the worst score may lie below; no more bytes."""

    peer: str
    mean_drop: float = 1.0
    worst_drop: float = 3.0
    only: str = ""

    def judge(self, table):
        what = f"quality gate against {self.peer}"
        target = f"mean ≥ −{self.mean_drop:g}, worst ≥ −{self.worst_drop:g}, bytes ≤ 1x"
        ours, theirs = table.quality.get(OURS), table.quality.get(self.peer)
        if not (ours and theirs and ours["n"] and theirs["n"]):
            return Outcome(table.id, what, target, "–", None)
        mean, worst = ours["score"] - theirs["score"], ours["worst"] - theirs["worst"]
        size = ours["bytes"] / theirs["bytes"]
        met = mean >= -self.mean_drop and worst >= -self.worst_drop and size <= 1
        return Outcome(
            table.id, what, target, f"mean {mean:+.1f}, worst {worst:+.1f}, bytes {size:.3f}x", met
        )


@dataclass(frozen=True)
class InEveryRound:
    """A field of our own rows lies between `least` and `most` in every round."""

    name: str
    what: str
    least: float
    most: float
    only: str = ""

    def judge(self, table):
        values = table.values(OURS, self.name)
        target = f"{number(self.least)}" if self.least == self.most else f"≤ {number(self.most)}"
        met = all(self.least <= value <= self.most for value in values) if values else None
        return Outcome(table.id, self.what, target, spread(values), met)


@dataclass(frozen=True)
class NoFailures:
    """Every request was answered as it was asked."""

    only: str = ""

    def judge(self, table):
        if not table.rows.get(OURS) or table.void(OURS):
            return Outcome(table.id, "failures", "0", table.void(OURS) or "–", None)
        return Outcome(table.id, "failures", "0", str(table.failures(OURS)), table.failures(OURS) == 0)


def judge(recipe, tables):
    """Every target of a recipe on every table that it is about."""
    return [target.judge(table) for table in tables for target in recipe.targets if target.only in table.id]
