"""What is kept for this machine, answers and the facts behind them; 'drop' drops all of it."""

from __future__ import annotations

import argparse

from ..driver import cache
from ..driver import kept as files
from ..faces.documents import FORMAT
from ..faces.tables import columns
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=("list", "drop"), nargs="?", default="list", help="list (default) or drop"
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    if options.action == "drop":
        dropped = files.drop()
        if options.json:
            shared.print_json({"format": FORMAT, "folder": cache.folder(), "dropped": dropped})
        else:
            print(f"dropped {dropped} files from {cache.folder()}")
        return 0
    kept = files.kept()
    if options.json:
        shared.print_json({"format": FORMAT, "folder": cache.folder(), "files": kept})
    else:
        rows = [(_target(name), name.rpartition(".")[2], name) for name in kept]
        print("\n".join([f"{cache.folder()}: {len(kept)} files", *columns(rows)]))
    return 0


def _target(name: str) -> str:
    """Whose answers a file has; facts are kept as a document, and tell nothing in their second line."""
    lines = (cache.read_private(name) or "").split("\n", 2)
    return lines[1].split("\t")[0] if name.endswith(".answers") and len(lines) > 2 else ""
