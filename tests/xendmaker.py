"""xend hosts made from the ledger: what a build of a release would say and show, and what a vendor changed.

No xend can be run any more, so none of these was recorded. A made host is faithful because its operations
and device classes are those that upstream's source of that release has, read from there into the ledger, and
its node's fields are those that xen/xend/XendNode.py gave in that release. What a vendor changed is named
here, one difference a host; `tests/xen_hosts/README.md` says what is known of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from virtgate.hypervisors.xen.xl import UNKEPT
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger
from virtgate.upstream.sets import CALLED
from virtgate.versions import parse_release
from xend_server import ERAS

HISTORY = History(Path(__file__).parents[1] / "matrix" / "xend" / "ledger")
HOSTS = Path(__file__).parent / "xen_hosts"


def source(release: str, *, classes: Iterable[str] = (), **changed: list[str]) -> dict[str, Any]:
    """What the source of a release shows, with operations and classes that a vendor has otherwise."""
    version = parse_release(release)
    ledger, known = HISTORY.ledger("op"), HISTORY.ledger("device-class")
    assert ledger is not None
    assert known is not None
    heads = [atom.name for atom in ledger if atom.type in CALLED and version in atom.parsed_ranges]
    operations = {name: _arguments(ledger, name, release) for name in heads}
    kept = {atom.name for atom in known if version in atom.parsed_ranges}
    return {"operations": {**operations, **changed}, "device-classes": sorted(kept | set(classes))}


def _arguments(ledger: Ledger, name: str, release: str) -> list[str]:
    inside = [(inner, atom) for _, inner, atom in ledger.inside(name) if atom.type not in CALLED]
    version = parse_release(release)
    here = [(inner, atom) for inner, atom in inside if version in atom.parsed_ranges]
    here.sort(key=lambda one: (one[1].type if one[1].type.startswith("argument") else "", one[0]))
    return [f"{inner}?" if atom.optional else inner for inner, atom in here]


def host(fields: Mapping[str, str], shown: Mapping[str, Any] | None = None, **system: str) -> dict[str, Any]:
    """A recording of one such host."""
    said = {name: text for name, text in fields.items() if name not in UNKEPT}
    answers: dict[str, Any] = {"xend node": {"return": said}}
    if shown is not None:
        answers["xend source"] = {"return": dict(shown)}
    if system:
        answers["os-release"] = {"return": system}
    return {
        "answers": answers,
        "claims": {},
        "format": 1,
        "hypervisor": "xend",
        "target": "xend",
        "taken": None,
        "via": "xend",
    }


def node(era: str, **fields: str) -> dict[str, str]:
    """An era's node with other texts in some fields."""
    return {**ERAS[era], **fields}


BY_MAC = ["type", "dev", "force", "rm_cfg", "dev=mac"]
OWN_WAY = ["type", "dev", "dev=mac"]
UNSTABLE = {"xen_minor": "0", "xen_extra": "-unstable"}

MADE: Mapping[str, dict[str, Any]] = {
    "xend-3.0.2+source": host(node("3.0.2"), source("3.0.2")),
    "xend-3.2.0+source": host(node("3.1", xen_minor="2"), source("3.2.0")),
    "xend-3.3.1": host(node("3.3")),
    "xend-3.3.1+source": host(node("3.3"), source("3.3.0")),
    "xend-4.1.4+debian": host(node("4.1"), ID="debian"),
    "xend-3.1.4+solaris": host(node("3.1 of Solaris"), source("3.1.0")),
    "xend-3.1.4+solaris+unplugs-by-mac": host(node("3.1 of Solaris"), source("3.1.0", device_destroy=BY_MAC)),
    "xend-3.1.4+solaris+unplugs-its-own-way": host(
        node("3.1 of Solaris"), source("3.1.0", device_destroy=OWN_WAY)
    ),
    "xend-3.1.4+solaris+unseen": host(node("3.1 of Solaris")),
    "xend-3.0.3+rhel5": host(node("3.0.3 of RHEL 5"), source("3.0.3", classes=("vfb", "vkbd"))),
    "xend-3.0.3+rhel5+without-vfb": host(node("3.0.3 of RHEL 5"), source("3.0.3")),
    "xend-3.0.3+rhel5+newer-hypervisor": host(
        node("3.0.3 of RHEL 5", xen_minor="1", xen_extra=".2-92.el5"),
        source("3.0.3", classes=("vfb", "vkbd")),
    ),
    "xend-3.0-unstable+2006-12": host(
        node("3.1", **UNSTABLE, xen_changeset="Wed Dec 20 09:41:33 2006 +0000 13126:a8c4d2b1e6f0"),
        source("3.0.4"),
    ),
    "xend-3.0-unstable+2006-09": host(
        node("3.1", **UNSTABLE, xen_changeset="Fri Sep 15 13:22:10 2006 +0100 11480:5b7d1f93c20a"),
        source("3.0.3"),
    ),
    "xend-3.0-unstable": host(node("3.1", **UNSTABLE, xen_changeset="unavailable"), source("3.0.4")),
    "xend-3.1.0+fedora": host(node("3.1", release="2.6.21-2950.fc8xen")),
    "xend-3.1.0+suse": host(node("3.1", xen_extra=".0_15042-51")),
    "xend-3.4.0+oracle-vm": host(node("3.3", xen_minor="4", xen_extra=".0OVM", release="2.6.18-128.el5xen")),
    "xend-3.3.1+rewritten": host(node("3.3", xen_extra=".1-ng")),
}


def render(document: dict[str, Any]) -> str:
    """A recording's text."""
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every made host anew."""
    for name, document in MADE.items():
        folder = HOSTS / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "host.json").write_text(render(document), encoding="utf-8")


if __name__ == "__main__":
    main()
