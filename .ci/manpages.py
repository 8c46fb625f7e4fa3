"""The manual from the parsers: `manpages.py OUT` writes virtgate.1 and a page for each verb."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLOSING = """\
EXIT STATUS
0
    yes, or done
1
    no, or problems that are told
2
    wrong usage, or data that cannot be read
3
    unknown, with 'check --exit-unknown'
141
    whoever read the output closed it

ENVIRONMENT
VIRTGATE_CACHE_DIR
    where answers are kept

FILES
/var/cache/virtgate
    where root's answers are kept
~/.cache/virtgate
    where a user's are, or in XDG_CACHE_HOME
"""


def render_pages() -> dict[str, str]:
    """Each page by its file's name."""
    from virtgate.cli.program import EPILOG, VERBS, program_parser, verb_parser

    os.environ.update(COLUMNS="78", NO_COLOR="1")
    main = program_parser()
    named = ((f"virtgate-{verb}(1)", sentence) for verb, sentence in VERBS.items())
    pages = {
        "virtgate.1": [
            *_head(
                "virtgate",
                "which hypervisor features may be used here",
                "virtgate VERB [...]\nvirtgate --version",
            ),
            *_section("DESCRIPTION", _paragraphs(main.description or "")),
            *_section("VERBS", _items(named)),
            *_section("TARGETS", _verbatim(EPILOG)),
            *_closing(),
        ]
    }
    for verb, sentence in VERBS.items():
        pages[f"virtgate-{verb}.1"] = [*_verb_page(f"virtgate-{verb}", sentence, verb_parser(verb))]
    return {name: "\n".join(lines) + "\n" for name, lines in pages.items()}


def _verb_page(name: str, sentence: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    usage = parser.format_usage().removeprefix("usage: ")
    yield from _head(name, sentence, re.sub(r"^ {7}", "", usage, flags=re.MULTILINE))
    yield from _section("DESCRIPTION", _paragraphs(parser.description or ""))
    actions = [one for one in parser._actions if one.help != argparse.SUPPRESS]  # argparse has no public list
    places = [one for one in actions if not one.option_strings]
    yield from _section("ARGUMENTS", _items((_called(one), one.help or "") for one in places))
    options = [one for one in actions if one.option_strings]
    yield from _section("OPTIONS", _items((_called(one), one.help or "") for one in options))
    several = [one for one in places if isinstance(one, argparse._SubParsersAction)]
    for verb, own in (pair for one in several for pair in one.choices.items()):
        yield from _section(
            verb.upper(), [*_paragraphs(own.description or ""), *_verbatim(own.format_usage())]
        )
        yield from _items((_called(one), one.help or "") for one in own._actions if one.dest != "help")
    if parser.epilog:
        yield from _section("TARGETS", _verbatim(parser.epilog))
    yield from _section("SEE ALSO", ["virtgate(1)"])


def _called(action: argparse.Action) -> str:
    """An argument as it is typed."""
    limited = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    value = str(action.metavar or limited or action.dest.upper())
    names = ", ".join(action.option_strings)
    return " ".join(filter(None, (names, "" if names and action.nargs == 0 else value)))


def _head(name: str, sentence: str, usage: str) -> Iterator[str]:
    from virtgate import __version__

    yield f'.TH {_spell(name.upper())} 1 "" "virtgate {__version__}" "virtgate"'
    yield from _section("NAME", [f"{_spell(name)} \\- {_spell(sentence)}"])
    yield from _section("SYNOPSIS", _verbatim(usage))


def _closing() -> Iterator[str]:
    for part in CLOSING.split("\n\n"):
        title, *lines = part.splitlines()
        yield from _section(title, _items(zip(lines[::2], map(str.strip, lines[1::2]), strict=True)))


def _section(title: str, lines: Iterable[str]) -> list[str]:
    """The section; nothing where there is nothing in it."""
    found = list(lines)
    return [f".SH {title}", *found] if found else []


def _items(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for called, told in pairs:
        yield from (".TP", f"\\fB{_spell(called)}\\fR", _spell(told))


def _paragraphs(text: str) -> Iterator[str]:
    """Text to be filled; what is set off from the margin stays as it is."""
    for part in text.strip().split("\n\n"):
        yield ".PP"
        yield from _verbatim(part) if part.startswith(" ") else map(_spell, part.splitlines())


def _verbatim(text: str) -> Iterator[str]:
    yield from (".nf", *(_spell(line) for line in text.rstrip().splitlines()), ".fi")


def _spell(text: str) -> str:
    """Text as roff has it: what is between backticks is bold, and nothing in it is a request."""
    spelt = text.replace("\\", "\\e").replace("-", "\\-")
    spelt = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", spelt)
    return f"\\&{spelt}" if spelt.startswith((".", "'")) else spelt


def write_pages(folder: Path) -> list[Path]:
    """The files, written."""
    sys.path.insert(0, str(ROOT / "engine"))
    folder.mkdir(parents=True, exist_ok=True)
    pages = render_pages()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages]


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
