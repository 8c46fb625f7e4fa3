"""What a recording asks of QEMU: a fixed list, and what follows from its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .qmp_questions import question

if TYPE_CHECKING:
    from collections.abc import Mapping

HARMLESS = (  # these instantiate nothing: safe while a guest runs
    "query-version",
    "query-target",
    "query-kvm",
    "query-accelerators",
    "query-qmp-schema",
    "query-commands",
    "query-events",
    "query-machines",
    "query-cpu-definitions",
    "query-command-line-options",
    "query-migrate-capabilities",
    "query-tpm-models",
    "query-tpm-types",
)
TYPES = (  # harmless too, unless the build is modular: the answer loads every module into the process
    "qom-list-types",
    question("qom-list-types", {"implements": "device", "abstract": False}),
    question("qom-list-types", {"implements": "user-creatable", "abstract": False}),
    question("qom-list-types", {"implements": "object"}),
    question("qom-list-types", {"implements": "object", "abstract": False}),
)
STARTED_BY_US = (  # asked of a process of our own only
    question("query-machines", {"compat-props": True}),
    "query-gic-capabilities",
    "query-sev",
    "query-sev-capabilities",
    "query-sgx",
    "query-sgx-capabilities",
    "query-display-options",
    "query-audiodevs",
    "query-stats-schemas",
    "query-spice",
    "query-vnc-servers",
    "query-chardev-backends",
    "query-migrate-parameters",
    question("qom-list-types", {"implements": "device"}),
    question("qom-list-types", {"implements": "machine", "abstract": False}),
    question("qom-list-types", {"implements": "cpu", "abstract": False}),
    question("qom-list-types", {"implements": "accel", "abstract": False}),
    *(
        question("query-cpu-model-expansion", {"type": kind, "model": {"name": name}})
        for name in ("host", "max")
        for kind in ("static", "full")
    ),
)
# What a driver reads beside the gates (`details.py`, `hyperv.py`).
ACCELS = question("qom-list-types", {"implements": "accel", "abstract": False})
EXPANSION = "query-cpu-model-expansion"
PASSTHROUGH = "hv-passthrough"
SNP_GUEST = "sev-snp-guest"
MODULE = "/sys/module/kvm_amd/parameters/"
QUESTIONS = (
    *("query-target", "query-kvm", "accel", "query-accelerators", ACCELS),
    *("query-machines", "query-cpu-definitions", "query-gic-capabilities"),
    *("query-sev-capabilities", question("qom-list-properties", {"typename": SNP_GUEST})),
    *(f"file {MODULE}{name}" for name in ("sev", "sev_es", "sev_snp")),
    "query-sgx-capabilities",
    *(
        question(EXPANSION, {"type": "full", "model": model})
        for model in ({"name": "host", "props": {PASSTHROUGH: True}}, {"name": "host"}, {"name": "max"})
    ),
)
DEADLY = ("colo-compare", "filter-")  # listing these ends or hangs every QEMU from 5.2 to 11.1
DEVICES = question("qom-list-types", {"implements": "device", "abstract": False})
OBJECTS = question("qom-list-types", {"implements": "user-creatable", "abstract": False})
PROCESS = ("accel", "modules", "block-formats")


def first_questions() -> tuple[str, ...]:
    """The QMP questions whose text is known beforehand."""
    return HARMLESS + TYPES + STARTED_BY_US


def following_questions(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """What the answers to the first questions lead to: the properties of every type one can create."""
    devices = _names(answers, DEVICES)
    objects = [name for name in _names(answers, OBJECTS) if not name.startswith(DEADLY)]
    machines = [f"{name}-machine" for name in _names(answers, "query-machines")]
    return (
        *(question("device-list-properties", {"typename": name}) for name in devices),
        *(question("qom-list-properties", {"typename": name}) for name in [*objects, *machines]),
    )


def _names(answers: Mapping[str, Any], asked: str) -> list[str]:
    found = answers.get(asked, {}).get("return")
    if not isinstance(found, list):
        return []
    names = (entry.get("name") for entry in found if isinstance(entry, dict))
    return sorted({name for name in names if isinstance(name, str)})
