"""What the Python source of a xend shows of its interface; read as text, for nothing of it is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# Where things stand below the package `xen`.
DOMAIN = "xend/server/SrvDomain.py"
DIRECTORY = "xend/server/SrvDomainDir.py"
XMLRPC = "xend/server/XMLRPCServer.py"
DOMAINS = "xend/XendDomain.py"
DOMAIN_INFO = "xend/XendDomainInfo.py"
NODE = "xend/XendNode.py"
MESSAGES = "xend/XendDmesg.py"
POOLS = "xend/XendCPUPool.py"
DEVICES = "xend/XendDevices.py"
NETWORK = "xend/server/netif.py"
FILES = (DOMAIN, DIRECTORY, XMLRPC, DOMAINS, DOMAIN_INFO, NODE, MESSAGES, POOLS, DEVICES, NETWORK)

_TAB = 8
# Strings go before comments, for a `#` in a string begins none. A string that is a statement is a docstring.
_TOKEN = re.compile(
    r"""(?P<long>'{3}(?:\\.|[^'\\]|'(?!''))*+(?:'{3})?|"{3}(?:\\.|[^"\\]|"(?!""))*+(?:"{3})?)"""
    r"""|(?P<short>'(?:\\.|[^'\\\n])*+'?|"(?:\\.|[^"\\\n])*+"?)|(?P<comment>#[^\n]*)""",
    re.DOTALL,
)
_FUNCTION = re.compile(
    r"^(?P<indent>[ ]*)def[ ]+(?P<name>\w+)[ ]*\((?P<parameters>[^()]*(?:\([^()]*\)[^()]*)*)\)", re.M
)
# FormFn and Args (xen/xend/Args.py): a list of name and type; each is mandatory.
_FORM = re.compile(r"\[\s*['\"](\w+)['\"]\s*,\s*['\"](int|long|str|sxpr|bool)['\"]\s*\]")
_GIVEN = re.compile(r"\breq\.args\s*,\s*\{([^{}]*)\}")
_KEY = re.compile(r"['\"](\w+)['\"]\s*:")
_TAKEN = re.compile(r"\breq\.args(?:\.get\(\s*|\[)['\"](\w+)['\"]\s*[\])]\s*\[\s*0\s*\]")
_ASKED = re.compile(r"['\"](\w+)['\"]\s+in\s+req\.args")
_HANDED_ON = re.compile(r"threadRequest\(\s*self\.(\w+)")
_ENTRY = re.compile(r"['\"](\w+)['\"]\s*:\s*[A-Za-z_]")
_ADDED = re.compile(r"^addControllerClass\(\s*['\"](\w+)['\"]", re.MULTILINE)
_CONTROLLERS = re.compile(r"\bcontrollers\s*=\s*\{([^{}]*)\}")
_METHODS = re.compile(r"^methods\s*=\s*\[([^\]]*)\]", re.MULTILINE)
_EXCLUDED = re.compile(r"^exclude\s*=\s*\[([^\]]*)\]", re.MULTILINE)
_OBJECTS = re.compile(r"\(\s*(XendNode|XendDmesg)\s*,\s*\[([^\]]*)\]\s*,\s*['\"]([\w.]+)['\"]\s*\)")
_SPECIAL = re.compile(r"register_function\(\s*(\w+)\s*,\s*['\"](xend\.[\w.]+)['\"]\s*\)")
_QUOTED = re.compile(r"['\"](\w+)['\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of an operation: its name, its type, and whether it may be left out.

    The type is FormFn's, or a place among the arguments of a method. A name such as `dev=mac` is a kind of
    value that an argument takes.
    """

    name: str
    type: str
    optional: bool = False

    def __str__(self) -> str:
        return f"{self.name}?" if self.optional else self.name


Operations = Mapping[str, tuple[Argument, ...]]


def read_operations(files: Mapping[str, str]) -> Operations:
    """Every operation of a domain and of the list of domains, and every XML-RPC method, with its arguments.

    `files` are texts by their path below the package `xen`; those that are missing show nothing. A method's
    name has points in it, as `xend.domain.save` has, and its arguments are told by their place.
    """
    plain = {path: _blank(text) for path, text in files.items()}
    found = dict(_read_requests(plain.get(DIRECTORY, "")))
    found.update(_read_requests(plain.get(DOMAIN, "")))
    if "device_destroy" in found and _takes_mac(plain.get(NETWORK, "")):
        found["device_destroy"] += (Argument(name="dev=mac", type="value"),)
    found.update(_read_methods(plain))
    return found


def read_device_classes(files: Mapping[str, str]) -> tuple[str, ...]:
    """The classes of devices that a domain's configuration may have."""
    table = _CONTROLLERS.search(_blank(files.get(DEVICES, "")))
    names = _ENTRY.findall(table[1]) if table else _ADDED.findall(_blank(files.get(DOMAIN_INFO, "")))
    return tuple(sorted(set(names)))


def _blank(text: str) -> str:
    """The text without comments and docstrings, with blanks for tabs."""

    def replace(match: re.Match[str]) -> str:
        return match[0] if match["short"] else '""' if match["long"] else ""

    return _TOKEN.sub(replace, text.replace("\r\n", "\n").expandtabs(_TAB))


def _functions(text: str) -> Iterator[tuple[str, str, str]]:
    """Each function's name, parameters and body; the body ends where something is no further in."""
    for match in _FUNCTION.finditer(text):
        end = re.compile(rf"^[ ]{{0,{len(match['indent'])}}}[^\s)\]}}]", re.MULTILINE).search(
            text, match.end()
        )
        yield match["name"], match["parameters"], text[match.end() : end.start() if end else len(text)]


def _read_requests(text: str) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    """The operations of one class that serves HTTP: its methods `op_NAME`, and what these hand on to."""
    bodies = {name: body for name, _, body in _functions(text)}
    for name, body in bodies.items():
        if name.startswith("op_"):
            whole = body + "".join(bodies.get(one, "") for one in _HANDED_ON.findall(body))
            yield name.removeprefix("op_"), tuple(_read_form(whole))


def _read_form(body: str) -> Iterator[Argument]:
    given = {key for keys in _GIVEN.findall(body) for key in _KEY.findall(keys)}
    found = {name: kind for name, kind in _FORM.findall(body) if name not in given}
    found.update((name, "str") for name in _TAKEN.findall(body) if name not in found)
    yield from (Argument(name=name, type=kind) for name, kind in found.items())
    asked = (name for name in _ASKED.findall(body) if name not in found)
    yield from (Argument(name=name, type="str", optional=True) for name in dict.fromkeys(asked))


def _takes_mac(text: str) -> bool:
    """Whether network devices are found by their address too (xen@f87a6848fcbf)."""
    bodies = (body for name, _, body in _functions(text) if name == "convertToDeviceNumber")
    return any(re.search(r"['\"]mac['\"]", body) for body in bodies)


def _read_methods(files: Mapping[str, str]) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    """What xend registers at its XML-RPC server: xen/xend/server/XMLRPCServer.py."""
    server = files.get(XMLRPC, "")
    if not server:
        return
    listed = _METHODS.search(server)
    of_domain = _signatures(files.get(DOMAIN_INFO, ""))
    for name in _QUOTED.findall(listed[1]) if listed else ():
        yield f"xend.domain.{name}", _positions(["domid", *of_domain.get(name, ())])
    excluded = _EXCLUDED.search(server)
    left_out = set(_QUOTED.findall(excluded[1])) if excluded else set()
    for path, prefix, called in ((DOMAINS, "domain_", "xend.domain."), (POOLS, "pool_", "xend.cpu_pool.")):
        for name, parameters in _signatures(files.get(path, "")).items():
            if name.startswith(prefix) and name not in left_out and f'"{called}%s"' in server:
                yield called + name.removeprefix(prefix), _positions(parameters)
    sources = {"XendNode": files.get(NODE, ""), "XendDmesg": files.get(MESSAGES, "")}
    for owner, names, prefix in _OBJECTS.findall(server):
        signatures = _signatures(sources[owner])
        for name in _QUOTED.findall(names):
            yield f"xend.{prefix}.{name}", _positions(signatures.get(name, ()))
    own = _signatures(server)
    for function, name in _SPECIAL.findall(server):
        yield name, _positions(own.get(function, ()))


def _signatures(text: str) -> dict[str, list[str]]:
    """The parameters of each function; the first that a name stands for, without `self` or `cls`."""
    found: dict[str, list[str]] = {}
    for name, parameters, _ in _functions(text):
        words = [
            _spell_parameter(part) for part in parameters.replace("\\\n", " ").split(",") if part.strip()
        ]
        found.setdefault(name, words[1:] if words[:1] in (["self"], ["cls"]) else words)
    return found


def _spell_parameter(text: str) -> str:
    name, equals, _ = text.strip().partition("=")
    return f"{name.strip()}?" if equals else name.strip()


def _positions(parameters: Iterable[str]) -> tuple[Argument, ...]:
    return tuple(
        Argument(name=name.removesuffix("?"), type=f"argument {at}", optional=name.endswith("?"))
        for at, name in enumerate(parameters, 1)
        if not name.startswith("*")
    )
