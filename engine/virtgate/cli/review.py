"""What a change to the data means: which releases and hosts change, for each capability, and what is refused.

BASE..HEAD are two revisions of the repository that the data are in, BASE...HEAD begins where they parted, and
one revision is compared with the work tree. Without any it is the work tree, uncommitted edits included,
against where its branch left the default one. Exit 0 when nothing is refused, 1 when something is, 2 for
wrong usage.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from ..data import edited_root
from ..data.collector import collector_off
from ..driver.errors import TargetError, UsageError
from ..faces.paint import Paint
from ..faces.review import review_text
from ..faces.review_documents import review_document, review_findings
from ..faces.review_markdown import review_markdown
from ..harvest.git import Repository
from ..review.claims import RULES, open_clones
from ..review.revisions import Review, review_span
from ..review.states import find_span
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "span",
        metavar="BASE..HEAD",
        nargs="?",
        help="the revisions; else the work tree against its branch's begin",
    )
    parser.add_argument("--full", action="store_true", help="each capability, however many there are")
    shared.add_many(
        parser, "--repository", "NAME=PATH", "a clone of what evidence calls NAME, to check new commits in"
    )
    parser.add_argument(
        "--site", metavar="URL", help="where 'virtgate site' is published, for links in markdown"
    )
    shared.add_data(parser)
    shared.add_format(parser, "markdown")
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    form = shared.form_of(options)
    root = _find_root(options.data)
    clones = {}
    try:
        clones = open_clones(dict(map(_parse_clone, options.repository)))
        with (
            collector_off(),
            tempfile.TemporaryDirectory(prefix="virtgate-review-") as folder,
            Repository(root) as repository,
        ):
            span = find_span(repository, options.span)
            review = review_span(repository, root.resolve(), span, Path(folder), clones)
    except TargetError as error:
        raise UsageError(str(error)) from None
    finally:
        for clone in clones.values():
            clone.close()
    _print(review, form, whole=options.full, site=options.site)
    return 1 if review.is_refused else 0


def _print(review: Review, form: str, *, whole: bool, site: str | None) -> None:
    if form == "json":
        shared.print_json(review_document(review))
    elif form in shared.SERVICES:
        shared.print_findings(form, review_findings(review), RULES)
    elif form == "markdown":
        print("\n".join(review_markdown(review, whole=whole, site=site)))
    else:
        print("\n".join(review_text(review, Paint(sys.stdout), whole=whole)))


def _find_root(given: str | None) -> Path:
    """The folder with the data; not the installed ones unasked, on which a change elsewhere has no effect."""
    root = edited_root(given)
    if given is None and not Path.cwd().is_relative_to(root):
        raise UsageError("no folders 'capabilities' and 'matrix' here or above; --data says where they are")
    return root


def _parse_clone(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not name or not equals or not path:
        raise UsageError(f"'{text}' is not a clone; write NAME=PATH, such as qemu=/src/qemu")
    return name, path
