"""What is said of every reason, on made hosts: read `golden/sentences.txt`.

Set VIRTGATE_WRITE_GOLDEN to write that file anew, and read what changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from hostmaker import (
    MADE,
    ROOT,
    Decided,
    argument_of,
    arguments_of,
    catalog_in,
    decide_host,
    decide_release,
    entity_of,
    make_facts,
    schema_in,
    without,
)
from virtgate.decide.remedies import find_remedy
from virtgate.decide.sentences import _SAYINGS, SPARED
from virtgate.driver.policy import Policy, Rule

GOLDEN = ROOT / "tests" / "golden" / "sentences.txt"
FULL: dict[str, Any] = {
    "modules": ["block-rbd"],
    "node /dev/made": {"exists": True, "readable": True, "writable": True},
    "query-command-line-options": [{"option": "thing", "parameters": []}],
}


def command(name: str) -> dict[str, Any]:
    return {"name": name, "meta-type": "command", "arg-type": "0", "ret-type": "0"}


def upstream() -> Decided:
    return decide_host(make_facts("8.2.0", schema_in(MADE, "8.2.0"), "", FULL), MADE)


def poor() -> Decided:
    """A build without one command and one module, on a machine without the device."""
    answers = {"modules": [], "node /dev/made": {"exists": False}}
    schema = without(schema_in(MADE, "8.2.0"), "rbd", "shaky")
    return decide_host(make_facts("8.2.0", schema, "Dist 1:8.2-1", answers), MADE)


def silent() -> Decided:
    return decide_host(make_facts("8.2.0", None, "Dist 1:8.2-7"), MADE)


def backported() -> Decided:
    schema = [*schema_in(MADE, "8.2.0")]
    newest = schema_in(MADE, "9.0.0")
    schema += [{**one, "name": f"9-{one['name']}"} for one in newest if one["meta-type"] != "command"]
    for entity in schema:
        for member in entity.get("members", ()) if entity["name"].startswith("9-") else ():
            member.update({"type": f"9-{member['type']}"} if "type" in member else {})
    fresh = dict(entity_of(newest, "fresh"))
    fresh.update({"arg-type": f"9-{fresh['arg-type']}", "ret-type": f"9-{fresh['ret-type']}"})
    return decide_host(make_facts("8.2.0", [*schema, fresh], "Dist 1:8.2-1", FULL), MADE)


def fork() -> Decided:
    """A fork with a command of its own, one that the data knows, and one that it made otherwise first."""
    schema = schema_in(MADE, "8.2.0")
    argument_of(schema, "copy", "speed").pop("default")
    names = ("acme-trick", "invented", "__com.acme_copy")
    return decide_host(make_facts("8.2.0", [*schema, *map(command, names)], "acme-3", FULL), MADE)


def changed() -> Decided:
    """Nobody known's build, in which one argument takes something else."""
    schema = schema_in(MADE, "8.2.0")
    argument_of(schema, "copy", "speed")["type"] = argument_of(schema, "copy", "device")["type"]
    return decide_host(make_facts("8.2.0", schema, "mine", FULL), MADE)


def snapshot() -> Decided:
    schema = [*schema_in(MADE, "8.2.0"), command("merged")]
    argument_of(schema, "copy", "speed")["type"] = argument_of(schema, "copy", "device")["type"]
    return decide_host(make_facts("8.1.50", schema, "v8.1.50", FULL), MADE)


def broken() -> Decided:
    return decide_host(make_facts("8.1.0", schema_in(MADE, "8.1.0"), "", FULL), MADE)


def beyond() -> Decided:
    """A host of a branch that the ledger has not, which dropped an argument."""
    schema = [*schema_in(MADE, "9.0.0"), command("invented")]
    arguments = arguments_of(schema, "copy")
    arguments.remove(argument_of(schema, "copy", "speed"))
    return decide_host(make_facts("9.1.0", without(schema, "aging"), "", FULL), MADE)


def _rule(capability: str, verb: str, until: str | None = "2999-12-31") -> Rule:
    return Rule(verb=verb, capability=capability, paths=(), why="ticket 42", until=until, where="site.yaml:2")


SITE = (
    _rule("made.copy", "refuse", None),
    *(_rule(name, "allow") for name in ("made.forks", "made.fresh", "made.refused", "made.shaky")),
)
SCENES: dict[str, Callable[[], Decided]] = {
    "upstream's 8.2.0": upstream,
    "a distribution's 8.2.0, built and run poorly": poor,
    "a distribution's 8.2.0 that answered nothing": silent,
    "a distribution's 8.2.0 with one thing early": backported,
    "a fork's 8.2.0": fork,
    "a changed 8.2.0 of nobody known": changed,
    "a snapshot on the way to 8.2.0": snapshot,
    "upstream's 8.1.0": broken,
    "upstream's 9.1.0, which the ledger does not have": beyond,
    "another product": lambda: decide_host(make_facts("8.2.0", schema_in(MADE, "8.2.0"), "other-1"), MADE),
    "a host without a version": lambda: decide_host(
        make_facts("8.2.0", None, "", {"query-version": {}}), MADE
    ),
    "release 9.0.0": lambda: decide_release("9.0.0", MADE),
    "release 8.2.0, deprecated and backports refused, unstable and unreleased allowed": lambda: (
        decide_release(
            "8.2.0", MADE, policy=Policy(refuse={"deprecated", "backports"}, allow={"unstable", "unreleased"})
        )
    ),
    "release 8.2.0, by a site's rules": lambda: decide_release(
        "8.2.0", MADE, policy=Policy(rules=[*SITE, _rule("made.unledgered", "allow", "2000-01-01")])
    ),
}


def render(title: str, decided: Decided) -> str:
    lines = [f"== {title}: {decided.host.kind}, because {decided.host.because or 'it is asked about'}"]
    for capability, one in decided.decisions.items():
        lines += [f"{capability}: {one.state} {one.reason}", f"    {decided.speaker.gate(one)}"]
        remedy = find_remedy(decided.speaker, one)
        lines += [f"    -> {remedy}"] if remedy else []
        for path in (path for path in one.paths if path is not one.leading):
            lines.append(f"    {path.path.name}, {path.state} {path.reason}: {decided.speaker.path(path)}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def scenes() -> dict[str, Decided]:
    return {title: make() for title, make in SCENES.items()}


def test_every_sentence_is_the_one_reviewed(scenes: dict[str, Decided]) -> None:
    text = "\n".join(render(title, decided) for title, decided in scenes.items())
    if os.environ.get("VIRTGATE_WRITE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_reason_is_among_them(scenes: dict[str, Decided]) -> None:
    told = {
        one.reason for decided in scenes.values() for gate in decided.decisions.values() for one in gate.paths
    }
    told |= {gate.reason for decided in scenes.values() for gate in decided.decisions.values()}
    assert told == set(_SAYINGS)


def test_every_condition_that_the_data_has_is_decided_in_every_scene(scenes: dict[str, Decided]) -> None:
    for decided in scenes.values():
        assert set(decided.decisions) == set(catalog_in(MADE).capabilities)


@pytest.mark.parametrize("reason", ["divergent", "fork-only"])
def test_what_only_a_fork_has_names_the_second_implementation_spared(
    scenes: dict[str, Decided], reason: str
) -> None:
    said = [
        decided.speaker.path(one)
        for decided in scenes.values()
        for gate in decided.decisions.values()
        for one in gate.paths
        if one.reason == reason and one.case.lack != "source"
    ]
    assert said
    assert all(sentence.endswith(SPARED) for sentence in said)


def test_a_sentence_is_one_line_without_a_full_stop(scenes: dict[str, Decided]) -> None:
    for decided in scenes.values():
        for gate in decided.decisions.values():
            for said in (decided.speaker.gate(gate), find_remedy(decided.speaker, gate) or "none"):
                assert said.isprintable()
                assert not said.endswith(".")
                assert "None" not in said


def test_what_is_not_enabled_says_what_would_enable_it_where_anything_can(scenes: dict[str, Decided]) -> None:
    hopeless = {"unsupported", "other-product", "rejected", "removed", "unledgered", "unknown"}
    for decided in scenes.values():
        for gate in decided.decisions.values():
            told = find_remedy(decided.speaker, gate)
            if gate.state == "enabled":
                assert told is None
            elif gate.reason not in hopeless:
                assert told, gate
