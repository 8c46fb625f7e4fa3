"""Builds what a host needs to be asked, one file for Python alone: virtgate's engine and PyYAML in a zip.

python ansible/build.py [virtgate-probe.pyz]
"""

import shutil
import sys
import tempfile
import zipapp
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
# What is read from upstream's sources, shown, served or judged, no host needs.
LEFT_OUT = {
    *("bindings", "cli", "decide", "fleet", "floor", "ids", "lint", "migrate", "review"),
    *("radar", "scan", "serve", "site", "audit", "doctor", "diff", "faces"),
}


def build(target):
    """Write the file; the same sources give the same names in it, and no byte code."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__", "*.so", "capabilities", "matrix", "output")
        shutil.copytree(HERE.parent / "engine" / "virtgate", root / "virtgate", ignore=ignored)
        for name in LEFT_OUT:
            shutil.rmtree(root / "virtgate" / name, ignore_errors=True)
        shutil.copytree(Path(yaml.__file__).parent, root / "yaml", ignore=ignored)
        shutil.copy(HERE / "probe" / "__main__.py", root)
        zipapp.create_archive(root, target, interpreter="/usr/bin/env python3", compressed=True)


if __name__ == "__main__":
    build(sys.argv[1] if len(sys.argv) > 1 else "virtgate-probe.pyz")
