#!/usr/bin/env python3
"""Replays a shop's year through the durable engine: once straight, once killed ten times; both and an independent
computation must agree on every delivery.

The real log is looked for in $WEND_DATA_DIR, else beside the source folder in ../shared/data; where it is absent its
part says "skipped". A small synthetic log is replayed in either case.
"""
import lzma
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent / "online_retail"))
from expected_deliveries import expected  # noqa: E402
from harness import SOURCE, Harness, expect_code, instant_ms, read_deliveries  # noqa: E402

HERE = Path(__file__).resolve().parent / "online_retail"
KILLS = 10


def compare(deliveries, lines):
    for line in deliveries:
        assert line["status"] == "sent", f"unexpected status: {line}"
        assert line["channel"] == "webhook", f"unexpected channel: {line}"
    got = sorted((d["contact"], instant_ms(d["at"]), d["journey"], d["message"], d["body"]) for d in deliveries)
    want = expected(lines)
    for index, (have, should) in enumerate(zip(got, want)):
        assert have == should, f"delivery {index} of contact {should[0]} differs\nwend:     {have}\nexpected: {should}"
    assert len(got) == len(want), f"wend made {len(got)} deliveries, expected are {len(want)}"
    ids = [d["delivery"] for d in deliveries]
    assert len(set(ids)) == len(ids), "a delivery id occurs twice"


def straight(harness, log, folder):
    started = time.monotonic()
    result = harness.run("run", HERE / "project", "--data", folder / "data", "--replay", log, "--out", folder / "out.ndjson")
    expect_code(result, 0)
    return time.monotonic() - started


def killed(harness, log, folder, duration_s, draw):
    """Ends the process with SIGKILL ten times, then lets it finish. Returns how far each life came."""
    (folder.parent / "empty.ndjson").write_bytes(b"")
    (folder.parent / "start").mkdir()
    start_s = straight(harness, folder.parent / "empty.ndjson", folder.parent / "start")
    longest_s = start_s + 2 * max(0.0, duration_s - start_s) / KILLS
    for _ in range(8):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        moments = []
        while True:
            process = harness.start("run", HERE / "project", "--data", folder / "data", "--replay", log,
                                    "--out", folder / "out.ndjson")
            if len(moments) == KILLS:
                assert process.wait(timeout=600) == 0, f"after {KILLS} kills the run ended with {process.returncode}"
                return moments
            time.sleep(draw.uniform(0, longest_s))
            if process.poll() is not None:
                assert process.returncode == 0, f"after kills at {moments} the run ended with {process.returncode}"
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            output = folder / "out.ndjson"
            moments.append(output.stat().st_size if output.exists() else 0)
        longest_s /= 2  # it finished before the tenth kill: once more with shorter lives
    raise AssertionError(f"the run always finished before the tenth kill ({duration_s:.2f} s straight)")


def replay(folder, harness, log, lines, seed):
    draw = random.Random(seed)
    (folder / "straight").mkdir()
    duration_s = straight(harness, log, folder / "straight")
    compare(read_deliveries(folder / "straight" / "out.ndjson"), lines)
    moments = killed(harness, log, folder / "killed", duration_s, draw)
    print(f"        straight run {duration_s:.2f} s; bytes delivered at each kill: {moments}")
    one = (folder / "straight" / "out.ndjson").read_bytes()
    two = (folder / "killed" / "out.ndjson").read_bytes()
    assert one == two, difference(one, two)
    # A finished replay that is started again has nothing left to do.
    result = harness.run("run", HERE / "project", "--data", folder / "killed" / "data", "--replay", log,
                         "--out", folder / "killed" / "out.ndjson")
    expect_code(result, 0)
    assert (folder / "killed" / "out.ndjson").read_bytes() == one, "a third start of a finished replay changed the output"


def difference(one, two):
    first, second = one.splitlines(), two.splitlines()
    for index, (a, b) in enumerate(zip(first, second)):
        if a != b:
            return f"line {index + 1} differs after the kills\nstraight: {a[:400]}\nkilled:   {b[:400]}"
    return f"straight run made {len(first)} lines, the killed one {len(second)}"


def main():
    harness = Harness(__doc__.splitlines()[0])
    seed = harness.options.seed if harness.options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed} (repeat with --seed {seed})")
    small = HERE / "small.ndjson"
    harness.case("small log", replay, harness, small, small.read_text(encoding="utf-8").splitlines(), seed)
    data = Path(os.environ.get("WEND_DATA_DIR") or SOURCE.parent / "shared" / "data")
    packed = data / "online_retail" / "events.ndjson.xz"
    if packed.exists():
        log = harness.scratch / "online_retail.ndjson"
        log.write_bytes(lzma.decompress(packed.read_bytes()))
        harness.case("a real shop's year", replay, harness, log, log.read_text(encoding="utf-8").splitlines(), seed)
    else:
        print(f"skipped a real shop's year: {packed} is not there")
    harness.finish()


if __name__ == "__main__":
    main()
