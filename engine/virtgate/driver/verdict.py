"""The answer for one capability, and the rows that such answers are kept in: written and read here alone.

A block is one capability's row and then a row for each of its paths; tabs part the columns. The index has
a line for each block with what drivers ask most: its id, its state and the path to use.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PRESENT = {"true": True, "false": False, "null": None}
_SPELLED = {present: word for word, present in _PRESENT.items()}
_FORMERLY = 8  # the column with the ids of before, which few rows have


class _Record:
    """What is the same where all of it is; as a key of a mapping it goes by its state."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    def __hash__(self) -> int:
        return hash(repr(self))


class PathVerdict(_Record):
    """The answer for one path of a capability.

    `present` is its condition, whatever upstream says of it; `releases` the upstream releases that have it,
    as ranges; `where` its line in the data; `seen` what was looked at, and what was found.
    """

    __slots__ = (
        *("aliases", "evidence", "name", "present", "reason"),
        *("releases", "seen", "sentence", "state", "where"),
    )

    def __init__(
        self,
        *,
        name: str,
        state: str,
        reason: str,
        present: bool | None,
        aliases: Mapping[str, Sequence[str]],
        releases: str,
        where: str,
        evidence: tuple[str, ...],
        seen: str,
        sentence: str,
    ) -> None:
        self.name = name
        self.state = state
        self.reason = reason
        self.present = present
        self.aliases = aliases
        self.releases = releases
        self.where = where
        self.evidence = evidence
        self.seen = seen
        self.sentence = sentence

    def __repr__(self) -> str:
        return f"<PathVerdict {self.name}: {self.state}, {self.reason}>"


class Verdict(_Record):
    """The answer for one capability.

    `state` is enabled, disabled or unknown; `reason` one of the fixed codes; `path` the interface to use, or
    None; `present` true, false, or None where nobody could look; `sentence` says why; `remedy` what would
    enable it, if anything would; `paths` has the answer for each path, in the order to prefer; `formerly` are
    the ids that it had before.
    """

    __slots__ = (
        *("formerly", "id", "path", "paths", "present"),
        *("reason", "remedy", "sentence", "state", "title"),
    )

    def __init__(
        self,
        *,
        id: str,  # noqa: A002
        state: str,
        reason: str,
        path: str | None,
        present: bool | None,
        title: str,
        remedy: str | None,
        sentence: str,
        formerly: tuple[str, ...] = (),
        paths: tuple[PathVerdict, ...] = (),
    ) -> None:
        self.id = id
        self.state = state
        self.reason = reason
        self.path = path
        self.present = present
        self.title = title
        self.remedy = remedy
        self.sentence = sentence
        self.formerly = formerly
        self.paths = paths

    @property
    def aliases(self) -> dict[str, list[str]]:
        """What others call it, from all of its paths."""
        joined: dict[str, list[str]] = {}
        for path in self.paths:
            for who, names in path.aliases.items():
                known = joined.setdefault(who, [])
                known += [name for name in names if name not in known]
        return joined

    def __bool__(self) -> bool:
        return self.state == "enabled"

    def __repr__(self) -> str:
        return f"<Verdict {self.id}: {self.state}, {self.reason}{f', {self.path}' if self.path else ''}>"


def write_block(verdict: Verdict) -> str:
    """The rows of one verdict."""
    head = (
        *(verdict.id, verdict.state, verdict.reason, verdict.path or "", _SPELLED[verdict.present]),
        *(verdict.title, verdict.remedy or "", verdict.sentence),
        *([" ".join(verdict.formerly)] if verdict.formerly else ()),
    )
    rows = (
        (
            *(path.name, path.state, path.reason, _SPELLED[path.present], _write_aliases(path.aliases)),
            *(path.releases, path.where, "; ".join(path.evidence), path.seen, path.sentence),
        )
        for path in verdict.paths
    )
    return "\n".join(map(_write_row, (head, *rows)))


def _write_row(row: tuple[str, ...]) -> str:
    return "\t".join(row if "".join(row).isprintable() else map(clean, row))


def read_block(block: str) -> Verdict:
    """The verdict that a block has the rows of. Raises ValueError for a row that is torn."""
    first, *rows = block.split("\n")
    name, state, reason, path, present, title, remedy, sentence, *former = first.split("\t")
    return Verdict(
        id=name,
        state=state,
        reason=reason,
        path=path or None,
        present=_PRESENT[present],
        title=title,
        remedy=remedy or None,
        sentence=sentence,
        formerly=tuple(former[0].split(" ")) if former else (),
        paths=tuple(map(_read_path, rows)),
    )


def _read_path(row: str) -> PathVerdict:
    name, state, reason, present, aliases, releases, where, evidence, seen, sentence = row.split("\t")
    return PathVerdict(
        name=name,
        state=state,
        reason=reason,
        present=_PRESENT[present],
        aliases=_read_aliases(aliases),
        releases=releases,
        where=where,
        evidence=tuple(evidence.split("; ")) if evidence else (),
        seen=seen,
        sentence=sentence,
    )


def write_index(blocks: Iterable[str]) -> list[str]:
    """What is asked most, in three rows: the ids, which of them are enabled (`+`), the paths to use."""
    heads = [block.split("\t", 4) for block in blocks]
    enabled = "".join("+" if state == "enabled" else "-" for _, state, *_ in heads)
    return ["\t".join(head[0] for head in heads), enabled, "\t".join(head[3] for head in heads)]


def read_index(index: list[str]) -> tuple[dict[str, bool], dict[str, str | None]]:
    """Whether each capability is enabled, and the path to use. Raises ValueError for rows that are torn."""
    if not index:
        return {}, {}
    ids, enabled, paths = index
    names = ids.split("\t")
    states = dict(zip(names, map("+".__eq__, enabled), strict=True))
    return states, dict(zip(names, [path or None for path in paths.split("\t")], strict=True))


def blocks_by_id(blocks: Iterable[str]) -> dict[str, str]:
    """Each block by the id of its capability."""
    return {block.split("\t", 1)[0]: block for block in blocks}


def ids_of_today(blocks: Iterable[str]) -> dict[str, str]:
    """The ids of today by those that the same capabilities had before."""
    heads = (block.partition("\n")[0].split("\t") for block in blocks)
    return {old: head[0] for head in heads if len(head) > _FORMERLY for old in head[_FORMERLY].split(" ")}


def clean(text: str) -> str:
    """Text in one line without the marks that part rows and columns, and without a terminal's commands."""
    if text.isprintable():
        return text
    return " ".join("".join(one if one.isprintable() or one.isspace() else "\ufffd" for one in text).split())


def _write_aliases(aliases: Mapping[str, Sequence[str]]) -> str:
    """`libvirt=a,b nova=c` of a mapping."""
    return " ".join(f"{who}={','.join(names)}" for who, names in sorted(aliases.items()))


def _read_aliases(text: str) -> dict[str, list[str]]:
    pairs = (word.partition("=") for word in text.split(" ") if word)
    return {who: names.split(",") for who, _, names in pairs}
