"""The data as a site of static pages in OUT, a new folder or a site of before: read from a disk or a server.

A page a capability (id/block.mirror), a hypervisor, a release, a downstream and a recorded host; the matrix
by area; any two releases or hosts side by side. It needs Jinja2: pip install 'virtgate[site]'.
"""

from __future__ import annotations

import argparse
import gc
import sys
from importlib.util import find_spec
from pathlib import Path

from ..ask.opened import open_catalog
from ..driver.errors import UsageError, say_why
from . import options as shared

# Where a clone keeps the recordings of real hosts, and those that the thread of 2009 is told with.
_OF_CLONE = ("tests/hosts", "tests/xen_hosts")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the folder to write into")
    parser.add_argument(
        "--hosts",
        metavar="DIR",
        action="append",
        help="a folder with recordings to show; in a clone else those of its tests",
    )
    shared.add_data(parser)


def run(options: argparse.Namespace) -> int:
    # Before anything is read, which takes seconds.
    if find_spec("jinja2") is None:
        raise UsageError("site needs Jinja2; install 'virtgate[site]'")
    from ..site.atlas import Atlas
    from ..site.writer import write_site

    gc.disable()  # what is read is kept to the end, and looking through it costs a third more
    root = open_catalog(options.data).root
    folders = options.hosts if options.hosts is not None else [str(root / one) for one in _OF_CLONE]
    for folder in options.hosts or ():
        if not Path(folder).is_dir():
            raise UsageError(f"{folder} is not a folder")
    atlas = Atlas(options.data, folders)
    for problem in atlas.problems:
        print(f"virtgate: {problem}", file=sys.stderr)
    try:
        pages = write_site(Path(options.out), atlas)
    except OSError as error:
        raise UsageError(f"{options.out}: {say_why(error)}") from None
    print(f"{pages} pages in {options.out}; begin with {Path(options.out) / 'index.html'}")
    return 0
