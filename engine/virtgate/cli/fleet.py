"""Any number of hosts in one file of verdicts, a FLEET: Parquet, which other programs read too."""

from __future__ import annotations

import argparse
import importlib
from typing import Any

VERBS = {
    "collect": "recordings of any number of hosts to verdicts in a FLEET",
    "show": "who has what, by groups of hosts",
    "common": "what hosts have in common, who keeps the rest out, what an upgrade would free",
    "drift": "what changed from one collection to a later one",
    "plan": "the smallest set of upgrades after which every host has some capabilities",
    "sql": "the rows that a SELECT gives, by DuckDB",
}


class _Parser(argparse.ArgumentParser):
    """A parser whose options may stand between positional words."""

    _is_mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._is_mixing:
            return super().parse_known_args(args, namespace)
        self._is_mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_mixing = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(
        dest="fleet_verb",
        metavar="VERB",
        required=True,
        parser_class=_Parser,
        help="what is done; 'virtgate fleet VERB --help' says more",
    )
    for name, sentence in VERBS.items():
        module = importlib.import_module(f"virtgate.cli.fleet_{name}")
        one = verbs.add_parser(
            name,
            help=sentence,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(one)
        one.set_defaults(run_fleet=module.run)


def run(options: argparse.Namespace) -> int:
    return int(options.run_fleet(options))
