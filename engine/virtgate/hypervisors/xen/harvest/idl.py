"""libxl's interface description, which is Python: read as a tree, and never run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ....driver.errors import DataError
from ....harvest.git import Readable
from ....harvest.kinds import Kind, Pairs, Reader, read_first

# The first release that has an IDL.
OLDEST = "4.1.0"
# Where the library is: since 4.15.0, and before; the file was libxl.idl at first.
SOURCES = ("tools/libs/light/libxl_types.idl", "tools/libxl/libxl_types.idl", "tools/libxl/libxl.idl")
GENERATORS = ("tools/libs/light/gentypes.py", "tools/libxl/gentypes.py")

_WIDTHS = {f"uint{width}": f"uint{width}_t" for width in (8, 16, 32, 64)}
# What idl.py gives a file besides the constructors.
_BUILTINS = {
    **_WIDTHS,
    "void": "void *",
    "bool": "bool",
    "size_t": "size_t",
    "integer": "int",
    "unsigned": "unsigned int",
    "unsigned_integer": "unsigned int",
    "unsigned_long": "unsigned long",
    "string": "char *",
    "domid": "uint32_t",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a structure or a union: its name and its type."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type: `sort` is struct, union, enum, array or builtin; an anonymous one has no name.

    `key` is the member beside a union that tells its branch; `options` what the file says of it besides.
    """

    sort: str
    name: str
    members: tuple[Member, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    key: Member | None = None
    options: Mapping[str, object] = field(default_factory=dict)


def make_reader() -> Reader:
    """What reads the IDL of one tree after another, each of its versions once."""
    known: dict[str, frozenset[tuple[str, str]]] = {}

    def read(tree: Readable, release: str) -> Pairs:
        """The types of a release with members and values; none before there was an IDL. Raises DataError."""
        text = read_first(tree, SOURCES)
        if text is None:
            return ()
        if text not in known:
            types = parse(text.encode(), f"{release}: libxl's IDL")
            known[text] = frozenset(pair for one in types for pair in _list_pairs(one))
        return known[text]

    return read


def parse(content: bytes, source: str) -> tuple[Type, ...]:
    """The public types of an IDL, in its order. Raises DataError for a text that is none."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError((f"{source}: {str(error) or 'nested too deeply'}",)) from None
    return tuple(_Parser(source).read(tree))


class _Parser:
    """What the statements of one file have named so far."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._namespace = "libxl_"
        self._is_hidden = False
        self._known = {name: Type(sort="builtin", name=c_name) for name, c_name in _BUILTINS.items()}

    def read(self, tree: ast.Module) -> Iterator[Type]:
        for statement in tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                    self._known[name] = made = self._make(call)
                    if not made.options.get("hidden", self._is_hidden):
                        yield made
                case ast.Expr(
                    value=ast.Call(func=ast.Name(id="namespace"), args=[ast.Constant(value=value)])
                ):
                    self._namespace = str(value or "")
                case ast.Expr(value=ast.Call(func=ast.Name(id="hidden"), args=[ast.Constant(value=value)])):
                    self._is_hidden = bool(value)
                case ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    raise self._refuse(statement)

    def _make(self, call: ast.Call) -> Type:
        sort = call.func.id if isinstance(call.func, ast.Name) else ""
        options = {one.arg: _constant(one.value) for one in call.keywords if one.arg}
        arguments = call.args
        match sort, len(arguments):
            case "Builtin" | "Number", 1:
                return Type(sort="builtin", name=self._name(arguments[0], options), options=options)
            case "UInt", 1:
                return Type(sort="builtin", name=f"uint{_constant(arguments[0])}_t", options=options)
            case "BitField", 2:
                return self._type(arguments[0])
            case "Reference", 1:
                return Type(sort="builtin", name=f"{self._type(arguments[0]).name} *")
            case "Array", 2:
                inner = self._type(arguments[0])
                length = Member(name=str(_constant(arguments[1])), type=self._known["integer"])
                return Type(sort="array", name=f"{inner.name}[]", members=inner.members, key=length)
            case "Enumeration", 2:
                name = self._name(arguments[0], options)
                values = tuple(self._values(arguments[1], name, options))
                return Type(sort="enum", name=name, values=values, options=options)
            case "Struct" | "Union", 2:
                members = tuple(self._members(arguments[1]))
                name = self._name(arguments[0], options)
                return Type(sort=sort.lower(), name=name, members=members, options=options)
            case "KeyedUnion", 3 | 4:
                return self._keyed_union(arguments)
        raise self._refuse(call)

    def _keyed_union(self, arguments: Sequence[ast.expr]) -> Type:
        # Until 4.1 the key was a member of its own, and named by its name alone.
        key = None
        if len(arguments) == 4:
            key = Member(name=str(_constant(arguments[2])), type=self._type(arguments[1]))
        members = tuple(self._branches(arguments[-1]))
        return Type(sort="union", name="", members=members, key=key)

    def _branches(self, node: ast.expr) -> Iterator[Member]:
        for row in self._rows(node):
            type_ = row[-1]
            if not (isinstance(type_, ast.Constant) and type_.value is None):
                yield Member(name=str(_constant(row[0])), type=self._type(type_))

    def _members(self, node: ast.expr) -> Iterator[Member]:
        for row in self._rows(node):
            yield Member(name=str(_constant(row[0])), type=self._type(row[1]))

    def _values(self, node: ast.expr, name: str, options: Mapping[str, object]) -> Iterator[tuple[str, int]]:
        raw = name.removeprefix(self._namespace)
        prefix = str(options.get("value_namespace", self._namespace)) + raw + "_"
        for row in self._rows(node):
            number, value = _constant(row[0]), _constant(row[1])
            if not isinstance(number, int):
                raise self._refuse(row[0])
            yield f"{prefix}{value}".upper(), number

    def _rows(self, node: ast.expr) -> Iterator[list[ast.expr]]:
        if not isinstance(node, ast.List):
            raise self._refuse(node)
        for row in node.elts:
            if not isinstance(row, ast.Tuple) or len(row.elts) < 2:
                raise self._refuse(row)
            yield row.elts

    def _type(self, node: ast.expr) -> Type:
        if isinstance(node, ast.Call):
            return self._make(node)
        if isinstance(node, ast.Name) and node.id in self._known:
            return self._known[node.id]
        raise self._refuse(node)

    def _name(self, node: ast.expr, options: Mapping[str, object]) -> str:
        name = _constant(node)
        if name is None:
            return ""
        return f"{options.get('namespace', self._namespace) or ''}{name}"

    def _refuse(self, node: ast.AST) -> DataError:
        line = getattr(node, "lineno", 0)
        return DataError((f"{self._source}:{line}: cannot be read: {ast.unparse(node)[:60]}",))


def _constant(node: ast.expr) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case ast.Name(id=name):
            return name
    return None


def _list_pairs(one: Type) -> Iterator[tuple[str, str]]:
    """A named type, and everything in it by dotted names."""
    yield one.name, one.sort
    for value, number in one.values:
        yield f"{one.name}.{value}", f"value {number}"
    yield from _list_members(one.name, one)


def _list_members(prefix: str, owner: Type) -> Iterator[tuple[str, str]]:
    for member in owner.members:
        name = f"{prefix}.{member.name}"
        yield name, member.type.name or member.type.sort
        if member.type.key:
            yield f"{prefix}.{member.type.key.name}", member.type.key.type.name
        # A named type has its own lines.
        if not member.type.name:
            yield from _list_members(name, member.type)


def declare(types: Iterable[Type], generator: str) -> Iterator[str]:
    """The C functions that the generator, by its text, declares in public for these types."""
    for one in types:
        if one.sort != "builtin":
            yield from (f"{line};\n" for line in _declare(one, generator))


def _declare(one: Type, generator: str) -> Iterator[str]:
    name, is_enum = one.name, one.sort == "enum"
    by_value = f"{name} p" if is_enum else f"{name} *p"
    is_old = "destructor_fn" in generator
    end = _function(one, "destructor_fn" if is_old else "dispose_fn", "_destroy" if is_old else "_dispose")
    if end:
        yield f"void {end}({name} *p)"
    if is_old:
        return
    copy = _function(one, "copy_fn", "_copy") if "ty.copy_fn" in generator else None
    if copy:
        const = "const " if "%s, const %s);" in generator else ""
        yield f"void {copy}(libxl_ctx *ctx, {name} *dst, {const}{name} *src)"
    if init := _function(one, "init_fn", "_init"):
        yield f"void {init}({name} *p)"
        for key in (member.type.key for member in one.members if member.type.sort == "union"):
            if key:
                yield f"void {init}_{key.name}({name} *p, {key.type.name} {key.name})"
    if not one.options.get("private"):
        yield f"char *{name}_to_json(libxl_ctx *ctx, {by_value})"
        yield f"yajl_gen_status {name}_gen_json(yajl_gen hand, {name} *p)"
        if "%s_from_json" in generator:
            yield f"int {name}_from_json(libxl_ctx *ctx, {name} *p, const char *s)"
    if is_enum:
        yield f"const char *{name}_to_string({name} p)"
        yield f"int {name}_from_string(const char *s, {name} *e)"


def _function(one: Type, option: str, suffix: str) -> str | None:
    """What a function for a type is called: by an option of the type, else structures have one."""
    named = one.options.get(option, f"{one.name}{suffix}" if one.sort == "struct" else None)
    return str(named) if named else None


KIND = Kind(
    name="libxl-type",
    covers="complete",
    note="the types of libxl's IDL with their members and values; <= where 4.1.0 has it, the first release"
    " with an IDL. What a header defines in C is here only since it moved to the IDL, as libxl_domain_config"
    " did for 4.3.0. A union's key stands beside it",
    make_reader=make_reader,
    oldest=OLDEST,
)
