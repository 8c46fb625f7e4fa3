"""What must be so before a release: one version everywhere, and links that lead somewhere from anywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from virtgate import __version__

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    """The text of a file of the repository's."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_debians_changelog_has_the_version_and_the_maintainer_of_the_package() -> None:
    first, *_, last = [line for line in read("debian/changelog").splitlines() if line]
    assert first.startswith(f"virtgate ({__version__}-")
    maintainer = re.search(r"^Maintainer: (.*)$", read("debian/control"), re.MULTILINE)
    assert maintainer
    assert last.startswith(f" -- {maintainer[1]}  ")


def test_debian_depends_on_what_the_package_depends_on() -> None:
    needed = tomllib.loads(read("pyproject.toml"))["project"]
    control = read("debian/control")
    assert f"python3 ({needed['requires-python'].replace('>=', '>= ')})" in control
    names = {re.split("[>=<]", one)[0].lower().removeprefix("py") for one in needed["dependencies"]}
    assert all(
        re.search(rf"^(Depends|Recommends):.*python3-{name}\b", control, re.MULTILINE) for name in names
    )


def test_every_link_of_the_readme_is_absolute_where_the_package_is_shown() -> None:
    hook = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    (rule,) = hook["substitutions"]
    replacement = rule["replacement"].replace("$HFPR_VERSION", __version__)
    shown = re.sub(rule["pattern"], replacement, read("README.md"))
    links = re.findall(r"\]\(([^)]+)\)", shown)
    assert len(links) > 20
    assert [one for one in links if not one.startswith("https://")] == []
