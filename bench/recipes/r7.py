"""R7: a crowd at once. 256 clients, already connected, ask for one URL that nobody asked before.

One render must serve them all. That shows in the CPU: what the crowd cost beyond 256 plain hits,
divided by one cold request, is the number of renders. Halftone's own counter must agree.
"""

import contextlib
import time

import score
from report import Table
from request import Request
from server import measured
from targets import InEveryRound, NoFailures

CLIENTS = 256
BOX = 800
# Single cold requests in each round whose mean the crowd is compared with.
SINGLES = 4


class Crowd:
    id = "R7"
    title = f"{CLIENTS} clients ask at once for one cold URL: 24.9 MP JPEG to {BOX} px, q80"
    servers = ("Halftone", "oximg", "sharp")
    targets = (
        InEveryRound("renders", "renders by our own counter", 1, 1),
        InEveryRound("renders by CPU", "renders by CPU", 0, 1.6),
        NoFailures(),
    )

    def run(self, bench):
        # In each round a URL needs a file of its own: one to warm, the single ones, the crowd's.
        sources = bench.corpus.large(copies=SINGLES + 2)
        original = sources.originals[0]
        with bench.using(self.servers, sources) as peers:
            notes = [note for peer in peers for note in peer.notes]
            notes += [
                "CPU per request is that of the crowd. The number of renders by CPU of a server"
                " without a cache is the crowd's CPU divided by that of one cold request."
            ]
            table = Table("R7", self.title, "wall_s", notes=notes, extra=("renders", "renders by CPU"))
            for round in bench.rounds():
                for peer in round.order(peers):
                    with bench.started(peer) as server:
                        # Another size in each round, because caches on disk outlive it.
                        row = one_round(server, peer, original.files, BOX - 1 - round.number)
                    table.add(peer.name, row)
                    bench.tell(f"R7 {round}", peer, row)
            for peer in peers:
                with bench.started(peer) as server:
                    nominal = request(original.files[0], BOX)
                    table.quality[peer.name] = score.quality(server, peer, [original], lambda _: nominal)
        return [table]


RECIPE = Crowd()


def one_round(server, peer, files, box):
    warm, crowd, *singles = (peer.path(request(file, box)) for file in files)
    server.get(warm)
    _, single_cpu, _ = measured(server, lambda: [server.get(path) for path in singles])
    single_cpu /= len(singles)

    with contextlib.ExitStack() as stack:
        connections = [
            stack.enter_context(contextlib.closing(server.connect(timeout=120))) for _ in range(CLIENTS)
        ]
        for connection in connections:
            connection.connect()
        rendered = peer.renders(server)
        (answers, wall), crowd_cpu, rss = measured(server, lambda: ask_all(connections, crowd))
        rendered = None if rendered is None else peer.renders(server) - rendered
        # A server that keeps answers is charged for the renders only, not for handing them out.
        hits_cpu = measured(server, lambda: ask_all(connections, crowd))[1] if peer.caches else 0

    bodies = {body for status, body in answers if status == 200}
    return {
        "wall_s": wall,
        "cpu_ms": crowd_cpu * 1000 / CLIENTS,
        "rss": rss,
        "n": len(answers),
        "errors": sum(status != 200 for status, _ in answers) + max(0, len(bodies) - 1),
        "renders": rendered,
        "renders by CPU": (crowd_cpu - hits_cpu) / single_cpu if single_cpu else None,
        "single_cpu_ms": single_cpu * 1000,
        "hits_cpu_ms": hits_cpu * 1000,
    }


def ask_all(connections, path):
    """Sends on all connections before it reads from any: `([(status, body)], seconds)`."""
    started = time.monotonic()
    for connection in connections:
        connection.request("GET", path)
    answers = []
    for connection in connections:
        try:
            answer = connection.getresponse()
            answers.append((answer.status, answer.read()))
        except OSError:
            answers.append((0, b""))
    return answers, time.monotonic() - started


def request(file, box):
    return Request(file, box, "jpeg", 80)
