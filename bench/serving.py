# SPDX-License-Identifier: MIT
"""How fast answers are given: one again and again, each one once, one by one."""
import contextlib
import itertools
import json
import os
import time

import targets
from clients import get
from machine import BUILD, CLIENT, DATA, Server, free_port, on
from setting import LIST, Row, at_most, beside, check, in_fresh_turns, in_turns, rate_of, take

MOST_A_SECOND = 60_000  # more distinct queries than any server answers

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
  etag off; max_ranges 0; server_tokens off;
  server {{
    listen 127.0.0.1:{port};
    location = /v1/claims {{ default_type "{type}"; {headers} alias {folder}/body; }}
  }}
}}
"""


def nginx_server(nginx, answer, folder):
    """The body as a file, with the same head; only that nginx names itself cannot be left out."""
    lines = [line.split(": ", 1) for line in answer.head.decode().split("\r\n")[1:] if line]
    itself = ("date", "content-length", "connection", "content-type")
    quoted = ((name, value.replace('"', '\\"')) for name, value in lines if name.lower() not in itself)
    headers = " ".join(f'add_header {name} "{value}";' for name, value in quoted)
    port, user = free_port(), "user root; " if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(
        user=user, folder=folder, port=port, headers=headers, type=answer.header("Content-Type")))
    return Server("nginx", [nginx, "-c", folder / "nginx.conf", "-e", "stderr", "-p", folder], LIST, port)


def check_same_bytes(servers, headers):
    """Head and body, but for what is of the moment."""
    def constant(server):
        answer = get(server.port, LIST, headers)
        lines = answer.head.decode().split("\r\n")
        moment = ("Date: ", "X-Request-Id: ", "Server: ")
        return sorted(line for line in lines if not line.startswith(moment)), answer.body

    (name, (head, body)), *others = [(server.name, constant(server)) for server in servers]
    for other, answer in others:
        if answer != (head, body):
            raise RuntimeError(f"{other} gives other bytes than {name}: {set(head) ^ set(answer[0]) or 'in the body'}")


def settled(server, patience=5):
    """The answer with all of its head: Last-Modified comes only a second after the load, so that
    a change within the same second is told by ETag alone."""
    end = time.monotonic() + patience
    while not (answer := get(server.port, LIST)).header("Last-Modified"):
        if time.monotonic() > end:
            raise RuntimeError("no Last-Modified")
        time.sleep(0.1)
    return answer


@contextlib.contextmanager
def beside_itself(setting, headers):
    """The daemon, and others that give the answer it gives."""
    folder = DATA / "answer"
    folder.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        own = stack.enter_context(setting.alone(setting.small))
        answer = get(own.port, LIST, headers)
        servers = [own, stack.enter_context(bare_server(answer, folder))]
        if setting.nginx and not headers:
            servers.append(stack.enter_context(nginx_server(setting.nginx, answer, folder)))
        check_same_bytes(servers, headers)
        yield servers


def repeated_form(setting, what, headers):
    def begin():
        return beside_itself(setting, headers)

    turns = in_fresh_turns(setting.short_rounds, begin, lambda server: setting.clients.wrk(
        server.port, 1, LIST, headers))
    rows = [beside(what, turns, "libmicrohttpd", 0.9)]
    if headers:
        return rows
    rows += [beside("", turns, "nginx")] if "nginx" in turns else []
    with begin() as servers:
        same = {server.name: itertools.repeat(LIST) for server in servers}
        return [*rows, half_load(setting, servers, same, turns)[0]]


def repeated(setting):
    with setting.alone(setting.small) as own:
        tag = settled(own).header("ETag")
    forms = {"a list of 20 claims, again and again": [], "the same in gzip": ["Accept-Encoding: gzip"],
             "the same in br": ["Accept-Encoding: br"],
             "the same, not modified (304)": [f"If-None-Match: {tag}"]}
    return [row for what, headers in forms.items() for row in repeated_form(setting, what, headers)]


# --- Lists that were never asked for before ------------------------------------

def check_same_claims(servers, pages):
    """The peers may not do less: they give the same claims, at the beginning and at some depth."""
    def data(server):
        paths = [f"{LIST}0", *(next(pages[server.name]) for _ in range(20))]
        return [json.loads(get(server.port, path).body)["data"] for path in paths]

    first, *others = [(server.name, data(server)) for server in servers]
    for name, claims in others:
        if claims != first[1]:
            raise RuntimeError(f"{name} gives other claims than {first[0]}")


def endless_pages(setting, servers, seed):
    """For each server the same pages in its form, none twice."""
    places = targets.Places(setting.large, seed)
    return {server.name: targets.pages(places, server.port if server.name == "treatfacts" else None)
            for server in servers}


def enough(setting, server, pages):
    """More pages a second than it gives, by the second one: in the first the file may not yet be in memory."""
    with on(CLIENT):
        for _ in range(2):
            report = setting.clients.wrk(server.port, 1, targets=take(server.name, pages, MOST_A_SECOND))
    return 3 * rate_of(check(server.name, report)) + 3000


def distinct(setting):
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(server)
                   for server in [setting.alone(setting.large), *setting.peers(setting.large)]]
        pages = endless_pages(setting, servers, 1)
        check_same_claims(servers, pages)
        counts = {server.name: enough(setting, server, pages[server.name]) for server in servers}
        turns = in_turns(setting.rounds * setting.seconds, servers, lambda server: setting.clients.wrk(
            server.port, 1, targets=take(server.name, pages[server.name], counts[server.name])))
        what = "pages of 20 claims at any depth, each once"
        rows = [beside(what if name == "Bun" else "", turns, name, goal)
                for name, goal in (("Bun", 2), ("Fastify", 4)) if name in turns]
        rows = rows or [Row(what, str(turns["treatfacts"]), "no npm here")]
        row, curves = half_load(setting, servers, pages, turns)
        setting.curves.update(curves)
        return [*rows, row]


def half_load(setting, servers, pages, turns):
    """Of the paths of each server, at half of what it gave in its turns; the median turn, sides in turn."""
    seconds, reports = setting.seconds, {server.name: [] for server in servers}
    for number in range(max(3, setting.rounds)):
        for server in servers if number % 2 else reversed(servers):
            rate = turns[server.name].rate / 2
            paths = take(server.name, pages[server.name], rate * seconds + 1)
            with on(CLIENT):
                report = check(server.name, setting.clients.pace(server.port, seconds, paths, rate))
            reports[server.name].append(report)
    medians = {name: sorted(found, key=lambda report: report["p99_window"])[len(found) // 2]
               for name, found in reports.items()}
    texts = {name: f"{median['p99_window'] / 1000:.3g} ms (of whole turns: {median['p99'] / 1000:.3g})"
             for name, median in medians.items()}
    curves = {f"{name}, half load": median["curve"] for name, median in medians.items()}
    row = at_most("p99 of them at half the highest rate", medians["treatfacts"]["p99_window"] / 1000, "ms", 1,
                  texts.pop("treatfacts"), beside="; ".join(f"{name}: {text}" for name, text in texts.items()))
    return row, curves


# --- One after the other -------------------------------------------------------

def one_by_one(setting, server, paths, seconds):
    """What answers take by themselves: one connection, the next request when it has its answer."""
    with on(CLIENT):
        report = setting.clients.pace(server.port, seconds, take("paths", paths, MOST_A_SECOND / 4 * seconds),
                                      connections=1)
    return check(server.name, report)


def depths(setting):
    rows, seconds = [], setting.seconds * 2
    with setting.alone(setting.large) as own:
        places = targets.Places(setting.large, 3)
        kinds = {"a page at any depth": (targets.pages(places, own.port), 2), "a search": (targets.searches(1), 20)}
        for what, (paths, goal) in kinds.items():
            report = one_by_one(setting, own, paths, seconds)
            text = f"{report['p99'] / 1000:.3g} ms (median {report['p50'] / 1000:.3g} ms)"
            rows.append(at_most(f"p99 of {what}", report["p99"] / 1000, "ms", goal, text))
            setting.curves[what] = report["curve"]
        return rows + [slowest_filter(setting, own, places)]


def slowest_filter(setting, own, places):
    """A filter that no index serves reads the whole database and stands out."""
    lists = {**targets.filtered(places, own.port), "source": targets.of_sources(setting.large)}
    reports = {name: one_by_one(setting, own, paths, setting.seconds / 4) for name, paths in lists.items()}
    name, report = max(reports.items(), key=lambda item: item[1]["p99"])
    setting.curves["the slowest filter"] = report["curve"]
    text = f"{report['p99'] / 1000:.3g} ms (median {report['p50'] / 1000:.3g} ms): {name}"
    return at_most(f"p99 of a page with a filter, the slowest of {len(lists)}", report["p99"] / 1000, "ms", 20, text)
