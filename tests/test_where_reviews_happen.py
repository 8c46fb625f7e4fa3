"""What the hook, the GitHub Action and the GitLab template run does what it should, on a small repository.

Each file is read as its service reads it, and its own commands are run in a repository with good commits and
bad ones; only the installation is left out, which `.ci/run` does from the wheel.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
TEMPLATE = yaml.safe_load((ROOT / "templates" / "virtgate.yml").read_text(encoding="utf-8"))
DRIVER = "proc = ['-device', 'virtio-net-pci']\nqmp.command('query-status')\n"
TITLE = "Add a network card to a running guest"
FOREIGN = "qmp.command('query-proxmox-support')\n"

Done = subprocess.CompletedProcess[str]


class Repository:
    """A git repository with a copy of some data and a driver, and a `virtgate` on the PATH."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder = folder
        tools = folder.parent / "bin"
        tools.mkdir()
        shim = tools / "virtgate"
        shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m virtgate "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "engine"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        for part in ("capabilities", "matrix"):
            shutil.copytree(source / part, folder / part)
        (folder / "driver.py").write_text(DRIVER, encoding="utf-8")
        self.run("git init -q -b main && git config user.name A && git config user.email a@example.org")
        self.commit("begin")

    def commit(self, subject: str) -> None:
        """Commit all that is in the folder."""
        self.run(f"git add -A && git commit -q -m '{subject}'")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change one text in one file; an empty `old` stands for its end."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")

    def commit_edit(self, name: str, old: str, new: str) -> None:
        """Change one text and commit that."""
        self.edit(name, old, new)
        self.commit("change")

    def run(self, script: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run a script as both services do, and give what it said."""
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    folder = tmp_path / "repository"
    folder.mkdir()
    yield Repository(folder, ROOT / "tests" / "rejected" / "_base")


def steps_of(what: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The scripts of the action's part for data or a driver, with their environment filled in."""
    given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
    given |= {"base": "HEAD~1", "what": what}
    for step in ACTION["runs"]["steps"]:
        if step.get("if") == f"inputs.what == '{what}'":
            filled = {
                name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: given[found[1]], text)
                for name, text in step["env"].items()
            }
            assert "${{" not in step["run"], "what a stranger wrote is no part of a script"
            yield step["run"], filled


def run_action(repository: Repository, what: str) -> tuple[int, str, dict[str, Any]]:
    """Exit status, summary and SARIF documents of the action; its output marks what the documents have."""
    summary = repository.folder.parent / "summary.md"
    summary.touch()
    ((script, filled),) = steps_of(what)
    done = repository.run(script, {**filled, "GITHUB_STEP_SUMMARY": str(summary)})
    assert "Traceback" not in done.stderr
    reports = (repository.folder / filled["REPORTS"]).glob("*.sarif")
    documents = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in reports}
    marks = [line for line in done.stdout.splitlines() if line.startswith(("::error ", "::warning "))]
    found = [one for name in documents if name != "review" for one in documents[name]["runs"][0]["results"]]
    assert len(marks) == len([one for one in found if one["level"] != "note"])
    return done.returncode, summary.read_text(encoding="utf-8"), documents


def run_template(repository: Repository, job: str) -> Done:
    lines = [line for line in TEMPLATE[job]["script"] if " pip install " not in line]
    assert len(lines) == len(TEMPLATE[job]["script"]) - 1
    base = repository.run("git rev-parse HEAD~1").stdout.strip()
    return repository.run("\n".join(lines), {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base})


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_says_nothing_against_what_is_good(hook: dict[str, Any], repository: Repository) -> None:
    done = repository.run(f"{hook['entry']} {names_for(hook, repository)}")
    assert done.returncode == 0, done.stdout + done.stderr


def names_for(hook: dict[str, Any], repository: Repository) -> str:
    """The files that pre-commit would name to a hook."""
    if not hook.get("pass_filenames", True):
        return ""
    if "types_or" in hook:
        return "driver.py"
    files = repository.run("git ls-files").stdout.split()
    return " ".join(name for name in files if re.search(hook["files"], name))


def test_the_hooks_for_data_and_for_drivers_refuse_what_is_bad(repository: Repository) -> None:
    hooks = {hook["id"]: hook for hook in HOOKS}
    repository.edit("driver.py", "", FOREIGN)
    repository.edit("matrix/qemu/block.yaml", "when:", "wenn:")
    for name in ("virtgate-lint", "virtgate-scan"):
        done = repository.run(f"{hooks[name]['entry']} {names_for(hooks[name], repository)}")
        assert done.returncode == 1, name
        assert "Traceback" not in done.stderr


def test_the_action_scans_only_what_a_driver_adds(repository: Repository) -> None:
    repository.commit_edit("driver.py", "", "qmp.command('query-status')\n")
    status, _, documents = run_action(repository, "driver")
    assert (status, documents["scan"]["runs"][0]["results"]) == (0, [])
    repository.commit_edit("driver.py", "", FOREIGN)
    status, _, documents = run_action(repository, "driver")
    (found,) = documents["scan"]["runs"][0]["results"]
    assert (status, found["ruleId"]) == (1, "never-upstream")


def test_the_action_tells_what_a_change_to_the_data_means(repository: Repository) -> None:
    repository.commit_edit("capabilities/net.yaml", TITLE, f"{TITLE}, and more")
    status, summary, documents = run_action(repository, "data")
    assert status == 0
    assert set(documents) == {"lint", "review"}
    assert summary.strip()
    repository.commit_edit("matrix/qemu/block.yaml", "when:", "wenn:")
    status, _, documents = run_action(repository, "data")
    assert status == 1
    assert documents["lint"]["runs"][0]["results"]


def test_the_template_does_the_same(repository: Repository) -> None:
    repository.commit_edit("capabilities/net.yaml", TITLE, f"{TITLE}, and more")
    done = run_template(repository, ".virtgate-data")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repository.folder / "virtgate-review.md").read_text(encoding="utf-8").strip()
    report = repository.folder / "gl-code-quality-report.json"
    assert json.loads(report.read_text(encoding="utf-8")) == []
    repository.commit_edit("driver.py", "", FOREIGN)
    assert run_template(repository, ".virtgate-driver").returncode == 1
    (found,) = json.loads(report.read_text(encoding="utf-8"))
    assert found["check_name"] == "virtgate/never-upstream"
    assert found["location"] == {"path": "driver.py", "lines": {"begin": 3}}
