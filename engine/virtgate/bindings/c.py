"""Bindings for C, a header with its implementation, as clang-format writes it without a style of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from .content import TEXT, Content, Field, Named, Record, each_area
from .identifiers import upper
from .render import check_apart, fill_template

_WIDTH = 80
_TYPES = {
    "text": "const char *",
    "flag": "enum vg_flag ",
    "state": "enum vg_state ",
    "reason": "enum vg_reason ",
}
# What a verdict is made of, each after what it has of them; the documents around it stay within the reader.
_RECORDS = {"Host": "vg_host", "PathVerdict": "vg_path_verdict", "Verdict": "vg_verdict"}


def render_c(content: Content) -> str:
    """The one header `virtgate.h`."""
    check_apart(name for area, one in each_area(content) for name, _ in _macros(area, one))
    records = [one for one in content.records if one.name in _RECORDS]
    return fill_template(
        "virtgate.h",
        state_names=_quoted("VG_STATE", content.states),
        reason_names=_quoted("VG_REASON", content.reasons),
        states=_words("VG_STATE", content.states),
        reasons=_words("VG_REASON", content.reasons),
        readers="\n\n".join(map(_reader, records)),
        records="\n\n".join(map(_record, records)),
        areas="\n\n".join(_area(area, mine) for area, mine in content.areas.items()),
    )


def _quoted(prefix: str, words: Iterable[str]) -> str:
    return "\n".join(f'    [{prefix}_{upper(word)}] = "{word}",' for word in (*words, "unlisted"))


def _words(prefix: str, words: Iterable[str]) -> str:
    return "\n".join(f"  {prefix}_{upper(word)}," for word in (*words, "unlisted"))


def _record(record: Record) -> str:
    lines = [_comment(f"{record.told}."), f"struct {_RECORDS[record.name]} {{"]
    for field in record.fields:
        lines += [_comment(f"{field.told}.", "  ")] if field.told else []
        lines.append(f"  {_type(field)}{field.name};")
        lines += [f"  size_t {field.name}_count;"] if field.many else []
    return "\n".join([*lines, "};"])


def _type(field: Field) -> str:
    if field.many == "map":
        return "struct vg_names *"
    if field.sort in _RECORDS:
        return f"struct {_RECORDS[field.sort]} *"
    return f"{_TYPES[field.sort]}{'*' if field.many else ''}"


def _reader(record: Record) -> str:
    """A function that fills a record with what an object has."""
    name = _RECORDS[record.name]
    parameters = ["struct vgi_reader *reader", "const struct vgi_value *from", f"struct {name} *to"]
    start = f"static void {name.replace('vg_', 'vgi_read_')}("
    steps = [f"  {_step(field)};" for field in record.fields]
    return "\n".join([_fill(start, parameters, ") {"), *steps, "}"])


def _step(field: Field) -> str:
    """The macro of the template that takes a field."""
    if field.many == "map":
        return f"VGI_TAKE_NAMES({field.name})"
    if field.sort in _RECORDS:
        return f"VGI_TAKE_RECORDS({field.name}, {_RECORDS[field.sort].replace('vg_', 'vgi_read_')})"
    if field.many:
        return f"VGI_TAKE_TEXTS({field.name})"
    # A document without a verdict's id or state is none: the reader refuses it rather than guess.
    needed = "NEEDED_" if field.sort == TEXT and not field.is_optional else ""
    return f"VGI_TAKE_{needed}{field.sort.upper()}({field.name})"


def _fill(start: str, words: Sequence[str], end: str) -> str:
    """Words with commas, on as few lines as they take below an opening bracket."""
    lines = [start]
    for at, word in enumerate(words):
        comma = "," if at < len(words) - 1 else end
        if len(f"{lines[-1]} {word}{comma}") > _WIDTH:
            lines.append(" " * len(start) + word + comma)
        else:
            lines[-1] += (" " if at else "") + word + comma
    return "\n".join(lines)


def _area(area: str, mine: Sequence[Named]) -> str:
    lines = [f"/* Capabilities of the area {area}. */"]
    for one in mine:
        lines += ["", f"/* {one.title} */"]
        lines += [f"#define {name} {value}" for name, value in _macros(area, one)]
    return "\n".join(lines)


def _macros(area: str, one: Named) -> Iterator[tuple[str, str]]:
    name = f"VG_{upper(area)}_{upper(one.within).lstrip('_')}"
    yield name, f'((struct vg_id){{"{one.id}"}})'
    for path in one.paths:
        yield f"{name}_VIA_{upper(path).lstrip('_')}", f'((struct vg_path){{"{one.id}", "{path}"}})'


def _comment(text: str, indent: str = "") -> str:
    first, more = f"{indent}/* ", f"{indent} * "
    return textwrap.fill(f"{text} */", _WIDTH, initial_indent=first, subsequent_indent=more)
