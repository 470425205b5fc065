# SPDX-License-Identifier: MIT
"""What all measurements share: what they run on, rows of the table, turns.
Sides that are compared are asked in turn, and what counts is the median."""
import contextlib
import statistics
import subprocess
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import targets
from clients import Clients, write_targets
from machine import CLIENT, DATA, PEERS, Server, on, processor_seconds

READY = "/readyz"
LIST = f"{targets.LIST}?limit={targets.PAGE}"


@dataclass
class Row:
    what: str
    value: str
    beside: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


@dataclass
class Setting:
    """What the measurements are given, and what they keep for the plots."""
    program: str
    clients: Clients
    nginx: str | None
    bun: str | None
    node: str | None
    rounds: int
    seconds: int  # of a turn
    short_rounds: int  # of one second each
    loads: int  # of some claims, to be timed
    claims: int
    load_seconds: int  # at most
    soak_seconds: int | None  # None: what the time of the run leaves
    end: float  # of the run, of time.monotonic()
    small: Path = DATA / "small.db"  # the five sample sources
    large: Path = DATA / "large.db"  # the made-up articles
    curves: dict = field(default_factory=dict)  # of latency, by side
    growth: list = field(default_factory=list)  # (claims, seconds) while loading

    def treatfacts(self, database, *options):
        return Server("treatfacts", [self.program, "serve", "--db", database, "--listen", "127.0.0.1:PORT",
                                     "--log-level", "off", *options], READY)

    def alone(self, database):
        """With one thread, as the peers have."""
        return self.treatfacts(database, "--threads", "1")

    def peers(self, database):
        found = []
        if self.bun:
            found.append(("Bun", [self.bun, PEERS / "bun.mjs", database, "PORT"]))
        if self.node:
            found.append(("Fastify", [self.node, PEERS / "fastify.mjs", database, "PORT"]))
        return [Server(name, command, LIST) for name, command in found]

    def load(self, database, folder):
        """With a report that is written line by line, as to a terminal."""
        return subprocess.Popen(["stdbuf", "-oL", self.program, "load", "--json", "--db", database, folder],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def remove_database(path):
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def take(name, paths, count):
    """The next of endless paths, as a file of that name."""
    return write_targets(DATA / f"{name}.txt", islice(paths, int(count)))


def check(name, report):
    """Only full answers, none of them twice, may count."""
    for what in ("refused", "lost", "repeated"):
        if report[what]:
            raise RuntimeError(f"{name}: {report[what]} of {report['requests']} {what}")
    return report


def rate_of(report):
    return report["requests"] / report["seconds"]


class Turns:
    """The figures of one side."""

    def __init__(self):
        self.rates, self.costs = [], []

    def add(self, report, processor):
        self.rates.append(rate_of(report))
        self.costs.append(processor / report["requests"] * 1e6)

    @property
    def rate(self):
        return statistics.median(self.rates)

    def __str__(self):
        cost = statistics.median(self.costs)
        return f"{self.rate:,.0f}/s, {cost:.{1 if cost < 10 else 0}f} µs of processor each"


def in_fresh_turns(rounds, begin, ask):
    """Turns of each server by name; ask(server) gives the client's report. begin() starts the servers
    of each turn: a process is some per cent faster or slower than another of the same program, for
    all its life, by where it lies in memory. Who begins changes, for the first turn after a pause is
    the slowest."""
    turns = {}
    for number in range(rounds):
        with begin() as servers:
            for server in servers if number % 2 else reversed(servers):
                before = processor_seconds(server.pid)
                with on(CLIENT):
                    report = check(server.name, ask(server))
                turns.setdefault(server.name, Turns()).add(report, processor_seconds(server.pid) - before)
    return turns


def in_turns(rounds, servers, ask):
    """The same with servers that are there."""
    return in_fresh_turns(rounds, lambda: contextlib.nullcontext(servers), ask)


def beside(what, turns, name, goal=None):
    """The ratio is that of turns next to each other: the machine is not as fast in all of them."""
    own, peer = turns["treatfacts"], turns[name]
    ratio = statistics.median(rate / other for rate, other in zip(own.rates, peer.rates))
    return Row(what, str(own), f"{name}: {peer}", ratio, f"≥ {goal:g} ×" if goal else "",
               ratio >= goal if goal else None)


def at_most(what, value, unit, goal, text=None, **more):
    return Row(what, text or f"{value:.3g} {unit}", goal=f"≤ {goal:g} {unit}", met=value <= goal, **more)
