#!/usr/bin/env python3
"""Checks and replays every example and compares with what its folder says must come out."""
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import SOURCE, Harness, expect_code, read_deliveries, show  # noqa: E402

EXAMPLES = SOURCE / "examples"


def check(folder, harness, example):
    result = harness.run("check", example)
    expect_code(result, 0)
    assert "error" not in result.stdout + result.stderr, show(result)


def documented(folder, example):
    """Examples are read by newcomers: every declaration they define carries a `##` line, every folder ten lines."""
    for path in sorted(example.rglob("*.wend")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.match(r"(journey|event|message|const|contact)\b", line):
                assert number > 0 and lines[number - 1].startswith("##"), f"{path}:{number + 1}: no `##` line above"
    assert len((example / "README.md").read_text(encoding="utf-8").splitlines()) >= 8, f"{example}: README is too short"


def expected_deliveries(folder, harness, example):
    """`expected.ndjson` names for each delivery the members that matter; the others are free."""
    result = harness.run("run", example, "--data", folder / "data", "--replay", example / "events.ndjson",
                         "--out", folder / "out.ndjson")
    expect_code(result, 0)
    got = read_deliveries(folder / "out.ndjson")
    want = [json.loads(line) for line in (example / "expected.ndjson").read_text(encoding="utf-8").splitlines()]
    order = lambda line: (line["at"], line["contact"], line.get("body") or "")  # noqa: E731
    got.sort(key=order)
    want.sort(key=order)
    for have, should in zip(got, want):
        for member, value in should.items():
            assert have.get(member) == value, f"{member} is {have.get(member)!r}, expected {value!r}\nin {have}"
    assert len(got) == len(want), f"{len(got)} deliveries, expected are {len(want)}:\n" + "\n".join(map(str, got))
    for line in got:
        assert line["delivery"] and line["run"] and line["version"], f"a delivery without its origin: {line}"


def own_tests(folder, harness, example):
    """The `test` blocks of an example hold."""
    result = harness.run("test", example)
    expect_code(result, 0)
    assert re.fullmatch(r"[1-9]\d* tests?, 0 failed\n", result.stdout), show(result)


def generator(folder):
    """The shop's log is the same at every call and in order of arrival."""
    script = EXAMPLES / "shop" / "generate_events.py"
    outputs = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        out = folder / name
        subprocess.run([sys.executable, script, "--contacts", "300", "--days", "20", "--seed", str(seed), "--out", out],
                       check=True, capture_output=True)
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1], "the same seed gave two logs"
    assert outputs[0] != outputs[2], "two seeds gave one log"
    events = [json.loads(line) for line in outputs[0].splitlines()]
    assert len({event["messageId"] for event in events}) < len(events), "no event arrives twice"
    times = [event["timestamp"] for event in events]
    assert any(a > b for a, b in zip(times, times[1:])), "no event arrives late"


def summary(folder, harness):
    """The summary of the shop's two months, word for word."""
    shop = EXAMPLES / "shop"
    log = folder / "events.ndjson"
    subprocess.run([sys.executable, shop / "generate_events.py", "--seed", "7", "--out", log], check=True,
                   capture_output=True)
    result = harness.run("run", shop, "--data", folder / "data", "--replay", log, "--out", folder / "out.ndjson")
    expect_code(result, 0)
    want = (shop / "expected_summary.txt").read_text(encoding="utf-8")
    assert result.stdout == want, f"the summary is now:\n{result.stdout}\nexpected_summary.txt says:\n{want}"
    recount(shop, read_deliveries(folder / "out.ndjson"))


def recount(shop, deliveries):
    """Facts that hold for every delivery of the shop, whatever the numbers are."""
    assert deliveries, "nothing was delivered"
    for line in deliveries:
        assert line["status"] in ("sent", "suppressed"), f"unexpected status: {line}"
        if line["status"] == "sent":
            assert line["to"], f"sent to nobody: {line}"
            assert line["body"] and "{{" not in line["body"], f"unrendered body: {line}"
        else:
            assert line["reason"] == "address", f"unexpected reason: {line}"


def main():
    harness = Harness(__doc__)
    for example in sorted(path.parent for path in EXAMPLES.glob("*/README.md")):
        harness.case(f"{example.name}: documented", documented, example)
        harness.case(f"{example.name}: check", check, harness, example)
        if any('\ntest "' in path.read_text(encoding="utf-8") for path in example.rglob("*.wend")):
            harness.case(f"{example.name}: tests", own_tests, harness, example)
        if (example / "expected.ndjson").exists():
            harness.case(f"{example.name}: expected deliveries", expected_deliveries, harness, example)
    harness.case("standard library: tests", own_tests, harness, EXAMPLES.parent / "stdlib")
    harness.case("shop: generator", generator)
    harness.case("shop: summary", summary, harness)
    harness.finish()


if __name__ == "__main__":
    main()
