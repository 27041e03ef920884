"""What moved between two results by more than noise. Standard library only."""

from dataclasses import dataclass
from statistics import median

from report import number

CPU_SHARE = 0.05
BYTES_SHARE = 0.03
SCORE_POINTS = 0.3


@dataclass(frozen=True)
class Movement:
    table: str
    server: str
    what: str
    old: float
    new: float
    worse: bool

    def __str__(self):
        change = "" if self.what == "SSIMULACRA2" else f" ({self.new / self.old - 1:+.1%})"
        moved = f"{number(self.old)} -> {number(self.new)}{change}"
        return "  ".join([self.table, self.server, self.what, moved, "worse" if self.worse else "better"])


def movements(old, new):
    """The `Movement`s between two JSON documents of results, in the order of the new one."""
    before = {table["id"]: table for table in old["tables"]}
    moved = []
    for table in new["tables"]:
        if earlier := before.get(table["id"]):
            for server in table["rows"]:
                moved += of_server(table["id"], server, earlier, table)
    return moved


def of_server(table_id, server, old, new):
    for what, value_of, by_share, by_points, more_is_better in (
        ("CPU ms/req", cpu, CPU_SHARE, None, False),
        ("bytes", lambda *of: quality(*of, "bytes"), BYTES_SHARE, None, False),
        ("SSIMULACRA2", lambda *of: quality(*of, "score"), None, SCORE_POINTS, True),
    ):
        before, after = value_of(old, server), value_of(new, server)
        if not before or not after:
            continue
        moved = abs(after / before - 1) > by_share if by_share else abs(after - before) > by_points
        if moved:
            yield Movement(table_id, server, what, before, after, worse=(after < before) == more_is_better)


def cpu(table, server):
    values = [row["cpu_ms"] for row in table["rows"].get(server, []) if row.get("cpu_ms")]
    return median(values) if values else None


def quality(table, server, name):
    return table["quality"].get(server, {}).get(name)
