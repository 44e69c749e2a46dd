#!/usr/bin/env python3
"""Runs the benchmarks of docs/performance.md: prints each goal, figure and ratio, and one JSON object at the end.

    tests/bench/run.py --build build [--contacts 200000] [--rounds 5] [--only w1,check,test,condition,simulate]

Peer and product are measured in turn, in the same minutes, because the disk of a shared machine changes its speed.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import w1  # noqa: E402


def median(values):
    return statistics.median(values)


def row(rows, name, figure, unit, goal, note=""):
    rows.append({"what": name, "figure": figure, "unit": unit, "goal": goal, "note": note})
    print("  %-58s %12s %-14s goal %-10s %s" % (name, format(figure, ",.3g") if figure < 1000 else format(figure, ",.0f"),
                                               unit, goal, note), flush=True)


def bench_w1(build, work, contacts, rounds, rows):
    bare, product = [], []
    for i in range(rounds):
        folder = os.path.join(work, "bare")
        shutil.rmtree(folder, ignore_errors=True)
        text = subprocess.run([os.path.join(build, "tests/bench/bench_bare_rocks"), "--contacts", str(contacts), "--sync",
                               "--dir", folder, "--json"], check=True, capture_output=True, text=True).stdout
        bare.append(json.loads(text))
        product.append(w1.run(os.path.join(build, "wend"), contacts, os.path.join(work, "w1")))
        print("    round %d: bare %.0f/s, wend %.0f/s" %
              (i + 1, bare[-1]["contacts_per_second"], product[-1]["contacts_per_second"]), flush=True)
    bare_rate = median([r["contacts_per_second"] for r in bare])
    rate = median([r["contacts_per_second"] for r in product])
    ratio = median([p["contacts_per_second"] / b["contacts_per_second"] for p, b in zip(product, bare)])
    row(rows, "W1, bare RocksDB program", bare_rate, "contacts/s", "-")
    row(rows, "W1, wend over HTTP, sync", rate, "contacts/s", "-")
    row(rows, "W1, wend / bare, pair by pair", ratio, "x", "0.5 .. 1.5")
    row(rows, "W1, CPU of the engine", median([r["cpu_us_per_contact"] for r in product]), "us/contact", "16.4 bare")
    row(rows, "W1, events taken in", median([r["events_per_second"] for r in product]), "events/s", "-")
    row(rows, "W1, due timers drained, message written", median([r["timers_per_second"] for r in product]), "timers/s", "-")
    row(rows, "W1, peak memory", median([r["peak_rss_mib"] for r in product]), "MiB", "150 at 1 M")
    row(rows, "W1, data folder with deliveries", median([r["disk_bytes_per_contact"] for r in product]), "bytes/contact", "-")


JOURNEY = """## Brings cart {n} back.
journey recovery_{n} {{
  on cart_{n} where event.total >= 30 and event.country == "FR"
  enter once per 7d each event.cart_id
  until order_{n} where event.cart_id == trigger.cart_id
  goal order_{n} within 3d value event.total

  wait 20m
  @first send email reminder_{n}
  wait for clicked up to 1h {{ exit "came back" }}
  else if not opened {{ send sms "Your cart is waiting: {{{{ trigger.url }}}}" }}
}}
event cart_{n} {{ cart_id: string, total: number, url: string, country: string }}
event order_{n} {{ cart_id: string, total: number }}
message reminder_{n}: email {{
  subject "You left something behind"
  body "Dear {{{{ contact.first_name | default: "customer" }}}}, it is still here: {{{{ trigger.url }}}}"
}}
"""


def make_files(folder, files):
    os.makedirs(folder)
    open(os.path.join(folder, "settings.wend"), "w").write(
        'settings { zone "Europe/Paris" }\ncontact { first_name: string? }\n')
    for n in range(files - 1):
        open(os.path.join(folder, "journey_%04d.wend" % n), "w").write(JOURNEY.format(n=n))


def timed(command, rounds):
    seconds = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    return median(seconds[1:])  # the first warms the file cache


def bench_check(build, work, rounds, rows):
    wend = os.path.join(build, "wend")
    folder = os.path.join(work, "thousand")
    make_files(folder, 1000)
    row(rows, "check, 1,000 files of 780 B", timed([wend, "check", folder], rounds), "s", "0.1")
    row(rows, "start-up (wend --version)", timed([wend, "--version"], rounds) * 1000, "ms", "5")


TEST = """test "cart {n}: a buyer is never nagged" of recovery_{n} {{
  contact "ana" {{ email: "ana@x.example", phone: "+33612345678" }}
  at 2026-03-02 10:00 cart_{n} {{ cart_id: "c1", total: 80, url: "https://x.example/c1", country: "FR" }}
  after 10m order_{n} {{ cart_id: "c1", total: 80 }}
  after 2d
  expect nothing sent
  expect recovery_{n} ended because order_{n}
}}
test "cart {n}: an unopened mail is followed by a text" of recovery_{n} {{
  contact "bo" {{ email: "bo@x.example", phone: "+33687654321" }}
  at 2026-03-02 10:05 cart_{n} {{ cart_id: "c2", total: 45, url: "https://x.example/c2", country: "FR" }}
  after 2d
  expect sent email reminder_{n} on 2026-03-02 10:25
  expect nothing sent by recovery_{n} on push
}}
"""


def bench_test(build, work, rounds, rows):
    wend = os.path.join(build, "wend")
    for journeys, each in ((10, 50), (500, 1)):
        folder = os.path.join(work, "tests_%d" % journeys)
        make_files(folder, journeys + 1)
        for n in range(journeys):
            text = "".join(TEST.format(n=n).replace('"cart', '"%d, cart' % i) for i in range(each))
            open(os.path.join(folder, "tests_%04d.wend" % n), "w").write(text)
        tests = 2 * journeys * each
        what = "%s tests of %d journeys" % (format(tests, ","), journeys)
        row(rows, "test, " + what, timed([wend, "test", folder], rounds), "s", "1")
        row(rows, "test --coverage, the same", timed([wend, "test", folder, "--coverage"], rounds), "s", "-")


def bench_condition(build, rows):
    text = subprocess.run([os.path.join(build, "tests/bench/bench_condition"), "--benchmark_format=json",
                           "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"],
                          check=True, capture_output=True, text=True).stdout
    for result in json.loads(text)["benchmarks"]:
        if result.get("aggregate_name") == "median":
            row(rows, "condition, " + result["run_name"], 1e9 / result["cpu_time"], "conditions/s", "50,000,000")


def bench_simulate(build, work, rounds, rows):
    events = os.path.join(work, "events.ndjson")
    generator = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples/shop/generate_events.py")
    subprocess.run([sys.executable, generator, "--contacts", "20000", "--days", "60", "--seed", "7", "--out", events],
                   check=True)
    lines = sum(1 for _ in open(events, "rb"))
    shop = os.path.join(os.path.dirname(generator))
    seconds = timed([os.path.join(build, "wend"), "simulate", shop, "--events", events], rounds)
    row(rows, "simulate, examples/shop, %s events" % format(lines, ","), lines / seconds, "events/s", "1,000,000")
    def replay_once():
        shutil.rmtree(os.path.join(work, "state"), ignore_errors=True)
        began = time.perf_counter()
        subprocess.run([os.path.join(build, "wend"), "run", shop, "--data", os.path.join(work, "state"), "--replay", events],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - began
    row(rows, "run --replay, the same, durable", lines / median([replay_once() for _ in range(rounds)]), "events/s", "-")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--contacts", type=int, default=200000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="condition,check,test,simulate,w1")
    arguments = parser.parse_args()
    only = set(arguments.only.split(","))
    random.seed(1)
    rows = []
    with tempfile.TemporaryDirectory(prefix="wend-bench-") as work:
        if "condition" in only:
            bench_condition(arguments.build, rows)
        if "check" in only:
            bench_check(arguments.build, work, arguments.rounds, rows)
        if "test" in only:
            bench_test(arguments.build, work, arguments.rounds, rows)
        if "simulate" in only:
            bench_simulate(arguments.build, work, arguments.rounds, rows)
        if "w1" in only:
            bench_w1(arguments.build, work, arguments.contacts, arguments.rounds, rows)
    print(json.dumps({"machine": platform.machine(), "cores": os.cpu_count(), "rows": rows}))


if __name__ == "__main__":
    main()
