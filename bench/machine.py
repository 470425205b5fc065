# SPDX-License-Identifier: MIT
"""What the measurements run on: programs, processors, processes."""
import contextlib
import json
import mmap
import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from clients import get

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
BUILD = ROOT / "build-bench"
DATA = BUILD / "data"
PEERS = BENCH / "peers-http"
TICKS = os.sysconf("SC_CLK_TCK")

# The server on one processor, what asks it on another: neither takes the other's
# time, and one side's threads are no more than another's. What loads meanwhile has
# a third or, with two, the client's, which has time left; never the server's.
PROCESSORS = sorted(os.sched_getaffinity(0))
SERVER, LOADER, CLIENT = PROCESSORS[0], PROCESSORS[len(PROCESSORS) // 2], PROCESSORS[-1]


def install():
    """What is missing; where that may not be, the parts that need it say so."""
    subprocess.run(["bash", ROOT / "scripts/packages.sh", "bench"], check=False)


def build():
    subprocess.run(["cmake", "-S", ROOT, "-B", BUILD, "-DCMAKE_BUILD_TYPE=Release", "-DTF_HARDEN=ON",
                    "-DTF_BENCH=ON"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", BUILD, "-j2"], check=True, stdout=subprocess.DEVNULL)


def nginx_program():
    """This machine's, else that of the Debian package, which is not to be installed: it would be
    started as a service. None when there is none."""
    script = f'. "{ROOT}/scripts/packages.sh"; fetch_program nginx usr/sbin/nginx "{BUILD}/nginx"'
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    return run.stdout.strip() or None


def peer_programs():
    """Bun and Node.js with the locked packages; None for what this machine cannot have."""
    if not shutil.which("npm"):
        return None, None
    installed, locked = PEERS / "node_modules/.package-lock.json", PEERS / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        _install_peers()
    return next(map(str, PEERS.glob("node_modules/@oven/*/bin/bun")), None), shutil.which("node")


def _install_peers():
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                   cwd=PEERS, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def locked_packages():
    wanted = json.loads((PEERS / "package.json").read_text())["dependencies"]
    return [f"{name} {version}" for name, version in wanted.items() if name != "bun"]


def first_line(*command):
    run = subprocess.run(command, capture_output=True, text=True)
    return (run.stdout + run.stderr).strip().splitlines()[0]


def describe():
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{model}, {len(PROCESSORS)} processors, {memory:.0f} GiB, "
            f"Linux {platform.release().split('-')[0]}")


@contextlib.contextmanager
def on(processor):
    """What is started inside runs there, for a child keeps its parent's processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {processor})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def memory_of(pid, key="VmRSS"):
    """MiB"""
    return memory_in(f"/proc/{pid}/status", key)


def memory_in(path, key):
    for line in Path(path).read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class UsedMemory:
    """Memory that is in use until a load needs it for its files. A virtual machine is given memory
    by its host when it writes there first, and loses what it does not use: each page then costs
    several times what it costs else, and a load would seem to slow down where it takes the first
    of them."""

    PIECE = 32 * 2**20

    def __init__(self, size):
        self.pieces = []
        most = int(memory_in("/proc/meminfo", "MemAvailable") * 2**20) // 4
        for _ in range(0, min(size, most), self.PIECE):
            piece = mmap.mmap(-1, self.PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            piece[::mmap.PAGESIZE] = b"1" * (self.PIECE // mmap.PAGESIZE)
            self.pieces.append(piece)
        self.most = len(self.pieces)

    def free(self, share):
        """So that not more than the rest is left."""
        while self.pieces and len(self.pieces) > self.most * (1 - share):
            self.pieces.pop().close()


class Server:
    """A process that answers on a port; PORT in its command stands for it."""

    def __init__(self, name, command, path, port=None):
        self.name, self.port = name, port or free_port()
        self.started = time.monotonic()
        with on(SERVER):
            self.process = subprocess.Popen([str(self.port) if word == "PORT" else
                                             str(word).replace(":PORT", f":{self.port}")
                                             for word in command], stdout=subprocess.DEVNULL)
        with on(CLIENT):
            self._wait(path)

    @property
    def pid(self):
        return self.process.pid

    def _wait(self, path, patience=30):
        while time.monotonic() < self.started + patience:
            with contextlib.suppress(OSError):
                if get(self.port, path).status in (200, 304):
                    self.ready = time.monotonic() - self.started
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.0002)
        self.stop()
        raise RuntimeError(f"{self.name} does not answer")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
