"""What the documents show is what happens: their commands are run, and their programs.

A block marked `console` is a dialogue: a line that begins with `$ ` is run, what follows is its output. All
blocks of a document share one folder, with copies of the data and of the recordings, committed. A block
marked `python` must run, and print what a block right below it without a mark says. The documents have LINE
for a line number of a YAML file and COMMIT for an id of the folder's own commits, so that no edit of the data
changes them unless it changes what they tell. `VIRTGATE_WRITE_DOCS=1` writes what was seen into the documents
instead of comparing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / folder / "README.md" for folder in ("capabilities", "matrix")]
DOCUMENTS = [
    path
    for path in (ROOT / "README.md", *FOLDERS, *sorted((ROOT / "docs").glob("*.md")))
    if re.search(r"^```(console|python)$", path.read_text(encoding="utf-8"), re.MULTILINE)
]
BLOCK = re.compile(
    r"^```console\n(?P<dialogue>.*?)^```$|^```python\n(?P<program>.*?)^```$(?:\n\n```\n(?P<printed>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
LINE_NUMBER = re.compile(r"(\.yaml):\d+")
OWN_COMMIT = re.compile(r"\([0-9a-f]{10}\)")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a clone's top level is, as far as the documents need it: the data, in a repository."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("capabilities", "matrix", "tests/hosts", "tests/xen_hosts"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    identity = ("-c", "user.name=docs", "-c", "user.email=docs@example.org")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "the data")):
        subprocess.run(["git", "-C", str(folder), *identity, *words], check=True)
    return folder


@pytest.fixture
def place(tmp_path: Path, clone: Path) -> Path:
    """The folder of one document, which may change it."""
    return Path(shutil.copytree(clone, tmp_path, dirs_exist_ok=True))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_a_document_shows_is_what_happens(path: Path, place: Path, loaded: str) -> None:
    text = path.read_text(encoding="utf-8")
    seen = BLOCK.sub(lambda block: without_places(run_block(block, place, loaded)), text)
    if os.environ.get("VIRTGATE_WRITE_DOCS"):
        path.write_text(seen, encoding="utf-8")
    else:
        assert text.splitlines() == seen.splitlines()


@pytest.mark.parametrize(
    "path",
    sorted({*DOCUMENTS, *ROOT.glob("*/README.md"), *ROOT.glob("*.md")}),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_every_link_leads_to_a_file(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [one for one in targets if not (path.parent / one).exists()] == []


def test_every_document_is_in_the_list_of_the_site() -> None:
    listed = set((ROOT / "docs" / "index.md").read_text(encoding="utf-8").splitlines())
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    pages |= {f"reference/{path.stem}" for path in (ROOT / "docs" / "reference").glob("*.md")}
    assert pages <= listed


def run_block(block: re.Match[str], place: Path, loaded: str) -> str:
    """The block with what its commands or its program print now."""
    if block["program"] is not None:
        printed = run([f"{loaded}/program", block["program"]], place, loaded)
        shown = f"\n\n```\n{printed}```" if block["printed"] is not None else ""
        return f"```python\n{block['program']}```{shown}"
    commands = [line for line in block["dialogue"].splitlines() if line.startswith("$ ")]
    seen = "".join(f"{line}\n{run(['bash', '-c', line[2:]], place, loaded)}" for line in commands)
    return f"```console\n{seen}```"


def run(argv: list[str], place: Path, loaded: str) -> str:
    """What a process prints, and then its problems, as on a terminal."""
    environment = {
        "PATH": f"{loaded}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "VIRTGATE_CACHE_DIR": str(place.parent / "cache"),
        "LC_ALL": "C.UTF-8",
        "HOME": str(place),
    }
    done = subprocess.run(
        argv,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if argv[0] != "bash":
        assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def without_places(text: str) -> str:
    """The text without what any edit of the data changes."""
    return OWN_COMMIT.sub("(COMMIT)", LINE_NUMBER.sub(r"\1:LINE", text))
