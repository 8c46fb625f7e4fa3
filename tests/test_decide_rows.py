"""The verdict table by itself: every combination meets a row, and every row is met."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.decide import ROWS, Case, first_row
from virtgate.decide.rows import Outcome


def values_of(hint: Any) -> tuple[Any, ...]:
    """Every value that a field can have."""
    if hint is bool:
        return False, True
    if hint is type(None):
        return (None,)
    if get_origin(hint) is Literal:
        return get_args(hint)
    assert get_origin(hint) in {Union, type(bool | None)}, hint
    return tuple(itertools.chain.from_iterable(map(values_of, get_args(hint))))


FIELDS = {name: values_of(hint) for name, hint in get_type_hints(Case).items()}


class Unread(Exception):
    """A row asks for a field that has no value yet."""


class Asked:
    """A case of which only some fields have a value; asking for another one stops."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def __getattr__(self, name: str) -> Any:
        if name not in self.known:
            raise Unread(name)
        return self.known[name]


def is_possible(known: Mapping[str, Any]) -> bool:
    """A question about a release alone has seen nothing, and is about upstream's own release."""
    seen_nothing = {
        "present": None,
        "foreign": None,
        "kind": "upstream",
        "newer": False,
        "snapshot": False,
        "product": False,
    }
    return not known.get("hostless") or all(
        known.get(key, value) is value for key, value in seen_nothing.items()
    )


def every_case() -> Iterator[tuple[Mapping[str, Any], Outcome]]:
    """The whole cross product of `FIELDS`, each field that no row asked for left out: it cannot matter.

    A field is given each of its values when the table first asks for it, so a leaf stands for all the
    combinations of what it leaves out.
    """
    pending: list[dict[str, Any]] = [{}]
    while pending:
        known = pending.pop()
        try:
            yield known, first_row(Asked(known))  # type: ignore[arg-type]
        except Unread as asked:
            name = str(asked)
            pending.extend({**known, name: value} for value in FIELDS[name])


ALL = tuple(every_case())
POSSIBLE = tuple((known, row) for known, row in ALL if is_possible(known))


def test_every_combination_meets_a_row() -> None:
    met = 0
    for known, _ in ALL:
        left_out = [len(values) for name, values in FIELDS.items() if name not in known]
        product = 1
        for size in left_out:
            product *= size
        met += product
    whole = 1
    for values in FIELDS.values():
        whole *= len(values)
    assert met == whole


@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in FIELDS.items()}))
def test_a_case_meets_the_row_that_its_fields_say(fields: dict[str, Any]) -> None:
    leaves = [row for known, row in ALL if all(fields[name] == value for name, value in known.items())]
    assert leaves == [first_row(Case(**fields))]


def test_every_row_is_met_by_some_possible_combination() -> None:
    met = {id(row) for _, row in POSSIBLE}
    assert [row for row in ROWS if id(row) not in met] == []


def test_the_rows_stand_in_the_order_of_their_numbers() -> None:
    numbers = [row.row for row in ROWS]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, 24))


def test_nothing_absent_is_enabled() -> None:
    enabled = [known for known, row in POSSIBLE if row.state == "enabled"]
    assert all(known["present"] is not False for known in enabled)


def test_what_nobody_saw_is_enabled_by_a_release_or_a_declaration_only() -> None:
    unseen = [(known, row) for known, row in POSSIBLE if row.state == "enabled" and known["present"] is None]
    for known, row in unseen:
        by_release = known["status"] == "here" and (known.get("hostless") or known.get("visible") is False)
        assert by_release or (row.reason == "declared-backport" and known["declared"]), known
        assert row.reason in {"release", "declared-backport", "deprecated"}


def test_what_a_build_may_lack_is_enabled_by_a_look_or_a_declaration_only() -> None:
    for known, row in POSSIBLE:
        if known.get("optional") and row.state == "enabled":
            assert known["present"] or known.get("hostless") or known["declared"], known


def test_another_shape_is_never_enabled() -> None:
    shapes = {known.get("shape") for known, row in POSSIBLE if row.state == "enabled" and known["present"]}
    assert shapes == {"same", "unseen"}
    assert all(
        known["status"] == "here"
        for known, row in POSSIBLE
        if row.state == "enabled" and known["present"] and known["shape"] == "unseen"
    )


@pytest.mark.parametrize(
    "given_fields",
    [
        {"foreign": "divergent"},
        {"foreign": "fork-only"},
        {"product": True},
        {"told": False},
        {"status": "rejected"},
        {"status": "never"},
        {"status": "removed"},
        {"status": "unledgered"},
        {"broken": True},
    ],
    ids=lambda fields: "-".join(map(str, *fields.items())),
)
def test_what_disables_is_never_outvoted(given_fields: dict[str, Any]) -> None:
    ((name, value),) = given_fields.items()
    assert not [
        known for known, row in POSSIBLE if known.get(name, value) == value and row.state == "enabled"
    ]


def test_what_upstream_merged_is_early_in_a_build_and_not_yet_in_upstreams_own() -> None:
    merged = [(known, row) for known, row in POSSIBLE if known.get("status") == "merged"]
    enabled = [known for known, row in merged if row.state == "enabled"]
    assert enabled and all(known["present"] and known["shape"] == "same" for known in enabled)
    assert all(known["kind"] != "upstream" and not known["snapshot"] for known in enabled)


def test_beyond_the_ledger_nothing_is_called_a_forks_or_not_built() -> None:
    told = {row.reason for known, row in POSSIBLE if known.get("newer") and known["foreign"] is None}
    assert told.isdisjoint({"fork-only", "not-built", "divergent", "backport", "too-old", "unsupported"})


def test_a_snapshot_is_never_divergent_unless_the_data_knows_the_shape() -> None:
    for known, row in POSSIBLE:
        if known.get("snapshot") and known["foreign"] is None:
            assert row.reason != "divergent", known


def test_every_field_of_a_case_matters_to_some_row() -> None:
    assert {name for known, _ in ALL for name in known} == {field.name for field in dataclasses.fields(Case)}


def decided(**fields: Any) -> tuple[int, str, str]:
    """The row, state and reason of a case on a host that has the path as upstream's own release has it."""
    row = first_row(Case(**{"status": "here", "present": True, **fields}))
    return row.row, row.state, row.reason


def test_row_1_a_separate_product_wants_its_own_driver() -> None:
    assert decided(product=True, kind="product") == (1, "disabled", "other-product")


def test_row_2_a_host_that_cannot_be_told_is_unknown() -> None:
    assert decided(told=False) == (2, "unknown", "unknown")


def test_row_3_no_path_for_this_hypervisor_is_unsupported() -> None:
    assert decided(status="none", present=None) == (3, "disabled", "unsupported")


@pytest.mark.parametrize("present", [True, False, None])
def test_row_4_what_upstream_refused_is_rejected_whatever_the_host_says(present: bool | None) -> None:
    assert decided(status="rejected", present=present, kind="fork") == (4, "disabled", "rejected")


def test_row_5_a_known_early_shape_is_divergent_though_the_schema_looks_the_same() -> None:
    assert decided(foreign="divergent", kind="distribution") == (5, "disabled", "divergent")


def test_row_5_a_known_element_of_a_fork_is_the_forks_only() -> None:
    assert decided(status="never", foreign="fork-only", kind="fork") == (5, "disabled", "fork-only")


def test_row_6_beyond_the_ledger_the_newest_releases_shape_is_upstreams() -> None:
    assert decided(newer=True) == (17, "enabled", "upstream")


def test_row_6_beyond_the_ledger_what_was_announced_to_go_and_went_is_removed() -> None:
    assert decided(newer=True, present=False, gone=True) == (6, "disabled", "removed")


def test_row_6_beyond_the_ledger_what_the_machine_lacks_it_lacks() -> None:
    assert decided(newer=True, present=False, lack="host") == (6, "disabled", "host-lacks")


@pytest.mark.parametrize(
    "fields",
    [
        {"present": False},
        {"present": None},
        {"shape": "other"},
        {"status": "never"},
        {"status": "never", "present": False},
        {"status": "removed"},
        {"status": "unledgered"},
    ],
)
def test_row_6_beyond_the_ledger_anything_else_is_unknown(fields: dict[str, Any]) -> None:
    assert decided(newer=True, **fields) == (6, "unknown", "newer-than-ledger")


def test_row_7_present_and_in_no_release_is_fork_only() -> None:
    assert decided(status="never", kind="unproven") == (7, "disabled", "fork-only")


@pytest.mark.parametrize("fields", [{"status": "never", "complete": False}, {"status": "unledgered"}])
def test_row_7_without_a_complete_ledger_nobody_knows_whose_it_is(fields: dict[str, Any]) -> None:
    assert decided(**fields) == (7, "unknown", "unledgered")


def test_row_8_absent_and_in_no_release_is_unsupported() -> None:
    assert decided(status="never", present=False) == (8, "disabled", "unsupported")


def test_row_9_a_known_bad_release_is_broken_whatever_the_host_says() -> None:
    for present in (True, False, None):
        assert decided(broken=True, present=present) == (9, "disabled", "broken")


def test_row_10_what_was_removed_before_this_release_is_removed() -> None:
    for present in (True, False, None):
        assert decided(status="removed", present=present) == (10, "disabled", "removed")


def test_row_11_merged_and_not_yet_released_waits() -> None:
    assert decided(status="merged") == (11, "disabled", "unreleased")


@pytest.mark.parametrize("status", ["here", "later"])
def test_row_12_present_in_another_shape_is_divergent(status: str) -> None:
    assert decided(status=status, shape="other", kind="distribution") == (12, "disabled", "divergent")


def test_row_12_a_snapshots_other_shape_is_not_yet_released() -> None:
    assert decided(shape="other", snapshot=True) == (12, "disabled", "unreleased")


def test_row_12_what_every_build_of_upstreams_has_was_taken_out() -> None:
    assert decided(present=False, lack="source", kind="fork") == (12, "disabled", "divergent")
    assert decided(present=False, lack="source", kind="fork", status="later") == (22, "disabled", "too-old")
    assert decided(present=False, lack="source", snapshot=True) == (14, "disabled", "not-built")


def test_row_13_the_machine_lacks_it() -> None:
    assert decided(present=False, lack="host") == (13, "disabled", "host-lacks")


def test_row_14_the_build_lacks_it() -> None:
    assert decided(present=False) == (14, "disabled", "not-built")


def test_row_15_unstable_is_not_enabled() -> None:
    assert decided(unstable=True, deprecated=True) == (15, "disabled", "unstable")


def test_row_16_deprecated_is_enabled() -> None:
    assert decided(deprecated=True) == (16, "enabled", "deprecated")


@pytest.mark.parametrize("kind", ["upstream", "distribution", "fork", "unproven"])
def test_row_17_present_in_upstreams_shape_is_upstreams_on_whoevers_host(kind: str) -> None:
    assert decided(kind=kind) == (17, "enabled", "upstream")


def test_row_18_what_no_probe_can_see_the_release_decides() -> None:
    unseen = {"present": None, "visible": False}
    assert decided(**unseen) == (18, "enabled", "release")
    assert decided(**unseen, kind="distribution") == (18, "enabled", "release")


@pytest.mark.parametrize("visible", [True, False])
def test_row_14_what_its_builder_takes_out_and_nobody_saw_is_not_built(visible: bool) -> None:
    unseen = {"present": None, "visible": visible, "kind": "distribution"}
    assert decided(**unseen, denied=True) == (14, "disabled", "not-built")
    assert decided(**{**unseen, "present": True}, denied=True) == (17, "enabled", "upstream")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "upstream", "optional": True},
        {"kind": "distribution", "optional": True},
        {"kind": "fork"},
        {"kind": "unproven"},
    ],
)
def test_row_18_what_a_build_may_lack_and_what_a_fork_may_have_changed_is_unknown(
    fields: dict[str, Any],
) -> None:
    assert decided(present=None, visible=False, **fields)[1:] == ("unknown", "unknown")


def test_row_19_what_was_not_looked_at_is_unknown() -> None:
    assert decided(present=None) == (19, "unknown", "unknown")


def test_row_19_a_release_without_a_host_enables_what_it_has() -> None:
    assert decided(present=None, hostless=True) == (19, "enabled", "release")


def test_row_20_a_later_releases_shape_is_a_backport() -> None:
    assert decided(status="later", kind="distribution") == (20, "enabled", "backport")


def test_row_20_a_backport_of_something_unstable_is_unstable() -> None:
    assert decided(status="later", kind="distribution", unstable=True) == (20, "disabled", "unstable")


def test_row_21_a_declared_backport_that_nobody_looked_at_is_enabled() -> None:
    fields = {"status": "later", "present": None, "kind": "distribution", "declared": True}
    assert decided(**fields) == (21, "enabled", "declared-backport")


def test_row_21_a_declared_backport_that_is_absent_is_not_enabled() -> None:
    fields = {"status": "later", "present": False, "kind": "distribution", "declared": True}
    assert decided(**fields) == (22, "disabled", "too-old")


@pytest.mark.parametrize("fields", [{"present": False, "kind": "distribution"}, {"present": None}])
def test_row_22_an_older_release_without_it_is_too_old(fields: dict[str, Any]) -> None:
    assert decided(status="later", **fields) == (22, "disabled", "too-old")


@pytest.mark.parametrize("fields", [{"present": None}, {"shape": "unseen"}])
def test_row_23_a_later_releases_path_that_cannot_be_looked_at_is_unknown(fields: dict[str, Any]) -> None:
    assert decided(status="later", kind="distribution", **fields) == (23, "unknown", "unknown")
