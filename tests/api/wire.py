# SPDX-License-Identifier: MIT
"""HTTP/1.1 as bytes: sends what no library would send, and reads fast."""
import gzip
import re
import shlex
import socket

import brotli

SECONDS = 15
DECODERS = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def content(self):
        return DECODERS[self.headers.get("content-encoding", "")](self.body)


class Wire:
    """One connection, opened again where the server has closed it."""

    def __init__(self, port):
        self.port, self.socket, self.rest = port, None, b""

    def ask(self, method, target, headers):
        host = () if any(name == "Host" for name, _ in headers) else (("Host", "x"),)
        lines = [method + b" " + target + b" HTTP/1.1"]
        lines += [f"{name}: {value}".encode() for name, value in (*host, *headers)]
        data = b"\r\n".join(lines) + b"\r\n\r\n"
        fresh = self.socket is None
        try:
            return self._exchange(data, method)
        except (ConnectionError, EOFError):
            self.close()
            if fresh:
                raise
            return self._exchange(data, method)  # it was closed after the answer before

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.rest = None, b""

    def _exchange(self, data, method):
        if not self.socket:
            self.socket = socket.create_connection(("127.0.0.1", self.port), SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(data)
        head = self._until(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if not re.fullmatch(r"HTTP/1\.1 \d{3} .*", first):
            raise ValueError(f"not the first line of an answer: {first[:200]!r}; the answer before "
                             "may have had more content than it told of")
        status = int(first.split(" ")[1])
        body = b""
        if method != b"HEAD" and status not in (204, 304):
            body = self._body(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def _body(self, headers):
        if "content-length" in headers:
            return self._take(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return self._to_the_end()
        body = []
        while size := int(self._until(b"\r\n"), 16):
            body.append(self._take(size))
            self._until(b"\r\n")
        self._until(b"\r\n")
        return b"".join(body)

    def _more(self):
        chunk = self.socket.recv(1 << 18)
        if not chunk:
            raise EOFError
        self.rest += chunk

    def _until(self, mark):
        while mark not in self.rest:
            self._more()
        part, _, self.rest = self.rest.partition(mark)
        return part

    def _take(self, size):
        while len(self.rest) < size:
            self._more()
        part, self.rest = self.rest[:size], self.rest[size:]
        return part

    def _to_the_end(self):
        try:
            while True:
                self._more()
        except EOFError:
            part = self.rest
            self.close()
            return part


def shell_quoted(data):
    """Bytes as one word of bash."""
    if all(0x20 <= byte < 0x7f for byte in data):
        return shlex.quote(data.decode())
    return "$'" + "".join(chr(b) if 0x20 <= b < 0x7f and b not in b"'\\" else f"\\x{b:02x}"
                          for b in data) + "'"


def curl(port, method, target, headers):
    """The command that sends the same again. curl cleans targets unless told by
    --request-target."""
    words = ["curl", "-si", "--request-target", shell_quoted(target)]
    words += ["-I"] if method == b"HEAD" else ["-X", shell_quoted(method)]
    for name, value in headers:
        words += ["-H", shell_quoted(f"{name}: {value}".encode() if value else f"{name};".encode())]
    return " ".join(words + [f"http://127.0.0.1:{port}"])
