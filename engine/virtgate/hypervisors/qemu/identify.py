"""Which QEMU a host is: by its version, its package string, and what it prints when asked for help."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import View
from ...data import Catalog
from ...upstream.history import History
from ...versions import Version, clean_package, parse_banner, parse_qemu
from ..protocol import Fit
from .view import QemuView

# QMP is whole, and there for whoever asks, since 0.14: a query for each thing that the monitor shows.
_FIRST_TO_TELL = Version(release=(0, 14, 0))
_NUMBERS = ("major", "minor", "micro")


def identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    """What query-version says, or before QMP the banner."""
    reply = view.facts.returned("query-version")
    if isinstance(reply, dict) and isinstance(reply.get("qemu"), dict | str):
        said = reply["qemu"]
        # 0.12 said it in one text (qemu@b73e06943b20).
        numbers = said if isinstance(said, str) else ".".join(str(said.get(key)) for key in _NUMBERS)
        return _parse(numbers), clean_package(str(reply.get("package") or ""))
    banner = view.facts.returned("--version")
    try:
        told = parse_banner(banner) if isinstance(banner, str) else None
    except ValueError:
        told = None
    return (told.version, told.package) if told else (None, None)


def _parse(text: str) -> Version | None:
    try:
        return parse_qemu(text)
    except ValueError:
        return None


def read_fields(view: View) -> Mapping[str, str]:
    """Where the program lies, and what it prints when asked for help."""
    return {"usage": f"{view.facts.target}\n{view.facts.returned('-help') or ''}"}


def fit(version: Version | None, release: Version | None, package: str | None) -> Fit:
    """Whether what git says of a QEMU's source can be so of its version, which stands in a file of it.

    A tag behind the version is of a checkout that lacks the tags since, or of one between releases.
    """
    try:
        tag = parse_qemu(package or "")
    except ValueError:
        return "release"
    if version is None or release is None:
        return "misfit"
    if tag > version and not (tag.pre and tag.release == release.release):
        return "misfit"
    return "snapshot" if tag.pre or tag < version else "release"


def tells_build(view: View, version: Version | None) -> bool:
    """Whether a package string can prove a build.

    Not of a QEMU whose interface nobody saw, unless it is so old that there is no more to see than the
    banner, in which every fork of its day had its name.
    """
    is_old = version is not None and version < _FIRST_TO_TELL
    return is_old or view.on(QemuView).commands is not None


def read_accel(view: View) -> str | None:
    """The accelerator that guests get: kvm or tcg."""
    told = view.facts.returned("accel")
    if isinstance(told, dict) and told.get("used"):
        return str(told["used"])
    enabled = view.on(QemuView).has_accel("kvm")
    return None if enabled is None else "kvm" if enabled else "tcg"
