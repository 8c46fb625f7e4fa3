"""Hosts made from a ledger: what upstream's build of a release would say when asked.

A made host is faithful because nothing in it is typed. QMP introspection is a rendering of the schema, and
the ledger's graph is that same schema read from upstream's source: every type becomes the entity that QEMU's
own generator makes of it (docs/devel/qapi-code-gen, "Client JSON Protocol introspection"), under a number as
there, so that no test can lean on a type's name. What differs from a real build is only what no source tells:
which parts a build left out. Each test then changes by hand the one thing that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from virtgate.ask.opened import open_catalog
from virtgate.conditions import View
from virtgate.data import Catalog
from virtgate.data.taking import Desk, take_condition
from virtgate.data.yaml import Problem, read
from virtgate.decide import Decision, decide
from virtgate.decide.sentences import Speaker
from virtgate.driver.policy import Policy
from virtgate.facts import Facts
from virtgate.interface import Graph, Type
from virtgate.match import match_host
from virtgate.model import Condition, Host
from virtgate.upstream.history import History
from virtgate.versions import parse_release

ROOT = Path(__file__).parents[1]
# A small matrix of its own: one thing for each way in which upstream can stand.
MADE = ROOT / "tests" / "made"
BUILTINS = {
    "string": "string",
    "int": "int",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "any": "value",
}

Entity = dict[str, Any]


class Introspected:
    """Renders one graph as the list that query-qmp-schema returns."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._numbers: dict[str, str] = {}
        self._entities: dict[str, Entity] = {}

    def render(self) -> list[Entity]:
        """Every command and event, then every type that one of them leads to."""
        roots = [self._root(name) for name in sorted(self._graph.roots())]
        return [*roots, *self._entities.values()]

    def _root(self, name: str) -> Entity:
        root = self._graph.root(name)
        assert root is not None
        entity: Entity = {"name": name, "meta-type": root.kind, "arg-type": self._type(root.arguments)}
        if root.kind == "command":
            entity["ret-type"] = self._type(root.returns)
        return entity | _flags(root.features)

    def _type(self, reference: str | None) -> str:
        """The number of a type; each is rendered once, so that types may hold themselves."""
        key = reference or ""
        known = self._graph.type(reference) if reference else Type("object")
        if known.kind in BUILTINS:
            self._entities[known.kind] = {
                "name": known.kind,
                "meta-type": "builtin",
                "json-type": BUILTINS[known.kind],
            }
            return known.kind
        if key not in self._numbers:
            self._numbers[key] = str(len(self._numbers))
            self._entities[key] = {}
            self._entities[key].update({"name": self._numbers[key], **self._read(known)})
        return self._numbers[key]

    def _read(self, known: Type) -> Entity:
        match known.kind:
            case "enum":
                members = [{"name": name} | _flags(flags) for name, flags in known.values.items()]
                return {"meta-type": "enum", "members": members, "values": list(known.values)}
            case "array":
                return {"meta-type": "array", "element-type": self._type(known.element)}
            case "alternate":
                branches = [{"type": self._type(branch)} for branch in known.branches.values()]
                return {"meta-type": "alternate", "members": branches}
            case _:
                return self._read_object(known)

    def _read_object(self, known: Type) -> Entity:
        members = [
            {"name": name, "type": self._type(member.type)}
            | ({"default": None} if member.optional else {})
            | _flags(member.features)
            for name, member in known.members.items()
        ]
        entity: Entity = {"meta-type": "object", "members": members} | _flags(known.features)
        if known.tag:
            cases = self._graph.type(known.members[known.tag].type).values
            variants = [
                {"case": case, "type": self._type(known.branches.get(case))}
                for case in (*cases, *(one for one in known.branches if one not in cases))
            ]
            entity |= {"tag": known.tag, "variants": variants}
        return entity


def introspect(graph: Graph | None) -> list[Entity]:
    """What query-qmp-schema returns on upstream's build of everything in a graph."""
    assert graph is not None
    return Introspected(graph).render()


def _flags(features: Iterable[str]) -> Entity:
    return {"features": sorted(features)} if features else {}


def entity_of(schema: list[Entity], name: str) -> Entity:
    """The entity of that name."""
    return next(entity for entity in schema if entity["name"] == name)


def arguments_of(schema: list[Entity], command: str) -> list[Entity]:
    """A command's arguments, to be changed in place; no other command has them from then on."""
    return own_arguments(schema, command)["members"]  # type: ignore[no-any-return]


def own_arguments(schema: list[Entity], command: str) -> Entity:
    """The entity of a command's arguments; a copy of its own takes its place in the schema."""
    head = entity_of(schema, command)
    name = f"own arguments of {command}"
    if head["arg-type"] != name:
        shared = entity_of(schema, head["arg-type"])
        schema.append({**shared, "name": name, "members": [dict(one) for one in shared["members"]]})
        head["arg-type"] = name
    return entity_of(schema, name)


def argument_of(schema: list[Entity], command: str, name: str) -> Entity:
    """One argument of a command, to be changed in place."""
    return next(one for one in arguments_of(schema, command) if one["name"] == name)


def without(schema: list[Entity], *names: str) -> list[Entity]:
    """The schema of a build that left these commands or events out."""
    return [entity for entity in schema if entity["name"] not in names]


def make_facts(
    version: str, schema: list[Entity] | None, package: str = "", answers: Mapping[str, Any] | None = None
) -> Facts:
    """What a QEMU of this version, package string and schema said; `answers` are returns by question."""
    major, minor, micro = map(int, version.split("."))
    returned = {
        "query-version": {"qemu": {"major": major, "minor": minor, "micro": micro}, "package": package},
        **({} if schema is None else {"query-qmp-schema": schema}),
        **(answers or {}),
    }
    return Facts(
        hypervisor="qemu",
        target="made",
        via="binary",
        answers={asked: {"return": value} for asked, value in returned.items()},
    )


def make_condition(text: str) -> Condition:
    """The condition that a YAML text such as `{command: drive-mirror}` is in a support file."""
    found: list[Problem] = []
    block = read(f"when: {text}\n".encode(), "made.yaml", found)
    assert block is not None, found
    taken = take_condition(Desk("made.yaml", found), next(iter(block.values())))
    assert taken is not None, found
    assert not found, found
    return taken


@cache
def catalog_in(root: Path) -> Catalog:
    """The data below a folder."""
    return open_catalog(str(root))


@cache
def history_in(root: Path, newest: str | None = None) -> History:
    """QEMU's releases and ledgers below a folder, up to one release."""
    folder = root / "matrix" / "qemu" / "ledger"
    return History(folder, newest=parse_release(newest) if newest else None)


def schema_in(root: Path, release: str) -> list[Entity]:
    """What upstream's build of a release returns to query-qmp-schema; each call gives its own."""
    return introspect(history_in(root).graph(parse_release(release)))


class Decisions(Mapping[str, Decision]):
    """Decided when they are asked for: one with what it needs, or all where they are listed."""

    def __init__(self, catalog: Catalog, host: Host, history: History, view: View | None, policy: Policy):
        self._decide = partial(decide, catalog, host, history, view, policy)
        self._known: dict[str, Decision] = {}

    def __getitem__(self, capability: str) -> Decision:
        if capability not in self._known:
            self._known.update(self._decide([capability]))
        return self._known[capability]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> Mapping[str, Decision]:
        self._known = dict(self._decide())
        return self._known


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A host, what was decided on it, and who says why."""

    host: Host
    decisions: Mapping[str, Decision]
    speaker: Speaker

    def verdict(self, capability: str) -> str:
        """State and reason in one text: `enabled upstream`."""
        one = self.decisions[capability]
        return f"{one.state} {one.reason}"

    def sentence(self, capability: str) -> str:
        """Why it is so."""
        return self.speaker.gate(self.decisions[capability])


def decide_host(
    facts: Facts, root: Path, *, policy: Policy | None = None, newest: str | None = None
) -> Decided:
    """Everything decided on a host, by the data below a folder."""
    catalog, history = catalog_in(root), history_in(root, newest)
    host = match_host(facts, catalog, history)
    decisions = Decisions(catalog, host, history, View(facts, host.release), policy or Policy())
    return Decided(host=host, decisions=decisions, speaker=Speaker(catalog, host, history))


def decide_release(release: str, root: Path, *, policy: Policy | None = None) -> Decided:
    """Everything decided on an upstream release without a host."""
    catalog, history = catalog_in(root), history_in(root)
    host = Host(hypervisor="qemu", target=release, version=release, release=release, kind="upstream")
    decisions = Decisions(catalog, host, history, None, policy or Policy())
    speaker = Speaker(catalog, host, history, hostless=True)
    return Decided(host=host, decisions=decisions, speaker=speaker)
