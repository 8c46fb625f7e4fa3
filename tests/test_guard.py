"""Nothing that somebody else wrote commands the terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.cli import main
from virtgate.faces.guard import REWRITE, Guarded, command

COMMANDS = "\x1b[32m\x1b]0;title\x07\x9b2J\r\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}"


def write(text: str) -> str:
    stream = io.StringIO()
    Guarded(stream).write(text)
    return stream.getvalue()


def test_commands_are_written_out_and_our_colours_alone_stand() -> None:
    ours = command("\x1b[32m") + "+" + command("\x1b[0m")
    assert write(f"{ours} a\tb\n") == "\x1b[32m+\x1b[0m a\tb\n"
    assert write(f"{REWRITE}a") == "\r\x1b[Ka"
    assert write("\r\x1b[K\x1b[32m+\x1b[0m") == "\\u000d\\u001b[K\\u001b[32m+\\u001b[0m"
    assert write("a\x1b[2Jb\N{RIGHT-TO-LEFT OVERRIDE}") == "a\\u001b[2Jb\\u202e"


@given(st.text())
def test_json_means_the_same(text: str) -> None:
    assert json.loads(write(json.dumps(text, ensure_ascii=False))) == text


def test_a_patch_with_escapes_in_its_file_names_is_told_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patch = tmp_path / "a.patch"
    name = f"src/qemu_{COMMANDS}.c"
    patch.write_text(
        f'--- a/{name}\n+++ b/{name}\n@@ -0,0 +1,1 @@\n+    qmp("drive-mirrorx");\n', encoding="utf-8"
    )
    main(["scan", str(patch)])
    main(["gates", f"/nowhere/{COMMANDS}"])
    told = capsys.readouterr()
    assert not set(told.out + told.err) & set(COMMANDS) - set("0;tile]2Jm[3")


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab", "sarif"])
def test_a_file_named_in_colour_is_told_without_in_each_format(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{COMMANDS}.py").write_text('vm.qmp("drive-mirrorx", device="x")\n')
    main(["scan", str(tmp_path), "--format", form])
    told = capsys.readouterr()
    assert "never-upstream" in told.out
    assert not set(told.out + told.err) & set("\x1b\x07\x9b\N{RIGHT-TO-LEFT OVERRIDE}")
