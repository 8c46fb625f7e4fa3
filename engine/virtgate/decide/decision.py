"""What was decided of a path and of a capability, with what it was decided from."""

from __future__ import annotations

from dataclasses import dataclass

from ..conditions.obstacle import Obstacle
from ..interface import Difference
from ..model import Built, Defect, Divergent, Leaf, Path
from ..upstream.status import UpstreamStatus
from .reasons import Reason
from .rows import Case, State
from .ruling import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDecision:
    """What was decided of one path, and what it was decided from."""

    path: Path
    state: State
    reason: Reason
    row: int
    present: bool | None
    case: Case
    standing: UpstreamStatus
    differences: tuple[Difference, ...] = ()
    lacking: tuple[Leaf, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    unasked: tuple[Leaf, ...] = ()
    divergent: Divergent | None = None
    defect: Defect | None = None
    claim: Built | None = None
    refused: str | None = None
    ruling: Ruling | None = None
    needs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of one capability on one host."""

    capability: str
    state: State
    reason: Reason
    path: str | None
    present: bool | None
    paths: tuple[PathDecision, ...]

    @property
    def leading(self) -> PathDecision | None:
        """The path whose state and reason the capability has; of those too old for it the oldest."""
        same = [one for one in self.paths if one.state == self.state and one.reason == self.reason]
        dated = [(one.standing.since, at) for at, one in enumerate(same) if one.standing.since is not None]
        if self.reason == Reason.TOO_OLD and dated:
            return same[min(dated)[1]]
        return same[0] if same else None
