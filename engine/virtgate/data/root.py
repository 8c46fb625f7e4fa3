"""Where the data lies: inside the installed package first, at the repository's root second."""

from __future__ import annotations

from pathlib import Path

from ..driver.errors import DataError

_PACKAGE = Path(__file__).resolve().parent.parent


def data_root(given: str | None = None) -> Path:
    """The folder that holds `capabilities` and `matrix`. Raises DataError when there is none."""
    candidates = (Path(given).absolute(),) if given else (_PACKAGE, _PACKAGE.parent.parent)
    for folder in candidates:
        if (folder / "capabilities").is_dir() and (folder / "matrix").is_dir():
            return folder
    raise DataError((f"{candidates[-1]}: no folders 'capabilities' and 'matrix' in it",))


def edited_root(given: str | None = None) -> Path:
    """The data somebody works on: the folder named, else the nearest around the current one, else ours."""
    if given is None:
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / "capabilities").is_dir() and (folder / "matrix").is_dir():
                return folder
    return data_root(given)


def data_files(root: Path) -> tuple[Path, ...]:
    """Every YAML file of the data, in one fixed order; computed tables are not among them."""
    rows = sorted((root / "capabilities").glob("*.yaml"))
    columns = sorted(root.glob("matrix/*/*.yaml"))
    return (*rows, *columns)
