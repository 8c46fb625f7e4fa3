"""Where the data lies: inside the installed package first, at the repository's root second."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ..driver import system
from ..driver.errors import DataError

_PACKAGE = Path(__file__).resolve().parent.parent
# The longest ledger has 2 MB, and a file with holes costs a pull request nothing.
MOST_BYTES = 16 << 20


def data_root(given: str | None = None) -> Path:
    """The folder that holds `capabilities` and `matrix`. Raises DataError when there is none."""
    candidates = (Path(given).absolute(),) if given else (_PACKAGE, _PACKAGE.parent.parent)
    for folder in candidates:
        if _has_data(folder):
            return folder
    raise DataError((f"{candidates[-1]}: no folders 'capabilities' and 'matrix' in it",))


def _has_data(folder: Path) -> bool:
    return all(system.is_folder(folder / name) for name in ("capabilities", "matrix"))


def edited_root(given: str | None = None) -> Path:
    """The data somebody works on: the folder named, else the nearest around the current one, else ours."""
    if given is None:
        here = Path.cwd()
        for folder in (here, *here.parents):
            if _has_data(folder):
                return folder
    return data_root(given)


# A folder of such a name stands where a file is read.
_FILES = (".txt", ".yaml")


def find_odd(root: Path) -> Iterator[tuple[str, str]]:
    """What is no folder and no plain file of a sane size in the data, by its name in them, and what it is.

    A link could name any file of the machine, and what a reader says of it would tell what is in it.
    """
    for top in ("capabilities", "matrix"):
        if (root / top).is_symlink():
            yield top, "is a link; data are plain files and folders"
            continue
        for place, folders, files in os.walk(root / top):
            for name in (*folders, *files):
                path = f"{place}/{name}"
                found = os.lstat(path)
                if stat.S_ISLNK(found.st_mode):
                    odd = "is a link; data are plain files and folders"
                elif not stat.S_ISREG(found.st_mode) and (name in files or name.endswith(_FILES)):
                    odd = "is not a regular file"
                elif found.st_size > MOST_BYTES:
                    odd = f"{found.st_size} bytes are too many; {MOST_BYTES} are allowed"
                else:
                    continue
                yield Path(path).relative_to(root).as_posix(), odd


def data_files(root: Path) -> tuple[Path, ...]:
    """Every YAML file of the data, in one fixed order; computed tables are not among them."""
    rows = sorted((root / "capabilities").glob("*.yaml"))
    columns = sorted(root.glob("matrix/*/*.yaml"))
    return (*rows, *columns)


# The numbers of KVM's capabilities, which its conditions name.
NUMBERS = "matrix/kvm/ledger/cap.txt"


def catalog_files(root: Path) -> tuple[Path, ...]:
    """Every file that a catalog is made of."""
    return (*data_files(root), *root.glob(NUMBERS))
