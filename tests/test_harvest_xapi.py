"""XenAPI's interface from a made datamodel and its tags, and the shipped ledger."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from virtgate.cli import main
from virtgate.driver.errors import DataError, TargetError
from virtgate.hypervisors.xapi.harvest import harvest
from virtgate.hypervisors.xapi.harvest.datamodel import read_datamodel
from virtgate.hypervisors.xapi.harvest.ocaml import read_module
from virtgate.model import Element
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger
from virtgate.upstream.releases import read_code_names

SHIPPED = Path(__file__).parents[1] / "matrix" / "xapi" / "ledger"
TYPES = """
(* a comment (* in a comment with "a string *)" *) let rel_none = "none" *)
let rel_sand = "sand"
let rel_clay = "clay"
let rel_rock = "rock"
let release_order_full = [
    { code_name= Some rel_sand; version_major= 1; version_minor= 1; branding= "House 1"
    ; release_date= Some "June 2013" }
  ; { code_name= None; version_major= 1; version_minor= 2; branding= "Unreleased"; release_date= None }
  ; { code_name= Some rel_clay; version_major= 1; version_minor= 3; branding= "House 2"
    ; release_date= Some "" }
  ; { code_name= Some rel_rock; version_major= 1; version_minor= 4; branding= "House 3"; release_date= None }
  ]
"""
COMMON = """
open Datamodel_types
let _door = "Door"
let _self = "self"
let computed = if true then [] else [(Published, "nowhere", "")]
let call ~name ?(doc = "") ?lifecycle () = match lifecycle with None -> failwith name | Some l -> l
let field ?(ty = String) ?lifecycle name desc = Field {name; desc}
let uid ?lifecycle _name = field ?lifecycle "uuid" "its number"
let namespace ~name ~contents () = List.map (fun x -> x) contents
let create_obj ?lifecycle ~name ~contents ~messages () = {name; contents; messages}
"""
DATAMODEL = """
open Datamodel_types
open Datamodel_common
let device what =
  [ field ~lifecycle:[(Published, rel_sand, "made of " ^ what)] "colour" "its colour" ]
module Door = struct
  let lifecycle = [(Lifecycle.Published, rel_sand, "")]
  let open_ = call ~name:"open" ~lifecycle ~params:[(Ref _door, _self, "it")] ()
  let gone = [(Published, rel_sand, ""); (Deprecated, rel_clay, ""); (Removed, "2.1.0", "")]
  let kick = call ~name:"kick" ~lifecycle:gone ()
  let knock = call ~name:"knock" ~lifecycle:[] ()
  let paint = call ~name:"paint" ~lifecycle:(lifecycle @ [(Changed, "2.0.0", "now with a brush")]) ()
  let lift = call ~name:"lift" ~lifecycle:[(Published, "9.9.9-next", "")] ()
  let inside = {open_ with msg_name= "open_inside"; msg_hide_from_docs= true}
  let t =
    let field = field ~ty:Int in
    create_obj ~name:_door ~lifecycle ~gen_constructor_destructor:true
      ~contents:
        ([ uid _door ~lifecycle
         ; namespace ~name:"size" ()
             ~contents:[field ~lifecycle:[(Published, rel_clay, "")] "height" "in metres"]
         ; field ~internal_only:true ~lifecycle "secret" "for nobody" ]
        @ List.concat [device "wood"])
      ~messages:[open_; kick; knock; paint; lift; inside] ()
end
let all_system = [ Door.t ]
"""
LIFECYCLE = """
let prototyped_of_class = function
  | _ -> None
let prototyped_of_message = function
  | "Door", "knock" -> Some "2.1.0"
  | _ -> None
"""


class Sandbox:
    """A repository made for a test, and a ledger folder beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path / "repository"
        self.ledger = path / "ledger"
        self.path.mkdir(parents=True)
        self._git("init", "-q", "-b", "master")

    def commit(self, *, day: str = "2015-01-01", tag: str | None = None, **texts: str) -> None:
        """One commit with the datamodel's files, by the end of their names."""
        folder = self.path / "ocaml" / "idl"
        folder.mkdir(parents=True, exist_ok=True)
        for end, text in texts.items():
            (folder / f"datamodel{end}.ml").write_text(text)
        self._git("add", "-A", day=day)
        self._git("commit", "-q", "--allow-empty", "-m", "c", day=day)
        if tag:
            self._git("tag", tag, day=day)

    def harvest(self) -> Ledger:
        harvest([self.path], self.ledger, lambda _text: None)
        ledger = Ledger.read(self.ledger / "xenapi.txt", read_code_names(self.ledger))
        assert (ledger.kind, ledger.problems()) == ("xenapi", ())
        return ledger

    def lines(self, file: str) -> list[list[str]]:
        lines = (self.ledger / file).read_text().splitlines()
        return [line.split() for line in lines if not line.startswith("#")]

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.ledger.iterdir()}

    def _git(self, *arguments: str, day: str = "2015-01-01") -> None:
        author = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in {"NAME": "a", "EMAIL": "a@b", "DATE": f"{day}T00:00:00Z"}.items()
        }
        environment = {**os.environ, **author, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "-C", self.path, *arguments], check=True, env=environment)


WHOLE = {"": DATAMODEL, "_types": TYPES, "_common": COMMON, "_lifecycle": LIFECYCLE}


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    made = Sandbox(tmp_path)
    made.commit(
        **{**WHOLE, "_types": TYPES.replace("rel_rock", "rel_clay").replace("rock", "clay")}, tag="v1.9.0"
    )
    made.commit(**WHOLE, day="2016-01-01", tag="v2.0.0")
    made.commit(**WHOLE, day="2017-01-01", tag="v2.1.0")
    made.commit(**WHOLE, day="2017-02-01", tag="v2.1.1")
    return made


def test_every_element_has_the_releases_that_its_lifecycle_says(sandbox: Sandbox) -> None:
    sandbox.harvest()
    written = {line[0]: (line[1], " ".join(line[2:])) for line in sandbox.lines("xenapi.txt")}
    assert written == {
        "Door": ("class", "sand.."),
        "Door.colour": ("field", "sand.."),
        "Door.create": ("message", "sand.."),
        "Door.destroy": ("message", "sand.."),
        "Door.kick": ("message", "sand..2.0"),
        "Door.kick[deprecated]": ("flag", "clay..2.0"),
        "Door.knock": ("message", "2.1.0.."),
        "Door.knock[unstable]": ("flag", "2.1.0.."),
        "Door.open": ("message", "sand.."),
        "Door.paint": ("message", "sand.."),
        "Door.paint[changed=2.0.0]": ("flag", "2.0.0.."),
        "Door.size_height": ("field", "clay.."),
        "Door.uuid": ("field", "sand.."),
    }


def test_numbered_releases_come_after_code_names_from_the_first_that_is_used(sandbox: Sandbox) -> None:
    sandbox.harvest()
    names = [line[:2] for line in sandbox.lines("releases.txt")]
    assert names == [
        ["sand", "2013-06-30"],
        ["clay", "-"],
        ["2.0.0", "2016-01-01"],
        ["2.1.0", "2017-01-01"],
        ["2.1.1", "2017-02-01"],
    ]


def test_every_product_has_its_release_and_a_late_code_name_is_a_number(sandbox: Sandbox) -> None:
    sandbox.harvest()
    assert sandbox.lines("products.txt") == [
        ["sand", "1.1", "sand", "House", "1"],
        ["-", "1.2", "-", "Unreleased"],
        ["clay", "1.3", "clay", "House", "2"],
        ["rock", "1.4", "2.0.0", "House", "3"],
    ]


def test_a_stated_month_before_the_tag_that_lists_it_is_believed(sandbox: Sandbox) -> None:
    dated = TYPES.replace(
        'branding= "House 3"; release_date= None', 'branding= "House 3"; release_date= Some "June 2016"'
    )
    sandbox.commit(**{**WHOLE, "_types": dated.replace("rock", "late")}, day="2018-01-01", tag="v3.0.0")
    sandbox.harvest()
    assert sandbox.lines("products.txt")[-1][:3] == ["late", "1.4", "2.0.0"]


def test_a_flag_tells_since_when_and_counts_inside_its_class(sandbox: Sandbox) -> None:
    sandbox.commit(
        **{
            "": DATAMODEL.replace(
                'struct\n  let lifecycle = [(Lifecycle.Published, rel_sand, "")]',
                'struct\n  let lifecycle = [(Published, rel_sand, ""); (Deprecated, "2.1.0", "")]',
            )
        },
        day="2018-01-01",
    )
    sandbox.harvest()
    history = History(sandbox.ledger)
    kick, paint = (Element(kind="xenapi", name=f"Door.{name}") for name in ("kick", "paint"))
    assert history.flagged_since([kick], "deprecated", history.version_of("2.0.0")) == "clay"
    assert history.flagged_since([paint], "deprecated") == "2.1.0"
    assert history.flagged_since([paint], "deprecated", history.version_of("clay")) is None
    assert "changed=2.0.0" in history.flags(paint, history.version_of("2.1.0"))


def test_a_second_harvest_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.harvest()
    before = sandbox.files()
    sandbox.harvest()
    assert sandbox.files() == before


def test_a_later_commit_that_lists_the_same_code_names_is_no_news(sandbox: Sandbox) -> None:
    sandbox.harvest()
    before = sandbox.files()
    sandbox.commit(day="2018-01-01")
    sandbox.harvest()
    assert sandbox.files() == before


def test_what_is_computed_is_counted_and_makes_the_ledger_partial(sandbox: Sandbox) -> None:
    computed = DATAMODEL.replace('~name:"open" ~lifecycle', '~name:"open" ~lifecycle:computed')
    sandbox.commit(**{"": computed.replace("[ Door.t ]", "[ Door.t; Nobody.t ]")}, day="2018-01-01")
    said: list[str] = []
    harvest([sandbox.path], sandbox.ledger, said.append)
    ledger = Ledger.read(sandbox.ledger / "xenapi.txt", read_code_names(sandbox.ledger))
    assert ledger.covers == "partial"
    assert "Door.open" not in ledger
    assert "Door.paint" in ledger
    assert "not read: message open" in said
    assert "not read: an item of all_system" in said
    assert "not read: a part of class Door (2 times)" in said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("let a = [1; 2", "a bracket is not closed"),
        ("let a = (* for ever", "a comment has no end"),
        ("let a = 1)", "')' closes nothing"),
        (f"let a = {'(' * 500}1{')' * 500}", "brackets stand too deep in each other"),
        (f"let a = {' @ '.join(['[]'] * 500)}", "too many values are joined"),
    ],
)
def test_text_that_is_no_ocaml_is_refused(sandbox: Sandbox, text: str, problem: str) -> None:
    sandbox.commit(_types=text)
    with pytest.raises(DataError, match=r"ocaml/idl/datamodel_types\.ml: ") as raised:
        sandbox.harvest()
    assert problem in str(raised.value)


def test_a_repository_without_a_datamodel_is_refused(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    sandbox.commit()
    with pytest.raises(TargetError, match="no datamodel of XenAPI"):
        sandbox.harvest()
    sandbox.commit(**{"": "let all_system = []"})
    with pytest.raises(TargetError, match=r"nothing can be read from ocaml/idl: release_order_full"):
        sandbox.harvest()


def test_a_let_in_what_is_passed_over_does_not_end_its_item() -> None:
    text = (
        'let f x = match x with A -> let z = y in z | B -> 1\nlet b = "two"\nmodule M = struct let c = b end'
    )
    module = read_module(text, "Made")
    assert [item.name for item in module.items] == ["f", "b", "M"]


def test_a_class_may_be_written_as_a_record() -> None:
    text = (
        'let act = call ~name:"act" ~lifecycle:[(Published, "sand", "")] ()\n'
        'let t = { obj_lifecycle= Lifecycle.from [(Published, "sand", "")]; name= "Thing"; contents= [];'
        " messages= [act]; gen_constructor_destructor= false }\nlet all_system = [t]"
    )
    files = {"Datamodel": read_module(f"open Datamodel_common\n{text}", "Datamodel")}
    files["Datamodel_common"] = read_module("let call = fun x -> x", "Datamodel_common")
    model = read_datamodel(files, "")
    assert [one.name for one in model.elements] == ["Thing", "Thing.act"]


def test_the_verb_takes_no_branch_of_xapi(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harvest", "xapi", str(sandbox.path), "--head"]) == 2
    assert "--head and --again are for qemu, not for xapi" in capsys.readouterr().err


def test_the_shipped_ledger_is_whole() -> None:
    ledger = Ledger.read(SHIPPED / "xenapi.txt", read_code_names(SHIPPED))
    assert (ledger.covers, ledger.problems()) == ("complete", ())
    sorts = [atom.type for atom in ledger]
    assert {sort: sorts.count(sort) for sort in ("class", "message", "field")} == {
        "class": 73,
        "message": 587,
        "field": 921,
    }


# Read by hand in the datamodel of xen-api@e2ee48d6883e.
@pytest.mark.parametrize(
    ("name", "since", "deprecated"),
    [
        ("VM.start", "rio..", None),
        ("VM.migrate_send", "tampa..", None),
        ("VM.checkpoint", "midnight-ride..", None),
        ("VM.set_memory_target_live", "rio..", "midnight-ride"),
        ("VMPP.create", "cowley..tampa", None),
        ("VDI.enable_cbt", "inverness..", None),
        ("VTPM.create", "22.26.0..", None),
    ],
)
def test_known_elements_have_their_releases(name: str, since: str, deprecated: str | None) -> None:
    history = History(SHIPPED)
    element = Element(kind="xenapi", name=name)
    mask = history.mask(element)
    assert mask is not None
    assert history.spell(mask) == since
    assert history.flagged_since([element], "deprecated") == deprecated
