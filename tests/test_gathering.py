"""Hosts are asked from elsewhere: with Python alone, with Ansible, with node-feature-discovery."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGET = "kvm" if Path("/dev/kvm").exists() else str(shutil.which("qemu-system-x86_64"))
BARE = {"PATH": "/usr/bin:/bin"}
PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
IS_REQUIRED = "VIRTGATE_REQUIRE_REAL" in os.environ


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a host needs."""
    made = tmp_path_factory.mktemp("probe") / "virtgate-probe.pyz"
    subprocess.run([sys.executable, ROOT / "ansible" / "build.py", made], check=True)
    assert made.stat().st_size < 800_000
    return made


def test_a_host_needs_one_file_and_python_alone(program: Path, tmp_path: Path) -> None:
    """-S leaves out all that is installed: whatever it needs is in it."""
    command = [sys.executable, "-I", "-S", program, "--into", tmp_path / "kept", TARGET]
    seen = []
    for more in (["--dry-run"], [], []):
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=True, env=BARE)
        (row,) = json.loads(done.stdout)["targets"]
        seen.append((row["changed"], Path(row["file"]).exists()))
    assert seen == [(True, False), (True, True), (False, True)]
    assert row["bytes"] < 100_000
    asked = [sys.executable, "-m", "virtgate", "probe", row["file"]]
    assert subprocess.run(asked, stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_what_cannot_be_asked_is_told_and_is_not_the_end(program: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", program, "--into", tmp_path, "/nowhere/qemu-system-x86_64", TARGET]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=BARE)
    first, second = json.loads(done.stdout)["targets"]
    assert (done.returncode, "error" in first, "error" in second) == (1, True, False)


@pytest.fixture
def hosts(tmp_path: Path, program: Path) -> Iterator[dict[str, str]]:
    """Two hosts, each in a network namespace of its own, and where Ansible finds everything."""
    collections = tmp_path / "collections" / "ansible_collections" / "virtgate"
    collections.mkdir(parents=True)
    (collections / "hosts").symlink_to(ROOT / "ansible")
    lines = ["[all]"]
    for name in ("one", "two"):
        subprocess.run(["ip", "netns", "add", f"virtgate-{name}"], check=True)
        shell = tmp_path / name / "shell"
        shell.parent.mkdir()
        shell.write_text(f'#!/bin/sh\nexec ip netns exec virtgate-{name} /bin/sh "$@"\n')
        shell.chmod(0o755)
        own = f"virtgate_at={shell.parent}/probe.pyz virtgate_into={shell.parent}/kept"
        lines.append(f"{name} ansible_connection=local ansible_shell_executable={shell} {own}")
    lines += ["[all:vars]", f"ansible_python_interpreter={sys.executable}", f"virtgate_program={program}"]
    lines += [f"virtgate_recordings={tmp_path}/recordings", f'virtgate_targets=["{TARGET}"]', ""]
    (tmp_path / "hosts.ini").write_text("\n".join(lines))
    yield {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path / "facts"),
    }
    for name in ("one", "two"):
        subprocess.run(["ip", "netns", "delete", f"virtgate-{name}"], check=False)


@pytest.mark.skipif(
    not IS_REQUIRED and (not PLAYBOOK.exists() or os.getuid() != 0 or shutil.which("ip") is None),
    reason="no ansible-core, no ip, or not root",
)
def test_ansible_asks_two_hosts_and_a_second_time_changes_nothing(
    hosts: dict[str, str], tmp_path: Path
) -> None:
    def play(*more: str) -> str:
        command = [PLAYBOOK, "-i", tmp_path / "hosts.ini", *more, "virtgate.hosts.gather"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=hosts, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert play("--check").count("changed=2 ") == 2
    assert not (tmp_path / "recordings").exists()
    assert play().count("changed=3 ") == 2
    assert play().count("changed=0 ") == 2
    kept = sorted((tmp_path / "recordings").rglob("*.json.xz"))
    assert [path.parent.name for path in kept] == ["one", "two"]
    facts = [json.loads(path.read_text()) for path in (tmp_path / "facts").iterdir()]
    assert len(facts) == 2
    assert all("virtgate" in json.dumps(one) for one in facts)


def test_node_feature_discovery_gets_a_whole_file_or_none(tmp_path: Path) -> None:
    hook = ROOT / "contrib" / "nfd" / "virtgate-features"
    told = tmp_path / "virtgate-said"
    told.write_text("#!/bin/sh\necho virtgate.block.mirror=true\n")
    told.chmod(0o755)
    folder = tmp_path / "features.d"
    folder.mkdir()
    environment = {**BARE, "VIRTGATE": str(told)}
    subprocess.run([hook, folder], check=True, env=environment)
    assert [path.name for path in folder.iterdir()] == ["virtgate"]
    assert (folder / "virtgate").read_text() == "virtgate.block.mirror=true\n"
    told.write_text("#!/bin/sh\necho half\nexit 1\n")
    assert subprocess.run([hook, folder], check=False, env=environment).returncode != 0
    assert [path.name for path in folder.iterdir()] == ["virtgate"]
    assert (folder / "virtgate").read_text() == "virtgate.block.mirror=true\n"
