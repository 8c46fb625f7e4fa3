"""Bindings for Perl, as perltidy writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .content import Content, Named, each_area
from .identifiers import camel, upper
from .render import check_apart, fill_template

_WIDTH = 80
# What a package may not have for a constant, or has in common with all others.
_SPECIAL = {
    *("BEGIN", "INIT", "CHECK", "UNITCHECK", "END", "DESTROY", "AUTOLOAD"),
    *("STDIN", "STDOUT", "STDERR", "ARGV", "ARGVOUT", "ENV", "INC", "SIG"),
}


def render_perl(content: Content) -> str:
    """The one file `Virtgate.pm`."""
    check_apart(f"{camel(area)}::{name}" for area, one in each_area(content) for name, _ in _constants(one))
    return fill_template(
        "Virtgate.pm",
        states=_words(content.states),
        reasons=_words(content.reasons),
        known="\n".join(f"  {one.id}" for _, one in each_area(content)),
        areas="\n\n".join(_area(area, mine) for area, mine in content.areas.items()),
    )


def _words(words: Sequence[str]) -> str:
    return "\n\n".join(_entry(upper(word), word) for word in words)


def _area(area: str, mine: Sequence[Named]) -> str:
    lines = [f"package Virtgate::{camel(area)};", "use constant {"]
    for one in mine:
        comment = f"# {one.title}"  # a long one begins further to the left
        lines += ["", f"{'':{min(4, max(0, _WIDTH - len(comment)))}}{comment}"]
        lines.append("\n\n".join(_entry(name, value) for name, value in _constants(one)))
    return "\n".join([*lines, "};"])


def _constants(one: Named) -> Iterator[tuple[str, str]]:
    name = upper(one.within)
    yield f"{name}_" if name in _SPECIAL else name, one.id
    yield from ((f"{name}_VIA_{upper(path).lstrip('_')}", path) for path in one.paths)


def _entry(name: str, value: str) -> str:
    """One constant; a blank line parts it from the next, or perltidy would guess at columns."""
    line = f"    {name} => '{value}',"
    return line if len(line) <= _WIDTH else f"    {name} =>\n      '{value}',"
