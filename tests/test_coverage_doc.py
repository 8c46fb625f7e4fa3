"""`docs/coverage.md` and `docs/trials.md` count what is so today; `VIRTGATE_WRITE_DOCS=1` writes them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from trials.results import summary
from virtgate.ask.answering import judge, judge_release, open_catalog, open_history
from virtgate.decide import Decision
from virtgate.driver.policy import Policy
from virtgate.facts.recording import read_recording
from virtgate.model import Branch, Leaf
from virtgate.review.coverage import Coverage, compute_coverage
from virtgate.review.coverage_document import render_coverage
from virtgate.upstream.status import rests_on_release

HOSTS = Path(__file__).parent / "hosts"
DOCUMENT = Path(__file__).parents[1] / "docs" / "coverage.md"
TRIALS = DOCUMENT.with_name("trials.md")


@cache
def coverage_of_all() -> Coverage:
    catalog, recorded = open_catalog(None), {}
    for path in sorted(HOSTS.glob("*/host.json.xz")):
        judged = judge(read_recording(str(path)), Policy())
        recorded[path.parent.name] = (judged.host, judged.decisions)

    @cache
    def decisions(hypervisor: str, release: str) -> Mapping[str, Decision]:
        return judge_release(hypervisor, release, Policy()).decisions

    return compute_coverage(catalog, lambda one: open_history(catalog, one), recorded, decisions)


def test_the_document_says_what_is_so_now() -> None:
    titles = {name: upstream.title for name, upstream in open_catalog(None).upstreams.items()}
    text = render_coverage(coverage_of_all(), titles)
    if os.environ.get("VIRTGATE_WRITE_DOCS"):
        DOCUMENT.write_text(text, encoding="utf-8")
    assert text == DOCUMENT.read_text(encoding="utf-8"), "VIRTGATE_WRITE_DOCS=1 writes it anew"


def test_every_path_is_counted_once() -> None:
    catalog = open_catalog(None)
    every = [
        (hypervisor, capability, path.name)
        for hypervisor, group in catalog.paths.items()
        for capability, paths in group.items()
        for path in paths
    ]
    counted = [(one.hypervisor, one.capability, one.path) for one in coverage_of_all().paths]
    assert sorted(counted) == sorted(every)


def test_every_recording_is_counted_and_those_beyond_the_ledger_are_told_apart() -> None:
    hosts = {one.name: one for one in coverage_of_all().hosts}
    assert set(hosts) == {path.parent.name for path in HOSTS.glob("*/host.json.xz")}
    for name, one in hosts.items():
        assert one.newer is (not one.checks), name
        assert one.opened + one.closed <= one.gates, name


def test_what_a_build_or_a_target_lacks_is_a_miss_of_the_release() -> None:
    hosts = {one.name: one for one in coverage_of_all().hosts}
    misses = {one.capability: one.miss for one in hosts["qemu-7.2.22_s390x+debian"].checks}
    assert misses["block.rbd"] == "build"
    assert misses["accel.hardware"] == "machine"
    assert misses["block.commit"] is None
    assert "target" in misses.values()


def test_what_a_host_has_besides_its_release_is_told() -> None:
    catalog = open_catalog(None)
    judged = judge(read_recording(str(HOSTS / "qemu-10.0.13_x86_64+debian" / "host.json.xz")), Policy())
    older = judge_release("qemu", "7.2", Policy()).decisions
    coverage = compute_coverage(
        catalog,
        lambda one: open_history(catalog, one),
        {"backporter": (judged.host, judged.decisions)},
        lambda _hypervisor, _release: older,
    )
    misses = {(one.capability, one.path): one.miss for one in coverage.hosts[0].checks}
    assert misses["migration.mapped-ram", "mapped-ram"] == "besides"
    assert coverage.hosts[0].closed > 0


def test_what_looks_at_the_release_alone_is_never_called_seen() -> None:
    alone = [one for one in coverage_of_all().paths if one.rests == "release"]
    assert alone
    assert {one.sight for one in alone} == {"unseeable"}
    told = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{one.capability}` through {one.path}: " in told for one in alone)


def test_a_condition_rests_on_a_release_only_without_anything_to_see() -> None:
    release, device = Leaf(kind="release", terms={"name": ">=1"}), Leaf(kind="device", terms={"name": "x"})
    assert rests_on_release(release)
    assert rests_on_release(Branch(joint="all", parts=(release, release)))
    assert not rests_on_release(Branch(joint="any", parts=(release, device)))


def test_the_page_of_trials_counts_what_the_results_say() -> None:
    mark = "<!-- computed from tests/trials/results -->"
    written = TRIALS.read_text(encoding="utf-8")
    text = f"{written.partition(mark)[0]}{mark}\n\n{summary()}\n"
    if os.environ.get("VIRTGATE_WRITE_DOCS"):
        TRIALS.write_text(text, encoding="utf-8")
    assert TRIALS.read_text(encoding="utf-8") == text
