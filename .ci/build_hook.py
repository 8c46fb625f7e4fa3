"""What a wheel has that is not committed: the data compiled, the manual, completion for three shells."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPLETION = {
    "bash": "share/bash-completion/completions/virtgate",
    "zsh": "share/zsh/site-functions/_virtgate",
    "fish": "share/fish/vendor_completions.d/virtgate.fish",
}


class BesideThePackage(BuildHookInterface[Any]):
    """Computed when the wheel is built, from the parsers, so that nothing of it is committed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to the builder."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, ".ci")))
        from compile_data import write_compiled
        from manpages import write_pages

        self.folder = folder = Path(mkdtemp(prefix="virtgate-build-"))
        shared = {str(page): f"share/man/man1/{page.name}" for page in write_pages(folder)}
        from virtgate.cli.completion import SCRIPTS

        for shell, place in COMPLETION.items():
            (folder / shell).write_text(SCRIPTS[shell], encoding="utf-8")
            shared[str(folder / shell)] = place
        for unit in Path(self.root, "contrib", "systemd").iterdir():
            shared[str(unit)] = f"share/virtgate/systemd/{unit.name}"
        build_data["shared_data"] = shared
        write_compiled(folder / "compiled")
        build_data["force_include"][str(folder / "compiled")] = "virtgate/compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Drop what was computed; it is in the wheel."""
        if version != "editable":
            shutil.rmtree(self.folder)
