"""What was made of the data, kept or shipped: equal when whole, ignored when not, and never run."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache as once
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import virtgate
from virtgate.ask import compiled
from virtgate.ask.compiled import CATALOG, FOLDER, Compiled
from virtgate.ask.opened import open_catalog
from virtgate.data import Catalog, data_root
from virtgate.driver import cache, system
from virtgate.model import Path as CodePath
from virtgate.upstream.history import History
from virtgate.upstream.standing import Found, pack_statuses, recall_statuses
from virtgate.upstream.status import find_status

ROOT = data_root()
PRINTS = "some prints"
PARTS = (CATALOG, "qemu")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.sampled_from(sorted(compiled._MAKERS)) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache's folder of these tests."""
    path = tmp_path_factory.mktemp("kept") / "cache"
    os.environ["VIRTGATE_CACHE_DIR"] = str(path)
    return path


@once
def store() -> Compiled:
    """Where the parts of our data are kept."""
    return Compiled(ROOT, PRINTS)


def paths_of(hypervisor: str) -> list[CodePath]:
    return [one for rows in open_catalog(None).paths[hypervisor].values() for one in rows]


@once
def found_of(hypervisor: str) -> Found:
    """Where the paths stand in the oldest and the newest release."""
    history = History(ROOT / "matrix" / hypervisor / "ledger")
    for release in (history.versions[0], history.versions[-1]):
        for path in paths_of(hypervisor):
            find_status(path, release, history, None)
    return pack_statuses(paths_of(hypervisor), history, None, most=2)


def value_of(part: str) -> Catalog | Found:
    return open_catalog(None) if part == CATALOG else found_of(part)


@once
def rendered(part: str) -> bytes:
    """What is kept of a part, without its seal."""
    store().keep(part, value_of(part))
    content = cache.read_private_bytes(name_of(part))
    assert content is not None
    return content


def name_of(part: str) -> str:
    return cache.compiled_name(str(ROOT), part)


def plant(body: bytes, part: str = CATALOG) -> None:
    """Keep this body under a head that is right in everything."""
    cache.write_private_bytes(name_of(part), f"{store()._state}\n".encode() + body)


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> str:
    """One part, which is kept."""
    named: str = request.param
    cache.write_private_bytes(name_of(named), rendered(named))
    return named


def test_what_is_read_back_equals_what_was_kept(part: str) -> None:
    assert store().load(part) == value_of(part)


def test_the_same_value_gives_the_same_bytes_in_every_process(part: str) -> None:
    """Whatever order a set has there."""
    script = (
        "import sys; from pathlib import Path; from virtgate.ask.compiled import Compiled, render;"
        f"found = Compiled(Path({str(ROOT)!r}), {PRINTS!r}).load({part!r});"
        "sys.stdout.buffer.write(render(found, ''))"
    )
    written = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert written[0] == written[1] == compiled.render(value_of(part), "")


def test_other_data_or_another_code_is_a_miss(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Compiled(ROOT, "other prints").load(part) is None
    monkeypatch.setattr(cache, "package_root", lambda: str(Path(__file__).parent))
    assert Compiled(ROOT, PRINTS).load(part) is None


def test_one_part_in_the_place_of_another_is_a_miss() -> None:
    for part, other in (PARTS, reversed(PARTS)):
        cache.write_private_bytes(name_of(part), rendered(other))
        assert store().load(part) is None


def test_a_file_that_is_cut_short_or_damaged_is_a_miss(part: str) -> None:
    path = Path(cache.folder(), name_of(part))
    whole = path.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert store().load(part) is None, length
    for place in range(0, len(whole), len(whole) // 50):
        path.write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        assert store().load(part) is None, place


def test_a_file_cut_short_before_it_was_sealed_tells_nothing_false(part: str) -> None:
    whole = rendered(part)
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        cache.write_private_bytes(name_of(part), whole[:length])
        assert store().load(part) in (None, value_of(part)), length


def test_a_file_that_others_may_write_is_a_miss(part: str, folder: Path) -> None:
    (folder / name_of(part)).chmod(0o666)
    assert store().load(part) is None


class _Planted:
    """A pickle that makes a folder when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("call", ["os.system", "door.os.system", "Catalog.find", "type", "__class__"])
def test_nothing_that_a_planted_file_names_is_called(tmp_path: Path, call: str) -> None:
    ran = tmp_path / "ran"
    plant(pickle.dumps(_Planted(ran)))
    assert store().load(CATALOG) is None
    plant(json.dumps([[f"touch {ran}"], [call, [[0]]], ["tuple", [[0, 0]]]]).encode())
    assert store().load(CATALOG) is None
    assert not ran.exists()


@given(document=JSON, part=st.sampled_from(PARTS))
def test_any_document_under_a_right_head_is_ignored(document: Any, part: str) -> None:
    plant(json.dumps(document).encode(), part)
    assert store().load(part) is None


@given(st.binary())
def test_any_bytes_are_ignored(body: bytes) -> None:
    plant(body)
    assert store().load(CATALOG) is None
    cache.write_private_bytes(name_of(CATALOG), body)
    assert store().load(CATALOG) is None


def test_a_document_nested_without_end_is_ignored() -> None:
    plant(b"[" * 100_000)
    assert store().load(CATALOG) is None


@pytest.mark.parametrize("line", [b"[[1]]", b'[["x"],["os.system",[[0]]]]', b"[" * 100_000])
def test_paths_that_are_no_paths_are_read_from_yaml(line: bytes) -> None:
    _, head, *lines = rendered(CATALOG).split(b"\n")
    plant(b"\n".join((head, line, *lines[1:])))
    found = store().load(CATALOG)
    assert list(found.paths) == list(open_catalog(None).paths)
    assert found.paths["cloud_hypervisor"] == open_catalog(None).paths["cloud_hypervisor"]
    plant(b"\n".join((head, *lines[1:])))
    assert store().load(CATALOG) is None


def test_where_paths_stand_in_a_release_is_the_same_when_it_was_kept() -> None:
    """Of a release with all of its paths, of upstream's branch, and of one that is not kept."""
    paths = paths_of("qemu")
    fresh, later = (History(ROOT / "matrix/qemu/ledger") for _ in range(2))
    releases = [fresh.versions[0], fresh.version_of("7.2.22"), fresh.versions[-1]]
    found = [find_status(path, release, fresh, None) for release in releases for path in paths]
    store().keep("qemu", pack_statuses(paths, fresh, None, most=len(releases)))
    read = store().load("qemu")
    for release in (*releases, fresh.versions[1], None):
        recall_statuses(paths, later, read, release)
    assert later.statuses.keys() == {(id(path), release) for path in paths for release in releases}
    assert [later.statuses[id(path), release][1] for release in releases for path in paths] == found
    assert pack_statuses(paths, later, None, most=2).releases == tuple(map(str, releases[1:]))


def test_what_was_kept_of_other_releases_stays_until_there_are_too_many() -> None:
    paths = paths_of("kvm")
    known = None
    for at in range(4):
        history = History(ROOT / "matrix/kvm/ledger")
        release = history.versions[at * 9]
        rows = [find_status(path, release, history, None) for path in paths]
        known = pack_statuses(paths, history, known, most=3)
        assert str(release) == known.releases[-1]
        for one in known.releases:
            again = History(ROOT / "matrix/kvm/ledger")
            recall_statuses(paths, again, known, again.version_of(one))
            told = [find_status(path, again.version_of(one), again, None) for path in paths]
            fresh = History(ROOT / "matrix/kvm/ledger")
            assert told == [find_status(path, fresh.version_of(one), fresh, None) for path in paths]
        assert rows == [history.statuses[id(path), release][1] for path in paths]
    assert known is not None
    assert len(known.releases) == 3


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package as it is installed: code, data, and what was made of them; of kvm alone, for it is small."""
    package = tmp_path_factory.mktemp("wheel") / "virtgate"
    code = Path(virtgate.__file__).parent
    shutil.copytree(code, package, ignore=shutil.ignore_patterns("__pycache__", "capabilities", "matrix"))
    for part in ("capabilities", "matrix"):
        shutil.copytree(ROOT / part, package / part)
    (package / FOLDER).mkdir()
    for part in (CATALOG, "kvm"):
        body = rendered(part).partition(b"\n")[2]
        content = f"{store().content_of(part)}\n".encode() + body
        (package / FOLDER / part).write_bytes(system.seal(part, content))
    return package


@pytest.fixture(scope="module")
def files(wheel: Path) -> dict[Path, bytes]:
    """Every file of the package."""
    return {path: path.read_bytes() for path in wheel.rglob("*") if path.is_file()}


@pytest.fixture
def installed(wheel: Path, files: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same as the package that runs; what a test changed is as before for the next."""
    monkeypatch.setattr(cache, "package_root", lambda: str(wheel))
    before = {path: path.lstat().st_ctime_ns for path in files}
    time.sleep(0.01)  # a change has another time
    yield wheel
    for path in [one for one in wheel.rglob("*") if one not in files and not one.is_dir()]:
        path.unlink()
    for path, changed in before.items():
        if not path.exists() or path.lstat().st_ctime_ns != changed:
            if path.is_dir():
                path.rmdir()
            path.unlink(missing_ok=True)
            path.write_bytes(files[path])


def load(package: Path, part: str = CATALOG) -> Any:
    return Compiled(package, PRINTS).load(part)


def test_what_is_shipped_is_taken_wherever_it_is_installed(installed: Path) -> None:
    assert load(installed, "kvm") == value_of("kvm")
    for path in installed.rglob("*"):
        os.utime(path, ns=(1, 1))
    assert load(installed) == replace(open_catalog(None), root=installed)


def test_what_lies_beside_any_other_data_is_not_taken(installed: Path, tmp_path: Path) -> None:
    for part in ("capabilities", "matrix", FOLDER):
        shutil.copytree(installed / part, tmp_path / part)
    assert load(tmp_path) is None


def alter(path: Path) -> None:
    """One letter becomes another, and no size and no time of the file tells."""
    before, content = path.stat(), path.read_bytes()
    at = content.rindex(b"e")
    path.write_bytes(content[:at] + b"a" + content[at + 1 :])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def rename(path: Path) -> None:
    path.rename(path.with_name(f"y{path.name}"))
    path.write_bytes(b"")


def swap(path: Path) -> None:
    """Its content goes to a file that has another's."""
    other = min(one for one in path.parent.glob(f"*{path.suffix}") if one != path)
    own = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(own)


def put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def put_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def put_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


EDITS: dict[str, Callable[[Path], object]] = {
    "has another letter": alter,
    "grew": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "is empty": lambda path: path.write_bytes(b""),
    "is called otherwise": rename,
    "was swapped with another": swap,
    "has one beside it": lambda path: shutil.copy(path, path.with_name(f"z{path.suffix}")),
    "has a hidden one beside it": lambda path: shutil.copy(path, path.with_name(f".z{path.suffix}")),
    "is a folder": put_folder,
    "is a pipe": put_fifo,
    "is a link": put_link,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
@pytest.mark.parametrize("file", ["capabilities/block.yaml", "matrix/xen/block.yaml"])
def test_an_edit_of_installed_data_is_noticed_by_what_is_in_the_files(
    installed: Path, file: str, edit: Callable[[Path], object]
) -> None:
    edit(installed / file)
    assert load(installed) is None
    assert load(installed, "kvm") is None


@pytest.mark.parametrize("edit", [alter, *list(EDITS.values())[1:4], put_fifo])
def test_an_edit_of_one_ledger_leaves_what_hangs_on_others(
    installed: Path, edit: Callable[[Path], object]
) -> None:
    edit(installed / "matrix/kvm/ledger/releases.txt")
    assert load(installed, "kvm") is None
    assert load(installed) is not None
    edit(installed / "matrix/kvm/ledger/cap.txt")  # whose numbers conditions have
    assert load(installed) is None


@once
def loaded_by_compiling() -> tuple[str, ...]:
    """Every module of ours that is loaded where the data are read and the paths' places are found."""
    script = """
import sys
from pathlib import Path
from virtgate.data import load_catalog
from virtgate.upstream.history import History
from virtgate.upstream.status import find_status
catalog = load_catalog()
for name, support in catalog.paths.items():
    history = History(Path(catalog.root, "matrix", name, "ledger"))
    for path in (one for paths in support.values() for one in paths):
        find_status(path, history.versions[-1], history, None)
import virtgate
root = Path(virtgate.__file__).parent
ours = (one for name, one in sys.modules.items() if name.split(".")[0] == "virtgate")
print(*(Path(one.__file__).relative_to(root) for one in ours))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return tuple(done.stdout.split())


def test_an_edit_of_any_code_that_makes_it_is_noticed(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: set[str] = set()
    read = system.read_bytes

    def watch(path: str, limit: int) -> bytes:
        looked_at.add(path)
        return read(path, limit)

    monkeypatch.setattr(system, "read_bytes", watch)
    assert load(installed) is not None
    makers = {str(installed / file) for file in ("ask/compiled.py", *loaded_by_compiling())}
    assert len(makers) > 80
    assert makers <= looked_at
    for file in ("model.py", "data/records.py", "hypervisors/xen/conditions.py"):
        content = (installed / file).read_bytes()
        alter(installed / file)
        assert load(installed) is None
        (installed / file).write_bytes(content)


SPOILT: dict[str, Callable[[Path], object]] = {
    **EDITS,
    "is cut short": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "is no text": lambda path: path.write_bytes(os.urandom(9999)),
    "is a loop of links": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "is gone": Path.unlink,
    "is of other data": lambda path: path.write_bytes(
        system.seal(path.name, compiled.render(value_of(path.name), "another stamp"))
    ),
    "is another part": lambda path: path.write_bytes(
        system.seal(path.name, compiled.render(value_of("qemu"), store().content_of(path.name)))
    ),
    "names a call": lambda path: path.write_bytes(
        system.seal(path.name, f'{store().content_of(path.name)}\n[["x"],["os.system",[[0]]]]'.encode())
    ),
}
HARMLESS = {"has one beside it", "has a hidden one beside it"}


@pytest.mark.parametrize("spoil", [key for key in SPOILT if key not in HARMLESS])
def test_a_shipped_file_that_is_not_what_was_built_is_refused(installed: Path, spoil: str) -> None:
    SPOILT[spoil](installed / FOLDER / CATALOG)
    assert load(installed) is None


ASK = """
import sys
sys.path.insert(0, sys.argv[1])
import virtgate
print(virtgate.release("kvm", "6.1").verdict("accel.cpu.arm-mte").title, "yaml" in sys.modules, sep="|")
"""


def test_an_installed_package_reads_no_yaml_and_keeps_nothing_until_its_data_are_edited(
    installed: Path, tmp_path: Path
) -> None:
    def ask() -> tuple[str, str]:
        argv = [sys.executable, "-I", "-c", ASK, str(installed.parent)]
        environment = {"PATH": "/usr/bin:/bin", "VIRTGATE_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
        title, _, is_read = done.stdout.strip().rpartition("|")
        return title, is_read

    title = open_catalog(None).get("accel.cpu.arm-mte").title
    assert ask() == (title, "False")
    assert not list(tmp_path.glob("cache/*.compiled"))
    edited = installed / "capabilities/accel.yaml"
    before = edited.stat()
    edited.write_text(edited.read_text(encoding="utf-8").replace(title, title[::-1]), encoding="utf-8")
    os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ask() == (title[::-1], "True")
    assert ask() == (title[::-1], "False")
    assert len(list(tmp_path.glob("cache/*.compiled"))) == 2
