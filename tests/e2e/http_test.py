#!/usr/bin/env python3
"""The engine over HTTP: what it accepts and refuses, what survives a kill, and how a webhook is retried.

Nothing here depends on how long anything takes: the tests wait for a condition, up to a limit against hanging.
"""
import base64
import hashlib
import hmac
import json
import re
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import LIMIT_S, Harness, expect_code, write_files  # noqa: E402

KEY = "e2e-write-key"
SECRET = "e2e-hook-secret"
PROJECT = """settings { language 1 zone "Europe/Paris" lint no_policy off }
event order_completed = "Order Completed" { order_id: string, total: number }
event looked { page: string }
contact { first_name: string?  looks: int = 0 }
message thanks: webhook { body "{{ contact.first_name | default: "friend" }}: {{ trigger.order_id }}" }
message later: webhook { body "a year after {{ trigger.order_id }}" }
journey thanks { on order_completed enter again each event.order_id send webhook thanks }
journey later { on order_completed enter again each event.order_id lasts at most 400d wait 365d send webhook later }
journey looks { on looked set contact.looks = contact.looks + 1 note "looked" }
"""


class Server:
    """A wend engine on a free port."""

    def __init__(self, harness, folder, config):
        write_files(folder, {"project/shop.wend": PROJECT, "wend.json": json.dumps(config)})
        self.process = harness.start("run", "project", "--data", "data", "--listen", "127.0.0.1:0", "--config",
                                     "wend.json", cwd=folder, stdout=-1, stderr=-2)
        printed = []
        while True:
            line = self.process.stdout.readline()
            assert line, f"the engine ended with {self.process.wait()} before it listened:\n{''.join(printed)}"
            printed.append(line)
            found = re.search(r"127\.0\.0\.1:(\d+)", line)
            if found:
                self.url = f"http://127.0.0.1:{found.group(1)}"
                break
        # Whatever it prints from now on must not fill the pipe.
        threading.Thread(target=lambda out: [None for _ in out], args=(self.process.stdout,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=LIMIT_S)

    def request(self, path, body=None, key=KEY, content_type="application/json", method=None, headers=None):
        """(status, headers, text) of the answer."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=body, method=method)
        if content_type and body is not None:
            request.add_header("Content-Type", content_type)
        if key is not None:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"{key}:".encode()).decode())
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def accepted(self, path, body):
        status, _, text = self.request(path, body)
        assert status == 200, f"{path} answered {status}: {text}"


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order(number, contact="ana"):
    return {"type": "track", "messageId": f"m-{contact}-{number}", "userId": contact, "event": "Order Completed",
            "timestamp": now(), "properties": {"order_id": f"{contact}-{number}", "total": 10 + number}}


def file_config(folder):
    return {"write_keys": [KEY], "connectors": {"webhook": {"type": "file", "path": str(folder / "out.ndjson")}}}


def wait_for(what, condition):
    """The condition's first true value."""
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {LIMIT_S} s for {what}")


def delivered(folder):
    """Deliveries so far: whole lines only, a reader may come in the middle of a write."""
    path = folder / "out.ndjson"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


# ------------------------------------------------------------------------------------------------ cases

def accepts(folder, harness):
    with Server(harness, folder, file_config(folder)) as server:
        server.accepted("/v1/identify", {"userId": "ana", "messageId": "i1", "traits": {"first_name": "Ana"}})
        server.accepted("/v1/track", order(1))
        server.accepted("/v1/track", {k: v for k, v in order(2).items() if k != "type"})
        server.accepted("/v1/batch", {"batch": [order(3), order(4), {"type": "identify", "userId": "bo", "messageId": "i2",
                                                                     "traits": {"first_name": "Bø"}}, order(1, "bo")]})
        server.accepted("/v1/track", order(1))  # the same id: accepted, and without effect
        server.accepted("/v1/batch", {"batch": []})
        wait_for("five deliveries", lambda: len(delivered(folder)) >= 5)
        code = server.stop()
        assert code == 0, f"SIGTERM ended the engine with {code}"
    bodies = sorted(line["body"] for line in delivered(folder))
    assert bodies == ["Ana: ana-1", "Ana: ana-2", "Ana: ana-3", "Ana: ana-4", "Bø: bo-1"], bodies


def refuses(folder, harness):
    """Bad requests get 4xx with a problem+json that names the field; the engine goes on."""
    cases = [
        ("no key", dict(body=order(1), key=None), 401, ()),
        ("a wrong key", dict(body=order(1), key="e2e-write-kex"), 401, ()),
        ("an empty key", dict(body=order(1), key=""), 401, ()),
        ("not base64", dict(body=order(1), key=None, headers={"Authorization": "Basic %%%"}), 401, ()),
        ("another scheme", dict(body=order(1), key=None, headers={"Authorization": "Bearer " + KEY}), 401, ()),
        ("no JSON", dict(body=b"{"), 400, ()),
        ("an empty body", dict(body=b""), 400, ()),
        ("invalid UTF-8", dict(body=json.dumps(order(1)).encode().replace(b"ana", b"\xff")), 400, ()),
        ("no contact", dict(body={k: v for k, v in order(1).items() if k != "userId"}), 400, ("userId",)),
        ("a bad time", dict(body={**order(1), "timestamp": "noon"}), 400, ("timestamp",)),
        ("no event", dict(body={k: v for k, v in order(1).items() if k != "event"}), 400, ("event",)),
        ("properties that are text", dict(body={**order(1), "properties": "x"}), 400, ("properties",)),
        ("a deep body", dict(body=json.dumps({**order(1), "x": None}).replace("null", "[" * 500 + "]" * 500).encode()), 400, ()),
        ("another content type", dict(body=order(1), content_type="text/html"), 415, ()),
        ("GET", dict(method="GET"), 405, ()),
        ("a bad event in a batch", dict(path="/v1/batch", body={"batch": [order(1), {**order(2), "userId": 1.5}]}), 400, ("batch[1]", "userId")),
        ("a batch that is no list", dict(path="/v1/batch", body={"batch": {}}), 400, ("batch",)),
        ("an unknown path", dict(path="/v1/trakc", body=order(1)), 404, ()),
    ]
    with Server(harness, folder, file_config(folder)) as server:
        failures = []
        for name, given, want, texts in cases:
            given = {"path": "/v1/track", **given}
            status, headers, text = server.request(**given)
            problem = f"{name}: {status} {headers.get('Content-Type')} {text[:300]}"
            if status != want:
                failures.append(f"{problem}: expected {want}")
                continue
            if not (headers.get("Content-Type") or "").startswith("application/problem+json"):
                failures.append(f"{problem}: not problem+json")
                continue
            fields = json.loads(text)
            if fields.get("status") != want or not fields.get("title"):
                failures.append(f"{problem}: lacks status or title")
            failures += [f"{problem}: does not name {wanted}" for wanted in texts if wanted not in text]
            if KEY in text:
                failures.append(f"{problem}: shows the key")
        assert not failures, "\n".join(failures)
        server.accepted("/v1/track", order(7, "zoe"))
        wait_for("the good order", lambda: delivered(folder))
    assert [line["body"] for line in delivered(folder)] == ["friend: zoe-7"], "something refused had an effect"


def raw(server, request):
    """Status of the answer to these bytes; None where the connection is closed without one."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            try:
                more = connection.recv(65536)
            except ConnectionError:
                break
            if not more:
                break
            answer += more
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found.group(1)) if found else None


def refuses_raw(folder, harness):
    """Requests that no decent client sends."""
    head = f"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {base64.b64encode((KEY + ':').encode()).decode()}\r\n"
    cases = [
        ("a body that is announced as too large", head + "Content-Type: application/json\r\nContent-Length: 9000000\r\n\r\n", (413,)),
        ("a chunk that is too large", head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n" + "x" * 200_000, (400, 413, None)),
        ("headers without end", "POST /v1/track HTTP/1.1\r\n" + "X-A: " + "b" * 100_000, (400, 431, None)),
        ("a wrong length", head + "Content-Length: seven\r\n\r\n", (400,)),
        ("two lengths", head + "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}", (400,)),
        ("no HTTP", "hello\r\n\r\n", (400, None)),
        ("bytes", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", (400, None)),
    ]
    with Server(harness, folder, file_config(folder)) as server:
        for name, request, want in cases:
            status = raw(server, request if isinstance(request, bytes) else request.encode())
            assert status in want, f"{name}: {status}, expected {want}"
            assert server.process.poll() is None, f"{name} ended the engine"
        server.accepted("/v1/track", order(1))


def health(folder, harness):
    with Server(harness, folder, file_config(folder)) as server:
        status, _, _ = server.request("/healthz", key=None)
        assert status == 200, status
        server.accepted("/v1/track", order(1))
        status, headers, text = server.request("/metrics", key=None)
        assert status == 200 and headers["Content-Type"].startswith("text/plain"), (status, headers["Content-Type"])
        names = set()
        for line in text.splitlines():
            if not line:
                continue
            if line.startswith("#"):
                assert re.match(r"# (HELP|TYPE) wend_[a-z_]+ .+", line), line
            else:
                found = re.fullmatch(r"(wend_[a-z_]+)(\{[^{}]*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)", line)
                assert found, f"not a sample: {line}"
                names.add(found.group(1))
        assert names, "no metrics"
        assert re.search(r"^wend_inputs_total 1$", text, flags=re.M), f"the event is not counted:\n{text}"


def survives_kills(folder, harness):
    """Kill -9 as soon as an answer is there, five times: whatever was acknowledged has its effects, once."""
    acknowledged = []
    for life in range(5):
        with Server(harness, folder, file_config(folder)) as server:
            for number in range(20):
                server.accepted("/v1/track", order(number, f"k{life}"))
                acknowledged.append(f"friend: k{life}-{number}")
            server.kill()
    with Server(harness, folder, file_config(folder)) as server:
        for life in range(5):  # a sender that isn't sure sends again
            server.accepted("/v1/track", order(19, f"k{life}"))
        wait_for("all deliveries", lambda: len(delivered(folder)) >= len(acknowledged))
        server.stop()
    bodies = sorted(line["body"] for line in delivered(folder))
    assert bodies == sorted(acknowledged), f"{len(bodies)} deliveries of {len(acknowledged)} acknowledged orders"
    result = harness.run("why", "k3", "--data", "data", cwd=folder)
    expect_code(result, 0)
    for number in range(20):
        assert f"k3-{number}" in result.stdout or "later" in result.stdout, result.stdout[-2000:]
    report = harness.run("report", "--data", "data", cwd=folder)
    expect_code(report, 0)
    row = next((line for line in report.stdout.splitlines() if re.search(r"\blater\b", line)), "")
    assert "100" in row, f"100 runs of `later` should wait:\n{report.stdout}"


class Provider:
    """A webhook receiver that answers as told and remembers what it got."""

    def __init__(self, answers):
        self.answers, self.got, self.lock = list(answers), [], threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with provider.lock:
                    provider.got.append((dict((name.lower(), value) for name, value in self.headers.items()), body))
                    status = provider.answers.pop(0) if provider.answers else 200
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def requests(self):
        with self.lock:
            return list(self.got)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def webhook_config(url):
    return {"write_keys": [KEY], "connectors": {"webhook": {"type": "webhook", "url": url, "allow_private": True, "secret": SECRET,
                                                            "max_attempts": 1000, "backoff_first": "20ms",
                                                            "backoff_max": "100ms"}}}


def webhook_retries(folder, harness):
    """Two failures, then success: three requests with one idempotency key and one body."""
    provider = Provider([500, 503])
    try:
        with Server(harness, folder, webhook_config(provider.url)) as server:
            server.accepted("/v1/track", order(1))
            wait_for("three attempts", lambda: len(provider.requests()) >= 3)
            server.accepted("/v1/track", order(2))
            wait_for("the second order", lambda: len(provider.requests()) >= 4)
            server.stop()
        got = provider.requests()
        keys = [headers.get("idempotency-key") for headers, _ in got]
        assert keys[0] and keys[0] == keys[1] == keys[2] != keys[3], keys
        assert got[0][1] == got[1][1] == got[2][1], "a retry sent another body"
        assert b"friend: ana-1" in got[0][1] and b"friend: ana-2" in got[3][1], got
        assert json.loads(got[0][1])["delivery"] == keys[0], "the key is the delivery's id"
        assert len(got) == 4, f"{len(got)} requests"
        for headers, body in got:
            parts = dict(part.split("=", 1) for part in headers["wend-signature"].split(","))
            want = hmac.new(SECRET.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
            assert hmac.compare_digest(parts["v1"], want), headers["wend-signature"]
    finally:
        provider.close()


def webhook_outlives_restart(folder, harness):
    """The provider is out of reach and the engine is killed: after the restart the message goes out."""
    provider = Provider([])
    url = provider.url
    provider.close()  # the port refuses connections
    with Server(harness, folder, webhook_config(url)) as server:
        server.accepted("/v1/track", order(1))
        server.kill()
    provider = Provider([])
    try:
        with Server(harness, folder, webhook_config(provider.url)) as server:
            wait_for("the message", provider.requests)
            server.stop()
        assert b"friend: ana-1" in provider.requests()[0][1]
    finally:
        provider.close()


def sigterm_under_load(folder, harness):
    """A stop finishes what was accepted; senders meanwhile get an answer or a closed connection, never half of one."""
    with Server(harness, folder, file_config(folder)) as server:
        accepted, stop = [], threading.Event()

        def send(worker):
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    if server.request("/v1/track", order(number, f"w{worker}"))[0] == 200:
                        accepted.append(f"friend: w{worker}-{number}")
                except (OSError, ConnectionError, urllib.error.URLError):
                    return

        workers = [threading.Thread(target=send, args=(worker,)) for worker in range(4)]
        for worker in workers:
            worker.start()
        wait_for("some orders", lambda: len(accepted) >= 40)
        code = server.stop()
        stop.set()
        for worker in workers:
            worker.join()
        assert code == 0, f"SIGTERM ended the engine with {code}"
    with Server(harness, folder, file_config(folder)) as server:
        wait_for("all deliveries", lambda: {line["body"] for line in delivered(folder)} >= set(accepted))
        server.stop()
    ids = [line["delivery"] for line in delivered(folder)]
    assert len(ids) == len(set(ids)), "a delivery was written twice"


def main():
    harness = Harness(__doc__.splitlines()[0])
    harness.case("accepts track, identify, batch", accepts, harness)
    harness.case("refuses what is wrong", refuses, harness)
    harness.case("refuses what no decent client sends", refuses_raw, harness)
    harness.case("healthz and metrics", health, harness)
    harness.case("nothing acknowledged is lost", survives_kills, harness)
    harness.case("webhook: retries with one idempotency key", webhook_retries, harness)
    harness.case("webhook: a message outlives a kill", webhook_outlives_restart, harness)
    harness.case("a stop under load", sigterm_under_load, harness)
    harness.finish()


if __name__ == "__main__":
    main()
