"""What the end-to-end tests share: running wend, reading deliveries, saying what failed. Standard library only."""
import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from datetime import datetime, timezone
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
# Long enough for a busy machine under sanitizers: a limit against hanging, never part of what a test asserts.
LIMIT_S = 600


class Harness:
    """One test program: parses the command line, runs its cases, counts failures."""

    def __init__(self, title):
        parser = argparse.ArgumentParser(description=title)
        parser.add_argument("--wend", default=str(SOURCE / "build" / "wend"), help="the binary to test")
        parser.add_argument("--filter", default="", help="run only cases whose name contains this")
        parser.add_argument("--seed", type=int, default=None, help="repeat a run's random choices")
        self.options = parser.parse_args()
        self.binary = str(Path(self.options.wend).resolve())
        self.failed = []
        self.passed = 0
        self.scratch = Path(tempfile.mkdtemp(prefix="wend-e2e-"))

    def run(self, *arguments, env=None, stdin="", cwd=None):
        """Runs wend to its end. Colours off, so that output can be compared."""
        return subprocess.run([self.binary, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                              encoding="utf-8", errors="replace", timeout=LIMIT_S, cwd=cwd, env=environment(env))

    def start(self, *arguments, env=None, cwd=None, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        """Starts wend and returns at once."""
        return subprocess.Popen([self.binary, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=stdout,
                                stderr=stderr, text=True, encoding="utf-8", errors="replace", cwd=cwd,
                                env=environment(env))

    def case(self, name, function, *arguments):
        """Runs one case in a folder of its own and reports it."""
        if self.options.filter not in name:
            return
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            function(folder, *arguments)
            self.passed += 1
            print(f"ok      {name}", flush=True)
        except Exception as failure:  # an assertion, a timeout, a missing file: all make the case fail
            self.failed.append(name)
            print(f"FAILED  {name}\n{indent(str(failure) or repr(failure))}", flush=True)
            if not isinstance(failure, AssertionError):
                print(indent(traceback.format_exc()), flush=True)

    def finish(self):
        shutil.rmtree(self.scratch, ignore_errors=True)
        print(f"{self.passed} passed, {len(self.failed)} failed")
        if self.passed + len(self.failed) == 0:
            print("no case was run")
            sys.exit(1)
        sys.exit(1 if self.failed else 0)


def environment(extra):
    env = {key: value for key, value in os.environ.items() if not key.startswith("WEND_")}
    env.update(NO_COLOR="1", LC_ALL="C.UTF-8", TZ="Asia/Kathmandu")  # results must not depend on the machine's zone
    env.update(extra or {})
    return env


def indent(text):
    return "\n".join("        " + line for line in text.splitlines()[:60])


def show(result):
    """A finished process for a failure message."""
    return (f"arguments: {' '.join(result.args[1:])}\nexit code: {result.returncode}\n"
            f"stdout: {result.stdout[-3000:]}\nstderr: {result.stderr[-3000:]}")


def expect_code(result, *codes):
    assert result.returncode in codes, f"expected exit code {' or '.join(map(str, codes))}\n{show(result)}"


def expect_text(result, *texts):
    """Every text stands in what the process printed, capitals aside."""
    printed = (result.stdout + result.stderr).lower()
    for text in texts:
        assert text.lower() in printed, f"expected to read {text!r}\n{show(result)}"


def write_files(folder, files):
    """Files as {relative path: text or bytes}."""
    for name, content in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def write_events(path, events):
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
    return path


def read_deliveries(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def instant_ms(text):
    """An RFC 3339 instant in milliseconds."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert at.tzinfo is not None, f"instant without an offset: {text}"
    since = at - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86_400_000) + since.seconds * 1000 + since.microseconds // 1000


@contextlib.contextmanager
def killed_at_end(process):
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
