"""What a command line may go on with, and that real shells complete it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from virtgate.cli import main
from virtgate.cli.completion import find_candidates
from virtgate.cli.program import VERBS, verb_parser

Require = Callable[[object, str], None]

# A line that ends where Tab is pressed, and what it is then.
LINES = {
    "virtgate gates --rele": "virtgate gates --release ",
    "virtgate check --json block.mirror.targ": "virtgate check --json block.mirror.target-is-zero ",
    "virtgate gates --release fire": "virtgate gates --release firecracker=",
    "virtgate common qemu=7.1. xend=4.1.6.": "virtgate common qemu=7.1. xend=4.1.6.1 ",
    "virtgate gates --release=xend=4.1.6.": "virtgate gates --release=xend=4.1.6.1 ",
    "virtgate lint some": "virtgate lint some-file.yaml ",
}


def words(*line: str) -> list[str]:
    """What the last word may become."""
    return [word for word, _ in find_candidates(list(line))]


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_that_a_verb_takes_is_completed_and_told(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--help"]) == 0
    told = re.findall(r"^ +(?:-\w, )?(--[a-z][a-z-]*)", capsys.readouterr().out, re.MULTILINE)
    assert set(told) == set(words(verb, "--"))
    assert all(sentence and "%" not in sentence for _, sentence in find_candidates([verb, "--"]))


@pytest.mark.parametrize("verb", VERBS)
def test_every_value_that_an_argument_is_limited_to_is_completed(verb: str) -> None:
    for action in verb_parser(verb)._actions:
        for option in action.option_strings if action.choices else ():
            assert words(verb, option, "") == [str(one) for one in action.choices or ()]


def test_verbs_releases_areas_policies_and_names_are_completed() -> None:
    assert words("") == list(VERBS)
    assert words("--v") == ["--version"]
    assert "qemu=8.2.0" in words("gates", "qemu=8.")
    assert "qemu=8.2.0..9.0.0" in words("list", "--changed", "qemu=8.2.0..9.0")
    assert "block" in words("gates", "--area", "")
    assert words("gates", "--refuse", "backports,dep") == ["backports,deprecated"]
    assert "floor" in words("schema", "f")
    assert words("gates", "--alias", "libv") == ["libvirt"]
    assert "libvirt@9.0.0" in words("gates", "--alias", "libvirt@9.")
    assert words("bindings", "--hypervisor", "cloud") == ["cloud_hypervisor"]
    assert words("completion", "") == ["bash", "zsh", "fish", "ids", "words"]


def test_what_is_a_file_or_no_verb_is_left_to_the_shell() -> None:
    for line in (("lint", ""), ("gates", "--policy", ""), ("probe", "--record", ""), ("nothing", "")):
        assert words(*line) == []


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file, a `virtgate` and the completion scripts, and no start-up file of any shell's."""
    program = tmp_path / "bin" / "virtgate"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -m virtgate "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    (tmp_path / "some-file.yaml").touch()
    yield tmp_path


STARTS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "PS1=; bind 'set bell-style none'; source <(virtgate completion bash)",
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "PS1=; bindkey -e; mkdir f; virtgate completion zsh >f/_virtgate; fpath=($PWD/f $fpath);"
        " autoload -U compinit; compinit -u -D",
    ),
}


@pytest.mark.parametrize("shell", STARTS)
def test_a_shell_completes_at_its_own_prompt(shell: str, folder: Path, require: Require) -> None:
    """Tab is pressed after each line; what then stands there is printed as an argument of `printf`."""
    require(shutil.which(shell), f"no {shell}")
    argv, setup = STARTS[shell]
    # Control-A goes to the line's begin, for what stands before it, and Control-E to its end.
    lines = dict(list(LINES.items())[:: 1 if shell == "bash" else 2])
    typed = [f"{line}\t\x01printf '<%s>\\n' '\x05'\n" for line in lines]
    _, *seen = type_into(argv, [f"{setup}; printf '<%s>\\n' ready\n", *typed], folder)
    # zsh takes its blank back when something else is typed.
    assert seen == [one.rstrip(" ") if shell == "zsh" else one for one in lines.values()]


def test_fish_completes(folder: Path, require: Require) -> None:
    require(shutil.which("fish"), "no fish")
    lines = dict(list(LINES.items())[1::2])
    asked = "\n".join(f"complete -C '{line}'" for line in lines)
    script = f"source (virtgate completion fish | psub)\n{asked}"
    argv = ["fish", "--no-config", "-c", script]
    environment = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder)}
    done = subprocess.run(argv, cwd=folder, env=environment, text=True, capture_output=True, check=True)
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [
        line.rstrip(" ").rpartition(" ")[2] for line in lines.values()
    ]


def type_into(argv: list[str], typed: list[str], folder: Path) -> list[str]:
    """What a shell prints between < and >, a line each, each typed when the last is answered."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        path = f"{folder}/bin:{os.environ['PATH']}"
        os.environ.update({"PATH": path, "TERM": "dumb", "LC_ALL": "C.UTF-8", "HOME": str(folder)})
        os.execvp(argv[0], argv)
    answers: list[str] = []
    output = ""
    try:
        for line in typed:
            os.write(terminal, line.encode())
            end = time.monotonic() + 60
            while not (found := re.search(r"^\r*<(.*)>\r?$", output, re.MULTILINE)):
                assert select.select([terminal], [], [], end - time.monotonic())[0], output
                output += os.read(terminal, 65536).decode(errors="replace").replace("\r\n", "\n")
            answers.append(found[1])
            output = output[found.end() :]
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    return answers
