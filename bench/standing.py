# SPDX-License-Identifier: MIT
"""What the daemon takes of the machine: memory, and time to start."""
import statistics
import subprocess
import threading
import time

import targets
from machine import CLIENT, ROOT, memory_of, on
from setting import Row, at_most, check, remove_database, take

SOAK_RATE = 1000  # a second
SOAK_LEAST, SOAK_MOST = 60, 600  # seconds


def load_small(setting):
    remove_database(setting.small)
    subprocess.run([setting.program, "load", "--json", "--db", setting.small, ROOT / "examples/sources"], check=True,
                   capture_output=True)


def memory_small(setting):
    with setting.treatfacts(setting.small) as own:
        return [at_most("memory after start, five sources", memory_of(own.pid), "MiB", 12)]


def starts(setting):
    """From exec to the first 200, with the database in the system's cache."""
    times = []
    for _ in range(5 * setting.rounds):
        with setting.alone(setting.large) as own:
            times.append(own.ready * 1000)
    text = f"{statistics.median(times):.3g} ms (longest {max(times):.3g} ms)"
    return [at_most("first 200 after exec, all claims on disk", statistics.median(times), "ms", 20, text)]


def mixed(setting, port):
    """Ten pages, three filters and a search in turn, without end."""
    places = targets.Places(setting.large, 5)
    pages, searches = targets.pages(places, port), targets.searches(2)
    filters = list(targets.filtered(places, port).values())
    while True:
        for at in range(len(filters)):
            yield from (next(pages) for _ in range(10))
            yield from (next(filters[(at + i) % len(filters)]) for i in range(3))
            yield next(searches)


class Asking(threading.Thread):
    """First as fast as they are answered, so that every thread is used, then at an even rate."""

    def __init__(self, setting, server, seconds):
        super().__init__()
        self.clients, self.server, self.seconds, self.failure = setting.clients, server, seconds, None
        paths = mixed(setting, server.port)
        burst = min(5, max(1, seconds // 3))
        self.steps = [(burst, 0, take("burst", paths, 10_000 * burst)),
                      (seconds, SOAK_RATE, take("mixed", paths, SOAK_RATE * seconds + 1))]

    def run(self):
        try:
            for seconds, rate, paths in self.steps:
                with on(CLIENT):
                    check(self.server.name, self.clients.pace(self.server.port, seconds, paths, rate))
        except RuntimeError as failure:
            self.failure = failure


def soak(setting):
    """Pages, filters and searches, each once, with the usual threads."""
    seconds = setting.soak_seconds or int(min(max(setting.end - time.monotonic() - 15, SOAK_LEAST), SOAK_MOST))
    with setting.treatfacts(setting.large) as own:
        start, seen = memory_of(own.pid), []
        asking, begun = Asking(setting, own, seconds), time.monotonic()
        asking.start()
        while asking.is_alive():
            seen.append((time.monotonic() - begun, memory_of(own.pid)))
            time.sleep(0.1)
    if asking.failure:
        raise asking.failure
    return soak_rows(start, seen, seconds)


def soak_rows(start, seen, seconds):
    """Only a longer run tells growth from caches that are being filled."""
    whole = seen[-1][0]
    settled = statistics.median(memory for at, memory in seen if 0.2 < at / whole < 0.4)
    last = statistics.median(memory for at, memory in seen if at / whole > 0.9)
    return [at_most("memory with all claims on disk, highest", max(memory for _, memory in seen), "MiB", 64,
                    beside=f"after start: {start:.3g} MiB"),
            Row(f"its growth over {seconds} s of distinct queries", f"{settled:.3g} → {last:.3g} MiB",
                goal="flat (≤ 5 %)", met=last <= settled * 1.05 if seconds >= SOAK_LEAST else None)]
