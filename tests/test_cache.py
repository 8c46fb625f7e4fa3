"""What is kept is believed only where it is whole, ours and still true; anything else is a miss."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate import Gates, TargetError
from virtgate.driver import cache, kept

# One cell: no mark that parts cells, lines or blocks, which answers are cleaned of before they are kept.
CELL = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20)
NAME = st.from_regex(r"\A[a-z][a-z0-9.-]{0,20}\Z")
WORD = st.sampled_from(("enabled", "disabled", "unknown", "upstream", "too-old", "true", "false", "null"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache's folder of one test."""
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def make_key(
    target: str = "/usr/bin/true",
    *,
    accel: str | None = None,
    machine: str | None = None,
    policy: str = "refuse= allow=",
    data: str | None = None,
) -> cache.Key:
    return cache.Key(target, accel, machine, policy, data)


def make_answers(key: cache.Key, prints: list[str] | None = None, *, why: str = "because") -> cache.Answers:
    block = (
        f"block.mirror\tenabled\tupstream\tdrive-mirror\ttrue\tCopy a disk\t\t{why}\n"
        f"drive-mirror\tenabled\tupstream\ttrue\tlibvirt=drive-mirror\t1.3.0..\tfile:1\t\t\t{why}"
    )
    kept = cache.take_prints([("kernel", "-")]) if prints is None else prints
    return cache.Answers(host=[("target", key.target)], gates=[block], fingerprint=kept, key=key)


def keep(key: cache.Key, prints: list[str] | None = None) -> Path:
    """Keep answers; the path of their file."""
    cache.write_answers(key, make_answers(key, prints))
    assert cache.read_answers(key) is not None
    return Path(cache.folder()) / key.answers_name()


def test_what_is_kept_is_read_again() -> None:
    key = make_key()
    keep(key)
    read = cache.read_answers(key)
    assert read is not None
    gates = Gates(read)
    assert gates.path("block.mirror") == "drive-mirror"
    assert gates.verdict("block.mirror").aliases == {"libvirt": ["drive-mirror"]}
    assert gates.host["target"] == "/usr/bin/true"


def test_nothing_kept_is_a_miss(folder: Path) -> None:
    assert cache.read_answers(make_key()) is None
    assert not folder.exists()


def test_the_folder_and_its_files_are_private(folder: Path) -> None:
    path = keep(make_key())
    assert folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


@given(
    host=st.lists(st.tuples(NAME, CELL), max_size=4),
    gates=st.lists(st.tuples(NAME, WORD, WORD, CELL, CELL), max_size=4),
    rows=st.lists(st.lists(CELL.filter(lambda text: not text.startswith("- ")), min_size=2), max_size=3),
    prints=st.lists(CELL.map(lambda text: f"stat\t{text}\tnothing"), min_size=1, max_size=3),
    target=CELL,
    until=st.none() | st.floats(min_value=1, max_value=1e10),
    problem=st.none() | CELL.filter(bool),
)
def test_answers_are_read_as_they_were_written(
    host: list[tuple[str, str]],
    gates: list[tuple[str, ...]],
    rows: list[list[str]],
    prints: list[str],
    target: str,
    until: float | None,
    problem: str | None,
) -> None:
    key = make_key(f"/{target}")
    blocks = ["\n".join("\t".join(row) for row in (head, *rows)) for head in gates]
    wrote = cache.Answers(host=host, gates=blocks, fingerprint=prints, key=key, until=until, problem=problem)
    read = cache.parse_answers(cache.render_answers(wrote), key)
    assert read is not None
    public = [name for name in cache.Answers.__slots__ if not name.startswith("_")]
    assert all(getattr(read, name) == getattr(wrote, name) for name in [*public, "gates"])


def test_a_file_cut_short_anywhere_is_a_miss() -> None:
    key = make_key()
    path = keep(key)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.read_answers(key) is None, length
    path.write_bytes(whole)
    assert cache.read_answers(key) is not None


@given(st.binary(max_size=200), st.integers(min_value=0), st.integers(0, 30))
def test_a_text_with_anything_put_in_never_raises(junk: bytes, at: int, over: int) -> None:
    key = make_key()
    whole = cache.render_answers(make_answers(key))
    at %= len(whole)
    odd = whole[:at] + junk + whole[at + over :]
    cache.write_private_bytes(key.answers_name(), odd)
    read = cache.read_answers(key)
    assert read is None or len(odd) == len(whole) or at >= whole.index(cache._PACKED)


ODD = {
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "not UTF-8": b"\xff\xfe\x00",
    "a JSON document": b'{"format": 1}\n',
    "only the first line": f"{cache.FORMAT}\n".encode(),
    "no parts": f"{cache.FORMAT} 0\n".encode(),
    "the right length of nothing": f"{cache.FORMAT} 4\nxxxx".encode(),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_a_file_of_something_else_is_a_miss(odd: bytes) -> None:
    key = make_key()
    path = keep(key)
    path.write_bytes(odd)
    assert cache.read_answers(key) is None


def _count_anew(text: str) -> str:
    """A changed text with the length of its head made right again."""
    first, _, rest = text.partition("\n")
    head = rest[: rest.index("\nblock.mirror\n") + len("\nblock.mirror\n+\ndrive-mirror")]
    return f"{first.rpartition(' ')[0]} {len(head)}\n{rest}"


CHANGES: dict[str, Callable[[str], str]] = {
    "another format": lambda text: text.replace("virtgate-answers 4", "virtgate-answers 3"),
    "another version": lambda text: text.replace(cache.VERSION, "0.0.9", 1),
    "another Python": lambda text: text.replace(cache.FORMAT, cache.FORMAT[:-2] + "99"),
    "another length": lambda text: text.replace("\n", "1\n", 1),
    "a length that is no number": lambda text: text.replace("\n", "x\n", 1),
    "another target": lambda text: text.replace("/usr/bin/true\t", "/usr/bin/tru3\t"),
    "a line more": lambda text: _count_anew(text.replace("\n\nindex", "\n\nmore\n\nindex")),
    "no fingerprint": lambda text: _count_anew(text.replace("kernel\t-", "")),
    "an empty fingerprint": lambda text: _count_anew(text.replace(f"kernel\t-\t{os.uname().release}", "")),
    "a fingerprint of no kind": lambda text: _count_anew(text.replace("kernel\t-", "colour\t-")),
    "a fingerprint with a nul": lambda text: _count_anew(text.replace("kernel\t-", "stat\t/\0")),
    "an hour that is none": lambda text: _count_anew(text.replace("\n\n\t\n\n", "\n\nnoon\t\n\n")),
    "an hour that is not a number": lambda text: _count_anew(text.replace("\n\n\t\n\n", "\n\nnan\t\n\n")),
    "host rows that are no pairs": lambda text: _count_anew(text.replace("\n\ntarget\t", "\n\ntarget ")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_file_changed_in_one_place_is_a_miss(change: Callable[[str], str]) -> None:
    key = make_key()
    path = keep(key)
    text = cache.read_private(path.name)
    assert text is not None
    assert change(text) != text
    cache.write_private(path.name, change(text))  # with a seal that fits: the rest is looked at as well
    assert cache.read_answers(key) is None


def test_another_keys_file_in_its_place_is_a_miss() -> None:
    path = keep(make_key("/usr/bin/false"))
    path.rename(path.with_name(make_key().answers_name()))
    assert cache.read_answers(make_key()) is None


def test_everything_said_of_how_to_ask_has_a_file_of_its_own() -> None:
    keys = [
        make_key(),
        make_key("/usr/bin/false"),
        make_key("kvm"),
        make_key(accel="kvm"),
        make_key(accel="tcg"),
        make_key(machine="q35"),
        make_key(policy="refuse=backports allow="),
        make_key(data="/elsewhere"),
    ]
    assert len({key.answers_name() for key in keys}) == len(keys)
    # Facts hang neither on who decides nor on the data.
    assert make_key(policy="refuse=backports allow=", data="/elsewhere").facts_name() == keys[0].facts_name()


def test_a_relative_target_means_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_key("qemu-kvm").target == str(tmp_path / "qemu-kvm")
    assert make_key("./a:b").target == str(tmp_path / "a:b")
    assert make_key("qmp:vm.sock").target == f"qmp:{tmp_path}/vm.sock"
    assert make_key("kvm").target == "kvm"


@pytest.mark.parametrize("target", ["/" + "x" * 4000, "/é" * 300, "/\udcff\udc80", "/a\tb\n\nc"])
def test_no_target_is_too_odd_to_be_kept_or_missed(target: str) -> None:
    key = make_key(target)
    cache.write_answers(key, make_answers(key))
    read = cache.read_answers(key)
    assert read is None or read.target == target
    assert len(os.fsencode(key.answers_name())) < 200


def test_a_directory_in_its_place_is_a_miss() -> None:
    path = keep(make_key())
    path.unlink()
    path.mkdir()
    assert cache.read_answers(make_key()) is None
    cache.write_answers(make_key(), make_answers(make_key()))
    assert cache.read_answers(make_key()) is None


def test_a_link_in_its_place_is_a_miss_and_is_replaced_when_written(tmp_path: Path) -> None:
    path = keep(make_key())
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert cache.read_answers(make_key()) is None
    elsewhere.write_bytes(b"precious")
    keep(make_key())
    assert not path.is_symlink()
    assert elsewhere.read_bytes() == b"precious"


def test_a_fifo_in_its_place_is_a_miss_that_does_not_wait() -> None:
    path = keep(make_key())
    path.unlink()
    os.mkfifo(path)
    assert cache.read_answers(make_key()) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_a_file_that_others_may_write_is_a_miss(mode: int) -> None:
    path = keep(make_key())
    path.chmod(mode)
    assert cache.read_answers(make_key()) is None


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_folder_that_others_may_write_is_neither_read_nor_written(folder: Path, mode: int) -> None:
    path = keep(make_key())
    folder.chmod(mode)
    assert cache.read_answers(make_key()) is None
    path.unlink()
    cache.write_answers(make_key(), make_answers(make_key()))
    assert not path.exists()


def test_what_belongs_to_somebody_else_is_a_miss(
    folder: Path, require: Callable[[object, str], None]
) -> None:
    require(os.geteuid() == 0, "only root can give a file away")
    path = keep(make_key())
    os.chown(path, 65534, 65534)
    assert cache.read_answers(make_key()) is None
    keep(make_key())
    os.chown(folder, 65534, 65534)
    assert cache.read_answers(make_key()) is None


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere"), Path("/dev/null")):
        monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(place))
        cache.write_answers(make_key(), make_answers(make_key()))
        assert cache.read_answers(make_key()) is None
        assert kept.kept() == []
        assert kept.drop() == 0


def test_a_failed_write_leaves_nothing_behind(folder: Path) -> None:
    path = keep(make_key())
    path.unlink()
    path.mkdir()
    cache.write_answers(make_key(), make_answers(make_key()))
    assert [one.name for one in folder.iterdir()] == [path.name]


def test_dropping_drops_what_is_kept_and_nothing_else(folder: Path) -> None:
    keep(make_key())
    keep(make_key("kvm"))
    (folder / "mine").write_text("stays")
    assert kept.drop() == 2
    assert [one.name for one in folder.iterdir()] == ["mine"]


def _grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def _replace(path: Path) -> None:
    new = path.with_name("new")
    new.write_bytes(path.read_bytes())
    new.replace(path)


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


STAT_CHANGES: dict[str, Callable[[Path], None]] = {
    "grew": _grow,
    "was replaced by its like": _replace,
    "was touched": _touch,
    "lost a permission": lambda path: path.chmod(0o400),
    "is gone": Path.unlink,
}


@pytest.mark.parametrize("change", STAT_CHANGES.values(), ids=STAT_CHANGES.keys())
def test_a_file_that_changed_makes_a_miss(tmp_path: Path, change: Callable[[Path], None]) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"machine code")
    key = make_key(str(path))
    keep(key, cache.take_prints([("stat", str(path))]))
    change(path)
    assert cache.read_answers(key) is None


def test_a_file_that_appears_makes_a_miss(tmp_path: Path) -> None:
    path = tmp_path / "binary"
    for kind in ("stat", "text", "access", "tree"):
        keep(make_key(), cache.take_prints([(kind, str(path / kind))]))
    path.mkdir()
    (path / "stat").write_text("here now")
    assert cache.read_answers(make_key()) is not None
    keep(make_key(), cache.take_prints([("stat", str(path / "other"))]))
    (path / "other").touch()
    assert cache.read_answers(make_key()) is None


def test_a_text_is_what_counts_and_not_when_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "nested"
    path.write_text("Y\n")
    keep(make_key(), cache.take_prints([("text", str(path))]))
    _replace(path)
    assert cache.read_answers(make_key()) is not None
    path.write_text("N\n")
    assert cache.read_answers(make_key()) is None


def test_another_access_to_a_node_makes_a_miss(tmp_path: Path) -> None:
    path = tmp_path / "node"
    path.touch(0o600)
    keep(make_key(), cache.take_prints([("access", str(path))]))
    path.chmod(0o666)
    assert cache.read_answers(make_key()) is None


def test_another_environment_makes_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QEMU_MODULE_DIR", raising=False)
    keep(make_key(), cache.take_prints([("environment", "QEMU_MODULE_DIR")]))
    monkeypatch.setenv("QEMU_MODULE_DIR", "/modules")
    assert cache.read_answers(make_key()) is None


def test_an_edit_anywhere_below_a_folder_makes_a_miss(tmp_path: Path) -> None:
    deep = tmp_path / "data" / "matrix" / "qemu"
    deep.mkdir(parents=True)
    (deep / "block.yaml").write_text("support: {}\n")
    prints = cache.take_prints([("tree", str(tmp_path / "data"))])
    keep(make_key(), prints)
    (deep / "block.yaml").write_text("support: []\n")
    assert cache.read_answers(make_key()) is None
    keep(make_key(), cache.take_prints([("tree", str(tmp_path / "data"))]))
    (deep / "net.yaml").touch()
    assert cache.read_answers(make_key()) is None
    keep(make_key(), cache.take_prints([("tree", str(tmp_path / "data"))]))
    before = (deep / "block.yaml").stat()
    (deep / "block.yaml").write_text("support: ()\n")
    os.utime(deep / "block.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.read_answers(make_key()) is None


def test_another_kernel_makes_a_miss() -> None:
    key = make_key()
    cache.write_answers(key, make_answers(key, ["kernel\t-\t2.6.32-71.el6"]))
    assert cache.read_answers(key) is None


def test_one_line_of_a_fingerprint_that_fails_is_enough(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.touch()
    for path in paths:
        keep(make_key(), cache.take_prints([("stat", str(one)) for one in paths]))
        _grow(path)
        assert cache.read_answers(make_key()) is None


@pytest.mark.parametrize("at", range(3))
def test_of_many_files_each_counts(tmp_path: Path, at: int) -> None:
    paths = [tmp_path / name for name in "abc"]
    for path in paths[:2]:
        path.touch()
    keep(make_key(), cache.take_prints([("files", "//".join(map(str, paths)))]))
    assert cache.read_answers(make_key()) is not None
    paths[at].write_bytes(b"x")
    assert cache.read_answers(make_key()) is None


def test_what_lives_briefly_is_believed_briefly() -> None:
    key = make_key()
    answers = make_answers(key)
    answers.until = time.time() + 0.3
    cache.write_answers(key, answers)
    assert cache.read_answers(key) is not None
    assert Gates(answers).is_current()
    time.sleep(0.35)
    assert cache.read_answers(key) is None
    assert not Gates(answers).is_current()


def test_a_host_that_could_not_be_asked_is_kept_with_its_problem() -> None:
    key = make_key()
    prints = cache.take_prints([("kernel", "-")])
    cache.write_answers(
        key,
        cache.Answers(
            host=[], gates=[], fingerprint=prints, key=key, problem="is asleep", until=time.time() + 5
        ),
    )
    read = cache.read_answers(key)
    assert read is not None
    with pytest.raises(TargetError, match=r"^/usr/bin/true: is asleep$"):
        read.raise_problem()


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from virtgate.driver import cache, kept

key = cache.Key("/usr/bin/true", None, None, "refuse= allow=", None)
prints = cache.take_prints([("kernel", "-")])
for turn in range(150):
    head = f"a.b\\tenabled\\tupstream\\tpath\\ttrue\\ttitle\\t\\t{sys.argv[2] * (1 + turn * 37 % 5000)}"
    cache.write_answers(key, cache.Answers(host=[], gates=[head], fingerprint=prints, key=key))
"""


def test_readers_never_see_half_of_what_several_processes_write(folder: Path) -> None:
    root = str(Path(cache.package_root()).parent)
    keep(make_key())
    writers = [subprocess.Popen([sys.executable, "-I", "-c", WRITER, root, sign]) for sign in "xyz"]
    seen: set[str] = set()
    while any(writer.poll() is None for writer in writers):
        read = cache.read_answers(make_key())
        assert read is not None
        last = read.gates[0].rpartition("\t")[2]
        assert len(set(last)) == 1 or last == "because"
        seen.add(last[0])
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(seen) > 1
    assert [one.name for one in folder.iterdir()] == [make_key().answers_name()]


def test_threads_write_and_read_the_same_key() -> None:
    keep(make_key())
    wrong: list[object] = []

    def write(sign: str) -> None:
        for turn in range(100):
            cache.write_answers(make_key(), make_answers(make_key(), why=sign * (turn % 17 + 1)))

    def read() -> None:
        for _ in range(200):
            found = cache.read_answers(make_key())
            if found is None or Gates(found).path("block.mirror") != "drive-mirror":
                wrong.append(found)

    threads = [threading.Thread(target=write, args=(sign,)) for sign in "xy"]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_folder_is_the_users_own_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache.folder() == os.environ["VIRTGATE_CACHE_DIR"]
    monkeypatch.delenv("VIRTGATE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    expected = "/var/cache/virtgate" if os.geteuid() == 0 else str(tmp_path / "virtgate")
    assert cache.folder() == expected


def test_a_folder_is_believed_only_where_nobody_else_can_change_a_step_of_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = tmp_path / "step"
    folder = step / "cache"
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(folder))
    key = make_key()
    keep(key)
    for mode in (0o777, 0o775, 0o757):
        step.chmod(mode)
        assert cache.read_answers(key) is None, oct(mode)
        cache.write_answers(make_key("/other"), make_answers(make_key("/other")))
        assert not (folder / make_key("/other").answers_name()).exists()
    step.chmod(0o1777)
    assert cache.read_answers(key) is not None
    step.chmod(0o755)
    link = tmp_path / "link"
    link.symlink_to(step)
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(link / "cache"))
    assert cache.read_answers(key) is not None
    step.chmod(0o777)
    assert cache.read_answers(key) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives away")
@pytest.mark.parametrize("stranger", ["link", "step", "step/inner"])
def test_a_step_or_a_link_that_is_another_users_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stranger: str
) -> None:
    (tmp_path / "link").symlink_to("step/inner")
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "link" / "cache"))
    (tmp_path / "step" / "inner").mkdir(parents=True)
    key = make_key()
    keep(key)
    os.chown(tmp_path / stranger, 65534, 65534, follow_symlinks=False)
    assert cache.read_answers(key) is None


def test_a_relative_folder_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", "cache")
    cache.write_answers(make_key(), make_answers(make_key()))
    assert cache.read_answers(make_key()) is None
    monkeypatch.delenv("VIRTGATE_CACHE_DIR")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert cache.folder() == "/home/somebody/.cache/virtgate"


def test_answers_of_another_installation_are_not_this_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of one version, with data of their own, have one cache folder: root's."""
    here = cache.Key("/usr/bin/true", None, None, "", None).answers_name()
    monkeypatch.setattr(cache, "_PACKAGE", "/opt/other/virtgate")
    assert cache.Key("/usr/bin/true", None, None, "", None).answers_name() != here
