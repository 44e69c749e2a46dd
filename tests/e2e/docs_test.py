#!/usr/bin/env python3
"""Compiles every example of README.md and docs/language, so that the reference never says what isn't so.

The word behind `wend` on a fence says what a block is:
  wend            a whole program, compiles without an error
  wend steps      steps of a journey
  wend clauses    clauses of a journey
  wend later      parses, and is refused with WD0901 not_yet_supported and nothing else
"""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import SOURCE, Harness, expect_code, show, write_files  # noqa: E402

PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs" / "language").glob("*.md"))]
SETTINGS = 'settings { language 1 zone "Europe/Paris" lint no_policy off }\n'


def fences(path):
    """(line of the fence, the word behind `wend`, text) of each block."""
    kind = start = None
    body = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if kind is None:
            found = re.fullmatch(r"```wend(?: (\w+))?", line)
            if found:
                kind, start, body = found.group(1) or "program", number, []
        elif line == "```":
            yield start, kind, "\n".join(body) + "\n"
            kind = None
        else:
            body.append(line)
    assert kind is None, f"{path}:{start}: the block is not closed"


def program(kind, text):
    if kind == "steps":
        return f"{SETTINGS}journey example {{\n  on example_event\n{text}}}\n"
    if kind == "clauses":
        return f'{SETTINGS}journey example {{\n{text}  wait 1h\n  send sms "Hello"\n}}\n'
    if kind in ("program", "later"):
        return text
    raise AssertionError(f"`wend {kind}` is no kind of block")


def compiles(folder, harness, kind, text):
    write_files(folder, {"example.wend": program(kind, text)})
    result = harness.run("check", folder, "--format", "json")
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    errors = [finding for finding in findings if finding["level"] == "error"]
    if kind == "later":
        expect_code(result, 1)
        assert errors and all(error["code"] == "WD0901" for error in errors), show(result)
    else:
        expect_code(result, 0)
        assert not errors, show(result)


def links(folder):
    """Relative links of the documentation lead somewhere."""
    pages = [SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *sorted((SOURCE / "docs").rglob("*.md")),
             *sorted((SOURCE / "examples").rglob("*.md"))]
    missing = []
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text):
            target = (target[0] or target[1]).split("#")[0]
            if target and not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                missing.append(f"{page.relative_to(SOURCE)}: {target}")
    assert not missing, "links that lead nowhere:\n" + "\n".join(missing)


def anchors(folder):
    """Links within a page name one of its headings."""
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        headings = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
                    for heading in re.findall(r"^#+ (.*)$", text, flags=re.M)}
        for anchor in re.findall(r"\]\(#([^)]+)\)", text):
            assert anchor in headings, f"{page.relative_to(SOURCE)}: no heading for #{anchor}"


def main():
    harness = Harness(__doc__.splitlines()[0])
    for page in PAGES:
        for line, kind, text in fences(page):
            harness.case(f"{page.relative_to(SOURCE)}:{line} {kind}", compiles, harness, kind, text)
    harness.case("links", links)
    harness.case("anchors", anchors)
    harness.finish()


if __name__ == "__main__":
    main()
