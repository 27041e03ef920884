"""Tables of results: gathered, related to each other, printed. Standard library only.

A row is one round of one server: `rps` or `wall_s`, `p50`, `p99` (ms), `cpu_ms` per answer, `rss`
(MB), `n` answers, `errors`; or `{"void": why}`.
"""

import math
from dataclasses import asdict, dataclass, field
from statistics import median

OURS = "Halftone"


@dataclass
class Table:
    """One table: rows by server, and the quality of each server's answers.

    `key` is the headline of a row: `rps` (more is better) or `wall_s` (less is better).
    `extra` names further fields of the rows that get a column of their own.
    """

    id: str
    title: str
    key: str
    rows: dict = field(default_factory=dict)
    quality: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    extra: tuple = ()

    def add(self, server, row):
        self.rows.setdefault(server, []).append(row)

    def values(self, server, name):
        """The field `name` of each valid round."""
        return [row[name] for row in self.rows.get(server, []) if row.get(name) is not None]

    def middle(self, server, name):
        values = self.values(server, name)
        return median(values) if values else None

    def void(self, server):
        """Why this server's result does not count, or None."""
        return next((row["void"] for row in self.rows.get(server, []) if "void" in row), None)

    def failures(self, server):
        """Requests that went wrong, in the rounds and in the quality column."""
        return sum(self.values(server, "errors")) + len(self.quality.get(server, {}).get("failures", []))

    def ratios(self, peer, name):
        """Halftone ÷ `peer`, round by round, turned so that more is better for us."""
        if self.void(OURS) or self.void(peer):
            return []
        pairs = zip(self.rows.get(OURS, []), self.rows.get(peer, []))
        return [
            ratio(ours[name], theirs[name], name)
            for ours, theirs in pairs
            if ours.get(name) and theirs.get(name)
        ]


def ratio(ours, theirs, name):
    """Rates as they are; times, CPU and memory the other way round."""
    return ours / theirs if name == "rps" else theirs / ours


def markdown(document):
    """The whole page of results, from what the JSON file holds plus the tables themselves."""
    info = document["info"]
    lines = [f"# Benchmarks, {info['time']}", ""]
    lines += [f"* {name}: {value}" for name, value in header(info)]
    for table in document["tables"]:
        lines += ["", f"## {table.id}: {table.title}", "", *table_lines(table)]
        lines += [""] + [f"* {note}" for note in notes_of(table)] if notes_of(table) else []
    if document["targets"]:
        lines += ["", "## Targets", "", *target_lines(document["targets"])]
    return "\n".join(lines) + "\n"


def as_json(document):
    """The same as plain data."""
    return {
        "info": document["info"],
        "tables": [asdict(table) for table in document["tables"]],
        "targets": [asdict(outcome) for outcome in document["targets"]],
    }


def header(info):
    yield "machine", f"{info['cpu']}, {info['cores']} cores, {info['pinning']}"
    yield (
        "rounds",
        f"{info['rounds']} of {info['seconds']} s, each after {info['warm_seconds']} s of warming; interleaved",
    )
    yield (
        "load average",
        f"{info['load'][0]:.2f} before, {info['load'][1]:.2f} after (includes the benchmark itself)",
    )
    yield "pictures", info["pictures"]
    for name, version in info["versions"].items():
        keeps = info["keeps"].get(name)
        yield name, f"{version}; {keeps}" if keeps else version
    for name, why in info["left_out"].items():
        yield f"left out: {name}", why


def table_lines(table):
    speed = {"rps": "req/s", "wall_s": "wall s"}[table.key]
    titles = ["server", f"{speed} median (min–max)", "p50 ms", "p99 ms", "CPU ms/req", "peak RSS MB"]
    titles += [*table.extra, "bytes", "SSIMULACRA2 mean", "worst", "failures"]
    titles += [f"Halftone/it {speed} (min–max)", "Halftone/it CPU (min–max)"]
    yield row_line(titles)
    yield row_line(["---"] + ["---:"] * (len(titles) - 1))
    for server in table.rows:
        yield row_line(server_cells(table, server, len(titles)))


def server_cells(table, server, width):
    if why := table.void(server):
        return [server, f"void: {why}"] + [""] * (width - 2)
    quality = table.quality.get(server, {})
    cells = [server, spread(table.values(server, table.key))]
    cells += [number(table.middle(server, name)) for name in ("p50", "p99", "cpu_ms", "rss", *table.extra)]
    cells += [number(quality.get(name)) for name in ("bytes", "score", "worst")]
    cells += [str(table.failures(server))]
    if server == OURS:
        return [*cells, "", ""]
    return [*cells, *(spread(table.ratios(server, name), "x") for name in (table.key, "cpu_ms"))]


def notes_of(table):
    return table.notes + [why for quality in table.quality.values() for why in quality.get("failures", [])]


def target_lines(outcomes):
    yield row_line(["recipe", "what", "target", "measured", "met"])
    yield row_line(["---"] * 5)
    for outcome in outcomes:
        met = {True: "yes", False: "**no**", None: "not measured"}[outcome.met]
        yield row_line([outcome.recipe, outcome.what, outcome.target, outcome.measured, met])


def row_line(cells):
    return "| " + " | ".join(cells) + " |"


def spread(values, unit=""):
    """`median (min–max)`, or just the one value, or a dash."""
    if not values:
        return "–"
    middle = number(median(values)) + unit
    return middle if len(values) == 1 else f"{middle} ({number(min(values))}–{number(max(values))})"


def number(value):
    """Three significant digits, all digits of whole numbers; a dash for nothing."""
    if value is None:
        return "–"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:.{digits}f}"
