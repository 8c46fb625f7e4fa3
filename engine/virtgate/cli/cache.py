"""What is kept for this machine, and whether it still holds; 'drop' drops all of it."""

from __future__ import annotations

import argparse

from .. import cache
from ..faces import FORMAT
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument(
        "action", choices=("list", "drop"), nargs="?", default="list", help="list (default) or drop"
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    if options.action == "drop":
        dropped = cache.drop()
        if options.json:
            shared.print_json({"format": FORMAT, "folder": cache.folder(), "dropped": dropped})
        else:
            print(f"dropped {dropped} files from {cache.folder()}")
        return 0
    kept = cache.kept()
    if options.json:
        shared.print_json({"format": FORMAT, "folder": cache.folder(), "files": kept})
    else:
        print("\n".join([f"{cache.folder()}: {len(kept)} files", *kept]))
    return 0
