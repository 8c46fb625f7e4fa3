"""The verbs, their arguments, and what is common to running any of them."""

from __future__ import annotations

import argparse
import importlib
import sys
from contextlib import redirect_stderr, redirect_stdout

from .. import __version__
from ..driver.errors import DataError, UnknownCapability, UsageError, VirtgateError
from ..faces.guard import Guarded

VERBS = {
    "gates": "every capability of a host with its verdict",
    "check": "may this be used here? exit 0 yes, 1 no, 2 wrong usage",
    "explain": "the whole decision: facts, YAML line, evidence, remedy",
    "probe": "what a host says; --record FILE asks everything and keeps it",
    "diff": "a host's interface against upstream's ledger",
    "list": "the capabilities that the data knows",
    "show": "one capability across hypervisors and releases",
    "doctor": "what keeps this machine from more, and what each step would enable",
    "migrate": "may a guest move from one host or release to another, and what to set for it",
    "common": "what several hosts have in common, and which hosts lack the rest",
    "fleet": "any number of hosts in one file of verdicts: collect it, show it, ask it in SQL",
    "lint": "every problem in the data's files",
    "review": "what a change to the data would change, before it is merged",
    "scan": "what a driver's source or patch uses, and whether upstream has it",
    "floor": "what a minimum release means: what is always on, which paths are dead",
    "audit": "what a driver sent although its gates did not grant it",
    "serve": "verdicts over HTTP: OpenFeature's remote evaluation protocol, metrics",
    "site": "the data as a site of static pages",
    "bindings": "constants, types and a reader for a driver in another language",
    "schema": "the JSON Schema of a document that --json prints",
    "harvest": "bring the ledger up to upstream's source",
    "cache": "what is cached for this machine; drop it",
    "completion": "a completion script for a shell",
}
EPILOG = """\
a TARGET is one of
  /usr/bin/qemu-system-x86_64   a QEMU binary, started without a guest and asked
  qmp:/run/vm1.qmp              a running guest; only asked what changes nothing in it
  kvm, xen, xend, xapi          this machine's
  xend:http://HOST:8000         a xend elsewhere, of which only what it says is known
  host.json, host.json.xz       a recording made with 'virtgate probe --record'
  caps.replies, caps.replies.xz libvirt's recording; a bare query-qmp-schema reply with --claims
  qemu=8.2                      an upstream release, with no host at all
and without one: everything that this machine has

try, with no hypervisor at hand:
  virtgate gates --release qemu=8.2
  virtgate explain block.mirror --release qemu=8.2
"""


def verb_parser(name: str) -> argparse.ArgumentParser:
    """The parser of one verb; only its module is loaded."""
    module = importlib.import_module(f"virtgate.cli.{name}")
    parser = argparse.ArgumentParser(
        prog=f"virtgate {name}",
        description=module.__doc__,
        epilog=EPILOG if "TARGET" in (module.__doc__ or "") else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
    return parser


def program_parser() -> argparse.ArgumentParser:
    """The parser of what is no verb: help, the version, and a word that is none."""
    parser = argparse.ArgumentParser(
        prog="virtgate",
        description="Which hypervisor features may be used here, and through which upstream interface.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"virtgate {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, sentence in VERBS.items():
        verbs.add_parser(name, help=sentence)
    return parser


def parse(words: list[str]) -> argparse.Namespace:
    """The options of a command line; an option may stand between two positional words. Raises SystemExit."""
    if words and words[0] in VERBS:
        parser = verb_parser(words[0])
        has_verbs = parser._subparsers is not None  # whose own parsers take care of that
        # `check ID --json TARGET`: plain argparse takes positional words in one run only.
        return (parser.parse_args if has_verbs else parser.parse_intermixed_args)(words[1:])
    # argparse would list every verb in one line, and know none that is nearly it.
    parser = program_parser()
    if words and not words[0].startswith("-"):
        from ..data.forms import near

        parser.error(f"no verb '{words[0]}'; {near(words[0], VERBS) or 'there are ' + ', '.join(VERBS)}")
    return parser.parse_args(words)


def run(words: list[str]) -> int:
    """Parse, run, and turn errors into one line and a status; what is printed commands no terminal."""
    with redirect_stdout(Guarded(sys.stdout)), redirect_stderr(Guarded(sys.stderr)):
        return _run(words)


def _run(words: list[str]) -> int:
    try:
        options = parse(words)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return int(options.run(options))
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    except UnknownCapability as error:
        print(f"virtgate: {_by_another_name(error, options) or error}", file=sys.stderr)
        return 2
    except UsageError as error:
        print(f"virtgate: {error}", file=sys.stderr)
        return 2
    except VirtgateError as error:
        print(f"virtgate: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        # A module of ours that is missing is a broken installation, and wants its traceback.
        if (error.name or "virtgate").partition(".")[0] == "virtgate":
            raise
        needs = f"this needs the Python package '{error.name}', which is not installed"
        print(f"virtgate: {needs}", file=sys.stderr)
        return 2


def _by_another_name(error: UnknownCapability, options: argparse.Namespace) -> str | None:
    """Where what is no id is found by another name; None where that is among the nearest ids."""
    from ..ask.opened import open_catalog
    from ..data.search import find_like, make_index

    found = find_like(make_index(open_catalog(getattr(options, "data", None))), error.identifier)
    if not found or set(found) & set(error.nearest):
        return None
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f"no capability '{error.identifier}'; found in {', '.join(found[:5])}{more}"
