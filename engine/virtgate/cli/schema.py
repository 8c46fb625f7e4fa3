"""The JSON Schema of a document that a verb prints with --json, or of a recording; without NAME, a list."""

from __future__ import annotations

import argparse
import json

from ..faces.contract import schema_text, schemas_document
from ..faces.documents import FORMAT
from ..faces.tables import columns
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="a verb with --json, or recording, sarif")
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    if options.name:
        text = schema_text(options.name)
        if options.json:
            shared.print_json(json.loads(text))
        else:
            print(text, end="")
        return 0
    rows = schemas_document()
    if options.json:
        shared.print_json({"format": FORMAT, "schemas": rows})
    else:
        print("\n".join(columns([(row["name"], row["title"]) for row in rows])))
    return 0
