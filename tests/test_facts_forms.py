"""An answer of another form than the question's is no answer, whatever it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.conditions import View
from virtgate.facts import Facts
from virtgate.facts.forms import UNTOLD, Told, all_forms
from virtgate.hypervisors.qemu.view import QemuView
from virtgate.hypervisors.xen.view import XenView
from virtgate.hypervisors.xend.view import XendView

FORMS = all_forms()

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("empty", [None, {}, "", [[]], [None]], ids=json.dumps)
@pytest.mark.parametrize("asked", FORMS)
def test_nothing_is_no_answer(asked: str, empty: object) -> None:
    assert Told({asked: {"return": empty}}) == {asked: UNTOLD}


@given(st.dictionaries(st.sampled_from(sorted(FORMS)), JSON))
def test_whatever_a_host_says_can_be_looked_at(answers: dict[str, object]) -> None:
    facts = Facts(hypervisor="qemu", target="made", via="binary", answers=answers)  # type: ignore[arg-type]
    view = View(facts)
    qemu = view.on(QemuView)
    for look in (qemu.has_command, qemu.has_device, qemu.has_element, qemu.answers_to):
        assert look("query-sev-capabilities") in {None, True, False}
    assert qemu.arch is None or isinstance(qemu.arch, str)
    assert view.on(XenView).fields is not None
    assert view.on(XendView).demanded("device_destroy") is not None


def test_both_a_value_and_an_error_are_neither() -> None:
    both = {"return": [{"name": "x"}], "error": {"class": "GenericError", "desc": "no"}}
    assert Told({"query-commands": both}) == {"query-commands": UNTOLD}
