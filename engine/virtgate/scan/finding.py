"""From sources to uses: what each text names, at which line, and whether it looks at a version first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..facts.folders import all_hypervisors
from ..source import Accepted, Scan, Seen, Skipped, Source, Text, Use, read_diff, read_paths
from ..upstream.history import Histories

Finders = Mapping[str, Callable[[Text], Iterable[Seen]]]
_ACCEPT = re.compile(r"virtgate: accept (?P<name>[\w./-]+)(?P<reason>[^\n]*)")
_GUARD = re.compile(
    # The first such word of a line counts for all of them: no line is looked through from each.
    r"^(?>[^\n]*?(?:\b(?:if|unless|elsif|elif|case|switch|when|while)\b|\?|&&|\|\|))[^\n]*?"
    r"(?:(?i:(?<!win)(?<!win_)version|\bhas_?(?:option|device|command)|caps?\b|capab|feature|support"
    r"|help\b)|[a-z]Ver\b)"
    r"|virQEMUCapsGet|^(?>[^\n]*?#[ \t]*if)[^\n]*?LIBXL_HAVE_",
    re.MULTILINE,
)
_GUARDING_LINES = 4
_FAR = 600
_LONGEST_CONTEXT = 120


def scan_paths(paths: Iterable[str], history_of: Histories, *, exclude: Iterable[str] = ()) -> Scan:
    """Every use in files and folders; `exclude` are patterns of names to pass over.

    `history_of` gives a hypervisor's history, which knows its names. Raises UsageError for a path that
    is not there.
    """
    skipped: list[Skipped] = []
    sources = list(read_paths(paths, exclude, skipped))
    return _scan(sources, history_of, tuple(skipped))


def scan_diff(diff: str, history_of: Histories) -> Scan:
    """Every use in the added lines of a unified diff. Raises UsageError for a text that is none."""
    return _scan(list(read_diff(diff)), history_of, ())


def _scan(sources: list[Source], history_of: Histories, skipped: tuple[Skipped, ...]) -> Scan:
    texts = [Text(source=one, code=one.language.clean(one.text)) for one in sources]
    finders = {
        name: own.scanner().prepare(history_of(name), texts)
        for name, own in all_hypervisors().items()
        if own.scanner is not None
    }
    uses = [use for text in texts for use in _uses(text, finders)]
    accepted = [one for source in sources for one in _accepted(source)]
    return Scan(
        uses=tuple(sorted(uses)),
        accepted=tuple(accepted),
        skipped=skipped,
        files=tuple(source.file for source in sources),
        lines=sum(_count(source) for source in sources),
    )


def _count(source: Source) -> int:
    if source.added is not None:
        return len(source.added)
    return source.text.count("\n") + (not source.text.endswith("\n"))


def _uses(text: Text, finders: Finders) -> Iterator[Use]:
    """Each use once a line."""
    seen = [(one, hypervisor) for hypervisor, find in finders.items() for one in find(text)]
    # Counted on from use to use: from the file's begin each time, a large file would take the square of its
    # length.
    row, counted = 1, 0
    told: set[tuple[str, str, str, int]] = set()
    # Of two at one place the first found counts: sorting keeps their order.
    for one, hypervisor in sorted(seen, key=lambda pair: pair[0].at):
        row += text.code.count("\n", counted, one.at)
        counted = one.at
        line = _number(text.source, row)
        key = (hypervisor, one.kind, one.name, line)
        is_added = text.source.added is None or line in text.source.added
        if key not in told and is_added:
            told.add(key)
            yield _use(text, one, hypervisor, line)


def _use(text: Text, one: Seen, hypervisor: str, line: int) -> Use:
    # No further than this on a line that is very long.
    begin, end = max(0, one.at - _FAR), one.at + _FAR
    before, _, here = text.code[begin : one.at].rpartition("\n")
    rest = text.code[one.at : end].partition("\n")[0]
    # Files are read as latin-1, which keeps every byte; people read them as what they are.
    context = (here + rest)[:_LONGEST_CONTEXT].encode("latin-1").decode("utf-8", "replace")
    around = "\n".join([*before.split("\n")[-_GUARDING_LINES:], here + rest])
    return Use(
        file=text.source.file,
        line=line,
        hypervisor=hypervisor,
        kind=one.kind,
        name=one.name,
        context=" ".join(context.split()),
        guarded=_GUARD.search(around) is not None,
        alone=one.alone,
    )


def _number(source: Source, row: int) -> int:
    return source.lines[row - 1] if source.lines is not None else row


def _accepted(source: Source) -> Iterator[Accepted]:
    if "virtgate: accept" not in source.text:
        return
    for match in _ACCEPT.finditer(source.text):
        line = _number(source, source.text.count("\n", 0, match.start()) + 1)
        reason = match["reason"].strip(" \t*/->").strip()
        yield Accepted(file=source.file, line=line, name=match["name"], reason=reason)
