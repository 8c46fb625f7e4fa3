"""What git is told, whatever the repository says."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from ..driver.errors import TargetError

# A repository's configuration comes with it, and names programs: these settings are ours, whatever it says.
SETTINGS = (
    *("core.fsmonitor=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null"),
    *("core.alternateRefsCommand=true", "core.bigFileThreshold=64m", "diff.orderFile=/dev/null"),
    *("gpg.program=false", "gpg.ssh.program=false", "gpg.x509.program=false", "log.showSignature=false"),
    *("log.mailmap=false", "protocol.allow=never"),
)
LOG = (
    *("log", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-mailmap", "--no-notes"),
    *("--no-color", "--submodule=short", "--diff-merges=off"),
)
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow no setting of a single protocol overrides it
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "TZ": "UTC",
}


def refuse_pipes(folder: str) -> None:
    """Raise TargetError for a pipe or a device in the place of a file, which would hold git for ever."""
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                mode = Path(place, name).stat().st_mode
                # The socket is that of git's own fsmonitor.
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISSOCK(mode)):
                    raise TargetError(folder, f"{Path(place, name)} is not a regular file")
