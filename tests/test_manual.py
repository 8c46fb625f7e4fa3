"""The manual that a wheel installs: every verb and option is in it, and it is typeset without a warning."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from virtgate.cli.program import VERBS, verb_parser

SCRIPT = Path(__file__).parents[1] / ".ci" / "manpages.py"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages as they are installed, by their names."""
    found = importlib.util.spec_from_file_location("manpages", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return {page.stem: page for page in module.write_pages(tmp_path_factory.mktemp("man"))}


def typeset(*files: Path) -> str:
    """The text of pages, in lines that are long enough for no word to be parted."""
    argv = ["groff", "-man", "-ww", "-Tutf8", "-Kutf8", "-P-cbou", "-rLL=300n", "-rHY=0", *map(str, files)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What a parser takes."""
    return [one for one in parser._actions if one.help != argparse.SUPPRESS]


def test_every_verb_has_a_page_with_all_that_it_takes(
    pages: dict[str, Path], require: Callable[[object, str], None]
) -> None:
    require(shutil.which("groff"), "no groff")
    assert set(pages) == {"virtgate", *(f"virtgate-{verb}" for verb in VERBS)}
    for verb, sentence in VERBS.items():
        text = typeset(pages[f"virtgate-{verb}"])
        assert f"virtgate-{verb} - {sentence}\n" in text
        for action in arguments(verb_parser(verb)):
            assert all(option in text for option in action.option_strings)
            assert " ".join((action.help or "").split()) in text, action.dest
    text = typeset(pages["virtgate"])
    assert all(f"virtgate-{verb}(1)" in text for verb in VERBS)


def test_what_is_set_off_in_a_text_stays_as_it_is(
    pages: dict[str, Path], require: Callable[[object, str], None]
) -> None:
    require(shutil.which("groff"), "no groff")
    parser = verb_parser("gates")
    text = typeset(pages["virtgate-gates"])
    lines = {line.strip() for line in text.splitlines()}
    assert {line.strip() for line in (parser.epilog or "").splitlines()} <= lines
