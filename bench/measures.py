# SPDX-License-Identifier: MIT
"""The measurements. Each gives rows of the table; sides that are compared are
asked in turn, and what counts is the median of the turns."""
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import corpus
import targets
from clients import CONNECTIONS, Clients, get
from machine import (BUILD, CLIENT, DATA, PEERS, ROOT, SERVER, Server, free_port, memory_of, on,
                     processor_seconds)

READY = "/readyz"
LIST = f"{targets.LIST}?limit={targets.PAGE}"
MOST_A_SECOND = 25_000  # distinct queries are made in advance for so many


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
    """What the measurements are given, and what they keep for each other."""
    program: str
    clients: Clients
    nginx: str | None
    bun: str | None
    node: str | None
    rounds: int
    seconds: int  # of a turn
    claims: int
    load_seconds: int
    soak_seconds: int
    small: Path = DATA / "small.db"  # the five sample sources
    large: Path = DATA / "large.db"  # the made-up articles
    rates: dict = field(default_factory=dict)   # of distinct queries, by side
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
        return subprocess.Popen([self.program, "load", "--json", "--db", database, folder],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


class Turns:
    """The figures of one side."""

    def __init__(self):
        self.rates, self.costs = [], []

    def add(self, server, result, processor):
        if result["refused"] or result["lost"]:
            raise RuntimeError(f"{server.name}: {result['refused']} refused, {result['lost']} lost")
        self.rates.append(result["requests"] / result["seconds"])
        self.costs.append(processor / result["requests"] * 1e6)

    @property
    def rate(self):
        return statistics.median(self.rates)

    def __str__(self):
        return f"{self.rate:,.0f}/s, {statistics.median(self.costs):.0f} µs of processor each"


def in_turns(setting, servers, ask):
    """Turns of each server by name; ask(server, round) gives the client's report."""
    turns = {server.name: Turns() for server in servers}
    for number in range(setting.rounds):
        for server in servers:
            before = processor_seconds(server.pid)
            with on(CLIENT):
                result = ask(server, number)
            turns[server.name].add(server, result, processor_seconds(server.pid) - before)
    return turns


def beside(what, turns, name, goal=None):
    own, peer = turns["treatfacts"], turns[name]
    ratio = own.rate / peer.rate
    return Row(what, str(own), f"{name}: {peer}", ratio, f"≥ {goal:g} ×" if goal else "",
               ratio >= goal if goal else None)


def at_most(what, value, unit, goal, text=None, **more):
    return Row(what, text or f"{value:.3g} {unit}", goal=f"≤ {goal:g} {unit}", met=value <= goal, **more)


# --- One list again and again --------------------------------------------------

def bare_server(answer, folder):
    (folder / "head").write_bytes(answer.head)
    (folder / "body").write_bytes(answer.body)
    return Server("libmicrohttpd", [BUILD / "bench_bare", "PORT", "1", folder / "head", folder / "body"], LIST)


NGINX = """{user}daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 1000000000;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{
    listen 127.0.0.1:{port};
    location = /v1/claims {{ default_type application/json; {headers} alias {folder}/body; }}
  }}
}}
"""


def nginx_server(nginx, answer, folder):
    """The body as a file, with the same headers."""
    own = ("date", "content-length", "connection", "content-type", "etag", "last-modified")
    lines = [line.split(": ", 1) for line in answer.head.decode().split("\r\n")[1:] if line]
    quoted = lambda value: '"' + value.replace('"', '\\"') + '"'
    headers = " ".join(f"add_header {name} {quoted(value)};" for name, value in lines if name.lower() not in own)
    port, user = free_port(), "user root; " if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(user=user, folder=folder, port=port, headers=headers))
    return Server("nginx", [nginx, "-c", folder / "nginx.conf", "-e", "stderr", "-p", folder], LIST, port)


def repeated_form(setting, own, what, headers):
    answer = get(own.port, LIST, headers)
    folder = DATA / "answer"
    folder.mkdir(exist_ok=True)
    ask = lambda server, _: setting.clients.wrk(server.port, setting.seconds, LIST, headers)
    with contextlib.ExitStack() as stack:
        servers = [own, stack.enter_context(bare_server(answer, folder))]
        if setting.nginx and not headers:
            servers.append(stack.enter_context(nginx_server(setting.nginx, answer, folder)))
        turns = in_turns(setting, servers, ask)
    rows = [beside(what, turns, "libmicrohttpd", 0.9)]
    return rows + ([beside("", turns, "nginx")] if "nginx" in turns else [])


def repeated(setting):
    with setting.alone(setting.small) as own:
        tag = get(own.port, LIST).header("ETag")
        forms = {"a list of 20 claims, again and again": [], "the same in gzip": ["Accept-Encoding: gzip"],
                 "the same in br": ["Accept-Encoding: br"],
                 "the same, not modified (304)": [f"If-None-Match: {tag}"]}
        return [row for what, headers in forms.items() for row in repeated_form(setting, own, what, headers)]


# --- Lists that were never asked for before ------------------------------------

def check_same(servers):
    """The peers may not do less: they give the same claims."""
    answers = {server.name: json.loads(get(server.port, f"{LIST}0").body)["data"] for server in servers}
    for name, data in answers.items():
        if data != answers["treatfacts"]:
            raise RuntimeError(f"{name} gives other claims than treatfacts")


class Distinct:
    """Files of pages in the form of a server; none is used twice."""

    def __init__(self, setting, servers, seed, count=MOST_A_SECOND):
        self.places = targets.Places(setting.large, seed)
        self.ports = {server.name: server.port if server.name == "treatfacts" else None for server in servers}
        self.paths = {name: iter(list(targets.pages(self.places, count, port)))
                      for name, port in self.ports.items()}

    def take(self, name, count):
        paths = [path for path, _ in zip(self.paths[name], range(count))]
        return targets.write(DATA / f"{name}.txt", paths)


def distinct(setting):
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(server)
                   for server in [setting.alone(setting.large), *setting.peers(setting.large)]]
        check_same(servers)
        a_turn = MOST_A_SECOND * setting.seconds
        pages = Distinct(setting, servers, 1, a_turn * (setting.rounds + 1))
        ask = lambda server, _: setting.clients.wrk(server.port, setting.seconds,
                                                    targets=pages.take(server.name, a_turn))
        for server in servers:
            ask(server, 0)  # the first second of a machine's life is another's
        turns = in_turns(setting, servers, ask)
        setting.rates = {name: side.rate for name, side in turns.items()}
        rows = [beside("pages of 20 claims at any depth, each once" if name == "Bun" else "", turns, name, goal)
                for name, goal in (("Bun", 2), ("Fastify", 4)) if name in turns]
        rows = rows or [Row("pages of 20 claims at any depth, each once", str(turns["treatfacts"]), "no npm here")]
        return rows + half_load(setting, servers)


def half_load(setting, servers):
    seconds, reports = setting.seconds * 2, {}
    places = Distinct(setting, servers, 2, int(max(setting.rates.values()) * seconds))
    for server in servers:
        rate = setting.rates[server.name] / 2
        with on(CLIENT):
            reports[server.name] = setting.clients.pace(
                server.port, seconds, places.take(server.name, int(rate * seconds) + 1), rate)
        setting.curves[server.name] = reports[server.name]["curve"]
    own = reports.pop("treatfacts")["p99"] / 1000
    text = "; ".join(f"{name}: {report['p99'] / 1000:.3g} ms" for name, report in reports.items())
    return [at_most("p99 of them at half the highest rate", own, "ms", 1, beside=text)]


def depths(setting):
    """One after the other: what a page, a filter and a search take by themselves."""
    rows, seconds = [], setting.seconds * 2
    with setting.alone(setting.large) as own:
        count = MOST_A_SECOND * seconds // 4
        places = targets.Places(setting.large, 3)
        kinds = {"p99 of a page at any depth": (targets.pages(places, count, own.port), 2),
                 "p99 of a page of a filtered list": (targets.filtered(places, count // 4, own.port), None),
                 "p99 of a search": (targets.searches(count // 10, 1), 20)}
        for what, (paths, goal) in kinds.items():
            file = targets.write(DATA / "paths.txt", paths)
            with on(CLIENT):
                report = setting.clients.pace(own.port, seconds, file, connections=1)
            text = f"{report['p99'] / 1000:.3g} ms (median {report['p50'] / 1000:.3g} ms)"
            beside_it = f"{report['rate']:,.0f}/s from one connection"
            rows.append(at_most(what, report["p99"] / 1000, "ms", goal, text, beside=beside_it) if goal
                        else Row(what, text, beside_it))
            setting.curves[what.removeprefix("p99 of ")] = report["curve"]
    return rows


# --- Loading -------------------------------------------------------------------

def articles(claims, seed):
    """The folder of made-up articles and their bytes; made once."""
    folder = DATA / f"articles-{claims}-{seed}"
    mark = folder / "bytes"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        mark.write_text(str(corpus.write(folder / "texts", claims, seed)[1]))
    return folder / "texts", int(mark.read_text())


def remove_database(path):
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


class Watch:
    """The highest resident memory of a process, until it ends."""

    def __init__(self, pid):
        self.highest, self._pid = 0.0, pid
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        with contextlib.suppress(OSError):
            while (now := memory_of(self._pid, "VmHWM")) > 0:
                self.highest = max(self.highest, now)
                time.sleep(0.1)

    def join(self):
        self._thread.join()


def load_large(setting):
    folder, _ = articles(setting.claims, 1)
    remove_database(setting.large)
    loaded, size, started = 0, 0, time.monotonic()
    process = setting.load(setting.large, folder)
    watch = Watch(process.pid)
    for line in process.stdout:
        report = json.loads(line)
        if "claims" not in report:
            continue
        loaded += report["claims"]["new"]
        size += Path(report["path"]).stat().st_size
        setting.growth.append((loaded, time.monotonic() - started))
        if time.monotonic() - started > setting.load_seconds:
            process.send_signal(signal.SIGTERM)  # what is loaded is whole
    process.wait()
    watch.join()
    seconds = time.monotonic() - started
    what = f"load of {loaded:,} claims, {size / 1e6:.0f} MB"
    if loaded < setting.claims * 0.9:
        what += f", stopped after {seconds:.0f} s"
    speed = size / 1e6 / seconds
    return [Row(what, f"{speed:.3g} MB/s, {loaded / seconds:,.0f} claims/s", goal="≥ 5 MB/s", met=speed >= 5),
            growth_row(setting.growth), at_most("memory of the loader, highest", watch.highest, "MiB", 64)]


def growth_row(growth):
    """How much longer the last tenth took than the second: the first has small indexes."""
    total = growth[-1][0]
    at = lambda share: next(seconds for claims, seconds in growth if claims >= total * share)
    ratio = (at(1) - at(0.9)) / (at(0.2) - at(0.1))
    return Row("time of its last tenth beside its second", f"{ratio:.2f} ×", goal="≤ 1.25 ×", met=ratio <= 1.25)


def load_beside_inserts(setting):
    """The same rows, by the loader out of texts and by SQLite out of another database."""
    folder, size = articles(min(30_000, setting.claims), 3)
    own, peer, source, copy = [], [], DATA / "some.db", DATA / "copy.db"
    for _ in range(min(setting.rounds, 3)):
        remove_database(source)
        remove_database(copy)
        started = time.monotonic()
        with on(SERVER):
            subprocess.run([setting.program, "load", "--json", "--db", source, folder], check=True,
                           capture_output=True)
            own.append(time.monotonic() - started)
            run = subprocess.run([BUILD / "bench_insert", source, copy], check=True, capture_output=True, text=True)
        peer.append(float(run.stdout.split("\t")[1]))
    own, peer = (size / 1e6 / statistics.median(side) for side in (own, peer))
    return [Row("load of 30,000 claims" if setting.claims > 30_000 else "load of some claims", f"{own:.3g} MB/s",
                f"SQLite, prepared inserts of the same rows: {peer:.3g} MB/s", own / peer, "≥ 0.5 ×", own / peer >= 0.5)]


# --- Reading while a load writes -----------------------------------------------

class Follower(threading.Thread):
    """Reads the loader's report and, as it goes, whether the daemon's answers know of it."""

    def __init__(self, process, port):
        super().__init__()
        self.process, self.port = process, port
        self.before, self.claims, self.asked, self.stale = self.version(), 0, 0, 0
        self.start()

    def version(self):
        answer = get(self.port, f"{targets.LIST}?limit=1")
        return json.loads(answer.body)["meta"]["dataset_version"] if answer.status == 200 else -1

    def run(self):
        sources, last = 0, 0.0
        for line in self.process.stdout:
            report = json.loads(line)
            sources += "claims" in report
            self.claims += report.get("claims", {}).get("new", 0)
            if time.monotonic() - last > 0.05:
                last = time.monotonic()
                self.check(sources)
        self.process.wait()
        self.check(sources)

    def check(self, sources):
        """Each source is a version of its own, and was committed before its line was printed."""
        self.asked += 1
        self.stale += self.version() < self.before + sources


def while_loading(setting):
    folder, _ = articles(min(50_000, setting.claims), 2)
    with setting.alone(setting.large) as own:
        a_turn = MOST_A_SECOND * setting.seconds
        pages = Distinct(setting, [own], 4, a_turn * 40)
        ask = lambda: setting.clients.wrk(own.port, setting.seconds, targets=pages.take("treatfacts", a_turn))
        with on(CLIENT):
            quiet = [ask() for _ in range(2)]
            follower = Follower(setting.load(setting.large, folder), own.port)
            busy = []
            while follower.is_alive() and len(busy) < 30:
                busy.append(ask())
            follower.join()
            quiet.append(ask())
    rate = lambda results: statistics.median(r["requests"] / r["seconds"] for r in results)
    refused = sum(r["refused"] + r["lost"] for r in busy)
    share = rate(busy) / rate(quiet)
    return [Row(f"reads while a load writes {follower.claims:,} claims", f"{rate(busy):,.0f}/s",
                f"without the load: {rate(quiet):,.0f}/s", share, "≥ 0.8 ×", share >= 0.8),
            Row("refused or lost meanwhile", f"{refused} of {sum(r['requests'] for r in busy):,}", goal="0", met=not refused),
            Row("stale answers after a commit", f"{follower.stale} of {follower.asked:,}", goal="0", met=not follower.stale)]


# --- Memory and start ----------------------------------------------------------

def load_small(setting):
    remove_database(setting.small)
    subprocess.run([setting.program, "load", "--json", "--db", setting.small, ROOT / "examples/sources"], check=True,
                   capture_output=True)


def memory_small(setting):
    with setting.treatfacts(setting.small) as own:
        return [at_most("memory after start, five sources", memory_of(own.pid), "MiB", 12)]


def soak(setting):
    """Pages, filters and searches, each once, as fast as they are answered, with the usual threads."""
    with setting.treatfacts(setting.large) as own:
        start, count = memory_of(own.pid), min(1500 * setting.soak_seconds, 600_000)
        places = targets.Places(setting.large, 5)
        parts = [targets.pages(places, count, own.port), targets.filtered(places, count // 4, own.port),
                 targets.searches(count // 10, 2)]
        mixed = [path for turn in range(count) for part, every in zip(parts, (1, 4, 10)) if turn % every == 0
                 for path in [next(part, None)] if path]
        file = targets.write(DATA / "mixed.txt", mixed)
        seen, begun = [], time.monotonic()
        client = threading.Thread(target=setting.clients.pace, args=(own.port, setting.soak_seconds, file))
        client.start()
        while client.is_alive():
            seen.append((time.monotonic() - begun, memory_of(own.pid)))
            time.sleep(0.25)
    settled = statistics.median(m for t, m in seen if 0.2 < t / setting.soak_seconds < 0.4)
    last = statistics.median(m for t, m in seen if t / setting.soak_seconds > 0.9)
    return [at_most("memory with all claims on disk, highest", max(m for _, m in seen), "MiB", 64,
                    beside=f"after start: {start:.3g} MiB"),
            Row(f"its growth over {setting.soak_seconds} s of distinct queries", f"{settled:.3g} → {last:.3g} MiB",
                goal="flat (≤ 5 %)", met=last <= settled * 1.05)]


def starts(setting):
    """From exec to the first 200, with the database in the system's cache."""
    times = []
    for _ in range(5 * setting.rounds):
        with setting.alone(setting.large) as own:
            times.append(own.ready * 1000)
    text = f"{statistics.median(times):.3g} ms (longest {max(times):.3g} ms)"
    return [at_most("first 200 after exec, all claims on disk", statistics.median(times), "ms", 20, text)]
