import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from virtgate.driver.errors import DataError, TargetError
from virtgate.harvest.git import Repository
from virtgate.harvest.releases import read_releases
from virtgate.hypervisors.qemu.harvest import KINDS, harvest, hmp, qmp, tables
from virtgate.hypervisors.qemu.harvest.qapi import normalise_condition, parse_expressions
from virtgate.upstream.ledger import Ledger
from virtgate.versions import parse_release

LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"
OWN_KINDS = [kind for kind in KINDS if kind.name in ("qmp", "hmp")]


def pairs(text: str) -> set[tuple[str, str]]:
    schema = qmp.Schema(parse_expressions(text, "schema.json"))
    for name in schema.names("command"):
        schema.add_command(name)
    for name in schema.names("event"):
        schema.add_event(name)
    schema.close()
    return schema.pairs


def test_comments_documentation_and_missing_commas_are_read_over() -> None:
    text = "##\n# @E: it's 'quoted' {\n##\n{ 'enum': 'E' # why\n  'data': [ 'a', 'b', ] }\n{'pragma': {}}"
    assert parse_expressions(text, "x") == [{"enum": "E", "data": ["a", "b"]}, {"pragma": {}}]


def test_a_mistake_is_told_with_its_line() -> None:
    with pytest.raises(DataError, match=r"qapi/x\.json:2: expected ':'"):
        parse_expressions("{ 'a':\n 'b', 'c' }", "qapi/x.json")


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(DataError, match=r"x:1: nested deeper than 32"):
        parse_expressions("{'a': " + "[" * 9999, "x")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("defined(CONFIG_VNC)", "CONFIG_VNC"),
        ("CONFIG_VNC", "CONFIG_VNC"),
        ("!defined(CONFIG_VNC)", "not CONFIG_VNC"),
        ("defined(B) && !(defined(C) || defined(A))", "B and not (A or C)"),
        (["defined(B)", "defined(A)"], "A and B"),
        ({"all": ["B", {"not": {"any": ["C", "A"]}}]}, "B and not (A or C)"),
        ({"any": ["TARGET_S390X", {"any": ["TARGET_I386"]}]}, "TARGET_I386 or TARGET_S390X"),
    ],
)
def test_a_condition_has_one_spelling(condition: Any, text: str) -> None:
    assert normalise_condition(condition) == text


def test_moving_members_into_a_named_struct_or_its_base_changes_nothing() -> None:
    inline = pairs("{'command': 'c', 'data': {'a': 'int', '*b': 'str'}}")
    named = pairs(
        "{'struct': 'Base', 'data': {'a': 'int'}}"
        "{'struct': 'S', 'base': 'Base', 'data': {'*b': 'str'}} {'command': 'c', 'data': 'S'}"
    )
    assert inline == named == {("c", "command"), ("c.a", "int"), ("c.b?", "str")}


def test_old_and_new_words_for_a_struct_give_the_same() -> None:
    text = (
        "{'WORD': 'S', 'data': {'a': ['E']}} {'enum': 'E', 'data': ['x']} {'command': 'c', 'returns': ['S']}"
    )
    assert pairs(text.replace("WORD", "type")) == pairs(text.replace("WORD", "struct"))
    assert {("c()", "[object S]"), ("S.a", "[enum E]"), ("E.x", "value")} <= pairs(
        text.replace("WORD", "type")
    )


def test_a_nested_object_of_old_schemas_is_a_type_of_its_own() -> None:
    found = pairs("{'type': 'V', 'data': {'qemu': {'major': 'int'}}} {'command': 'c', 'returns': 'V'}")
    assert {("V.qemu", "object V-qemu"), ("V-qemu.major", "int")} <= found


def test_a_simple_union_is_as_on_the_wire() -> None:
    found = pairs(
        "{'union': 'U', 'data': {'file': 'F', 'names': ['str']}} {'type': 'F', 'data': {}}"
        "{'command': 'c', 'data': {'u': 'U'}}"
    )
    assert {
        ("c.u", "object U"),
        ("U:", "tag type"),
        ("U.type", "enum UKind"),
        ("UKind.file", "value"),
        ("U:file", "object F-wrapper"),
        ("F-wrapper.data", "object F"),
        ("U:names", "object strList-wrapper"),
        ("strList-wrapper.data", "[str]"),
    } <= found


FLAT = """
{'enum': 'D', 'data': ['raw', {'name': 'nbd', 'if': 'CONFIG_NBD'}]}
{'struct': 'Raw', 'data': {'file': 'str'}}
{'union': 'O', 'base': {'driver': 'D', '*ro': 'bool'}, 'discriminator': 'driver', 'data': {'raw': 'Raw'}}
{'command': 'add', 'data': 'O', 'boxed': true}
"""


def test_a_flat_union_has_its_base_and_a_branch_for_every_value() -> None:
    found = pairs(FLAT)
    assert {
        ("add.*", "object O"),
        ("O:", "tag driver"),
        ("O.driver", "enum D"),
        ("O.ro?", "bool"),
        ("O:raw", "object Raw"),
        ("O:nbd", "object q_empty"),
        ("O:nbd[if=CONFIG_NBD]", "feature"),
        ("D.nbd[if=CONFIG_NBD]", "feature"),
    } <= found


@pytest.mark.parametrize("head", ["'alternate': 'R'", "'union': 'R', 'discriminator': {}"])
def test_an_alternate_is_told_by_json_kind(head: str) -> None:
    found = pairs(
        f"{{{head}, 'data': {{'d': 'S', 'r': 'str', 'n': 'uint32', 'l': ['str']}}}}"
        "{'struct': 'S', 'data': {}} {'command': 'c', 'data': {'x': 'R'}}"
    )
    assert {
        ("c.x", "alternate R"),
        ("R|object", "object S"),
        ("R|str", "str"),
        ("R|int", "uint32"),
        ("R|array", "[str]"),
    } <= found


def test_flags_and_conditions_are_told_wherever_they_stand() -> None:
    found = pairs(
        "{'command': 'c', 'if': 'defined(X)', 'allow-oob': true, 'features': ['deprecated'],"
        " 'data': {'a': {'type': 'E', 'if': 'Y', 'features': [{'name': 'unstable', 'if': 'Z'}]}}}"
        "{'enum': 'E', 'data': [{'name': 'v', 'features': ['deprecated']}], 'if': {'not': 'W'}}"
        "{'event': 'EV', 'features': ['unstable']}"
    )
    assert {name for name, type_ in found if type_ in ("feature", "flag")} == {
        "c[if=X]",
        "c[allow-oob]",
        "c[deprecated]",
        "c.a[if=Y]",
        "c.a[unstable]",
        "E.v[deprecated]",
        "E[if=not W]",
        "EV[unstable]",
    }


def test_a_type_that_nothing_refers_to_is_not_part_of_the_interface() -> None:
    assert not pairs("{'struct': 'S', 'data': {}} {'enum': 'E', 'data': ['a']}")


HX = """
HXCOMM a comment
    {
        .name       = "eject",
        .args_type  = "force:-f,"
                      "device:B",
        .mhandler.cmd_new = do_eject,
    },
#if defined(CONFIG_SPICE) && \\
    defined(CONFIG_X)
    {
        .name       = "query-spice",
        .args_type  = "",
        .mhandler.cmd_new = qmp_query_spice,
    },
#endif
    {
        .name       = "device_add",
        .args_type  = "device:O",
    },
SQMP
device_add
----------

Arguments:

- "driver": the driver's name (json-string)
- "bus": where (json-string,
  optional)
- device properties

Example:

-> { "arguments": { .name = "no" } }
EQMP
"""


def test_a_table_gives_arguments_by_kind_and_conditions() -> None:
    found = {command.name: command for command in tables.parse_table(HX)}
    assert list(found) == ["eject", "query-spice", "device_add"]
    assert found["eject"].arguments == (("force", True, "bool"), ("device", False, "str"))
    assert found["query-spice"].condition == "CONFIG_SPICE and CONFIG_X"


class Sandbox:
    """A repository made for a test, in which a commit is a release."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._git("init", "-q", "-b", "master")

    def release(self, version: str, files: dict[str, str], *, tag: bool = True) -> None:
        for name, text in {**files, "VERSION": f"{version}\n"}.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self._git("add", ".")
        self._git("commit", "-q", "-m", f"Update version for v{version} release")
        if tag:
            self._git("tag", f"v{version}")

    def _git(self, *arguments: str) -> None:
        author = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in {"NAME": "a", "EMAIL": "a@b", "DATE": "2012-06-01T00:00:00Z"}.items()
        }
        environment = {**os.environ, **author, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "-C", self.path, *arguments], check=True, env=environment)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    path = tmp_path / "upstream"
    path.mkdir()
    return Sandbox(path)


def run(sandbox: Sandbox, out: Path) -> tuple[Ledger, list[str]]:
    told: list[str] = []
    harvest([sandbox.path], out, told.append, OWN_KINDS)
    return Ledger.read(out / "qmp.txt"), told


def names_at(ledger: Ledger, release: str) -> set[str]:
    version = parse_release(release)
    return {atom.written_name for atom in ledger if version in atom.parsed_ranges}


def test_a_history_becomes_ranges_and_harvesting_again_changes_nothing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    entry = "qapi/qapi-schema.json"
    sandbox.release("5.0.0", {entry: "{'include': 'a.json'}", "qapi/a.json": "{'command': 'stop'}"})
    sandbox.release("5.0.1", {"qapi/a.json": "{'command': 'stop'} {'command': 'cont'}"})
    sandbox.release("5.1.0-rc1", {"qapi/a.json": "{'command': 'never'}"})
    sandbox.release("5.1.0", {"qapi/a.json": "{'command': 'cont'}"}, tag=False)
    sandbox.release("5.1.50", {}, tag=False)
    out = tmp_path / "ledger"
    ledger, _ = run(sandbox, out)
    assert [(atom.name, atom.ranges) for atom in ledger] == [
        ("cont", "5.0.1 | 5.1.0.."),
        ("stop", "5.0.0..5.0"),
    ]
    before = {path: path.read_bytes() for path in out.iterdir()}
    assert [release.version for release in read_releases(out / "releases.txt")] == ["5.0.0", "5.0.1", "5.1.0"]
    run(sandbox, out)
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_one_more_tag_costs_only_that_tag_and_gives_what_a_whole_run_gives(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.release("5.0.0", {"qapi/qapi-schema.json": "{'command': 'stop'}"})
    run(sandbox, tmp_path / "slow")
    sandbox.release("5.1.0", {"qapi/qapi-schema.json": "{'command': 'cont'}"})
    ledger, told = run(sandbox, tmp_path / "slow")
    assert [line for line in told if line.startswith("qmp 5")] == ["qmp 5.1.0: 1 lines"]
    run(sandbox, tmp_path / "whole")
    assert (tmp_path / "slow/qmp.txt").read_bytes() == (tmp_path / "whole/qmp.txt").read_bytes()
    assert names_at(ledger, "5.0.3") == {"stop"}


def test_a_lost_ledger_is_not_rebuilt_from_half_of_its_releases(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.release("5.0.0", {"qapi/qapi-schema.json": "{'command': 'stop'}"})
    out = tmp_path / "ledger"
    run(sandbox, out)
    (out / "qmp.txt").unlink()
    (out / "releases.txt").write_text("4.2.0  2019-12-12  b0ca999a43a2\n5.0.0  2020-04-28  fdd76fecdde1\n")
    with pytest.raises(DataError, match=r"there is no such file, and no repository given has 4\.2\.0"):
        run(sandbox, out)


def test_before_its_own_table_qmp_has_what_the_monitor_prints_apart(sandbox: Sandbox, tmp_path: Path) -> None:
    monitor = (
        'static const mon_cmd_t info_cmds[] = {\n{ .name = "status",\n .user_print = p,\n .mhandler = i, },\n'
        '{ .name = "pic",\n .mhandler.info = i, },\n};\n[QEVENT_STOP] = "STOP",\n'
    )
    table = '{ .name = "c|cont",\n .user_print = p, },\n{ .name = "x",\n .args_type = "a:s", },\n'
    events = 'STOP\n----\n\nData:\n\n- "why": reason (json-string, optional)\n  - "x": deep (json-int)\n'
    files = {"monitor.c": monitor, "qemu-monitor.hx": table, "QMP/qmp-events.txt": events}
    sandbox.release("0.13.0", files)
    ledger, _ = run(sandbox, tmp_path / "ledger")
    assert names_at(ledger, "0.13.0") == {"cont", "query-status", "query-status()", "STOP", "STOP.why?"}
    human = Ledger.read(tmp_path / "ledger/hmp.txt")
    assert names_at(human, "0.13.0") == {"c", "cont", "x", "info status", "info pic"}


def test_positional_tables_of_the_oldest_releases_are_read(sandbox: Sandbox) -> None:
    text = 'static term_cmd_t term_cmds[] = {\n    { "help|?", "s?", do_help,\n      "[cmd]", "show" },\n};\n'
    sandbox.release("0.9.0", {"monitor.c": text})
    with Repository(sandbox.path) as repository:
        (release,) = repository.releases()
        found = set(hmp.make_reader()(repository.tree(release.commit), "0.9.0"))
    assert found == {("help", "command"), ("help", "args s?")}


@pytest.mark.parametrize(
    "text",
    [
        "{'command': 'c', 'data': 'Nowhere'}",
        "{'struct': 'A', 'base': 'A', 'data': {}} {'command': 'c', 'data': 'A'}",
        "{'enum': 'E'} {'command': 'c', 'returns': 'E'}",
        "{'command': 'c', 'if': {}}",
    ],
)
def test_a_schema_unlike_any_known_is_refused(sandbox: Sandbox, tmp_path: Path, text: str) -> None:
    sandbox.release("5.0.0", {"qapi/qapi-schema.json": text})
    with pytest.raises(DataError, match=r"5\.0\.0: the schema has a definition unlike any known"):
        run(sandbox, tmp_path / "ledger")


def test_what_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="not a git repository"):
        Repository(tmp_path)


# What introspection and the releases themselves say of single elements.
@pytest.mark.parametrize(
    ("name", "release", "type_"),
    [
        ("drive-mirror.unmap", "2.3.0", None),
        ("drive-mirror.unmap", "2.3.1", "bool"),
        ("query-sev", "2.11.2", None),
        ("query-sev", "2.12.0", "command"),
        ("BlockdevRefOrNull|null", "2.10.0", "null"),
        ("blockdev-add.*", "2.7.1", None),
        ("blockdev-add.*", "2.8.0", "object BlockdevOptions"),
        ("BLOCK_JOB_READY.device", "1.3.0", "str"),
        ("block-job-cancel", "1.0.1", None),
        ("info", "0.12.0", None),
        ("query-version", "0.12.0", "command"),
    ],
)
def test_the_shipped_ledger_knows_history(name: str, release: str, type_: str | None) -> None:
    atom = Ledger.read(LEDGER / "qmp.txt").at(name, parse_release(release))
    assert (atom.type if atom else None) == type_


def test_every_range_of_the_shipped_ledger_starts_and_ends_at_a_known_release() -> None:
    known = {release.version for release in read_releases(LEDGER / "releases.txt")}
    branches = {version.rpartition(".")[0] for version in known if version.count(".") == 2}
    texts = {atom.ranges for atom in Ledger.read(LEDGER / "qmp.txt")}
    ends = {end for text in texts for item in text.split(" | ") for end in item.split("..") if end}
    assert ends <= known | branches
