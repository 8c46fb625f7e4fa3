"""Everything of the engine that reads a text somebody else wrote, each with some texts that it reads.

Each is given its texts damaged, and its worst ones: a bracket, a quote or a blank a million times.
"""

from __future__ import annotations

import contextlib
import random
import signal
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from damage import damage_bytes

from virtgate.ask.answering import judge_release
from virtgate.ask.naming import parse_naming
from virtgate.ask.opened import open_catalog, open_history
from virtgate.ask.site_policy import read_policy
from virtgate.ask.targets import Target, is_release, parse_claims
from virtgate.audit import Auditor, Trace
from virtgate.data import yaml
from virtgate.driver import cache as kept
from virtgate.driver.errors import VirtgateError
from virtgate.driver.policy import Policy
from virtgate.driver.verdict import clean
from virtgate.faces.guard import Guarded
from virtgate.facts.folders import all_hypervisors
from virtgate.harvest import csource, openapi
from virtgate.harvest.git import normalise_version, read_version
from virtgate.hypervisors.cloud_hypervisor.harvest import read_options
from virtgate.hypervisors.cloud_hypervisor.rust_source import read_server
from virtgate.hypervisors.firecracker.harvest import changelog, programs
from virtgate.hypervisors.kvm.harvest import parse_header
from virtgate.hypervisors.libvirt import daemon, relaxng
from virtgate.hypervisors.libvirt.harvest import headers
from virtgate.hypervisors.qemu.harvest import qapi, reference, sources, tables
from virtgate.hypervisors.qemu.modules import parse_block_formats
from virtgate.hypervisors.qemu.qmp_client import shorten
from virtgate.hypervisors.qemu.qmp_questions import parse_question
from virtgate.hypervisors.xapi.harvest import ocaml, octokens, prototyped
from virtgate.hypervisors.xen import xl
from virtgate.hypervisors.xen.harvest import configuration, hypervisor, idl, interface
from virtgate.hypervisors.xend import sexpr, source
from virtgate.lint.mending import mend
from virtgate.scan.finding import scan_diff
from virtgate.source.language import LANGUAGES
from virtgate.upstream.ledger import Ledger
from virtgate.versions import banner, ranges, upstream
from virtgate.versions.constraint import Constraint

TESTS = Path(__file__).parents[1]
Read = Callable[[str], object]
# What is said to be raised besides our own errors: a reader's caller gives it its place.
VALUE = (VirtgateError, ValueError)


class Reader(NamedTuple):
    """One reader, texts that it reads, and what it may raise."""

    read: Read
    texts: tuple[str, ...]
    raises: tuple[type[Exception], ...] = (VirtgateError,)


C = """#include "x.h"
#define DEF(a, ...) { .name = #a, __VA_ARGS__ }
/* what it does */ static const TypeInfo info = { .name = "virtio-net", .parent = TYPE_DEVICE, };
static void init(Object *obj, void *data)
{
    object_property_add_bool(obj, "on", get_on, set_on);  // twice
    qmp_register_command(&qmp_commands, "query-block", qmp_query_block, QCO_NO_OPTIONS);
}
DEFINE_PROP_BIT("x", VirtIONet, bits, 1, true),
#if defined(CONFIG_X) && !(defined CONFIG_Y || VERSION_MAJOR >= 4)
int libxl_domain_create_new(libxl_ctx *ctx, const libxl_domain_config *config, uint32_t *domid);
#endif
"""
PYTHON = '''@gen
def f(a, b=(1, 2), *c):
    """Says 'what' it does."""
    return op_x(req.args["name"][0], {"mac": [1, "x\\n"]})
'''
IDL = """namespace("libxl_")
libxl_mode = Enumeration("mode", [(0, "OFF"), (1, "ON")], init_val="LIBXL_MODE_OFF")
libxl_config = Struct("config", [("mode", libxl_mode), ("names", Array(string, "num_names"))])
"""
RUST = """/* x */ #[derive(Clone, Deserialize)]
pub struct VmConfig {
    #[serde(default)] pub cpus: CpusConfig,
    pub disks: Option<Vec<DiskConfig>>,
}
pub enum Mode { Off, Pty, #[serde(rename = "file")] File(PathBuf), }
r.routes.insert(endpoint!("/vm.boot"), Box::new(x));
Arg::new("kernel").long("kernel").help("Path"),
"""
OCAML = """(* it's "so" *) let x = call ~name:"start" ~in_oss_since:(Some "2.0")
  ~params:[(Ref _vm, "vm", {|a|})]
  ~lifecycle:[Published, rel_rio, 'c'; Changed, "4.0", ""] () in begin match x with | A -> [| 1 |] end
"""
QAPI = """{ 'command': 'x', 'data': { 'a': 'str', '*b': ['int'] }, 'if': 'defined(A) && !(B || C)' } # why
{ 'enum': 'E', 'data': [ 'a', { 'name': 'b', 'if': { 'all': ['A', { 'not': 'B' } ] } } ] }
"""
SHELL = """#!/bin/sh
echo '{"execute": "drive-mirror", "arguments": {"device": "x"}}' | nc -U $sock # it's
qemu-system-x86_64 -machine q35 -device virtio-net,netdev=n0 -netdev user,id=n0 "-smp" $(nproc)
curl -X PUT "http://localhost/machine-config" -d '{"vcpu_count": 2}'
firecracker --api-sock /tmp/f; cloud-hypervisor --api-socket=/tmp/c --disk path=x
"""
GO = """package x // it
type Drive struct { ID string `json:"drive_id"` }
func (c *C) Run() error { return c.mon.Command("blockdev-add", map[string]any{"driver": "qcow2", "x": `y`}) }
var cmd = append(args, "-device", fmt.Sprintf("vfio-pci,host=%s", a))
var _ = dom.MigrateToURI3(uri, nil, libvirt.MIGRATE_LIVE)
"""
PERL = """use strict; # so
mon_cmd($vmid, 'drive-mirror', device => $d, 'sync' => "full"); push @$cmd, '-device', "pci,$x";
=pod

said

=cut
sub f { my ($a, $b) = @_; return { execute => 'quit' }; }
"""
PATCH = """diff --git a/src/q.pm b/src/q.pm
--- "a/src/gr\\303\\274n.pm"
+++ "b/src/gr\\303\\274n.pm"
@@ -1,2 +1,3 @@ sub f
 sub f {
+    mon_cmd($vmid, 'drive-mirror', device => $d);
-    x
\\ No newline at end of file
"""
RNG = """<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><ref name="d"/></start><define name="d">
<element name="domain"><attribute name="type"><choice><value>kvm</value><data type="x"/></choice></attribute>
<zeroOrMore><ref name="d"/></zeroOrMore></element></define><include href="x.rng"/></grammar>"""
OFFERS = """<domainCapabilities><path>/usr/bin/q</path><os supported='yes'>
<enum name='firmware'><value>efi</value>
</enum></os><cpu><mode name='host' supported='no'/></cpu></domainCapabilities>"""
VERSIONS = (
    "8.2.1",
    "v9.0.0-rc3",
    "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)",
    "6.8.12-4-pve",
)
LEDGER = "\n".join(
    (TESTS.parent / "matrix/qemu/ledger/option.txt").read_text(encoding="utf-8").split("\n")[:60]
)
POLICY = """refuse: [deprecated]
capabilities:
  block.mirror:
    refuse: slow on our storage, ticket 42
    paths: [drive-mirror]
  migration.cpr-exec:
    allow: tried on our hosts, ticket 43
    until: 2027-03-01
"""


@cache
def all_readers() -> Mapping[str, Reader]:
    """Every reader by its name."""
    found = {
        **_readers_of_languages(),
        **_readers_of_sources(),
        **_readers_of_answers(),
        **_readers_of_words(),
    }
    found |= {f"trace: {name}": one for name, one in _readers_of_traces()}
    return found


def _readers_of_languages() -> Mapping[str, Reader]:
    texts = {"c": C, "go": GO, "python": PYTHON, "perl": PERL, "rust": RUST, "shell": SHELL, "json": QAPI}
    found = {
        f"scan: {one.name}": Reader(
            partial(_scan, f"f{one.suffixes[0]}"), (texts.get(one.name, C), SHELL, GO)
        )
        for one in LANGUAGES
    }
    return {**found, "patch": Reader(lambda text: scan_diff(_bytes(text), _history), (PATCH, PATCH + PATCH))}


def _history(hypervisor: str) -> Any:
    return open_history(open_catalog(None), hypervisor)


def _scan(file: str, text: str) -> object:
    lines = _bytes(text).split("\n")
    shown = "\n".join(f"+{line}" for line in lines)
    return scan_diff(f"--- /dev/null\n+++ b/{file}\n@@ -0,0 +1,{len(lines)} @@\n{shown}", _history)


def _readers_of_sources() -> Mapping[str, Reader]:
    return {
        "harvest: C": Reader(_read_c, (C,)),
        "harvest: QEMU's C": Reader(lambda text: sources.read_source(text.encode()), (C,)),
        "harvest: QEMU's tables": Reader(lambda text: list(tables.parse_table(text)), (C,)),
        "harvest: QAPI": Reader(lambda text: qapi.parse_expressions(text, "f.json"), (QAPI,)),
        "harvest: conditions": Reader(qapi.normalise_condition, ("defined(A) && !(B || C)",)),
        "harvest: QEMU's manual": Reader(
            lambda text: list(reference.read_reference(reference.parse_page(text))), (RNG,)
        ),
        "harvest: OCaml": Reader(lambda text: list(octokens.tokenize(text)), (OCAML,), VALUE),
        "harvest: OCaml modules": Reader(lambda text: ocaml.read_module(text, "X"), (OCAML,), VALUE),
        "harvest: lifecycles": Reader(prototyped.read_prototyped, (OCAML,), VALUE),
        "harvest: libxl's types": Reader(lambda text: idl.parse(text.encode(), "f.idl"), (IDL,)),
        "harvest: libxl's header": Reader(_read_libxl, (C,)),
        "harvest: xl.cfg": Reader(
            lambda text: [*configuration.list_keys(text), *configuration.list_options(text)], (C,)
        ),
        "harvest: Xen's options": Reader(
            lambda text: [*hypervisor._list_symbols(text.encode()), *hypervisor._list_options(text.encode())],
            (C,),
        ),
        "harvest: KVM's header": Reader(parse_header, (C,)),
        "harvest: libvirt's headers": Reader(lambda text: list(headers.read_header(text)), (C,)),
        "harvest: Cloud Hypervisor": Reader(lambda text: [*read_server(text), *read_options(text)], (RUST,)),
        "harvest: Firecracker": Reader(lambda text: list(programs.list_options(text, "main")), (RUST,)),
        "harvest: changelog": Reader(
            lambda text: list(changelog.read_entries(text)), ("## [1.2.3]\n### Added\n- [#1](x): `A`\n  b\n",)
        ),
        "harvest: OpenAPI": Reader(
            lambda text: list(openapi.list_elements(openapi.read_document(text, "f"))),
            ("openapi: 3.0.0\npaths: {/vm.info: {get: {responses: {}}}}\n",),
            VALUE,
        ),
        "xend's source": Reader(
            lambda text: source.read_operations(dict.fromkeys(("a.py",), text)), (PYTHON,)
        ),
    }


def _read_c(text: str) -> object:
    code = csource.strip_directives(csource.strip_comments(text))
    macros = list(csource.read_macros(text))
    functions = [*csource.read_functions(code), *csource.read_functions(code, laid_out=False)]
    parts = [csource.split_list(code), csource.read_fields(code), csource.read_elements(code)]
    return (
        macros,
        parts,
        [csource.read_calls(one.body) for _, one in functions],
        csource.read_calls(code),
        csource.evaluate(text),
    )


def _read_libxl(text: str) -> object:
    return interface.read_header(text), list(interface.read_functions(text))


def _readers_of_answers() -> Mapping[str, Reader]:
    return {
        "YAML": Reader(lambda text: yaml.read(text, "f.yaml", []), (POLICY, "a: [b, {c: d}]\n'e': |\n  f\n")),
        "YAML mended": Reader(mend, (POLICY, "a: [b, {c: d}]  # e\n")),
        "ledger": Reader(
            lambda text: Ledger.parse(text, "f.txt").problems("f.txt"),
            (LEDGER,),
        ),
        "policy": Reader(_read_policy, (POLICY,)),
        "kept answers": Reader(
            lambda text: kept.parse_answers(text.encode(), kept.Key("q", None, None, "", None)),
            ("x\n\ny\n\n",),
            VALUE,
        ),
        "question": Reader(parse_question, ('device-list-properties {"typename":"x"}',), VALUE),
        "block formats": Reader(
            lambda text: parse_block_formats(text, {"rbd"}),
            ("Supported formats: raw qcow2\r\nSupported formats (read-only): x",),
        ),
        "schema": Reader(
            lambda text: relaxng.read_paths({"domain.rng": text.encode("utf-8", "replace")}.get),
            (RNG,),
            VALUE,
        ),
        "capabilities of a daemon": Reader(daemon.read_offers, (OFFERS,), VALUE),
        "xl info": Reader(xl._read_fields, ("host : x\nrelease   : 6.1\nvirt_caps : pv hvm\n",)),
        "xenhypfs": Reader(xl._read_names, ("<uint>   rw a\n<str> r- b\n",)),
        "S-expressions": Reader(
            lambda text: sexpr.read_pairs(sexpr.parse_sexpr(text)),
            ("(node (system Linux) (cores 2) ('a b' \"c\"))",),
            VALUE,
        ),
    }


def _read_policy(text: str) -> object:
    path = Path(folder(), "policy.yaml")
    path.write_text(text, encoding="utf-8", errors="replace")
    return read_policy(str(path))


@cache
def folder() -> str:
    """A folder that is there as long as this process is."""
    import atexit
    import shutil
    import tempfile

    found = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found


def _readers_of_words() -> Mapping[str, Reader]:
    of_version = {
        "version": upstream.parse_release,
        "version of QEMU": upstream.parse_qemu,
        "version of Linux": upstream.parse_linux,
        "version of Xen": upstream.parse_xen,
        "numbers": upstream.parse_numbers,
        "banner": banner.parse_banner,
        "package": banner.clean_package,
        "tag": normalise_version,
        "VERSION": lambda text: read_version(text.encode("utf-8", "replace")),
        **{f"version as {name} writes it": one.parse for name, one in all_hypervisors().items()},
    }
    return {
        **{name: Reader(read, VERSIONS, VALUE) for name, read in of_version.items()},
        "ranges": Reader(ranges.Ranges.parse, ("2.3.1 | 2.4.0..", "<=1.0..1.2"), VALUE),
        "constraint": Reader(Constraint.parse, (">=5.0", "<3"), VALUE),
        "target": Reader(
            Target.parse, ("/usr/bin/qemu", "qmp:/run/x", "xend:http://h:8000", "libvirt:qemu:///system")
        ),
        "release": Reader(is_release, ("qemu=8.2",)),
        "claims": Reader(parse_claims, ("qemu=8.2.1,package=x",)),
        "naming": Reader(lambda text: parse_naming(text, open_catalog(None)), ("libvirt@9.0", "libvirt")),
        "cleaned": Reader(clean, ("a\tb\x1b[2J",)),
        "guarded": Reader(_guard, ("a\tb\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}",)),
        "shortened": Reader(shorten, ("a b",)),
    }


def _guard(text: str) -> None:
    import io

    stream = io.StringIO()
    Guarded(stream).write(text)
    assert not set(stream.getvalue()) & {"\x1b", "\x9b", "\r", "\N{RIGHT-TO-LEFT OVERRIDE}"}


def _readers_of_traces() -> Iterable[tuple[str, Reader]]:
    known = {
        path.stem.partition("-")[0]: path.read_text(encoding="utf-8")[:4000]
        for path in TESTS.glob("traces/*.*")
        if path.suffix in {".log", ".txt"}
    }
    releases = {"qemu": "8.2", "firecracker": "1.7", "cloud_hypervisor": "40.0"}
    for name, own in all_hypervisors().items():
        if own.audit is None or name not in releases:
            continue
        auditor = cache(partial(_auditor, name, releases[name]))
        for form in own.audit().formats:
            yield (
                f"{name}, {form}",
                Reader(partial(_audit, auditor, own.audit().formats, form), (known.get(form, SHELL),)),
            )


def _auditor(name: str, release: str) -> Auditor:
    return Auditor(judge_release(name, release, Policy()), Policy())


def _audit(auditor: Callable[[], Auditor], formats: Any, form: str, text: str) -> object:
    trace = Trace(formats, form)
    return auditor().take(trace.read(text.encode("utf-8", "replace").split(b"\n")))


def try_text(reader: Reader, random_: random.Random) -> None:
    """A text of a reader's, damaged."""
    whole = random_.choice(reader.texts).encode("utf-8", "surrogateescape")
    damaged = damage_bytes(whole, random_)
    with contextlib.suppress(reader.raises):
        reader.read(damaged.decode("utf-8", "replace"))


BRACKETS = (
    *"()[]{}<>",
    *"\"'`\\ \n\t#|*/:=,;-0a",
    "\r\n",
    "()",
    "({[",
    "/*",
    "(*",
    "{|",
    '"""',
    "'''",
    '\\"',
    "a(",
    "a.",
    'a"',
)
WORST = (
    *BRACKETS,
    '{"a',
    '{"execute":"',
    "a={",
    "a b={",
    "[],",
    "- ",
    "a: ",
    "<a>",
    "*a ",
    "&a ",
    "!",
    "not ",
    "1.",
    "9",
    "if ",
    "::",
    "->",
    "@@ ",
    "--- a\n+++ b\n",
    "@@ -1 +1 @@\n+",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\x1b[",
)


class SlowError(BaseException):
    """Raised where a reader takes too long; nothing between may catch it."""


def try_worst(reader: Reader, unit: str, length: int, patience: float) -> str | None:
    """How a reader fails on a unit repeated, before, within and after a text that it reads."""

    def give_up(*_: object) -> None:
        raise SlowError

    many = (unit * (length // len(unit) + 1))[:length]
    first = reader.texts[0]
    half = len(first) // 2
    for text in (many, first + many, first[:half] + many + first[half:]):
        before = signal.signal(signal.SIGPROF, give_up)
        signal.setitimer(signal.ITIMER_PROF, patience)
        try:
            reader.read(text)
        except reader.raises:
            continue
        except SlowError:
            return "slow"
        except Exception as error:
            return repr(error)[:300]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
    return None


def _bytes(text: str) -> str:
    """A text as `scan` reads one: a byte a character."""
    return text.encode("utf-8", "replace").decode("latin-1")
