"""Workload W1 through the whole product: events as JSON over HTTP into the durable engine, timers, SMS out.

N contacts in scattered key order send `cart_abandoned`; a durable timer waits; half of them send `opened` before it;
at expiry the condition is evaluated and an SMS leaves through the outbox into the deliveries file. Every contact is
accounted for exactly once afterwards, or the run fails.

All timers are due at one moment, some seconds after the last event, so that two phases can be timed apart: taking the
events in, and draining. The time between them, when nothing is due, does not count. CPU time is that of the engine's
process alone.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from datetime import datetime, timezone

SENTENCE = """on cart_abandoned wait 20m if not opened send sms "Your cart is waiting: {{ event.url }}"
"""
EVENTS_PER_REQUEST = 500
CONNECTIONS = 2


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (seconds % 1 * 1000)


def contact_id(i):
    return "c" + hashlib.blake2b(str(i).encode(), digest_size=8).hexdigest()


def bodies(contacts, due_s):
    """Requests of the two kinds of events, each about 250 bytes an event."""
    def request(events):
        return json.dumps({"batch": events}, separators=(",", ":")).encode()

    carts, opens = [], []
    for i in range(contacts):
        who = contact_id(i)
        carts.append({
            "type": "track", "messageId": "a-" + who, "userId": who, "event": "cart_abandoned",
            "timestamp": iso(due_s - 1200),
            "properties": {"url": "https://shop.example/cart/" + who, "total": 40 + i % 100},
            "context": {"traits": {"phone": "+336%08d" % (i % 100000000)}},
        })
        if i % 2 == 0:
            opens.append({"type": "track", "messageId": "o-" + who, "userId": who, "event": "opened",
                          "timestamp": iso(due_s - 600), "properties": {}})
    size = EVENTS_PER_REQUEST
    return ([request(carts[i:i + size]) for i in range(0, len(carts), size)],
            [request(opens[i:i + size]) for i in range(0, len(opens), size)])


class Failure(Exception):
    pass


def post_all(port, requests, key):
    """Sends the requests over a few connections that stay open; raises where one is not acknowledged."""
    auth = {"Content-Type": "application/json"}
    if key:
        auth["Authorization"] = "Basic " + base64.b64encode((key + ":").encode()).decode()
    failures = []

    def work(part):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            for body in part:
                while True:
                    connection.request("POST", "/v1/batch", body, auth)
                    answer = connection.getresponse()
                    text = answer.read()
                    if answer.status == 429:  # the queue is full: what the header asks for, at most a moment here
                        time.sleep(0.005)
                        continue
                    if answer.status != 200:
                        raise Failure("%d: %s" % (answer.status, text[:300]))
                    break
        except Exception as problem:  # handed to the caller's thread
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(requests[i::CONNECTIONS],)) for i in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def cpu_seconds(pid):
    fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_rss_mib(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % pid).read()).group(1)) / 1024


def run(wend, contacts, workdir, workers=1, preload=None):
    shutil.rmtree(workdir, ignore_errors=True)
    os.makedirs(workdir)
    project = os.path.join(workdir, "cart.wend")
    open(project, "w").write(SENTENCE)
    config = os.path.join(workdir, "wend.json")
    json.dump({"workers": workers, "trace": False}, open(config, "w"))
    data = os.path.join(workdir, "data")
    env = dict(os.environ)
    if preload:
        env["LD_PRELOAD"] = preload
    # All timers become due at one moment, late enough that the events are in by then.
    lead_s = 10 + contacts / 4000
    due_s = float(int(time.time() + lead_s + contacts / 25000))
    cart_requests, open_requests = bodies(contacts, due_s)
    if time.time() + contacts / 8000 + 4 > due_s:
        due_s = float(int(time.time() + lead_s))
        cart_requests, open_requests = bodies(contacts, due_s)
    engine = subprocess.Popen([wend, "run", project, "--data", data, "--config", config, "--listen", "127.0.0.1:0"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env)
    try:
        port = None
        for line in engine.stderr:
            found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
            if found:
                port = int(found.group(1))
                break
        if port is None:
            raise Failure("the engine did not start")
        threading.Thread(target=engine.stderr.read, daemon=True).start()
        cpu_before = cpu_seconds(engine.pid)
        began = time.time()
        post_all(port, cart_requests, None)
        post_all(port, open_requests, None)
        taken_in = time.time()
        if taken_in > due_s:
            raise Failure("the events were not in before the timers were due; the machine is too slow for this size")
        out = os.path.join(data, "deliveries.ndjson")
        idle_cpu_before = cpu_seconds(engine.pid)
        time.sleep(max(0.0, due_s - time.time() - 0.05))
        idle_cpu = cpu_seconds(engine.pid) - idle_cpu_before
        last_size, last_change = -1, time.time()
        while time.time() - last_change < 2.0 or last_size <= 0:
            size = os.path.getsize(out) if os.path.exists(out) else 0
            if size != last_size:
                last_size, last_change = size, time.time()
            if time.time() - due_s > 300:
                raise Failure("not drained after five minutes")
            time.sleep(0.02)
        drained = os.stat(out).st_mtime
        cpu = cpu_seconds(engine.pid) - cpu_before - idle_cpu
        rss = peak_rss_mib(engine.pid)
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=120)
    check(out, contacts)
    ingest_s, drain_s = taken_in - began, max(drained - due_s, 1e-3)
    disk = sum(os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(data) for name in names)
    return {
        "contacts": contacts,
        "contacts_per_second": contacts / (ingest_s + drain_s),
        "cpu_us_per_contact": cpu * 1e6 / contacts,
        "events_per_second": contacts * 1.5 / ingest_s,
        "timers_per_second": contacts / drain_s,
        "ingest_seconds": ingest_s,
        "drain_seconds": drain_s,
        "peak_rss_mib": rss,
        "disk_bytes_per_contact": disk / contacts,
    }


def check(out, contacts):
    """Exactly one SMS for each contact that did not open, none for the others."""
    expected = {contact_id(i) for i in range(1, contacts, 2)}
    seen = set()
    for line in open(out, encoding="utf-8"):
        delivery = json.loads(line)
        if delivery["status"] != "sent" or delivery["contact"] in seen or delivery["contact"] not in expected:
            raise Failure("unexpected delivery: " + line[:300])
        seen.add(delivery["contact"])
    if seen != expected:
        raise Failure("%d deliveries are missing" % len(expected - seen))
