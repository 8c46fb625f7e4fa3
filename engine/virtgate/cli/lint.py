"""Every problem in the data's files, as `file:line: problem`, then at most one `hint:` line.

Without a PATH the whole data is checked: that around the current folder, else virtgate's own. `--fix` first
mends what has one right answer: the order of ids, quotes that other tools need, blanks and line ends. It
edits the text in place and leaves comments as they are. Exit 0 when nothing is wrong, or nothing any more, 1
for problems, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..ask import early
from ..ask.answering import wanted_questions
from ..ask.opened import open_catalog, open_history
from ..bindings import constants
from ..data import Catalog, edited_root
from ..data.table import render_tables
from ..driver.system import write_atomic
from ..faces.documents import FORMAT
from ..faces.sarif import Finding
from ..facts.folders import find_hypervisor
from . import options as shared

if TYPE_CHECKING:
    from ..data.yaml import Problem

_KEYS = ("rule", "file", "line", "problem", "hint")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files or folders; else all of the data")
    parser.add_argument("--fix", action="store_true", help="mend what has one right answer, in place")
    parser.add_argument("--write-tables", action="store_true", help="write the computed tables anew")
    shared.add_data(parser)
    shared.add_format(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    from ..lint import describe_rules, lint_paths, mend_paths

    form = shared.form_of(options)
    root = str(edited_root(options.data))
    mended = mend_paths(options.paths, root) if options.fix else {}
    if options.write_tables:
        _write_tables(root)
    problems = lint_paths(options.paths, root)
    if form == "json":
        rows = [{key: getattr(one, key) for key in _KEYS} for one in problems]
        fixed = [{"file": file, "rules": list(rules)} for file, rules in mended.items()]
        shared.print_json({"format": FORMAT, "fixed": fixed, "problems": rows})
    elif form in shared.SERVICES:
        shared.print_findings(form, map(_finding, problems), describe_rules())
    else:
        for file, rules in mended.items():
            print(f"{file}: fixed: {', '.join(rules)}")
        for one in problems:
            print(one)
        sys.stdout.flush()
        print(f"{len(problems) or 'no'} {'problem' if len(problems) == 1 else 'problems'}", file=sys.stderr)
    return 1 if problems else 0


def _finding(one: Problem) -> Finding:
    message = f"{one.problem}\nhint: {one.hint}" if one.hint else one.problem
    return Finding(rule=one.rule, level="error", message=message, file=one.file, line=one.line)


def _write_tables(data: str) -> None:
    catalog = open_catalog(data)
    for hypervisor in catalog.paths:
        tables = render_tables(catalog, hypervisor, open_history(catalog, hypervisor))
        folder = catalog.root / "matrix" / hypervisor / "table"
        folder.mkdir(exist_ok=True)
        for stale in folder.glob("*.yaml"):
            if stale.stem not in tables:
                stale.unlink()
        for area, text in tables.items():
            write_atomic(str(folder / f"{area}.yaml"), text.encode("utf-8"), 0o644)
        if any(sort.computed_list for sort in find_hypervisor(hypervisor).sorts):
            questions = "".join(f"{text}\n" for text in sorted(wanted_questions(catalog, hypervisor)))
            path = catalog.root / early.LIST.format(hypervisor)
            write_atomic(str(path), questions.encode("utf-8"), 0o644)
    _write_ids(catalog)


def _write_ids(catalog: Catalog) -> None:
    folder = catalog.root / constants.FOLDER
    if not folder.is_dir():  # data of its own, without the engine
        return
    written = constants.render_ids(catalog)
    for stale in folder.glob("[!_]*.py*"):
        if stale.name not in written:
            stale.unlink()
    for name, text in written.items():
        write_atomic(str(folder / name), text.encode("utf-8"), 0o644)
