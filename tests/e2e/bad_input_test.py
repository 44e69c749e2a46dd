#!/usr/bin/env python3
"""Bad input through the command line: a clear message that names the place, the designed exit code, never a crash.

Exit codes: 0 clean, 1 findings, 2 usage or input and output. 3 (a bug in wend) and signals fail every case.
"""
import json
import random
import re
import shutil
import socket
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import (Harness, expect_code, expect_text, killed_at_end, read_deliveries, show,  # noqa: E402
                     write_events, write_files)

SENTENCE = 'on cart_abandoned wait 20m if not opened send sms "Your cart: {{ event.url }}"\n'
DECLARED = """settings { language 1 zone "Europe/Paris" lint no_policy off }
event cart_abandoned { total: number, url: string }
journey cart {
  on cart_abandoned where event.total >= 30
  enter once per 1d each event.url
  wait 20m
  send webhook cart_note
}
message cart_note: webhook { body "{{ trigger.url }} {{ trigger.total }}" }
"""
FINDINGS = (1,)
REFUSED = (2,)


def cart(number, contact="ana", minute=0, **properties):
    return {"type": "track", "messageId": f"m{number}", "userId": contact, "event": "cart_abandoned",
            "timestamp": f"2026-03-02T10:{minute:02d}:00Z", "properties": {"total": 80, "url": f"u{number}", **properties}}


# ------------------------------------------------------------------------------------------------ source text

def source(folder, harness, files, codes, *texts):
    """`check` and `run` agree about a project that cannot be used."""
    write_files(folder / "project", files)
    (folder / "project").mkdir(exist_ok=True)
    write_events(folder / "events.ndjson", [])
    for arguments in (("check", "project"), ("run", "project", "--data", "data", "--replay", "events.ndjson"),
                      ("simulate", "project", "--events", "events.ndjson")):
        result = harness.run(*arguments, cwd=folder)
        expect_code(result, *codes)
        expect_text(result, *texts)
        assert result.returncode == 0 or not (folder / "data").exists(), "a program with errors made a store"


def sources(harness):
    deep = 2_000_000
    cases = [
        ("invalid UTF-8", {"cart.wend": SENTENCE.encode() + b"# caf\xe9\n"}, FINDINGS, ("WD0101", "cart.wend", "byte")),
        ("cut-off UTF-8 at the end", {"cart.wend": SENTENCE.encode() + b"# \xe2\x82"}, FINDINGS, ("WD0101", "cart.wend")),
        ("UTF-16", {"cart.wend": SENTENCE.encode("utf-16")}, FINDINGS, ("WD010", "cart.wend")),
        ("NUL", {"cart.wend": SENTENCE.encode() + b"# \0\n"}, FINDINGS, ("WD0102", "cart.wend")),
        ("2 MB of opening braces", {"cart.wend": "{" * deep}, FINDINGS, ("cart.wend", "WD01")),
        ("2 MB of nested braces", {"cart.wend": SENTENCE + "{" * (deep // 2) + "}" * (deep // 2)}, FINDINGS, ("cart.wend", "WD01")),
        ("900 kB of opening braces", {"cart.wend": "{" * 900_000}, FINDINGS, ("WD0104", "cart.wend:1:201")),
        ("100 kB of nested parentheses", {"cart.wend": "on a where " + "(" * 50_000 + "true" + ")" * 50_000 + ' send sms "x"'},
         FINDINGS, ("WD0104", "cart.wend")),
        ("20,000 nested branches", {"cart.wend": "on a " + "if true { " * 20_000 + "}" * 20_000}, FINDINGS, ("WD0104", "cart.wend")),
        ("nested lists", {"cart.wend": "on a where x in " + "[" * 30_000 + "]" * 30_000 + ' send sms "x"'}, FINDINGS, ("cart.wend",)),
        ("a chain of not", {"cart.wend": "on a where " + "not " * 30_000 + 'true send sms "x"'}, FINDINGS, ("cart.wend",)),
        ("a string that is not closed", {"cart.wend": 'on a send sms "hello\n'}, FINDINGS, ("WD0112", "cart.wend:1:15")),
        ("an empty file", {"cart.wend": ""}, FINDINGS, ("WD0904",)),
        ("a file of comments", {"cart.wend": "# nothing\n"}, FINDINGS, ("WD0904",)),
        ("a folder without .wend files", {"readme.txt": "hello"}, (1, 2), ("WD0902", "project")),
        ("an empty folder", {}, (1, 2), ("WD0902", "project")),
        ("a missing template file",
         {"a.wend": 'message m: email { subject "x" body file "texts/gone.html" }\njourney j { on a send email m }\n'},
         FINDINGS, ("WD0601", "a.wend:1:", "texts/gone.html")),
        ("a template file outside the project",
         {"a.wend": 'message m: email { subject "x" body file "../../etc/passwd" }\njourney j { on a send email m }\n'},
         FINDINGS, ("WD0606", "a.wend:1:")),
        ("a template file with invalid UTF-8",
         {"a.wend": 'message m: email { subject "x" body file "m.html" }\njourney j { on a send email m }\n', "m.html": b"\xff\xfe"},
         (1, 2), ("m.html",)),
        ("a folder called x.wend", {"cart.wend": SENTENCE, "x.wend/inner.txt": ""}, (0, 1, 2), ()),
        ("the same journey twice", {"a.wend": "journey j { on a note \"x\" }", "b.wend": "journey j { on a note \"x\" }"},
         FINDINGS, ("WD0207", "a.wend", "b.wend")),
        ("what does not run yet", {"a.wend": "journey j { on a split s { one 50% { note \"x\" } rest {} } }"}, FINDINGS, ("WD0901", "a.wend:1:")),
    ]
    for name, files, codes, texts in cases:
        harness.case(f"source: {name}", source, harness, files, codes, *texts)


def random_bytes(folder, harness):
    draw = random.Random(4)
    words = SENTENCE.split(" ")
    for round_ in range(30):
        if round_ % 2:
            text = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 400)))
        else:
            text = " ".join(draw.choice(words) for _ in range(draw.randrange(1, 60))).encode()
        write_files(folder, {"cart.wend": text})
        result = harness.run("check", folder)
        assert result.returncode in (0, 1), f"round {round_}: {text!r}\n{show(result)}"


# ------------------------------------------------------------------------------------------------ the log of events

def replay(harness, folder, lines, codes=(0, 1)):
    write_files(folder / "project", {"cart.wend": DECLARED})
    (folder / "events.ndjson").write_bytes(b"".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    result = harness.run("run", "project", "--data", "data", "--replay", "events.ndjson", "--out", "out.ndjson", cwd=folder)
    expect_code(result, *codes)
    return result


def bodies(folder):
    return sorted(line["body"] for line in read_deliveries(folder / "out.ndjson"))


def bad_line(folder, harness, bad, *texts):
    """A line that cannot be read is named, the lines around it count."""
    good = [json.dumps(cart(1)) + "\n", json.dumps(cart(2, "ben", 5)) + "\n"]
    bad = bad if isinstance(bad, bytes) else (bad if isinstance(bad, str) else json.dumps(bad)).encode()
    result = replay(harness, folder, [good[0], bad + b"\n", good[1]])
    assert bodies(folder) == ["u1 80", "u2 80"], f"the good lines were not both processed: {bodies(folder)}\n{show(result)}"
    printed = result.stdout + result.stderr
    assert re.search(r"line 2\b|events\.ndjson:2\b", printed), f"the bad line is not named\n{show(result)}"
    expect_text(result, *texts)


def bad_lines(harness):
    without = lambda key: {k: v for k, v in cart(9).items() if k != key}  # noqa: E731
    cases = [
        ("no JSON", "this is no JSON", ()),
        ("JSON that is cut off", json.dumps(cart(9))[:-5], ()),
        ("an array", "[]", ()),
        ("a number", "7", ()),
        ("two objects on one line", json.dumps(cart(8)) + json.dumps(cart(9)), ()),
        ("invalid UTF-8", json.dumps(cart(9)).encode().replace(b"u9", b"\xff\xfe"), ("UTF-8",)),
        ("a lone surrogate", json.dumps(cart(9)).replace("u9", "\\ud800"), ()),
        ("200 levels deep", json.dumps({**cart(9), "x": None}).replace("null", "[" * 200 + "]" * 200), ()),
        ("no contact", without("userId"), ("userId",)),
        ("an empty contact", {**cart(9), "userId": ""}, ("userId",)),
        ("a contact that is an object", {**cart(9), "userId": {}}, ("userId",)),
        ("a contact of 1,000 bytes", {**cart(9), "userId": "x" * 1000}, ("userId",)),
        ("no type", without("type"), ("type",)),
        ("an unknown type", {**cart(9), "type": "trakc"}, ("type",)),
        ("a track without an event", without("event"), ("event",)),
        ("a time that is none", {**cart(9), "timestamp": "yesterday"}, ("timestamp",)),
        ("a day that is none", {**cart(9), "timestamp": "2026-02-30T10:00:00Z"}, ("timestamp",)),
        ("properties that are a list", {**cart(9), "properties": [1]}, ("properties",)),
        ("a line of 2 MB", {**cart(9), "properties": {"url": "x" * 2_000_000}}, ("bytes",)),
    ]
    for name, bad, texts in cases:
        harness.case(f"event line: {name}", bad_line, harness, bad, *texts)


def wrong_types(folder, harness):
    """A property of the wrong type is missing: `total >= 30` counts as false, a missing key starts no run."""
    lines = [cart(1), cart(2, "ben", 1, total="80"), cart(3, "cleo", 2, total=None), cart(4, "dan", 3, total={"amount": 80}),
             cart(5, "eve", 4, url=7), cart(6, "fay", 5, total=80.5), cart(7, "gil", 6, total=1e400)]
    result = replay(harness, folder, [json.dumps(line).replace("Infinity", "1e400") + "\n" for line in lines])
    assert bodies(folder) == ["u1 80", "u6 80.5"], f"{bodies(folder)}\n{show(result)}"


def line_ends(folder, harness):
    lines = [json.dumps(cart(1)).encode() + b"\r\n", b"\n", b"\r\n", json.dumps(cart(2, "ben", 5)).encode()]
    result = replay(harness, folder, lines)
    assert bodies(folder) == ["u1 80", "u2 80"], f"{bodies(folder)}\n{show(result)}"
    assert "warning" not in result.stderr, show(result)


def empty_log(folder, harness):
    replay(harness, folder, [], (0,))
    assert bodies(folder) == []


def missing_log(folder, harness):
    write_files(folder / "project", {"cart.wend": DECLARED})
    for arguments in (("run", "project", "--data", "data", "--replay", "gone.ndjson"),
                      ("simulate", "project", "--events", "gone.ndjson")):
        result = harness.run(*arguments, cwd=folder)
        expect_code(result, *REFUSED)
        expect_text(result, "gone.ndjson")


def another_log(folder, harness):
    """A data folder remembers how far it has read; it does not go on in the middle of another file."""
    replay(harness, folder, [json.dumps(cart(1)) + "\n"])
    other = [json.dumps(cart(20 + i, f"x{i}", i)) + "\n" for i in range(5)]
    result = replay(harness, folder, other, (0, 1, 2))
    if result.returncode == 2:
        expect_text(result, "events.ndjson")
    else:
        assert len(bodies(folder)) == 6, f"a part of the other log was skipped: {bodies(folder)}\n{show(result)}"


# ------------------------------------------------------------------------------------------------ the data folder

def data_folder(harness, folder):
    replay(harness, folder, [json.dumps(cart(number, f"c{number}", number % 60)) + "\n" for number in range(50)], (0,))
    return folder / "data"


def again(harness, folder):
    return harness.run("run", "project", "--data", "data", "--replay", "events.ndjson", "--out", "out.ndjson", cwd=folder)


def corrupt(folder, harness, damage):
    damage(data_folder(harness, folder))
    for arguments in (("run", "project", "--data", "data", "--replay", "events.ndjson", "--out", "out.ndjson"),
                      ("why", "c1", "--data", "data"), ("report", "--data", "data")):
        result = harness.run(*arguments, cwd=folder)
        expect_code(result, *REFUSED)
        expect_text(result, "data")


def garbage_in_current(data):
    (data / "CURRENT").write_bytes(b"\xff" * 40)


def no_current(data):
    (data / "CURRENT").unlink()


def short_manifest(data):
    manifest = next(data.glob("MANIFEST-*"))
    manifest.write_bytes(b"")


def flipped_bits(folder, harness):
    """Single flipped bytes anywhere: refused or, where the byte did not matter, read; never a crash."""
    data = data_folder(harness, folder)
    shutil.copytree(data, folder / "intact")
    draw = random.Random(5)
    files = [path.name for path in sorted(data.iterdir()) if path.is_file() and path.stat().st_size > 0]
    for round_ in range(15):
        shutil.rmtree(data)
        shutil.copytree(folder / "intact", data)
        name = draw.choice(files)
        content = bytearray((data / name).read_bytes())
        at = draw.randrange(len(content))
        content[at] ^= 1 << draw.randrange(8)
        (data / name).write_bytes(content)
        result = again(harness, folder)
        assert result.returncode in (0, 1, 2), f"round {round_}: {name} byte {at}\n{show(result)}"


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def newer_format(folder, harness):
    """Raises the format version where RocksDB's log keeps it, checksum included, as a later Wend would have written."""
    data = data_folder(harness, folder)
    changed = 0
    for path in data.glob("*.log"):
        content = bytearray(path.read_bytes())
        at = 0
        while at + 7 <= len(content):  # records: masked checksum, length, kind; blocks of 32 KiB
            if 32768 - at % 32768 < 7:
                at += 32768 - at % 32768
                continue
            _, length, kind = struct.unpack_from("<IHB", content, at)
            payload = bytes(content[at + 7:at + 7 + length])
            place = payload.find(b"format")
            record = place + len(b"format") + 1  # behind the key stands the value's length
            if place >= 0 and payload[record:record + 4] == b"\1\0\0\0":
                payload = payload[:record] + b"\x63\0\0\0" + payload[record + 4:]
                header = 6 if kind <= 4 else 10  # the recycled form has a log number before the payload
                assert header == 6, "recycled logs are not used"
                crc = crc32c(bytes([kind]) + payload)
                masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
                struct.pack_into("<I", content, at, masked)
                content[at + 7:at + 7 + length] = payload
                changed += 1
            at += 7 + length
        path.write_bytes(content)
    assert changed == 1, f"found {changed} format records in the logs of {sorted(p.name for p in data.iterdir())}"
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.suffix in (".log", ".sst")}
    result = again(harness, folder)
    expect_code(result, *REFUSED)
    expect_text(result, "data", "format 99")
    after = {path.name: path.read_bytes() for path in data.iterdir() if path.suffix in (".log", ".sst")}
    assert before == after, "a store of a newer version was changed"


def locked(folder, harness):
    write_files(folder / "project", {"cart.wend": DECLARED})
    first = harness.start("run", "project", "--data", "data", "--listen", "127.0.0.1:0", cwd=folder, stdout=-1, stderr=-2)
    with killed_at_end(first):
        while "127.0.0.1:" not in (line := first.stdout.readline()):
            assert line or first.poll() is None, f"the first engine ended with {first.poll()}"
        write_events(folder / "events.ndjson", [cart(1)])
        result = again(harness, folder)
        expect_code(result, *REFUSED)
        expect_text(result, "data")
        assert re.search("another process|locked|in use", result.stdout + result.stderr), show(result)
    expect_code(again(harness, folder), 0)  # a killed owner leaves no lock behind


def not_a_folder(folder, harness):
    write_files(folder / "project", {"cart.wend": DECLARED})
    write_files(folder, {"data": "a file", "events.ndjson": ""})
    result = again(harness, folder)
    expect_code(result, *REFUSED)
    expect_text(result, "data")


def foreign_folder(folder, harness):
    """A folder that holds something else is left alone."""
    write_files(folder / "project", {"cart.wend": DECLARED})
    write_files(folder, {"data/holiday.jpg": "not a store", "events.ndjson": ""})
    result = again(harness, folder)
    assert result.returncode in (0, 1, 2), show(result)
    assert (folder / "data" / "holiday.jpg").read_text() == "not a store"


def no_data_yet(folder, harness):
    for arguments in (("why", "ana", "--data", "gone"), ("report", "--data", "gone")):
        result = harness.run(*arguments, cwd=folder)
        expect_code(result, *REFUSED)
        expect_text(result, "gone")
        assert not (folder / "gone").exists(), "looking made a store"


def unknown_contact(folder, harness):
    data_folder(harness, folder)
    result = harness.run("why", "nobody-here", "--data", "data", cwd=folder)
    assert result.returncode in (0, 1, 2), show(result)
    expect_text(result, "nobody-here")


def unwritable_output(folder, harness):
    write_files(folder / "project", {"cart.wend": DECLARED})
    write_events(folder / "events.ndjson", [cart(1)])
    result = harness.run("run", "project", "--data", "data", "--replay", "events.ndjson", "--out", "gone/deep/out.ndjson", cwd=folder)
    if result.returncode == 0:  # folders made on the way are fine, too
        assert (folder / "gone" / "deep" / "out.ndjson").exists(), show(result)
    else:
        expect_code(result, *REFUSED)
        expect_text(result, "out.ndjson")
    (folder / "afolder").mkdir()
    result = harness.run("run", "project", "--data", "data2", "--replay", "events.ndjson", "--out", "afolder", cwd=folder)
    expect_code(result, *REFUSED)
    expect_text(result, "afolder")


# ------------------------------------------------------------------------------------------------ flags, configuration

def usage(folder, harness, arguments, *texts):
    write_files(folder / "project", {"cart.wend": DECLARED})
    result = harness.run(*arguments, cwd=folder)
    expect_code(result, *REFUSED)
    expect_text(result, *texts)
    assert len(result.stdout + result.stderr) < 8000, "a usage error should not print pages"


def usages(harness):
    cases = [
        ("no command", (), ()),
        ("an unknown command", ("chekc", "project"), ()),
        ("an unknown flag", ("check", "project", "--formatt", "json"), ("--formatt",)),
        ("an unknown format", ("check", "project", "--format", "yaml"), ("yaml",)),
        ("a path that is not there", ("check", "gone"), ("gone",)),
        ("run without a project", ("run",), ()),
        ("simulate without events", ("simulate", "project"), ("--events",)),
        ("an instant that is none", ("run", "project", "--data", "d", "--replay", "project/cart.wend", "--until", "soon"), ("soon",)),
        ("an address that is none", ("run", "project", "--data", "d", "--listen", "nowhere:99999"), ("nowhere:99999",)),
        ("an unknown code", ("explain", "WD9999"), ("WD9999",)),
        ("a name that is taken", ("new", "project"), ("project",)),
        ("a configuration that is not there", ("run", "project", "--data", "d", "--listen", "127.0.0.1:0", "--config", "gone.json"), ("gone.json",)),
    ]
    for name, arguments, texts in cases:
        harness.case(f"usage: {name}", usage, harness, arguments, *texts)


def port_taken(folder, harness):
    write_files(folder / "project", {"cart.wend": DECLARED})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = harness.run("run", "project", "--data", "data", "--listen", address, cwd=folder)
        expect_code(result, *REFUSED)
        expect_text(result, address)


def configuration(folder, harness, text, *texts):
    write_files(folder / "project", {"cart.wend": DECLARED, "wend.json": text})
    result = harness.run("run", "project", "--data", "data", "--listen", "127.0.0.1:0", "--config", "project/wend.json", cwd=folder)
    expect_code(result, 1, 2)
    expect_text(result, "wend.json", *texts)


def configurations(harness):
    cases = [
        ("no JSON", "{", ()),
        ("an unknown key", '{\n  "listn": "127.0.0.1:0"\n}', ("listn",)),
        ("a wrong type", '{ "connectors": 7 }', ("connectors",)),
        ("an environment variable that is not set", '{ "listen": "${WEND_E2E_NOT_SET}" }', ("WEND_E2E_NOT_SET",)),
        ("invalid UTF-8", b'{ "listen": "\xff" }', ()),
        ("an array", "[]", ()),
    ]
    for name, text, texts in cases:
        harness.case(f"configuration: {name}", configuration, harness, text, *texts)


def main():
    harness = Harness(__doc__.splitlines()[0])
    sources(harness)
    harness.case("source: random bytes and words", random_bytes, harness)
    bad_lines(harness)
    harness.case("event line: wrong types", wrong_types, harness)
    harness.case("event line: line ends, blank lines, no end at the end", line_ends, harness)
    harness.case("event log: empty", empty_log, harness)
    harness.case("event log: missing", missing_log, harness)
    harness.case("event log: another one", another_log, harness)
    for name, damage in (("garbage in CURRENT", garbage_in_current), ("CURRENT is gone", no_current),
                         ("an empty MANIFEST", short_manifest)):
        harness.case(f"data: {name}", corrupt, harness, damage)
    harness.case("data: flipped bits", flipped_bits, harness)
    harness.case("data: a newer format", newer_format, harness)
    harness.case("data: locked by another process", locked, harness)
    harness.case("data: a file in its place", not_a_folder, harness)
    harness.case("data: a folder of something else", foreign_folder, harness)
    harness.case("data: none yet", no_data_yet, harness)
    harness.case("data: an unknown contact", unknown_contact, harness)
    harness.case("output: cannot be written", unwritable_output, harness)
    usages(harness)
    harness.case("usage: a port that is taken", port_taken, harness)
    configurations(harness)
    harness.finish()


if __name__ == "__main__":
    main()
