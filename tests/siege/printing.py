"""What the commands print of input that somebody made to command a terminal or a page."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
from pathlib import Path
from typing import Any

import readers
from damage import damage_document
from monotony import RECORDINGS

from virtgate.cli import main
from virtgate.facts.recording import read_json

MARKS = (
    "\x1b[2J",
    "\x1b]0;t\x07",
    "\x9b2J",
    "\r",
    "\b\b",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{POP DIRECTIONAL ISOLATE}",
)
COMMANDING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
VERBS = (
    *(["gates", "{host}"], ["gates", "--json", "{host}"], ["gates", "--format", "markdown", "{host}"]),
    *(
        ["check", "block.mirror", "{host}"],
        ["explain", "block.mirror", "{host}"],
        ["explain", "--json", "block.mirror", "{host}"],
    ),
    *(
        ["diff", "{host}"],
        ["diff", "--json", "{host}"],
        ["common", "{host}", "qemu=8.2"],
        ["doctor", "{host}"],
        ["probe", "{host}"],
    ),
    *(["migrate", "{host}", "qemu=8.2"], ["migrate", "--json", "qemu=8.2", "{host}", "--guest", "{trace}"]),
    *(["audit", "{trace}", "--release", "qemu=8.2"], ["audit", "--json", "{trace}", "{host}"]),
    *(
        ["scan", "{source}"],
        ["scan", "--format", "sarif", "{source}"],
        ["scan", "--format", "github", "{source}"],
    ),
    *(
        ["gates", "{odd}"],
        ["check", "{odd}", "{host}"],
        ["show", "{odd}"],
        ["list", "{odd}"],
        ["lint", "--data", "{folder}"],
    ),
)


def try_output(folder: Path, random_: random.Random) -> None:
    """One command on files in which marks stand; what it prints has none of them."""
    host, trace = folder / "host.json", folder / "trace.log"
    source = folder / f"s{random_.choice(MARKS)}.pm"
    host.write_text(json.dumps(_mark_document(random_.choice(_small()), random_)), encoding="utf-8")
    trace.write_text(_mark(readers.SHELL, random_), encoding="utf-8")
    source.write_text(_mark(readers.PERL, random_), encoding="utf-8")
    places = {
        "host": host,
        "trace": trace,
        "source": source,
        "folder": folder,
        "odd": f"x{random_.choice(MARKS)}y",
    }
    words = [word.format(**places) for word in random_.choice(VERBS)]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main(words)
    source.unlink()
    found = COMMANDING.search(out.getvalue() + err.getvalue())
    assert found is None, (words, found)


def _small() -> list[Path]:
    return sorted(RECORDINGS, key=lambda path: path.stat().st_size)[:30]


def _mark_document(path: Path, random_: random.Random) -> Any:
    document = read_json(str(path))
    for _ in range(random_.randrange(3)):
        document = damage_document(document, random_)
    return _mark_values(document, random_)


def _mark_values(value: Any, random_: random.Random) -> Any:
    """The document with a mark in every fifth text."""
    if isinstance(value, dict):
        return {key: _mark_values(one, random_) for key, one in value.items()}
    if isinstance(value, list):
        return [_mark_values(one, random_) for one in value]
    if (
        isinstance(value, str)
        and value not in {"qemu", "xen", "kvm", "xapi", "xend"}
        and random_.random() < 0.2
    ):
        return _mark(value, random_)
    return value


def _mark(text: str, random_: random.Random) -> str:
    at = random_.randrange(len(text) + 1)
    return f"{text[:at]}{random_.choice(MARKS)}{text[at:]}"
