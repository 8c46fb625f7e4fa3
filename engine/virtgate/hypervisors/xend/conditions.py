"""Conditions on the older toolstack and on XenAPI: operations with their arguments, S-expression keys."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import Kind, Terms, View, asks, ledger_only, shown_in, where_told
from ...interface import Difference
from ...model import Element
from .view import SOURCE, XendView

_XEND = ("xend",)


def _texts(terms: Terms, key: str) -> tuple[str, ...]:
    found = terms.get(key, ())
    return found if isinstance(found, tuple) else (found,)


def _name_call(terms: Terms) -> tuple[Element, ...]:
    """The call with all that it sends, as `NAME(ARGUMENT,...)`; the name alone where nothing says what."""
    sent = sorted({*_texts(terms, "args"), *_texts(terms, "sends")})
    return (Element(kind="op", name=f"{terms['op']}({','.join(sent)})" if sent else terms["op"]),)


def _compare_call(view: View, terms: Terms) -> tuple[Difference, ...]:
    """What is sent and not read, and what is demanded and not sent."""
    name, sent = terms["op"], {*_texts(terms, "args"), *_texts(terms, "sends")}
    if not sent or not view.on(XendView).has_operation(name):
        return ()
    unread = sorted(one for one in sent if not view.on(XendView).has_operation(name, (one,)))
    named = {one.partition("=")[0] for one in sent}
    demanded = [one for one in view.on(XendView).demanded(name) if one not in named]
    told = ((unread, "does not read", True), (demanded, "cannot do without", False))
    return tuple(
        Difference(f"{name}.{some[0]}", f"{name} {how} {' and '.join(some)}", absent=absent)
        for some, how, absent in told
        if some
    )


def _classes(view: View) -> frozenset[str] | None:
    return view.on(XendView).device_classes


KINDS: Mapping[str, Kind] = {
    # xend drops what it does not know without a word, so only its own source on the host shows a signature.
    "op": Kind(
        look=lambda view, terms: view.on(XendView).has_operation(terms["op"], _texts(terms, "args")),
        ask=asks(SOURCE),
        elements=_name_call,
        differ=_compare_call,
        keys=("op",),
        optional=("args", "sends"),
        hypervisors=_XEND,
        visible=where_told(lambda view: view.on(XendView).operations),
    ),
    "device-class": shown_in(
        _classes, "device-class", SOURCE, hypervisors=_XEND, visible=where_told(_classes)
    ),
    "sexpr": ledger_only("sexpr", *_XEND),
}
