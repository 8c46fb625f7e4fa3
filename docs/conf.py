"""The documentation as a site: `sphinx-build -W -c docs . OUT`, with what `pip install -e '.[docs]'` brings.

The source is the repository's top, so that a link leads to the same file here and on a forge. What follows
from the code is made while the site is: directives write the verbs, the documents and the reasons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from virtgate import __version__

project = "virtgate"
project_copyright = "the virtgate project"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    *(
        f"{folder}/*.md"
        for folder in ("capabilities", "matrix", "examples", "docs", "docs/reference", "tests/xen_hosts")
    ),
]
exclude_patterns = [".*", "build", "dist", "engine", "changelog.d", "matrix/*/*"]
# A document's outputs are what was printed, quotes without a partner included.
suppress_warnings = ["misc.highlighting_failure"]
html_theme = "furo"
html_title = f"virtgate {version}"
myst_heading_anchors = 4
default_role = "code"
smartquotes = False  # an option has two hyphens
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
nitpicky = False

SAID = re.compile(
    r"^\S+: \w+ (?P<reason>[\w-]+)\n    (?P<sentence>[^\n]+)(?:\n    -> (?P<remedy>[^\n]+))?", re.MULTILINE
)


def write_verbs() -> Iterator[str]:
    """Each verb with what its parser says."""
    from virtgate.cli.program import VERBS, verb_parser

    for verb, sentence in VERBS.items():
        yield from (f"## {verb}", "", f"{sentence[0].upper()}{sentence[1:]}.", "")
        yield from ("```text", verb_parser(verb).format_help(), "```", "")


def write_schemas() -> Iterator[str]:
    """Each document of `--json` with its keys, those of what is in it included."""
    from virtgate.faces.contract import schema_names, schema_text

    for name in schema_names():
        schema = json.loads(schema_text(name))
        yield from (f"## {name}", "", f"{schema['title']}. `{schema['$id']}`", "")
        rows = dict(walk(schema, schema.get("$defs", {}), "", ()))
        if rows:
            yield from ("| key | what |", "|---|---|")
            yield from (f"| `{key}` | {told} |" for key, told in rows.items())
            yield ""


def walk(schema: Any, known: dict[str, Any], place: str, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The keys below a schema, `gates[].id`, each with what it holds; a reference is followed once."""
    if not isinstance(schema, dict):
        return
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name and name not in above:
        yield from walk(known.get(name), known, place, (*above, name))
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from walk(one, known, place, above)
    if "items" in schema:
        yield from walk(schema["items"], known, f"{place}[]", above)
    for key, inner in schema.get("properties", {}).items():
        path = f"{place}.{key}".lstrip(".")
        yield path, describe(inner, known)
        yield from walk(inner, known, path, above)


def describe(schema: Any, known: dict[str, Any]) -> str:
    """What one key holds, in a table's cell."""
    if not isinstance(schema, dict):
        return ""
    named = known.get(str(schema.get("$ref", "")).rpartition("/")[2])
    kinds = schema.get("type", ())
    limited = schema.get("enum", [schema["const"]] if "const" in schema else [])
    words = [f"`{one}`" for one in limited]
    words = words or ([kinds] if isinstance(kinds, str) else list(kinds))
    told = ": ".join(filter(None, (" or ".join(words), schema.get("description", ""))))
    return (told or (describe(named, known) if named else "")).replace("|", "\\|")


def write_reasons() -> Iterator[str]:
    """Each reason code with its state, what it says of the made data in the tests, and what to do."""
    from virtgate.decide.reasons import Reason
    from virtgate.decide.rows import ROWS

    said: dict[str, tuple[str, str]] = {}
    golden = (Path(__file__).parents[1] / "tests" / "golden" / "sentences.txt").read_text(encoding="utf-8")
    for found in SAID.finditer(golden):
        said.setdefault(found["reason"], (found["sentence"], found["remedy"] or ""))
    yield from ("| reason | state | for instance | remedy |", "|---|---|---|---|")
    for reason in sorted(Reason):
        states = ", ".join(sorted({row.state for row in ROWS if row.reason == reason} or {"disabled"}))
        sentence, remedy = said.get(reason, ("", ""))
        yield f"| `{reason}` | {states} | {sentence} | {remedy} |"


WRITERS = {
    "virtgate-verbs": write_verbs,
    "virtgate-schemas": write_schemas,
    "virtgate-reasons": write_reasons,
}


class Written(SphinxDirective):
    """What a writer gives, read as the Markdown of the page that it stands in."""

    def run(self) -> list[nodes.Node]:
        """The nodes of it."""
        text = "\n".join(WRITERS[self.name]())
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def lead_to_docs(app: Sphinx, error: Exception | None) -> None:
    """Let the site's own address lead to the first page, which is in `docs` as it is in the repository."""
    if error is None:
        to = f"{root_doc}.html"
        page = (
            f'<!doctype html><meta http-equiv="refresh" content="0; url={to}"><a href="{to}">{project}</a>\n'
        )
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the directives, and what comes last."""
    app.connect("build-finished", lead_to_docs)
    for name in WRITERS:
        app.add_directive(name, Written)
