"""Xen's ledger from made histories, and what the shipped one must hold."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from virtgate.cli import main
from virtgate.driver.errors import DataError, TargetError
from virtgate.harvest.commits import read_origins
from virtgate.harvest.releases import read_releases
from virtgate.hypervisors.xen.harvest import PROXIES, harvest, idl
from virtgate.hypervisors.xen.harvest import interface as libxl
from virtgate.model import Element
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger
from virtgate.versions import parse_release

MATRIX = Path(__file__).parents[1] / "matrix"
LEDGER = MATRIX / "xen" / "ledger"
KINDS = (
    "libxl",
    "libxl-function",
    "libxl-type",
    "virt-cap",
    "xen-cap",
    "xen-config",
    "xen-option",
    "xl-cfg",
    "xl-cfg-option",
)
HEADER = "tools/include/libxl.h"
IDL = "tools/libs/light/libxl_types.idl"
GENERATOR = "tools/libs/light/gentypes.py"


class Sandbox:
    """A repository made for a test, every commit a day later than the one before, and a ledger folder."""

    def __init__(self, path: Path) -> None:
        self.path = path / "repository"
        self.ledger = path / "ledger"
        self.path.mkdir()
        self.day = 0
        self.git("init", "-q", "-b", "master")

    def commit(self, files: dict[str, str], *tags: str) -> str:
        """Commit the files, and tag them; give the commit's first digits."""
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.day += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        for tag in tags:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")[:12]

    def harvest(self) -> None:
        harvest([self.path], self.ledger, lambda _text: None)

    def lines(self, kind: str) -> dict[tuple[str, str], str]:
        ledger = Ledger.read(self.ledger / f"{kind}.txt")
        assert (ledger.kind, ledger.problems()) == (kind, ())
        return {(atom.name, atom.type): atom.ranges for atom in ledger}

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.ledger.iterdir()}

    def git(self, *arguments: str) -> str:
        who = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in {"NAME": "a", "EMAIL": "a@b", "DATE": f"2020-01-{self.day:02}T00:00Z"}.items()
        }
        environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", "-C", self.path, *arguments], check=True, env=environment, capture_output=True, text=True
        )
        return done.stdout.strip()


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def define(*names: str) -> str:
    return "".join(f"#define LIBXL_HAVE_{name} 1\n" for name in names)


def test_a_macro_counts_where_the_header_defines_it_and_not_where_a_comment_speaks_of_it() -> None:
    text = """
#ifndef LIBXL_H
#define LIBXL_H
/* LIBXL_HAVE_SPOKEN_OF:
#define LIBXL_HAVE_COMMENTED 1
*/
  # define LIBXL_HAVE_BARE
#if defined(__arm__)  ||  defined(__aarch64__)
#define LIBXL_HAVE_ON_ARM 1
#endif
#if !defined(LIBXL_API_VERSION) || LIBXL_API_VERSION >= 0x040500
#define LIBXL_HAVE_LATEST 1
#elif LIBXL_API_VERSION == 0x040400
#define LIBXL_HAVE_OLDER 1
#else
#define LIBXL_HAVE_OLDEST 1
#endif
#if LIBXL_API_VERSION != 0x040200
#define LIBXL_HAVE_NEWER 1
#endif
#define LIBXL_HAVE_TAKEN_BACK 1
#undef LIBXL_HAVE_TAKEN_BACK
#endif
"""
    assert dict(libxl.read_header(text).macros) == {
        "LIBXL_H": (),
        "LIBXL_HAVE_BARE": (),
        "LIBXL_HAVE_ON_ARM": ("defined(__arm__) || defined(__aarch64__)",),
        "LIBXL_HAVE_LATEST": (),
        "LIBXL_HAVE_NEWER": (),
    }


def test_a_macro_of_some_architectures_says_of_which(sandbox: Sandbox) -> None:
    text = f"#if defined(__i386__) || defined(__x86_64__)\n{define('X86')}#endif\n{define('ALL')}"
    sandbox.commit({HEADER: text}, "RELEASE-4.15.0")
    sandbox.harvest()
    assert sandbox.lines("libxl") == {
        ("LIBXL_HAVE_ALL", "macro"): "4.15.0..",
        ("LIBXL_HAVE_X86", "macro"): "4.15.0..",
        ("LIBXL_HAVE_X86[if=defined(__i386__) || defined(__x86_64__)]", "feature"): "4.15.0..",
    }


def test_a_macro_has_its_releases_its_end_and_its_backports(sandbox: Sandbox) -> None:
    old = "tools/libxl/libxl.h"
    sandbox.commit({old: define("A", "GONE")}, "RELEASE-4.3.0")
    sandbox.commit({old: define("A", "GONE", "BACKPORTED")}, "RELEASE-4.3.1", "RELEASE-4.3.2")
    sandbox.commit({old: define("A", "GONE")}, "RELEASE-4.4.0")
    (sandbox.path / old).unlink()
    sandbox.commit({HEADER: define("A", "BACKPORTED")}, "RELEASE-4.5.0", "RELEASE-4.6.0-rc1", "4.7-dev")
    sandbox.harvest()
    assert sandbox.lines("libxl") == {
        ("LIBXL_HAVE_A", "macro"): "4.3.0..",
        ("LIBXL_HAVE_BACKPORTED", "macro"): "4.3.1..4.3 | 4.5.0..",
        ("LIBXL_HAVE_GONE", "macro"): "4.3.0..4.4",
    }


def test_a_function_is_what_the_header_declares_and_a_program_may_call() -> None:
    text = """
typedef int (*libxl_callback)(void *user);
struct libxl_thing { int (*hook)(int a); };
int libxl_add(libxl_ctx *ctx, uint32_t domid, const libxl_asyncop_how *how)
              LIBXL_EXTERNAL_CALLERS_ONLY;
extern char *libxl_name(libxl_ctx*ctx , int pipes[2], unsigned n, pid_t);
static inline int libxl_inline(int a) { libxl_add(0, a, 0); return a; }
int libxl_after(void (*done)(void *user, int rc));
_hidden int libxl_hidden(void);
int libxl__internal(int a);
#if defined(LIBXL_API_VERSION) && LIBXL_API_VERSION < 0x040400
int libxl_old(void);
#endif
int xlu_other(void);
"""
    assert dict(libxl.read_functions(text)) == {
        "libxl_add": "int (libxl_ctx *, uint32_t, const libxl_asyncop_how *)",
        "libxl_name": "char * (libxl_ctx *, int[2], unsigned, pid_t)",
        "libxl_after": "int (void (*done)(void *user, int rc))",
    }


SMALL_IDL = """
namespace("libxl_")
libxl_defbool = Builtin("defbool", passby=PASS_BY_REFERENCE)
MemKB = UInt(64, init_val = "LIBXL_MEMKB_DEFAULT")
libxl_kind = Enumeration("kind", [(-1, "INVALID"), (1, "hvm")], init_val = "X")
libxl_error = Enumeration("error", [(-2, "ERROR_FAIL")], value_namespace = "")
libxl_thing = Struct("thing", [
    ("max", MemKB),
    ("name", string),
    ("parts", Array(libxl_defbool, "num_parts")),
    ("u", KeyedUnion(None, libxl_kind, "kind", [
        ("invalid", None),
        ("hvm", Struct(None, [("pae", libxl_defbool), ("deep", Struct(None, [("er", uint8)]))])),
    ], keyvar_init_val = "X")),
], dispose_fn = None)
hidden(True)
libxl_own = Struct("own", [("x", integer)])
"""


def test_types_have_members_by_dotted_names_and_values_by_the_names_c_gives_them(sandbox: Sandbox) -> None:
    sandbox.commit({IDL: SMALL_IDL}, "RELEASE-4.15.0")
    sandbox.harvest()
    assert set(sandbox.lines("libxl-type")) == {
        ("libxl_defbool", "builtin"),
        ("uint64_t", "builtin"),
        ("libxl_kind", "enum"),
        ("libxl_kind.LIBXL_KIND_INVALID", "value -1"),
        ("libxl_kind.LIBXL_KIND_HVM", "value 1"),
        ("libxl_error", "enum"),
        ("libxl_error.ERROR_ERROR_FAIL", "value -2"),
        ("libxl_thing", "struct"),
        ("libxl_thing.max", "uint64_t"),
        ("libxl_thing.name", "char *"),
        ("libxl_thing.parts", "libxl_defbool[]"),
        ("libxl_thing.num_parts", "int"),
        ("libxl_thing.kind", "libxl_kind"),
        ("libxl_thing.u", "union"),
        ("libxl_thing.u.hvm", "struct"),
        ("libxl_thing.u.hvm.pae", "libxl_defbool"),
        ("libxl_thing.u.hvm.deep", "struct"),
        ("libxl_thing.u.hvm.deep.er", "uint8_t"),
    }


def test_the_generator_of_a_release_says_which_functions_its_types_have() -> None:
    types = idl.parse(SMALL_IDL.encode(), "idl")
    names = lambda text: {name for name, _ in libxl.read_functions("".join(idl.declare(types, text)))}  # noqa: E731
    first = names("ty.dispose_fn")
    assert first == {
        "libxl_thing_init",
        "libxl_thing_init_kind",
        *(f"libxl_{one}_{what}" for one in ("kind", "error", "thing") for what in ("to_json", "gen_json")),
        *(f"libxl_{one}_{what}_string" for one in ("kind", "error") for what in ("to", "from")),
    }
    later = names('if ty.copy_fn is not None: "%s_from_json"')
    assert later - first == {
        "libxl_thing_copy",
        *(f"libxl_{one}_from_json" for one in ("kind", "error", "thing")),
    }
    assert names("ty.destructor_fn") == {
        "libxl_kind_destroy",
        "libxl_error_destroy",
        "libxl_thing_destroy",
    } - {
        "libxl_kind_destroy",
        "libxl_error_destroy",
    }


def test_what_4_1_has_first_may_be_older(sandbox: Sandbox) -> None:
    sandbox.commit({HEADER: "int libxl_a(void);"}, "RELEASE-4.0.0")
    text = 'libxl_a = Struct("a", [("x", integer)])\n'
    sandbox.commit({"tools/libxl/libxl.idl": text}, "RELEASE-4.1.0")
    (sandbox.path / "tools/libxl/libxl.idl").unlink()
    text = 'libxl_a = Struct("a", [("x", integer), ("y", integer)])\n'
    sandbox.commit({"tools/libxl/libxl_types.idl": text}, "RELEASE-4.2.0")
    sandbox.harvest()
    assert sandbox.lines("libxl-type") == {
        ("libxl_a", "struct"): "<=4.1.0..",
        ("libxl_a.x", "int"): "<=4.1.0..",
        ("libxl_a.y", "int"): "4.2.0..",
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("open('owned', 'w')\n", ":1: cannot be read: open('owned', 'w')"),
        ("x = __import__('os')\n", ":1: cannot be read: __import__('os')"),
        ("x = Struct('x', [('y', nowhere)])\n", ":1: cannot be read: nowhere"),
        ("x = Struct('x', y)\n", ":1: cannot be read: y"),
        ("x = Enumeration('x', [('a', 'b')])\n", ":1: cannot be read: 'a'"),
        ("for x in y: pass\n", ":1: cannot be read: for x in y:"),
        ("x = (\n", "'(' was never closed"),
        ("\0", "source code string cannot contain null bytes"),
    ],
)
def test_an_idl_is_read_and_never_run(
    text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        idl.parse(text.encode(), "idl")
    assert problem in str(caught.value)
    assert list(tmp_path.iterdir()) == []


ONE_CALL = """
    maybe_printf("virt_caps              :%s%s\\n",
         info.cap_hvm ? " hvm" : "",
         info.cap_gnttab_v2 ? " gnttab-v2" : "");
    maybe_printf("total_memory : %s\\n", " none");
"""
CALL_EACH = """
    printf("virt_caps              :");
    if (info.cap_hvm)
        printf(" hvm");
    if (info.cap_hvm_directio)
        printf(" hvm_directio");
    printf("\\n");
    printf(" none");
"""


def test_the_tokens_of_virt_caps_are_read_from_what_prints_them(sandbox: Sandbox) -> None:
    sandbox.commit({"tools/libxl/xl_cmdimpl.c": "int x;"}, "RELEASE-4.0.0")
    sandbox.commit({"tools/libxl/xl_cmdimpl.c": CALL_EACH}, "RELEASE-4.1.0")
    sandbox.commit({"tools/xl/xl_info.c": ONE_CALL}, "RELEASE-4.9.0")
    sandbox.harvest()
    assert sandbox.lines("virt-cap") == {
        ("gnttab-v2", "token"): "4.9.0..",
        ("hvm", "token"): "4.1.0..",
        ("hvm_directio", "token"): "4.1.0..4.1",
    }


def test_the_guest_interfaces_are_read_from_what_names_them(sandbox: Sandbox) -> None:
    old = """
    p += sprintf(p, "xen-%d.%d-x86_32 ", XEN_VERSION, XEN_SUBVERSION);
    //p += sprintf(p, "hvm-%d.%d-x86_32 ", XEN_VERSION, XEN_SUBVERSION);
    snprintf(si->magic, sizeof(si->magic), "xen-%i.%i-x86_%d%s", 3, 0, 32, "");
"""
    new = 'safe_strcat(info, "xen-3.0-x86_64 "); safe_strcat(info, "hvm-3.0-x86_32p " "hvm-3.0-x86_64 ");'
    sandbox.commit({"xen/arch/x86/setup.c": old}, "RELEASE-3.0.0")
    sandbox.commit({"xen/arch/x86/setup.c": new, "xen/arch/x86/my_setup.c": old}, "RELEASE-4.22.0")
    sandbox.harvest()
    assert sandbox.lines("xen-cap") == {
        ("xen-3.0-x86_32", "token"): "3.0.0..3.0",
        ("xen-3.0-x86_64", "token"): "4.22.0..",
        ("hvm-3.0-x86_32p", "token"): "4.22.0..",
        ("hvm-3.0-x86_64", "token"): "4.22.0..",
    }


def test_a_configuration_symbol_has_its_type_once(sandbox: Sandbox) -> None:
    common = (
        'config PV\n\tdef_bool y\n\nconfig NR_CPUS\n\tint "Maximum"\n\nmenuconfig EXPERT\n\tbool "Expert"\n'
    )
    arch = (
        'config PV\n\tdefault n\n\nchoice\n\tprompt "x"\nconfig CMDLINE\n\tstring "Command line"\nendchoice\n'
    )
    files = {"xen/common/Kconfig": common, "xen/arch/x86/Kconfig.cpu": arch}
    sandbox.commit({**files, "xen/tools/kconfig/tests/Kconfig": "config T\n\tbool\n"}, "RELEASE-4.7.0")
    sandbox.harvest()
    assert set(sandbox.lines("xen-config")) == {
        ("CONFIG_PV", "bool"),
        ("CONFIG_NR_CPUS", "int"),
        ("CONFIG_EXPERT", "bool"),
        ("CONFIG_CMDLINE", "string"),
    }


def test_a_boot_option_is_what_the_hypervisor_registers(sandbox: Sandbox) -> None:
    text = """
boolean_param("nosmp", opt_nosmp);
/* integer_param("commented", x); */
custom_runtime_param(
    "loglvl", parse_loglvl, init);
invbool_param("apic", skip);
#define size_param(_name, _var) x
string_param(NAME, y);
"""
    sandbox.commit({"xen/common/a.c": text, "xen/tools/b.c": 'size_param("no", x);'}, "RELEASE-3.0.0")
    sandbox.harvest()
    assert set(sandbox.lines("xen-option")) == {
        ("nosmp", "boolean"),
        ("loglvl", "custom runtime"),
        ("apic", "boolean"),
    }


def test_another_tag_stands_for_a_release_without_one(sandbox: Sandbox) -> None:
    sandbox.commit({}, "RELEASE-2.0.6", "RELEASE-3.0.0")
    proxy = sandbox.commit({}, PROXIES["3.2.0"])
    sandbox.commit({}, "RELEASE-4.4.1", "RELEASE-4.4.0-rc1", "RELEASE-4.1.6.1")
    sandbox.commit({}, "RELEASE-4.5.0")
    sandbox.harvest()
    found = read_releases(sandbox.ledger / "releases.txt")
    assert [one.version for one in found] == ["3.0.0", "3.2.0", "4.1.6.1", "4.4.1", "4.5.0"]
    assert found[1].commit == proxy
    assert f"#   3.2.0 the tag {PROXIES['3.2.0']}\n" in (sandbox.ledger / "releases.txt").read_text()


def make_history(sandbox: Sandbox) -> dict[str, str]:
    """Three releases: a macro taken back and brought again, and one that only another commit touches."""
    sandbox.commit({HEADER: define("A") + "int libxl_a(void);"}, "RELEASE-4.14.0")
    sandbox.commit({HEADER: define("A", "B")})
    sandbox.commit({HEADER: define("A")})
    again = sandbox.commit({HEADER: define("A", "B")})
    kinds = sandbox.commit({IDL: SMALL_IDL, "xen/Kconfig": "config NEW\n\tbool\n"})
    sandbox.commit({"README": "x"}, "RELEASE-4.15.0")
    sandbox.commit({}, "RELEASE-4.15.1")
    return {"LIBXL_HAVE_B": again, "libxl_thing.u.hvm.pae": kinds, "CONFIG_NEW": kinds}


def test_the_commit_behind_an_element_is_the_last_that_brought_it(sandbox: Sandbox) -> None:
    wanted = make_history(sandbox)
    sandbox.harvest()
    origins = read_origins(sandbox.ledger / "commits.txt")
    assert {name: origins.found[name][0] for name in wanted} == wanted
    assert origins.looked == {"4.14.0", "4.15.0"}
    history = History(sandbox.ledger)
    assert history.commit_of(Element(kind="libxl", name="LIBXL_HAVE_B")) == (
        wanted["LIBXL_HAVE_B"],
        "2020-01-04",
    )
    assert history.commit_of(Element(kind="xen-option", name="LIBXL_HAVE_B")) is None


def test_a_second_harvest_changes_nothing_and_one_more_tag_is_read_alone(sandbox: Sandbox) -> None:
    make_history(sandbox)
    sandbox.harvest()
    before = sandbox.files()
    sandbox.harvest()
    assert sandbox.files() == before
    sandbox.commit({HEADER: define("A")}, "RELEASE-4.16.0")
    told: list[str] = []
    harvest([sandbox.path], sandbox.ledger, told.append)
    assert [one for one in told if one.startswith("libxl 4.")] == ["libxl 4.16.0: 1 lines"]
    assert sandbox.lines("libxl")["LIBXL_HAVE_B", "macro"] == "4.15.0..4.15"


def test_a_repository_that_is_not_xens_is_told_so(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit({}, "v1.0")
    with pytest.raises(TargetError, match=r"not Xen's history: it has no tag RELEASE-X\.Y\.Z"):
        sandbox.harvest()
    with pytest.raises(TargetError, match="not a git repository"):
        harvest([tmp_path], sandbox.ledger, lambda _text: None)
    assert not (sandbox.ledger / "releases.txt").exists()


def test_a_ledger_file_that_is_gone_needs_every_release(sandbox: Sandbox) -> None:
    make_history(sandbox)
    sandbox.harvest()
    sandbox.git("tag", "-d", "RELEASE-4.14.0")
    (sandbox.ledger / "libxl.txt").unlink()
    with pytest.raises(DataError, match=r"no repository given has 4\.14\.0"):
        sandbox.harvest()


def test_the_verb_takes_no_branch_of_xen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harvest", "xen", ".", "--head"]) == 2
    assert "--head and --again are for qemu, not for xen" in capsys.readouterr().err


def shipped(kind: str) -> Ledger:
    return Ledger.read(LEDGER / f"{kind}.txt")


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_begins_with_a_release_that_has_a_tag(kind: str) -> None:
    tagged = {one.version for one in read_releases(LEDGER / "releases.txt")}
    ledger = shipped(kind)
    assert ledger.problems() == ()
    assert ledger.covers == "complete"
    starts = {str(span.start) for atom in ledger for span in atom.parsed_ranges.spans}
    assert starts <= tagged
    # A backport is a point release's; what came with a branch came with its .0.
    assert {one for one in starts if parse_release(one).is_point} <= tagged - {"4.5.0"}


def test_the_shipped_macros_have_their_backports_and_their_ends() -> None:
    macros = {atom.name: atom.ranges for atom in shipped("libxl") if atom.type == "macro"}
    assert len(macros) == 160
    backported = {name: ranges for name, ranges in macros.items() if "|" in ranges}
    assert backported == {
        "LIBXL_HAVE_PV_SHIM": "4.10.1..4.10 | 4.11.0..",
        "LIBXL_HAVE_BUILDINFO_GRANT_DEFAULT": "4.12.2..4.12 | 4.13.0..",
    }
    ended = {name: ranges for name, ranges in macros.items() if not ranges.endswith("..")}
    assert ended == {
        "LIBXL_HAVE_CREATEINFO_PVH": "4.4.0..4.8",
        "LIBXL_HAVE_DEVICE_MODEL_VERSION_NONE": "4.7.0..4.9",
    }


def test_every_shipped_macro_has_a_commit_older_than_its_release() -> None:
    days = {one.version: one.date for one in read_releases(LEDGER / "releases.txt")}
    origins = read_origins(LEDGER / "commits.txt").found
    for atom in shipped("libxl"):
        if atom.type == "macro":
            first = next(span.start for span in atom.parsed_ranges.spans if not span.start.is_point)
            assert origins[atom.name][1] <= days[str(first)], atom


def test_xend_has_xens_releases_up_to_its_removal() -> None:
    xen = read_releases(LEDGER / "releases.txt")
    xend = read_releases(MATRIX / "xend" / "ledger" / "releases.txt")
    removed = parse_release("4.5.0")
    assert xend == tuple(one for one in xen if parse_release(one.version) < removed)


@pytest.mark.parametrize("read", [kind.make_reader for kind in (*libxl.KINDS, idl.KIND)])
def test_a_tree_without_libxl_has_nothing(read: Callable[[], Callable[..., object]]) -> None:
    class Empty:
        def read(self, _path: str) -> None:
            return None

        def list_blobs(self, _folder: str = "") -> dict[str, str]:
            return {}

    assert not read()(Empty(), "3.0.0")


XL = """
static void parse_nic_config(char *token) {
    if (MATCH_OPTION("mac", token, oparg)) { } else if (MATCH_OPTION("rate", token, oparg)) { }
}
static int parse_other_config(char *token) { if (MATCH_OPTION("else", token, oparg)) { } }
void parse_config_data(XLU_Config *config) {
    xlu_cfg_get_defbool(config, "hap", &c_info->hap, 0); /* xlu_cfg_get_long(config, "commented", &l, 0) */
    xlu_cfg_replace_string (config, "kernel", &b_info->kernel, 0);
    if (!xlu_cfg_get_long (config, "old", &l, 0))
        fprintf(stderr, "WARNING: Specifying \\"old\\" is deprecated.\\n");
    xlu_cfg_get_list(config, "vif", &nics, 0, 0);
}
"""


def test_the_keys_of_a_guest_s_configuration_are_read_where_xl_reads_them(sandbox: Sandbox) -> None:
    sandbox.commit({"tools/libxl/xl.c": 'xlu_cfg_get_long (config, "hap", &l);'}, "RELEASE-4.0.0")
    (sandbox.path / "tools/libxl/xl.c").unlink()
    sandbox.commit({"tools/libxl/xl_cmdimpl.c": XL.replace("MATCH_OPTION", "MATCH")}, "RELEASE-4.2.0")
    sandbox.commit({"tools/libxl/xl_cmdimpl.c": XL}, "RELEASE-4.6.0")
    (sandbox.path / "tools/libxl/xl_cmdimpl.c").unlink()
    sandbox.commit({"tools/xl/xl_parse.c": XL.replace("old", "new")}, "RELEASE-4.9.0")
    sandbox.harvest()
    assert sandbox.lines("xl-cfg") == {
        ("hap", "boolean"): "4.2.0..",
        ("hap", "number"): "4.0.0..4.0",
        ("kernel", "string"): "4.2.0..",
        ("new", "number"): "4.9.0..",
        ("new[deprecated]", "flag"): "4.9.0..",
        ("old", "number"): "4.2.0..4.6",
        ("old[deprecated]", "flag"): "4.2.0..4.6",
        ("vif", "list"): "4.2.0..",
    }
    assert sandbox.lines("xl-cfg-option") == {
        ("vif.mac", "option"): "<=4.6.0..",
        ("vif.rate", "option"): "<=4.6.0..",
    }
