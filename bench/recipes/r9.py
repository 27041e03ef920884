"""R9: warm hits. 500 URLs whose answers lie ready, 64 keep-alive connections; then with If-None-Match.

nginx serves the very bytes that Halftone answered, as plain files: about the least that an HTTP
server can do.
"""

import contextlib

import load
import score
from report import Table
from request import ColdList, Request
from server import ask, measured
from targets import Cpu, NoFailures

URLS = 500
CONNECTIONS = 64
SIZES = (512, 160)
KINDS = ("hits", "304")
# A 304 is only a head; an answer with more bytes than this carried a body.
MOST_BYTES_OF_304 = 1000


class WarmHits:
    id = "R9"
    title = f"warm hits, {URLS} URLs, {CONNECTIONS} keep-alive connections"
    servers = ("Halftone", "nginx")
    # Who may make nginx's files, the best first: without Halftone nginx still shows what the machine can do.
    makers = ("Halftone", "sharp", "oximg")
    targets = (Cpu("nginx", 0.8, only="hits"), Cpu("nginx", 0.7, only="304"), NoFailures())

    def run(self, bench):
        sources = bench.corpus.photo(copies=16)
        asked = {size: some_requests(sources, size) for size in SIZES}
        maker = next((name for name in self.makers if bench.has(name)), None)
        with bench.using({*self.servers, maker}, sources) as peers:
            answers = make_answers(
                bench, peers, maker, [request for size in SIZES for request in asked[size]]
            )
            peers = [peer for peer in peers if peer.name in self.servers]
            notes = [note for peer in peers for note in peer.notes]
            notes += [f"nginx serves files that {maker} made. Bytes and scores are those of the bodies."]
            tables = {
                (size, kind): Table(
                    f"R9 {size} px {kind}", f"{self.title}, {size} px, {kind}", "rps", notes=notes
                )
                for size in SIZES
                for kind in KINDS
            }
            for round in bench.rounds():
                for peer in round.order(peers):
                    with bench.started(peer) as server:
                        for size in SIZES:
                            known = ask_each(server, peer, asked[size])
                            for kind in KINDS:
                                row = one_round(bench, server, known, kind, answers)
                                tables[size, kind].add(peer.name, row)
                                bench.tell(f"R9 {round} {size} px {kind}", peer, row)
            for peer in peers:
                with bench.started(peer) as server:
                    for size in SIZES:
                        wanted = lambda original, size=size: nominal(original, size)  # noqa: E731
                        quality = score.quality(server, peer, sources.originals, wanted)
                        for kind in KINDS:
                            tables[size, kind].quality[peer.name] = quality
        return list(tables.values())


RECIPE = WarmHits()


def some_requests(sources, size):
    """`URLS` requests of about `size`, the nominal one of each picture (for its score) among them."""
    others = ColdList(sources.files(), range(size - 7, size), "jpeg", 80, seed="R9")
    first = [nominal(original, size) for original in sources.originals]
    return first + others.take(URLS - len(first))


def nominal(original, size):
    return Request(original.files[0], size, "jpeg", 80)


def make_answers(bench, peers, maker, requests):
    """`{request: body}` once the maker has settled; given to nginx to serve."""
    peer = next(peer for peer in peers if peer.name == maker)
    with bench.started(peer) as server:
        ask_each(server, peer, requests)
        server.tree.settle(window_s=2, limit_s=300)
        answers = {request: body for request, (_, _, body) in ask_each(server, peer, requests).items()}
    for peer in peers:
        if peer.name == "nginx":
            for request, body in answers.items():
                peer.put(request, body)
    return answers


def ask_each(server, peer, requests):
    """`{request: (path, ETag, body)}`, asked one after the other. Anything but 200 ends the recipe."""
    known = {}
    with contextlib.closing(server.connect()) as connection:
        for request in requests:
            path = peer.path(request)
            status, headers, body = ask(connection, path)
            if status != 200:
                raise RuntimeError(f"{peer.name} answered {status} to {path}")
            known[request] = path, headers.get("ETag", ""), body
    return known


def one_round(bench, server, known, kind, answers):
    """Walks the URLs round and round; wrong bodies, and 304s that were none, count as errors."""
    lines = [f"{path}\t{etag}" if kind == "304" else path for path, etag, _ in known.values()]
    threads = max(1, bench.cores // 2)
    warming, measuring = (
        bench.load(CONNECTIONS, seconds, threads) for seconds in (bench.warm_seconds, bench.seconds)
    )
    load.walk(server.port, lines, warming, loop=True)
    walked, cpu_s, rss = measured(server, lambda: load.walk(server.port, lines, measuring, loop=True))
    row = load.row(walked, cpu_s, rss)
    row["errors"] += sum(body != answers[request] for request, (_, _, body) in known.items())
    # wrk is too slow when it looks into each of 100,000 answers a second, so their mean size tells.
    bytes_each = walked["bytes"] / max(1, walked["n"])
    smallest_body = min(len(body) for body in answers.values())
    if bytes_each > MOST_BYTES_OF_304 if kind == "304" else bytes_each < smallest_body:
        row["errors"] += walked["n"]
    return row
