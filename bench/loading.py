# SPDX-License-Identifier: MIT
"""How fast texts are loaded, and what readers notice of it."""
import contextlib
import hashlib
import json
import shutil
import signal
import sqlite3
import statistics
import subprocess
import threading
import time
from pathlib import Path

import corpus
import targets
from clients import get
from machine import BUILD, CLIENT, DATA, LOADER, UsedMemory, memory_of, on
from serving import endless_pages, enough
from setting import Row, at_most, check, rate_of, remove_database, take

SOME_CLAIMS = 50_000
GROWTH_LEAST = 100_000  # claims
BYTES_WRITTEN = 16  # at most, for each byte of text: database and journal


def articles(claims, seed):
    """The folder of made-up articles and their bytes; made anew when what makes them is another."""
    folder = DATA / f"articles-{claims}-{seed}"
    maker = hashlib.sha256(b"".join(path.read_bytes() for path in corpus.MADE_OF)).hexdigest()
    mark = folder / "made-by"
    made = mark.read_text().split() if mark.exists() else []
    if made[:1] != [maker]:
        shutil.rmtree(folder, ignore_errors=True)
        made = [maker, str(corpus.write(folder / "texts", claims, seed)[1])]
        mark.write_text(" ".join(made))
    return folder / "texts", int(made[1])


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
                time.sleep(0.05)

    def join(self):
        self._thread.join()


def follow(setting, process, started, memory):
    """Notes how a load grows, and ends it when its time is over; gives claims and bytes."""
    loaded, size, stopped = 0, 0, False
    for line in process.stdout:
        report = json.loads(line)
        if "claims" not in report:
            continue
        loaded += report["claims"]["new"]
        size += Path(report["path"]).stat().st_size
        setting.growth.append((loaded, time.monotonic() - started))
        memory.free(1.1 * loaded / setting.claims + 0.1)
        if not stopped and time.monotonic() - started > setting.load_seconds:
            process.send_signal(signal.SIGTERM)  # what is loaded is whole
            stopped = True
    if process.wait() != 0 and not stopped:
        raise RuntimeError(f"the load ended with {process.returncode}")
    return loaded, size, stopped


def load_large(setting):
    folder, bytes_of_texts = articles(setting.claims, 1)
    remove_database(setting.large)
    memory = UsedMemory(BYTES_WRITTEN * bytes_of_texts)
    setting.growth, started = [], time.monotonic()
    process = setting.load(setting.large, folder)
    watch = Watch(process.pid)
    try:
        loaded, size, stopped = follow(setting, process, started, memory)
    finally:
        process.kill()
        watch.join()
    seconds = time.monotonic() - started
    setting.growth = of_transactions(setting.growth)
    what = f"load of {loaded:,} claims, {size / 1e6:.0f} MB" + (f", stopped after {seconds:.0f} s" if stopped else "")
    speed = size / 1e6 / seconds
    return [Row(what, f"{speed:.3g} MB/s, {loaded / seconds:,.0f} claims/s", goal="≥ 5 MB/s", met=speed >= 5),
            growth_row(setting.growth), at_most("memory of the loader, highest", watch.highest, "MiB", 64)]


def of_transactions(reports):
    """The last report of each transaction: those of its sources come at once, when it has ended."""
    ends = [this for this, following in zip(reports, reports[1:]) if following[1] - this[1] > 0.05]
    return [(0, 0.0), *ends, *reports[-1:]]


def growth_row(growth):
    """How much longer the last fifth took than the second: the first has small indexes. Of a small
    load it tells no more than when the journal was written back."""
    total = growth[-1][0]

    def at(share):
        wanted = total * share
        (before, begun), (after, ended) = next(
            pair for pair in zip(growth, growth[1:]) if pair[1][0] >= wanted)
        return begun + (ended - begun) * (wanted - before) / (after - before)

    ratio = (at(1) - at(0.8)) / (at(0.4) - at(0.2))
    return Row("time of its last fifth beside its second", f"{ratio:.2f} ×", goal="≤ 1.25 ×",
               met=ratio <= 1.25 if total >= GROWTH_LEAST else None)


def load_beside_inserts(setting):
    """The same rows, by the loader out of texts and by SQLite out of another database. Neither is
    held to one processor: to use two is the loader's right."""
    claims = min(SOME_CLAIMS, setting.claims)
    folder, size = articles(claims, 2)
    own, peer, source, copy = [], [], DATA / "some.db", DATA / "copy.db"
    for _ in range(setting.loads):
        remove_database(source)
        remove_database(copy)
        started = time.monotonic()
        subprocess.run([setting.program, "load", "--json", "--db", source, folder], check=True, capture_output=True)
        own.append(time.monotonic() - started)
        run = subprocess.run([BUILD / "bench_insert", source, copy], check=True, capture_output=True, text=True)
        peer.append(float(run.stdout.split("\t")[1]))
    own, peer = (size / 1e6 / statistics.median(side) for side in (own, peer))
    ratio = own / peer
    return [Row(f"load of {claims:,} claims", f"{own:.3g} MB/s",
                f"SQLite, prepared inserts of the same rows: {peer:.3g} MB/s", ratio, "≥ 0.5 ×", ratio >= 0.5)]


# --- Reading while a load writes -----------------------------------------------

class Load(threading.Thread):
    """Loads; reads the loader's report and, as it goes, whether the daemon's answers know of it."""

    def __init__(self, setting, folder, port):
        super().__init__()
        self.port, self.claims, self.asked, self.stale = port, 0, 0, 0
        self.before = self.version()
        with on(LOADER):
            self.process = setting.load(setting.large, folder)
        self.start()

    def version(self):
        answer = get(self.port, f"{targets.LIST}?limit=1")
        return json.loads(answer.body)["meta"]["dataset_version"] if answer.status == 200 else -1

    def run(self):
        sources, last = 0, 0.0
        for line in self.process.stdout:
            report = json.loads(line)
            sources += report.get("outcome") == "new"
            self.claims += report.get("claims", {}).get("new", 0)
            if time.monotonic() - last > 0.05:
                last = time.monotonic()
                self.compare(sources)
        self.process.wait()
        self.compare(sources)

    def compare(self, sources):
        """Each source is a version of its own, and was committed before its line was printed."""
        self.asked += 1
        self.stale += self.version() < self.before + sources


def fresh_seeds(setting, count):
    """Of articles that the database does not have; a key begins NNN/SEED."""
    with contextlib.closing(sqlite3.connect(f"file:{setting.large}?mode=ro", uri=True)) as db:
        last = db.execute("SELECT max(CAST(substr(key, 5, 3) AS INTEGER)) FROM source").fetchone()[0]
    return range(last + 1, last + 1 + count)


def while_loading(setting):
    """Turns that are short beside a load; the last, of which a part may be after it, does not count."""
    with setting.alone(setting.large) as own:
        pages = endless_pages(setting, [own], 4)[own.name]
        turn = 0.4
        count = turn * enough(setting, own, pages)

        def ask():
            with on(CLIENT):
                return setting.clients.pace(own.port, turn, take("pages", pages, count))

        quiet, busy, loads = [], [], []
        for seed in fresh_seeds(setting, setting.loads):
            quiet += [check(own.name, ask()) for _ in range(5)]
            loads.append(Load(setting, articles(min(SOME_CLAIMS, setting.claims), seed)[0], own.port))
            while loads[-1].is_alive():
                report = ask()
                if loads[-1].is_alive() or not busy:
                    busy.append(report)
            loads[-1].join()
    return loading_rows(quiet, busy, loads)


def loading_rows(quiet, busy, loads):
    without, during = (statistics.median(map(rate_of, side)) for side in (quiet, busy))
    refused, lost = (sum(report[key] for report in busy) for key in ("refused", "lost"))
    stale, asked = sum(load.stale for load in loads), sum(load.asked for load in loads)
    claims = statistics.median(load.claims for load in loads)
    share = during / without
    return [Row(f"reads while a load writes {claims:,.0f} claims", f"{during:,.0f}/s",
                f"without the load: {without:,.0f}/s", share, "≥ 0.8 ×", share >= 0.8),
            Row("refused or lost meanwhile", f"{refused + lost} of {sum(report['requests'] for report in busy):,}",
                goal="0", met=not refused + lost),
            Row("stale answers after a commit", f"{stale} of {asked:,}", goal="0", met=not stale)]
