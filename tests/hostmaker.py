"""Hosts made from a ledger: what upstream's build of a release would say when asked.

A made host is faithful because nothing in it is typed. QMP introspection is a rendering of the schema, and
the ledger's graph is that same schema read from upstream's source: every type becomes the entity that QEMU's
own generator makes of it (docs/devel/qapi-code-gen, "Client JSON Protocol introspection"), under a number as
there, so that no test can lean on a type's name. What differs from a real build is only what no source tells:
which parts a build left out. Each test then changes by hand the one thing that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from virtgate.catalog.forms import Desk, take_condition
from virtgate.facts import Facts
from virtgate.interface import Graph, Type
from virtgate.model import Condition
from virtgate.reader import Problem, read

ROOT = Path(__file__).parents[1]
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
    taken = take_condition(Desk("made.yaml", found), "'when'", next(iter(block.values())))
    assert taken is not None, found
    assert not found, found
    return taken


UPSTREAM = """\
hypervisor: qemu
title: QEMU
upstream: the made project
repositories: {qemu: {url: "made", accepted: on master}}
versions: qemu
unstable-prefix: "x-"
package: ['^$', '^v\\d']
"""


def make_data(
    folder: Path,
    *,
    capabilities: str,
    support: str,
    downstreams: str = "{}",
    ledgers: Mapping[str, str],
    releases: str,
) -> Path:
    """A whole data folder with one area `made`, one hypervisor, and these ledgers by kind.

    `capabilities` and `support` are what stands under those keys, `releases` words as in `8.2.0 9.0.0`.
    """
    column = folder / "matrix" / "qemu"
    (folder / "capabilities").mkdir(parents=True)
    (column / "ledger").mkdir(parents=True)
    rows = f"area: made\ncapabilities:\n{_indent(capabilities)}"
    (folder / "capabilities" / "made.yaml").write_text(rows)
    (column / "upstream.yaml").write_text(UPSTREAM)
    (column / "made.yaml").write_text(f"hypervisor: qemu\nsupport:\n{_indent(support)}")
    (column / "downstreams.yaml").write_text(f"hypervisor: qemu\ndownstreams:\n{_indent(downstreams)}")
    for kind, text in ledgers.items():
        (column / "ledger" / f"{kind}.txt").write_text(text)
    dated = "".join(f"{name}  20{at:02}-01-01  -\n" for at, name in enumerate(releases.split(), 1))
    (column / "ledger" / "releases.txt").write_text(dated)
    return folder


def _indent(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.strip("\n").splitlines())
