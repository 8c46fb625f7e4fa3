"""How a driver asks for one capability, by its language's bindings."""

from __future__ import annotations

from ..source.language import Language
from .identifiers import camel, lower, upper

_SHELL = 'if virtgate check --quiet {id} "$QEMU"; then'
_FORMS = {
    "c": "if (vg_enabled(gates, VG_{upper}))",
    "go": "if gates.Enabled(virtgate.{camel}) {{",
    "javascript": 'if (gates.enabled("{id}")) {{',
    "perl": "if ($gates->enabled(Virtgate::{area}::{name})) {{",
    "python": 'if gates.enabled("{id}"):',
    "rust": "if gates.enabled({module}::{name}) {{",
}


def ask_in(language: Language | None, capability: str) -> str:
    """A line of the language that asks for a capability; the command of a shell where it has no bindings."""
    area, _, rest = capability.partition(".")
    return _FORMS.get(language.name if language else "", _SHELL).format(
        id=capability,
        upper=upper(capability),
        camel=camel(capability),
        area=camel(area),
        module=lower(area),
        name=upper(rest),
    )
