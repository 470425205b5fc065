# SPDX-License-Identifier: MIT
"""What asks the servers: one request, wrk, and the client that keeps a rate."""
import json
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 64


@dataclass
class Answer:
    head: bytes
    body: bytes

    @property
    def status(self):
        return int(self.head[9:12] or 0)

    def header(self, name):
        for line in self.head.decode("latin-1").split("\r\n"):
            if line.lower().startswith(name.lower() + ": "):
                return line.split(": ", 1)[1]
        return None


def get(port, path, headers=()):
    """One answer, byte for byte."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        received = b""
        while piece := connection.recv(1 << 20):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return Answer(head + b"\r\n", body)


@dataclass
class Targets:
    """A file of paths, one a line."""
    path: Path
    count: int


def write_targets(path, paths):
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, line in enumerate(paths, 1):
            file.write(line + "\n")
    return Targets(path, count)


def _json(command):
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{command[0]}: {run.stderr}{run.stdout}")
    return json.loads(run.stdout.strip().splitlines()[-1])


class Clients:
    def __init__(self, wrk, pace):
        self.program, self._pace = wrk, pace

    def wrk(self, port, seconds, path="/", headers=(), targets=None, connections=CONNECTIONS):
        """As many requests as go; of `targets`, a file, or of `path` again and again."""
        options = [word for header in headers for word in ("-H", header)]
        report = _json([self.program, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", *options,
                        "-s", Path(__file__).with_name("wrk.lua"), f"http://127.0.0.1:{port}{path}",
                        *(["--", targets.path] if targets else [])])
        report["repeated"] = max(0, report["requests"] - targets.count) if targets else 0
        return report

    def pace(self, port, seconds, targets, rate=0, connections=CONNECTIONS):
        """At a rate; at rate 0 as fast as the connections are answered."""
        report = _json([self._pace, "-c", connections, "-r", rate, "-d", seconds, port, targets.path])
        report["refused"] = report["requests"] - report["2xx"] - report["3xx"]
        return report
