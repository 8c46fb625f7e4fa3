"""QEMU as the engine sees it."""

from __future__ import annotations

from ...model import Element
from ...versions import parse_qemu
from ..protocol import Hypervisor, audit_of, harvest_of, headings_of, mover_of, scanner_of
from .bare_schema import is_schema, parse_claims, read_schema
from .conditions import KINDS
from .everything import QUESTIONS
from .foreign import find_foreign
from .forms import FORMS
from .identify import fit, identify, read_accel, read_fields, tells_build
from .qmp_questions import PROPERTIES
from .replies import read_replies
from .target import SORTS
from .view import QemuView

HYPERVISOR = Hypervisor(
    name="qemu",
    sorts=SORTS,
    lookups=QemuView,
    forms=FORMS,
    kinds=KINDS,
    parse=parse_qemu,
    identify=identify,
    fields=read_fields,
    fit=fit,
    tells_build=tells_build,
    find_foreign=lambda view, history, release, snapshot: find_foreign(
        view.on(QemuView), history, release, is_snapshot=snapshot
    ),
    accel=read_accel,
    endings={".replies": read_replies, ".replies.xz": read_replies},
    takes=is_schema,
    read_document=read_schema,
    parse_claims=parse_claims,
    machine_types="query-machines",
    of_machine=f"{PROPERTIES}@",
    beside=QUESTIONS,
    arch=lambda view: view.on(QemuView).arch,
    read_heading=headings_of(__package__),
    scanner=scanner_of(__package__),
    audit=audit_of(__package__),
    elements={"machine": lambda name: Element(kind="qom", name=f"{name}-machine")},
    mover=mover_of(__package__),
    keeps_deprecated=2,  # that release and one more (docs/about/deprecated.rst)
    harvest=harvest_of(__package__),
    harvest_options=frozenset({"head", "again"}),
)
