"""How recipes of cold requests run: everybody gets the same list of requests that nobody asked before."""

from dataclasses import dataclass

import load
import score
from report import Table
from request import ColdList, ListRanOut, Request, around
from server import measured


@dataclass(frozen=True)
class ColdRecipe:
    """Distinct (file copy, size) pairs of one set, in one format.

    `sources` names the set (a method of `Corpus`) and `copies` how many there are of each picture;
    sizes are `box` ± `spread`. Each of `connections` gives a table; `per_core` among them stands
    for as many as there are cores.
    """

    id: str
    title: str
    sources: str
    copies: int
    box: int
    spread: int
    format: str
    quality: int | None
    connections: tuple
    servers: tuple
    targets: tuple

    def run(self, bench):
        sources = getattr(bench.corpus, self.sources)(bench.plenty(self.copies))
        levels = sorted({bench.cores if level == "per_core" else level for level in self.connections})
        with bench.using(self.servers, sources) as peers:
            tables = {level: self._table(level, peers) for level in levels}
            boxes = around(self.box, self.spread)
            lists = {
                peer.name: ColdList(sources.files(), boxes, self.format, self.quality, seed=self.id)
                for peer in peers
            }
            for round in bench.rounds():
                for peer in round.order(peers):
                    with bench.started(peer) as server:
                        for level in levels:
                            row = self._measure(bench, server, peer, lists[peer.name], level)
                            tables[level].add(peer.name, row)
                            bench.tell(f"{self.id} {round} c={level}", peer, row)
            for peer in peers:
                with bench.started(peer) as server:
                    quality = score.quality(server, peer, sources.originals, self._nominal)
                for table in tables.values():
                    table.quality[peer.name] = quality
        return list(tables.values())

    def _table(self, level, peers):
        title = f"{self.title}; {level} connection{'s' if level > 1 else ''}"
        notes = [note for peer in peers for note in peer.notes]
        return Table(f"{self.id} c={level}", title, "rps", notes=notes)

    def _nominal(self, original):
        return Request(original.files[0], self.box, self.format, self.quality)

    def _measure(self, bench, server, peer, cold, level):
        """One row: warm and measure, both with requests of the list."""
        try:
            self._walk(bench, server, peer, cold, level, bench.warm_seconds)
            walked, cpu_s, rss = measured(
                server, lambda: self._walk(bench, server, peer, cold, level, bench.seconds)
            )
        except ListRanOut as reason:
            return {"void": str(reason)}
        return load.row(walked, cpu_s, rss)

    def _walk(self, bench, server, peer, cold, level, seconds):
        paths = [peer.path(request) for request in cold.remaining()]
        expect = load.Expect(self.format, self.box - self.spread - 1, self.box + self.spread + 1)
        walked = load.walk(server.port, paths, bench.load(level, seconds), expect)
        cold.spend(walked["used"])
        return walked
