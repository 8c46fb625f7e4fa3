"""What was decided for whom, told to the logger `virtgate` where somebody listens.

Nothing is told by default, and a program that never imported `logging` does not import it here. Each record
has `virtgate`, a mapping with what its message says.
"""

from __future__ import annotations

import sys

from .errors import TargetError
from .gates import Gates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..ids import AnyId
    from .cache import Answers
    from .policy import Policy
    from .verdict import Verdict

NAME = "virtgate"


def open_told(answers: Answers, policy: Policy, source: str) -> Gates:
    """The gates of answers, told; where each decision is wanted, too, gates that tell it when they are asked.

    `source` is where the answers came from: cache, host, recording or release. Raises TargetError, and
    tells it.
    """
    logging = sys.modules["logging"]
    logger = logging.getLogger(NAME)
    try:
        answers.raise_problem()
    except TargetError as error:
        failed = {"event": "failed", "target": error.target, "problem": error.problem}
        logger.info("%(target)s: %(problem)s", failed, extra={NAME: failed})
        raise
    gates = (_TellingGates if logger.isEnabledFor(logging.DEBUG) else Gates)(answers, policy)
    told: dict[str, Any] = {
        "event": "open",
        **{key: gates.host.get(key) for key in ("target", "hypervisor", "version", "release", "downstream")},
        "source": source,
        "policy": str(policy),
        "enabled": sum(map(gates._states.__getitem__, gates)),
        "gates": len(gates),
    }
    message = "%(target)s: %(hypervisor)s %(version)s, from the %(source)s"
    logger.info(message, told, extra={NAME: told})
    return gates


class _TellingGates(Gates):
    """Gates that tell each decision to the logger, at DEBUG."""

    __slots__ = ()

    def enabled(self, identifier: AnyId) -> bool:
        """As of any gates, and told."""
        return self._tell(super().verdict(identifier)).state == "enabled"

    def path(self, identifier: AnyId) -> str | None:
        """As of any gates, and told."""
        return self._tell(super().verdict(identifier)).path

    def verdict(self, identifier: AnyId) -> Verdict:
        """As of any gates, and told."""
        return self._tell(super().verdict(identifier))

    def _tell(self, verdict: Verdict) -> Verdict:
        told = {
            "event": "decide",
            "target": self.host.get("target"),
            **{key: getattr(verdict, key) for key in ("id", "state", "reason", "path")},
        }
        message = "%(target)s: %(id)s is %(state)s: %(reason)s"
        sys.modules["logging"].getLogger(NAME).debug(message, told, extra={NAME: told})
        return verdict
