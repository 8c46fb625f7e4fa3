"""XenAPI's datamodel to its ledger: one commit of it tells every release's interface."""

from __future__ import annotations

import calendar
import datetime
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from ....driver.errors import DataError, TargetError
from ....harvest.git import Release, Repository, version_key
from ....harvest.kinds import write_changed
from ....harvest.releases import COMMIT_DIGITS, Progress
from ....upstream.ledger import Atom, Covers, render
from ....versions import Ranges, Version
from .datamodel import FOLDER, Datamodel, Element, Named, Transitions, read_datamodel
from .ocaml import read_module

KIND = "xenapi"
TYPES = f"{FOLDER}/datamodel_types.ml"
LIFECYCLE = f"{FOLDER}/datamodel_lifecycle.ml"
_RELEASES_HEADER = f"""\
# release, date, commit
# The lines stand in the order of the releases: a code name has no order of its own. Code names are those of
# {TYPES}, with a commit that lists them; it has months only, whose last day stands
# here, and `-` for what it does not know. Numbered releases are xapi's tags, from the first that a lifecycle
# names on; upstream's release_leq sorts them after every code name. products.txt has the products.
"""
_PRODUCTS_HEADER = f"""\
# code name, API version, release, product
# Every line of release_order_full in {TYPES}; `-` is what it does not know.
# A code name that no lifecycle uses, after the last one that is used, is another name for a numbered release:
# the first tag that lists it, or the last tag before its month where that is older.
"""


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Write releases.txt, products.txt and xenapi.txt from the newest commit of the first repository.

    Raises TargetError where there is no datamodel, DataError where it cannot be read; files are written
    whole, and the same commit and tags give the same bytes.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with Repository(str(repos[0])) as repository:
        model = _read(repository)
        axis = _Axis(model, repository, _read_commits(out / "releases.txt"))
    # A message of a class that a release lacks is not there, whatever its own lifecycle says.
    classes = {one.name: one.transitions for one in model.elements if one.sort == "class"}
    atoms = [atom for one in model.elements for atom in _atoms_of(one, axis, classes)]
    found = [atom for atom in atoms if atom.ranges]
    write_changed(out / f"{KIND}.txt", axis.spell(_render(found, model, axis)))
    write_changed(out / "products.txt", _PRODUCTS_HEADER + "".join(axis.product_lines()))
    write_changed(out / "releases.txt", _RELEASES_HEADER + "".join(axis.release_lines()))
    counts = _counts(model)
    progress(f"{KIND}.txt: {counts}; {len(model.unread)} not read, {axis.waiting(model)} in no release yet")
    for line, times in sorted(Counter(model.unread).items()):
        progress(f"not read: {line}{f' ({times} times)' if times > 1 else ''}")


def _read(repository: Repository) -> Datamodel:
    files, lifecycle = {}, ""
    for path in sorted(repository.list_blobs("HEAD", FOLDER)):
        name = PurePosixPath(path).stem
        if not name.startswith("datamodel") or not path.endswith(".ml"):
            continue
        found = repository.tree("HEAD").read(path)
        text = found[1].decode(errors="replace") if found else ""
        try:
            files[name.capitalize()] = read_module(text, name.capitalize())
        except ValueError as error:
            raise DataError((f"{repository.path}: {path}: {error}",)) from None
        lifecycle = text if path == LIFECYCLE else lifecycle
    if not files:
        raise TargetError(repository.path, f"no datamodel of XenAPI: HEAD has no {FOLDER}/datamodel.ml")
    model = read_datamodel(files, lifecycle)
    if not model.elements or not model.named:
        raise TargetError(repository.path, f"nothing can be read from {FOLDER}: {', '.join(model.unread)}")
    return model


def _read_commits(path: Path) -> Mapping[str, str]:
    """The commit that each code name has already: a later one that lists it too is no news."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {row[0]: row[2] for row in rows if len(row) == 3 and not row[0][0].isdigit()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A release in its order: its name, its number (`0.N.0` of a code name), and its line."""

    name: str
    version: Version
    line: str


class _Axis:
    """The releases in order: code names, then xapi's numbers; and what else each product is called."""

    def __init__(self, model: Datamodel, repository: Repository, commits: Mapping[str, str]) -> None:
        used = {release for one in model.elements for _, release in one.transitions}
        listed = [one for one in model.named if one.name is not None]
        last = max((at for at, one in enumerate(listed) if one.name in used), default=-1)
        self._named = model.named
        self.tags = tuple(_numbered(repository, used))
        head = repository.find_commit("HEAD") or ""
        places = [
            _place_named(at, one, commits.get(one.name or "", head))
            for at, one in enumerate(listed[: last + 1])
        ]
        self.places = (*places, *map(_place_numbered, self.tags))
        self.releases = tuple(place.version for place in self.places)
        self._order = {place.name: at for at, place in enumerate(places)}
        self.aliases = dict(_aliases(listed[last + 1 :], self.tags, repository))

    @cache  # noqa: B019 - one axis a run
    def place_of(self, release: str) -> int | None:
        """Where the first release stands that has what a lifecycle dates so; None where none has it yet."""
        if release in self._order or not release[0].isdigit() or "-" in release:
            return self._order.get(release)
        at = bisect_left(self.tags, version_key(release), key=lambda tag: version_key(tag.version))
        return len(self._order) + at if at < len(self.tags) else None

    def waiting(self, model: Datamodel) -> int:
        """How many elements are in no release yet."""
        places = ([self.place_of(release) for _, release in one.transitions] for one in model.elements)
        return sum(all(place is None for place in some) for some in places)

    def ranges(self, present: Iterable[int]) -> str:
        """Some of the releases, by their places, as ranges."""
        return str(Ranges.of({self.releases[at] for at in present}, self.releases))

    def spell(self, text: str) -> str:
        """A ledger's text with code names in its ranges in place of their numbers."""
        names = {f"0.{at}": name for name, at in self._order.items()}
        return "".join(f"{_spell_line(line, names)}\n" for line in text.splitlines())

    def release_lines(self) -> Iterator[str]:
        """The lines of releases.txt."""
        for place in self.places:
            yield place.line

    def product_lines(self) -> Iterator[str]:
        """The lines of products.txt."""
        for one in self._named:
            name = one.name or "-"
            release = self.aliases.get(name, name)
            yield f"{name:<20}  {one.api:<4}  {release:<20}  {one.product}\n"


def _spell_line(line: str, names: Mapping[str, str]) -> str:
    head, gap, ranges = line.rpartition("  ")
    if line.startswith("#"):
        return line
    return f"{head}{gap}{' | '.join(_spell_span(span, names) for span in ranges.split(' | '))}"


def _spell_span(span: str, names: Mapping[str, str]) -> str:
    """A span in code names; a branch of one release is that release."""
    start, dots, end = span.partition("..")
    first, last = (names.get(text.removesuffix(".0"), text) for text in (start, end))
    return first if first == last else f"{first}{dots}{last}"


def _numbered(repository: Repository, used: Iterable[str]) -> Iterator[Release]:
    """xapi's tagged releases in order, from the first number that a lifecycle names on."""
    first = min((version_key(one) for one in used if one[0].isdigit() and "-" not in one), default=None)
    for release in sorted(repository.tagged(), key=lambda one: version_key(one.version)):
        if first is not None and version_key(release.version) >= first:
            yield release


def _place_named(at: int, one: Named, commit: str) -> _Place:
    name, date = one.name or "", _last_day(one.month)
    line = f"{name:<20}  {date or '-':<10}  {commit[:COMMIT_DIGITS]}\n"
    return _Place(name=name, version=Version(release=(0, at, 0), text=name), line=line)


def _place_numbered(release: Release) -> _Place:
    line = f"{release.version:<20}  {release.date}  {release.commit[:COMMIT_DIGITS]}\n"
    version = Version(release=version_key(release.version), text=release.version)
    return _Place(name=release.version, version=version, line=line)


def _last_day(month: str | None) -> str | None:
    """The last day of `June 2013`; None of what is no month."""
    try:
        first = datetime.datetime.strptime(month or "", "%B %Y").date()
    except ValueError:
        return None
    return first.replace(day=calendar.monthrange(first.year, first.month)[1]).isoformat()


def _aliases(
    listed: Iterable[Named], tags: Sequence[Release], repository: Repository
) -> Iterator[tuple[str, str]]:
    """The numbered release that each late code name stands for; `-` while no tag lists it."""
    texts: dict[str, bytes] = {}
    for one in listed:
        found = None
        for tag in tags:
            if tag.commit not in texts:
                blob = repository.tree(tag.commit).read(TYPES)
                texts[tag.commit] = blob[1] if blob else b""
            if f'"{one.name}"'.encode() in texts[tag.commit]:
                found = tag
                break
        end = _last_day(one.month)
        before = [tag for tag in tags if end and tag.date < f"{end[:8]}01"]
        older = max(before, key=lambda tag: version_key(tag.version), default=None)
        if older and (found is None or version_key(older.version) < version_key(found.version)):
            found = older
        yield one.name or "", found.version if found else "-"


def _atoms_of(element: Element, axis: _Axis, classes: Mapping[str, Transitions]) -> Iterator[Atom]:
    """An element's line, and one for each flag and each change of it; nothing is there without its class."""
    around = _states(classes[element.name.split(".", 1)[0]], axis)
    own = _states(element.transitions, axis)
    states = [state if outer else None for state, outer in zip(own, around, strict=True)]
    yield _atom(element.name, element.sort, [at for at, state in enumerate(states) if state], axis)
    for flag, wanted in (("deprecated", "Deprecated"), ("unstable", "Prototyped")):
        flagged = [at for at, state in enumerate(states) if state == wanted]
        yield _atom(f"{element.name}[{flag}]", "flag", flagged, axis)
    for change, release in element.transitions:
        place = axis.place_of(release)
        if change in {"Changed", "Extended"} and place is not None:
            since = [at for at, state in enumerate(states) if state and at >= place]
            yield _atom(f"{element.name}[{change.lower()}={release}]", "flag", since, axis)


def _atom(name: str, sort: str, present: Sequence[int], axis: _Axis) -> Atom:
    return Atom(name=name, type=sort, ranges=axis.ranges(present))


def _states(transitions: Transitions, axis: _Axis) -> list[str | None]:
    """The change that each release's state comes from; None where the element is not there."""
    dated = [(axis.place_of(release), change) for change, release in transitions]
    states: list[str | None] = []
    for at in range(len(axis.places)):
        state = None
        for place, change in dated:
            # In the order in which the datamodel has them: of two changes in one release the later counts.
            if place is not None and place <= at:
                state = {"Removed": None, "Changed": state, "Extended": state}.get(change, change)
        states.append(state)
    return states


def _counts(model: Datamodel) -> str:
    sorts = Counter(one.sort for one in model.elements)
    return f"{sorts['class']} classes, {sorts['message']} messages, {sorts['field']} fields"


def _render(atoms: list[Atom], model: Datamodel, axis: _Axis) -> str:
    covers: Covers = "partial" if model.unread else "complete"
    note = (
        f"from the lifecycles that upstream's datamodel states: {_counts(model)},"
        f" {len(model.unread)} not read and {axis.waiting(model)} in no release yet; left out is what"
        " upstream hides from its documentation, and a generated getter or setter stands as its field; a"
        " prototype is flagged unstable"
    )
    return render(atoms, kind=KIND, covers=covers, note=note)
