"""`PYTHONPATH=engine:tests python -m computed FOLDER`: what is computed of data and recordings."""

from __future__ import annotations

import argparse
from pathlib import Path

from trials.results import summary
from virtgate.ask.opened import open_catalog

from .coverage import coverage_of_recordings
from .coverage_document import render_coverage


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m computed", description=__doc__)
    parser.add_argument("folder", type=Path, help="where coverage.md and trials-results.md go")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    titles = {name: upstream.title for name, upstream in open_catalog(None).upstreams.items()}
    documents = {
        "coverage.md": render_coverage(coverage_of_recordings(), titles),
        "trials-results.md": f"# What QEMU did with each path\n\n{summary()}\n",
    }
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)


if __name__ == "__main__":
    main()
