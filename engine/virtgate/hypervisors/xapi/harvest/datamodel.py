"""XenAPI's datamodel, evaluated as far as it is declared: its elements with their lifecycles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .ocaml import Binding, Call, Group, Join, Local, Name, Number, Open, Record, Structure, Text, Tree
from .prototyped import read_prototyped

CHANGES = ("Prototyped", "Published", "Extended", "Changed", "Deprecated", "Removed")
FOLDER = "ocaml/idl"
SYSTEM = "all_system"
# Upstream's own order, with API versions and products since xen-api@fcd0232a5008.
RELEASES = "release_order_full"
# The functions that make the datamodel's parts, with how many unnamed arguments end a call of each.
_MAKERS = {"call": 1, "field": 2, "uid": 1, "names": 2, "namespace": 1, "create_obj": 1}
_MAKERS |= {"allowed_and_current_operations": 1}

# (change, release) in the order in which the datamodel lists them.
Transitions = tuple[tuple[str, str], ...]
Sort = Literal["class", "message", "field"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of XenAPI with its history: `VM`, `VM.start`, `VM.name_label` as they are on the wire."""

    name: str
    sort: Sort
    transitions: Transitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A release that has a name: its code name (two early ones have none), API version, product, month."""

    name: str | None
    api: str
    product: str
    month: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Datamodel:
    """Everything that was read, and a line for each thing that was not."""

    elements: tuple[Element, ...]
    named: tuple[Named, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A message, or a field with the namespaces before its name."""

    sort: Sort
    path: tuple[str, ...]
    transitions: Transitions
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Object:
    name: str
    transitions: Transitions
    parts: tuple[_Part, ...]
    makes: bool


@dataclass(frozen=True, slots=True)
class _Maker:
    """One of upstream's functions with the arguments that it has so far."""

    name: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    plain: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class _Function:
    parameters: tuple[str, ...]
    body: Tree
    scope: _Scope


@dataclass(frozen=True, slots=True)
class _Constructor:
    name: str
    value: Any = None


class _Unread:
    """The value of what is computed and not declared."""

    def __repr__(self) -> str:
        return "?"


UNREAD = _Unread()


class _Scope:
    """Names with their values; a name that is not here is looked up in what is around."""

    def __init__(self, around: _Scope | None = None) -> None:
        self.around = around
        self.names: dict[str, Any] = {}

    def find(self, name: str) -> Any:
        """The value of a name; UNREAD for one that nothing binds."""
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.around
        return UNREAD


def read_datamodel(files: Mapping[str, Structure], lifecycle: str) -> Datamodel:
    """The datamodel that modules make, by their names (`Datamodel_vm`).

    `lifecycle` is the text of datamodel_lifecycle.ml, which says since when numbered releases have things.
    """
    evaluator = _Evaluator(files)
    prototyped, unread = read_prototyped(lifecycle)
    objects = _as_list(evaluator.module("Datamodel").find(SYSTEM), SYSTEM, unread)
    rows = _as_list(evaluator.module("Datamodel_types").find(RELEASES), RELEASES, unread)
    unread += [f"an item of {SYSTEM}" for one in objects if not isinstance(one, _Object)]
    found = [one for one in objects if isinstance(one, _Object)]
    elements = [element for one in found for element in _elements_of(one, prototyped)]
    named = [_read_named(row) for row in rows]
    unread += [f"an item of {RELEASES}" for one in named if one is None]
    return Datamodel(
        elements=tuple(elements),
        named=tuple(one for one in named if one is not None),
        unread=(*unread, *evaluator.unread),
    )


def _as_list(value: Any, name: str, unread: list[str]) -> list[Any]:
    if isinstance(value, list):
        return value
    unread.append(name)
    return []


def _read_named(row: Any) -> Named | None:
    """A line of upstream's own list of releases; None for one that is not written as they are."""
    if not isinstance(row, dict):
        return None
    numbers, title = [row.get(f"version_{part}") for part in ("major", "minor")], row.get("branding")
    if not all(isinstance(one, int) for one in numbers) or not isinstance(title, str):
        return None
    name, month = (_optional(row.get(key)) for key in ("code_name", "release_date"))
    return Named(name=name, api=".".join(map(str, numbers)), product=title, month=month)


def _optional(value: Any) -> str | None:
    """The text in `Some text`; None for `None` and for an empty text."""
    inner = value.value if isinstance(value, _Constructor) else None
    return inner if isinstance(inner, str) and inner else None


def _elements_of(one: _Object, prototyped: Mapping[tuple[str, ...], str]) -> Iterator[Element]:
    def dated(sort: str, path: Iterable[str], transitions: Transitions) -> Transitions:
        first = prototyped.get((sort, one.name, *path))
        rest = tuple(pair for pair in transitions if pair[0] != "Prototyped")
        return transitions if first is None else (("Prototyped", first), *rest)

    own = dated("class", (), one.transitions)
    yield Element(name=one.name, sort="class", transitions=own)
    # Made by upstream's generator, with the class's own history.
    for verb in ("create", "destroy") if one.makes else ():
        yield Element(name=f"{one.name}.{verb}", sort="message", transitions=own)
    for part in one.parts:
        if not part.is_hidden:
            transitions = dated(part.sort, ("__".join(part.path),), part.transitions)
            yield Element(name=f"{one.name}.{'_'.join(part.path)}", sort=part.sort, transitions=transitions)


class _Evaluator:
    """Gives each declared name its value; a module is read when it is first named."""

    def __init__(self, files: Mapping[str, Structure]) -> None:
        self._files = files
        self._modules: dict[str, _Scope] = {}
        self.unread: list[str] = []

    def module(self, name: str) -> _Scope:
        """The names of one file's module; none for a module that is not the datamodel's."""
        if name not in self._modules:
            scope = self._modules[name] = _Scope()
            if name in self._files:
                self._fill(scope, self._files[name])
        return self._modules[name]

    def _fill(self, scope: _Scope, structure: Structure) -> None:
        for item in structure.items:
            match item:
                case Open():
                    opened = scope.find(item.name)
                    opened = opened if isinstance(opened, _Scope) else self.module(item.name)
                    for name, value in opened.names.items():
                        scope.names.setdefault(name, value)
                case Structure():
                    inner = _Scope(scope)
                    self._fill(inner, item)
                    scope.names[item.name] = inner
                case Binding():
                    # What makes the parts is known here by its name: its own text computes.
                    is_maker = structure.name == "Datamodel_common" and item.name in _MAKERS
                    scope.names[item.name] = _Maker(item.name) if is_maker else self._bound(item, scope)

    def _bound(self, item: Binding, scope: _Scope) -> Any:
        if item.parameters:
            return _Function(item.parameters, item.value, scope)
        return self._value(item.value, scope)

    def _value(self, tree: Tree, scope: _Scope) -> Any:
        match tree:
            case Text() | Number():
                return tree.value
            case Group():
                items = [self._value(one, scope) for one in tree.items]
                return items if tree.sort == "list" else tuple(items)
            case Name():
                return self._named(tree.path, scope)
            case Join():
                return self._join(tree, scope)
            case Local():
                inner = _Scope(scope)
                inner.names[tree.binding.name] = self._bound(tree.binding, scope)
                return self._value(tree.body, inner)
            case Record():
                return self._record(tree, scope)
            case Call():
                return self._call(tree, scope)
        return UNREAD

    def _named(self, path: tuple[str, ...], scope: _Scope) -> Any:
        first, *rest = path
        value = scope.find(first)
        if value is UNREAD and first in self._files:
            value = self.module(first)
        for name in rest:
            value = value.names.get(name, UNREAD) if isinstance(value, _Scope) else UNREAD
        # OCaml's grammar: a name with a capital that binds nothing is a constructor, `Published` or `Some`.
        if value is UNREAD and path[-1][0].isupper():
            return _Constructor(path[-1])
        return {"true": True, "false": False}.get(path[-1], value) if value is UNREAD else value

    def _join(self, tree: Join, scope: _Scope) -> Any:
        left, right = self._value(tree.left, scope), self._value(tree.right, scope)
        if tree.sign == "^":
            return left + right if isinstance(left, str) and isinstance(right, str) else UNREAD
        if not isinstance(right, list):
            return UNREAD
        if tree.sign == "::":
            return [left, *right]
        return left + right if isinstance(left, list) else UNREAD

    def _record(self, tree: Record, scope: _Scope) -> Any:
        """A message or a class that is written as a record; of any other record, its fields."""
        fields = {name: self._value(value, scope) for name, value in tree.fields}
        base = self._value(tree.base, scope) if tree.base else None
        if isinstance(base, _Part):
            name, own = fields.get("msg_name", base.path[0]), _transitions(fields.get("msg_lifecycle"))
            hidden = fields.get("msg_hide_from_docs", base.is_hidden)
            return self._part("message", name, base.transitions if own is None else own, hidden)
        if "obj_lifecycle" in fields:
            return self._object(_Maker("create_obj", {**fields, "lifecycle": fields["obj_lifecycle"]}))
        return fields

    def _call(self, tree: Call, scope: _Scope) -> Any:
        if isinstance(tree.head, Name) and tree.head.path in _LIBRARY:
            return _LIBRARY[tree.head.path](*(self._value(one, scope) for _, one in tree.arguments))
        head = self._value(tree.head, scope)
        arguments = [(label, self._value(one, scope)) for label, one in tree.arguments]
        plain = tuple(value for label, value in arguments if label is None)
        match head:
            case _Constructor():
                return replace(head, value=plain[0] if len(plain) == 1 else plain)
            # A function that is given less, or with labels, is none that declares: what it makes is not read.
            case _Function() if len(plain) == len(arguments) == len(head.parameters):
                inner = _Scope(head.scope)
                inner.names.update(zip(head.parameters, plain, strict=True))
                return self._value(head.body, inner)
            case _Maker():
                labels = {**head.labels, **{label: value for label, value in arguments if label is not None}}
                maker = _Maker(head.name, labels, head.plain + plain)
                return self._make(maker) if len(maker.plain) >= _MAKERS[head.name] else maker
        return UNREAD

    def _make(self, maker: _Maker) -> Any:
        makers: Mapping[str, Callable[[_Maker], Any]] = {
            "call": self._message,
            "field": self._field,
            "uid": lambda one: self._field(replace(one, plain=("uuid", ""))),
            "names": self._names,
            "namespace": self._namespace,
            "create_obj": self._object,
            "allowed_and_current_operations": _operations,
        }
        return makers[maker.name](maker)

    def _message(self, maker: _Maker) -> Any:
        name, transitions = maker.labels.get("name"), _transitions(maker.labels.get("lifecycle"))
        if not isinstance(name, str) or transitions is None:
            return self._refuse(f"message {name}")
        return self._part("message", name, transitions, maker.labels.get("hide_from_docs", False))

    def _field(self, maker: _Maker) -> Any:
        name, transitions = maker.plain[0], _transitions(maker.labels.get("lifecycle"))
        if not isinstance(name, str) or transitions is None:
            return self._refuse(f"field {name}")
        return self._part("field", name, transitions, maker.labels.get("internal_only", False))

    def _part(self, sort: Sort, name: str, transitions: Transitions, hidden: Any) -> Any:
        if not isinstance(hidden, bool):
            return self._refuse(f"whether {sort} {name} is hidden")
        return _Part(sort, (name,), transitions, hidden)

    def _names(self, maker: _Maker) -> Any:
        return [self._field(replace(maker, plain=(name, ""))) for name in ("label", "description")]

    def _namespace(self, maker: _Maker) -> Any:
        name, contents = maker.labels.get("name"), maker.labels.get("contents")
        if not isinstance(name, str) or not isinstance(contents, list):
            return self._refuse(f"namespace {name}")
        # What is no part was told of where it was met.
        parts = [one for one in _flat(contents) if isinstance(one, _Part)]
        return [replace(one, path=(name, *one.path)) if name else one for one in parts]

    def _object(self, maker: _Maker) -> Any:
        labels = maker.labels
        name, transitions = labels.get("name"), _transitions(labels.get("lifecycle"))
        inside = (labels.get("contents"), labels.get("messages"))
        if (
            not isinstance(name, str)
            or transitions is None
            or not all(isinstance(one, list) for one in inside)
        ):
            return self._refuse(f"class {name}")
        parts = [one for lists in inside for one in _flat(lists)]
        for one in parts:
            if not isinstance(one, _Part):
                self._refuse(f"a part of class {name}")
        kept = tuple(one for one in parts if isinstance(one, _Part))
        return _Object(name, transitions, kept, labels.get("gen_constructor_destructor") is True)

    def _refuse(self, what: str) -> _Unread:
        self.unread.append(what)
        return UNREAD


def _operations(_maker: _Maker) -> list[_Part]:
    """The two fields that say what may be done now, in XenAPI since its first release."""
    names = ("allowed_operations", "current_operations")
    return [_Part("field", (name,), (("Published", "rio"),)) for name in names]


def _concatenate(lists: Any = None) -> Any:
    if not isinstance(lists, list) or not all(isinstance(one, list) for one in lists):
        return UNREAD
    return [value for one in lists for value in one]


# What the datamodel calls of OCaml's library, and of its own types, where values are declared.
# `Lifecycle.from` adds the state that the transitions come to (xen-api@d2f7e719b4f5), which is computed here.
_LIBRARY: Mapping[tuple[str, ...], Callable[..., Any]] = {
    ("List", "concat"): _concatenate,
    ("Lifecycle", "from"): lambda transitions=UNREAD: transitions,
}


def _flat(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _transitions(value: Any) -> Transitions | None:
    """A lifecycle as it is declared; None where any of it is not read."""
    if not isinstance(value, list):
        return None
    found = []
    for one in value:
        change, release = one[:2] if isinstance(one, tuple) and len(one) == 3 else (None, None)
        if not isinstance(change, _Constructor) or change.name not in CHANGES or not isinstance(release, str):
            return None
        found.append((change.name, release))
    return tuple(found)
