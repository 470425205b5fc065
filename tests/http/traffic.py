# SPDX-License-Identifier: MIT
"""Clients of all sorts at once: pages, whole lists, searches, revalidation, mistakes,
some who go away in the middle. For tests and scripts/soak; standard library only."""
import collections
import http.client
import random
import re
import socket
import struct
import threading

PAGES = [
    "/v1/claims?limit=20", "/v1/claims?treatment=ketamine&limit=5&count=true",
    "/v1/claims?facet=topic,treatment&limit=1", "/v1/claims?topic=safety&sort=-updated_at",
    "/v1/sources?limit=10", "/v1/sources?sort=title&limit=3", "/v1/time-windows?limit=10",
    "/v1/onset-windows?max_lte=PT24H&limit=10", "/v1/faqs?limit=5", "/v1/studies?limit=5",
    "/v1/treatments", "/v1/conditions?limit=5", "/v1/topics", "/v1/routes?format=csv",
    "/v1/onset-windows/summary?treatment=ketamine", "/v1/search?q=relief", "/v1/search?q=within+hours",
    "/", "/openapi.json", "/healthz", "/readyz", "/version", "/problems",
]
STREAMS = ["/v1/claims?format=ndjson", "/v1/faqs?format=csv", "/v1/time-windows?format=ndjson"]
MISTAKES = ["/v1/claims?limit=0", "/v1/claims?treatmen=x", "/nothing", "/v1/claims/no-id", "/v1/search",
            "/v1/claims?cursor=AAAA", "/%ff", "/" + "x" * 9000]
CODINGS = [{}, {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "br, gzip;q=0.5"}]
EXPECTED = {200, 204, 304, 400, 404, 405, 406, 413, 414, 503}


class _Client(threading.Thread):
    def __init__(self, traffic, seed):
        super().__init__(daemon=True)
        self.traffic, self.random, self.tags = traffic, random.Random(seed), {}
        self.connection = None

    def run(self):
        habits = [(self.page, 60), (self.walk, 8), (self.stream, 4), (self.mistake, 10), (self.other_method, 6),
                  (self.leave_stream, 4), (self.leave_request, 4), (self.random_page, 10)]
        choices, weights = zip(*habits)
        while not self.traffic.stopping.is_set():
            try:
                self.random.choices(choices, weights)[0]()
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if not self.traffic.stopping.is_set():
                    self.traffic.broken.append(repr(error))
        self.close()

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, target, headers=None):
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.traffic.port, timeout=60)
        self.connection.request(method, target, headers={**self.random.choice(CODINGS), **(headers or {})})
        response = self.connection.getresponse()
        body = response.read()
        if response.will_close:
            self.close()
        self.traffic.note(response.status)
        return response, body

    def page(self):
        target = self.random.choice(PAGES)
        tag = self.tags.get(target)
        response, _ = self.ask("GET", target, {"If-None-Match": tag} if tag and self.random.random() < 0.5 else {})
        self.tags[target] = response.headers["ETag"] or tag

    def random_page(self):
        """Ever other answers, so that a small cache has to let old ones go."""
        self.ask("GET", f"/v1/claims?limit={self.random.randint(1, 60)}&fields=id,text")

    def walk(self):
        target = "/v1/claims?limit=50"
        for _ in range(5):
            response, _ = self.ask("GET", target)
            following = re.search(r'<(/v1/[^>]+)>; rel="next"', response.headers["Link"] or "")
            if not following:
                return
            target = following[1]

    def stream(self):
        self.ask("GET", self.random.choice(STREAMS))

    def mistake(self):
        self.ask("GET", self.random.choice(MISTAKES))
        self.ask("GET", "/v1/claims", {"Accept": "image/png"})

    def other_method(self):
        self.ask(self.random.choice(["HEAD", "OPTIONS", "DELETE"]), self.random.choice(PAGES))
        self.connection and self.connection.request("POST", "/v1/claims", body=b"x" * 100)
        if self.connection:
            response = self.connection.getresponse()
            response.read()
            self.traffic.note(response.status)
            self.close()

    def send(self, data):
        s = socket.create_connection(("127.0.0.1", self.traffic.port), timeout=60)
        s.sendall(data)
        return s

    def leave_stream(self):
        """Reads a little of a whole list, then resets the connection."""
        with self.send(f"GET {self.random.choice(STREAMS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode()) as s:
            s.recv(4096)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def leave_request(self):
        whole = b"GET /v1/claims?limit=100 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"
        self.send(whole[:self.random.randrange(len(whole) + 1)]).close()


class Traffic:
    """statuses counts answers; broken has what a client could not make sense of."""

    def __init__(self, port, clients, seed=1):
        self.port, self.stopping = port, threading.Event()
        self.statuses, self.broken, self.lock = collections.Counter(), [], threading.Lock()
        self.clients = [_Client(self, seed * 1000 + i) for i in range(clients)]

    def note(self, status):
        with self.lock:
            self.statuses[status] += 1

    def __enter__(self):
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for client in self.clients:
            client.join(120)

    def unexpected(self):
        return {status: n for status, n in self.statuses.items() if status not in EXPECTED}
