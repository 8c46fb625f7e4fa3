"""What QEMU did, kept: one file a host in `results/`, and tables that count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import virtgate

from .outcome import Outcome
from .trying import HAS, Tried, judge

HERE = Path(__file__).parent
FOLDER = HERE / "results"
HOSTS = HERE.parent / "hosts"
EXPLAINED: list[dict[str, Any]] = yaml.safe_load((HERE / "explained.yaml").read_text(encoding="utf-8"))


def write_result(host: str, package: str, outcomes: Mapping[str, Outcome]) -> Path:
    """A line a path, with what QEMU said where it did not simply work; others keep theirs."""
    file = FOLDER / f"{host}.txt"
    known = read_result(file) if file.exists() else {}
    lines = [
        f"# {package}",
        *(f"{name} {outcome}" for name, outcome in sorted((known | dict(outcomes)).items())),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def read_result(file: Path) -> dict[str, Outcome]:
    """The outcomes of one host by `capability path`."""
    rows = (line.split(" ", 2) for line in file.read_text(encoding="utf-8").splitlines()[1:])
    return {f"{capability} {path}": Outcome.parse(text) for capability, path, text in rows}


@cache
def kept() -> Mapping[str, tuple[Tried, ...]]:
    """The hosts that were tried, judged by the gates that their recordings get today."""
    return {
        file.stem: tuple(judge(virtgate.load(HOSTS / file.stem / "host.json.xz"), read_result(file)))
        for file in sorted(FOLDER.glob("*.txt"))
    }


def unexplained(host: str, tried: Iterable[Tried]) -> list[str]:
    """The contradictions of which nobody has said why they are none."""
    return [str(one) for one in tried if one.contradiction and not _explanation(host, one)]


def _explanation(host: str, tried: Tried) -> str:
    for row in EXPLAINED:
        hosts = row.get("hosts", [host])
        if tried.name in row["paths"] and any(host.startswith(one) for one in hosts):
            return str(row["because"])
    return ""


def summary() -> str:
    """The tables of what worked and what was never tried, in Markdown."""
    return "\n".join([*_by_host(kept()), "", *_never_tried(kept())])


def _by_host(hosts: Mapping[str, tuple[Tried, ...]]) -> Iterator[str]:
    yield "| host | package | enabled | works | understood | not tried |"
    yield "|---|---|---|---|---|---|"
    for host, tried in hosts.items():
        package = (FOLDER / f"{host}.txt").read_text(encoding="utf-8").partition("\n")[0][2:]
        words = Counter(one.outcome.word for one in tried if one.state == "enabled")
        left = words.total() - words["works"] - words["understood"]
        counted = [words.total(), words["works"], words["understood"], left]
        yield f"| `{host}` | {package} | {' | '.join(map(str, counted))} |"


def _never_tried(hosts: Mapping[str, tuple[Tried, ...]]) -> Iterator[str]:
    enabled = [one for tried in hosts.values() for one in tried if one.state == "enabled"]
    names = {one.name for one in enabled}
    works = {one.name for one in enabled if one.outcome.word == "works"}
    used = {one.name for one in enabled if one.outcome.word in HAS}
    why = {one.name: one.outcome.said for one in enabled if one.outcome.said}
    yield (
        f"{len(names)} paths are enabled on one of these hosts at least. {len(used)} were tried: "
        f"{len(works)} work, and of {len(used) - len(works)} QEMU understood what it was told, and then "
        "lacked something. Not tried:"
    )
    yield ""
    yield "| path | why not |"
    yield "|---|---|"
    for name in sorted(names - used):
        reason = why.get(name, "no trial is written").replace("|", "\\|").replace("<", "\\<")
        yield f"| `{name}` | {reason} |"
