# SPDX-License-Identifier: MIT
"""The daemon with a certificate of its own, asked by Python's and curl's TLS."""
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time

import pytest

from conftest import Client, run

LASTING = "max-age=31536000"


def make_pair(folder, name, *how):
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
                    *(how or ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])],
                   check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return make_pair(tmp_path_factory.mktemp("tls"), "one")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make_pair(tmp_path_factory.mktemp("tls"), "other", "-newkey", "rsa:2048")


def options(pair):
    return ["--tls-cert", str(pair[0]), "--tls-key", str(pair[1])]


class SecureClient(Client):
    def __init__(self, port, checker, certificate):
        super().__init__(port, checker)
        context = ssl.create_default_context(cafile=str(certificate))
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30,
                                                      context=context)


@pytest.fixture
def secure(own_daemon, checker, pair):
    daemon = own_daemon("--admin-listen", "127.0.0.1:0", *options(pair))
    yield daemon
    assert daemon.stop() == 0


def test_answers_are_the_same_and_ask_for_https_from_now_on(secure, client, checker, pair):
    asking = SecureClient(secure.port, checker, pair[0])
    for target in ("/v1/claims?limit=3", "/v1/topics", "/nowhere", "/v1/claims?limit=3"):
        answer, plain = asking.get(target), client.get(target)
        assert answer.status == plain.status
        assert answer.headers.get_all("Strict-Transport-Security") == [LASTING]
        assert "Strict-Transport-Security" not in plain.headers
        if answer.status == 200:
            assert answer.json["data"] == plain.json["data"]
    whole = asking.get("/v1/claims?format=ndjson")
    assert len(whole.body.splitlines()) == client.get("/v1/claims?count=true").json["meta"]["total"]
    asking.connection.close()


@pytest.mark.parametrize("kind", ["pair", "other"])
def test_curl_trusts_the_certificate(own_daemon, kind, request):
    chosen = request.getfixturevalue(kind)
    daemon = own_daemon(*options(chosen))
    done = subprocess.run(["curl", "-fsS", "--max-time", "20", "--cacert", chosen[0],
                           f"https://127.0.0.1:{daemon.port}/version"], capture_output=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["name"] == "treatfacts"
    assert daemon.stop() == 0


def first_reply(port, version):
    """The type of the record that answers a client's hello of this version; None: hung up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing).do_handshake()
    with socket.create_connection(("127.0.0.1", port), 20) as s:
        s.sendall(outgoing.read())
        try:
            received = s.recv(1)
        except ConnectionResetError:
            return None
    return received[0] if received else None


ALERT, HANDSHAKE = 21, 22


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_only_current_versions_of_tls_are_spoken(secure):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert first_reply(secure.port, version) == HANDSHAKE
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        assert first_reply(secure.port, version) in (None, ALERT)


def test_plain_http_is_hung_up_on(secure):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", secure.port), 20) as s:
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        try:
            while chunk := s.recv(4096):
                received += chunk
        except ConnectionResetError:
            pass
    assert not received.startswith(b"HTTP/") and time.monotonic() - began < 10


def test_other_address_stays_plain_and_is_what_healthcheck_asks(secure, checker, pair):
    listening = secure.wait_for(lambda entry: entry["event"] == "listening")
    admin = Client(listening["admin_port"], checker)
    answer = admin.get("/readyz")
    assert answer.status == 200 and "Strict-Transport-Security" not in answer.headers
    admin.connection.close()
    asked = ["healthcheck", "--listen", f"127.0.0.1:{secure.port}", "--tls-cert", pair[0]]
    done = run(*asked)
    assert done.returncode == 2 and "--admin-listen" in done.stderr
    assert run(*asked, "--admin-listen", f"127.0.0.1:{listening['admin_port']}").returncode == 0


def refusal(database, certificate, key):
    done = run("serve", "--db", database, "--listen", "127.0.0.1:0", "--tls-cert", certificate,
               "--tls-key", key)
    assert "listening" not in done.stderr
    return done.returncode, done.stderr


def test_files_that_are_no_pair_are_refused_by_name(database, pair, other, tmp_path):
    rubbish, folder = tmp_path / "rubbish.pem", tmp_path / "folder"
    rubbish.write_text("no certificate\n" * 3)
    folder.mkdir()
    (certificate, key), missing = pair, tmp_path / "missing.pem"
    locked = tmp_path / "locked.key"
    subprocess.run(["openssl", "pkey", "-in", key, "-aes256", "-passout", "pass:secret", "-out",
                    locked], check=True, capture_output=True)
    for first, second, wrong, words in [
            (certificate, other[1], other[1], "does not go with the certificate"),
            (rubbish, key, rubbish, "no certificate in PEM"),
            (certificate, rubbish, rubbish, "no private key in PEM"),
            (certificate, locked, locked, "without a password"),
            (key, certificate, key, "no certificate in PEM"),
            (missing, key, missing, "No such file"), (certificate, missing, missing, "No such"),
            (folder, key, folder, "not a regular file")]:
        code, told = refusal(database, first, second)
        assert code == 1 and f"{wrong}: " in told and words in told, told
    empty = tmp_path / "empty.pem"
    empty.touch()
    assert refusal(database, empty, key)[0] == refusal(database, certificate, empty)[0] == 1


def test_key_that_may_not_be_read_is_refused_by_name(database, pair, tmp_path):
    key = tmp_path / "my.key"
    shutil.copy(pair[1], key)
    key.chmod(0)
    if os.access(key, os.R_OK):
        pytest.skip("this user may read every file")
    code, told = refusal(database, pair[0], key)
    assert code == 1 and f"{key}: Permission denied" in told


@pytest.mark.parametrize("given, missing", [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")])
@pytest.mark.parametrize("more", [[], ["--print-config"]])
def test_one_without_the_other_is_refused(database, given, missing, more):
    done = run("serve", "--db", database, "--listen", "127.0.0.1:0", given, "x.pem", *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{given}: needs {missing}" in done.stderr


# --- Renewal ------------------------------------------------------------------

NOT_AFTER = "treatfacts_tls_certificate_not_after_seconds"


class Live:
    """Links to the files in use, as ACME clients keep them: an archive beside them grows."""

    def __init__(self, folder):
        self.archive, self.live = folder / "archive", folder / "live"
        self.archive.mkdir()
        self.live.mkdir()
        self.paths = self.live / "fullchain.pem", self.live / "privkey.pem"

    def point(self, which, to):
        link = self.live / "next"
        link.symlink_to(to)
        os.replace(link, self.paths[which])


@pytest.fixture
def live(tmp_path):
    live = Live(tmp_path)
    pair = make_pair(live.archive, "first")
    live.point(0, pair[0])
    live.point(1, pair[1])
    return live


def served(port):
    return ssl.get_server_certificate(("127.0.0.1", port)).strip()


def serves(port, certificate, patience=10):
    """Within that many seconds; the files are looked at once in each."""
    wanted, end = certificate.read_text().strip(), time.monotonic() + patience
    while served(port) != wanted:
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def not_after(daemon, checker):
    admin = Client(daemon.wait_for(lambda entry: entry["event"] == "listening")["admin_port"], checker)
    lines = admin.get("/metrics").body.decode().splitlines()
    admin.connection.close()
    return [int(line.split()[1]) for line in lines if line.startswith(NOT_AFTER)][0]


def end_of(certificate):
    told = subprocess.run(["openssl", "x509", "-enddate", "-noout", "-in", certificate], check=True,
                          capture_output=True, text=True).stdout
    return ssl.cert_time_to_seconds(told.strip().removeprefix("notAfter="))


def test_renewed_certificate_is_served_without_a_restart(own_daemon, live, checker):
    daemon = own_daemon("--admin-listen", "127.0.0.1:0", *options(live.paths))
    first, second = live.archive / "first.crt", make_pair(live.archive, "second", "-newkey", "rsa:2048")
    asking = SecureClient(daemon.port, checker, first)
    assert asking.get("/healthz").status == 200
    assert not_after(daemon, checker) == end_of(first)
    live.point(0, second[0])
    told = None
    while not told:  # it looks when somebody comes
        assert serves(daemon.port, first, 0)
        told = next((entry for entry in list(daemon.log) if entry["event"] == "certificate not renewed"), None)
        time.sleep(0.1)
    assert told["level"] == "warn" and "does not go with the certificate" in told["detail"]
    live.point(1, second[1])
    assert serves(daemon.port, second[0])
    assert daemon.wait_for(lambda entry: entry["event"] == "certificate renewed")["level"] == "info"
    assert not_after(daemon, checker) == end_of(second[0])
    assert asking.get("/healthz").status == 200  # on its old connection
    renewed = SecureClient(daemon.port, checker, second[0])
    assert renewed.get("/v1/topics").status == 200
    for open_one in (asking, renewed):
        open_one.connection.close()
    assert daemon.stop() == 0


def test_files_that_are_no_certificate_leave_the_one_in_use(own_daemon, live):
    daemon = own_daemon("--admin-listen", "127.0.0.1:0", *options(live.paths))
    certificate, key = (path.read_bytes() for path in live.paths)
    wanted = served(daemon.port)
    for path in live.paths:
        path.unlink()
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        assert served(daemon.port) == wanted
        time.sleep(0.1)
    daemon.wait_for(lambda entry: entry["event"] == "certificate not renewed" and "No such file" in entry["detail"])
    live.paths[0].write_bytes(certificate[:100])
    live.paths[1].write_bytes(key)
    time.sleep(1.1)
    assert served(daemon.port) == wanted
    daemon.wait_for(lambda entry: entry["event"] == "certificate not renewed" and "no certificate" in entry["detail"])
    live.paths[0].write_bytes(certificate)
    time.sleep(1.1)
    assert served(daemon.port) == wanted
    daemon.wait_for(lambda entry: entry["event"] == "certificate renewed")
    assert daemon.stop() == 0
