"""Where trials of one QEMU are made: its machines, its furniture, and how each kind of condition is tried."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

import yaml

from virtgate.model import Leaf

from .arguments import Builder, steps_of
from .machine import Ended, Machine
from .outcome import UNTRIED, WORKS, Outcome, best, read_error, worst

# A name that was made up for one trial, and a folder that QEMU made.
_GIVEN = re.compile(r"(\btrial|/tmp/)\w*\d\w*|/tmp/\.\w+")
_BLAMED = re.compile(r"qemu-\S+: (-[^\s:]+)")
HERE = Path(__file__).parent
Try = Callable[[str], Outcome]


class Lab:
    """One QEMU with one accelerator, and a folder with the files that the trials name."""

    def __init__(self, binary: str, accel: str, arch: str) -> None:
        self.binary, self.accel, self.arch = binary, accel, arch
        self.table = yaml.safe_load((HERE / "trials.yaml").read_text(encoding="utf-8"))
        self._holder = tempfile.TemporaryDirectory(prefix="virtgate-trials-", ignore_cleanup_errors=True)
        self.folder = Path(self._holder.name)
        self._make_files()
        self.starts = 0
        self._shared: Machine | None = None
        self._kept: dict[str, Outcome] = {}
        with Machine([binary, "-machine", "none", "-S", "-nodefaults"], self.folder) as machine:
            schema = machine.send("query-qmp-schema")["return"]
            devices = machine.send("qom-list-types", {"implements": "device", "abstract": True})["return"]
        self.devices = {row["name"] for row in devices}
        self._start([]).close()  # raises Ended where the furniture itself is at fault
        here = self.table["machines"].get(arch, {"machine": "none"})
        values = self.table["values"] | here.get("values", {})
        self.builder = Builder(schema, self._fill(values), self.table["always"])
        self._by_kind: Mapping[str, Try] = {
            "command": self._try_command, "qmp": self._try_command, "answers": self._try_query,
            "device": self._try_device, "property": self._try_property, "object": self._try_object,
            "option": self._try_option, "machine": self._try_machine, "cpu": self._try_cpu,
            "machine-property": self._try_machine_property, "hmp": self._try_hmp,
            "migration-capability": self._try_migration,
            "tpm-model": self._try_device, "tpm-backend": self._try_tpm, "block-driver": self._try_driver,
            "accel": self._try_accel,
        }  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shared is not None:
            self._shared.close()
        self._holder.cleanup()

    def try_leaf(self, leaf: Leaf) -> Outcome | None:
        """What this part of a condition shows when it is used; None for what is no interface."""
        text = str(leaf)
        if text not in self._kept:
            self._kept[text] = self._try_leaf(leaf, text)
        found = self._kept[text]
        return None if found.said == "no interface" else found

    def _try_leaf(self, leaf: Leaf, text: str) -> Outcome:
        if text in self.table["parts"]:
            return self.try_scripts(self.table["parts"][text], text)
        if leaf.kind == "qmp" and (name := steps_of(leaf.terms["name"])[0][1]).isupper():
            event = self.table["parts"].get(f"event {name}")
            return self.try_scripts(event, text) if event else self._reason(f"event {name}")
        if leaf.kind in ("release", "arch"):
            return Outcome(word="untried", said="no interface")
        name = leaf.terms.get("name")
        if leaf.kind not in self._by_kind or not isinstance(name, str):
            return self._reason(text)
        return self.try_named(leaf.kind, name)

    def try_named(self, kind: str, name: str) -> Outcome:
        """What one thing shows, by a condition's kind and its name."""
        return self._guard(lambda: self._by_kind[kind](name), name)

    def _reason(self, text: str) -> Outcome:
        return Outcome(word="untried", said=self.table["cannot"].get(text, ""))

    def try_scripts(self, scripts: Any, tried: str) -> Outcome:
        """The best of the scripts for this target."""
        mine = [
            one for one in (scripts if isinstance(scripts, list) else [scripts]) if self._is_for_here(one)
        ]
        return best(self._guard(lambda script=script: self._play(script), tried) for script in mine)

    def _is_for_here(self, script: Mapping[str, Any]) -> bool:
        return self.arch in script.get("arch", [self.arch]) and self.accel in script.get(
            "accel", [self.accel]
        )

    def _play(self, script: Mapping[str, Any]) -> Outcome:
        """A script: arguments to start with, commands to send, an event or a member to see."""
        script = self._fill(script)
        argv = script.get("argv", [])
        bare, accel = script.get("bare", False), script.get("accelerator")
        with self._start(argv, script.get("machine"), bare=bare, accel=accel) as machine:
            replies: list[Any] = []
            for command in script.get("send", ()):
                reply = machine.send(command["execute"], command.get("arguments"))
                if "error" in reply and not command.get("may-fail"):
                    raise _RefusedError(reply["error"]["desc"])
                replies.append(reply.get("return"))
            if "event" in script:
                event = machine.await_event(script["event"])
                if event is None:
                    return Outcome(word="untried", said=f"no event {script['event']}")
                replies = [event.get("data", {})]
            if "returns" in script and replies[-1] != script["returns"]:
                return Outcome(word="refused", said=f"returns {replies[-1]}")
            if "shows" in script and not _has(replies[-1], script["shows"].split(".")):
                return Outcome(word="untried", said=f"{script['shows']} is not in the answer")
        return WORKS

    def _guard(self, trial: Callable[[], Outcome], tried: str) -> Outcome:
        found = self._judge(trial, tried)
        return replace(found, said=_GIVEN.sub(r"\1…", found.said.replace(str(self.folder), "$DIR")))

    def _judge(self, trial: Callable[[], Outcome], tried: str) -> Outcome:
        try:
            return trial()
        except _RefusedError as refused:
            return read_error(str(refused), tried)
        except _SpoiltError as spoilt:
            return Outcome(word="untried", said=str(spoilt))
        except Ended as ended:
            if ended.crashed:
                return Outcome(word="died", said=ended.said)
            return read_error(ended.said, tried)

    def _start(
        self, argv: list[str], machine: str | None = None, *, bare: bool = False, accel: str | None = None
    ) -> Machine:
        self.starts += 1
        here = self.table["machines"].get(self.arch, {"machine": "none"})
        start = [self.binary, "-accel", accel or self.accel, "-S", "-nodefaults"]
        start += ["-m", here.get("memory", "64")]
        start += [
            "-machine",
            machine or here["machine"],
            *(() if bare else self._fill(self.table["furniture"])),
        ]
        if not bare:
            start += self._fill(here.get("furniture", []))
        self._mend_images()
        try:
            return Machine([*start, *argv], self.folder)
        except Ended as ended:
            blamed = _BLAMED.match(ended.said)
            # What is tried stands last.
            if blamed and blamed[1] not in (*argv[-2:], "-machine", "-accel"):
                raise _SpoiltError(ended.said) from ended
            raise

    def _send(self, command: str, arguments: dict[str, Any] | None = None) -> Outcome:
        if command in self.table["shareable"]:
            return _outcome_of(self._ask_shared(command, arguments), command)
        with self._prepare(command) as machine:
            return _outcome_of(machine.send(command, arguments), command)

    def _prepare(self, *names: str) -> Machine:
        """A machine with what is needed, by the first of these names that needs something."""
        rows = self.table["contexts"]
        row = self._fill(next((rows[name] for name in names if name in rows), {}))
        machine = self._start(row.get("argv", []))
        for command in row.get("send", ()):
            if "error" in (reply := machine.send(command["execute"], command.get("arguments"))):
                machine.close()
                raise _SpoiltError(reply["error"]["desc"])
        time.sleep(row.get("wait", 0.0))
        return machine

    def _ask_shared(self, command: str, arguments: dict[str, Any] | None) -> dict[str, Any]:
        if self._shared is None:
            self._shared = self._start([])
        try:
            return self._shared.send(command, arguments)
        except Ended:
            self._shared.close()
            self._shared = None
            raise

    def _try_command(self, element: str) -> Outcome:
        if "[" in element:
            return Outcome(word="untried", said="a feature announces how something behaves")
        if "()" in element:
            return self._try_query(element)
        command, arguments = self.builder.build(element.removesuffix("?"))
        if element.endswith("?"):
            arguments.pop(steps_of(element)[-1][1], None)
        return self._named(arguments, command)

    def _try_migration(self, name: str) -> Outcome:
        return self._try_command(f"migrate-set-capabilities.capabilities.capability={name}")

    def _named(self, arguments: dict[str, Any], command: str) -> Outcome:
        for key in self.table["fresh"].get(command, ()):
            arguments[key] = f"trial{len(self._kept)}"
        return self._send(command, arguments)

    def _try_query(self, element: str) -> Outcome:
        command, _, member = element.partition("()")
        _, arguments = self.builder.build(command)
        if {element, command}.isdisjoint(self.table["contexts"]):
            reply = self._ask_shared(command, arguments)
        else:
            with self._prepare(element, command) as machine:
                reply = machine.send(command, arguments)
        if "error" in reply or not member:
            return _outcome_of(reply, command)
        found = ":" not in member and _has(reply["return"], member.strip(".").split("."))
        return WORKS if found else Outcome(word="untried", said=f"{member} is not in the answer")

    def _needs_of(self, device: str) -> Mapping[str, Any]:
        rows = self.table["devices"]
        fitting = (row for key, row in rows.items() if fnmatchcase(device, key) and self._is_for_here(row))
        return next(fitting, {})

    def _try_device(self, name: str, *properties: str) -> Outcome:
        row = self._needs_of(name)
        words = ",".join((name, *_without(row.get("with", []), properties), *properties))
        argv = self._fill([*row.get("before", []), "-device", words])
        with self._start(argv, row.get("machine"), bare="machine" in row):
            return WORKS

    def _try_property(self, element: str) -> Outcome:
        kind, name = element.rsplit(".", 1)
        if kind.endswith("-cpu"):
            script = yaml.safe_dump(self.table["cpu-property"]).replace("$NAME", name)
            return self._play(yaml.safe_load(script))
        value = self.table["properties"].get(element, self.table["properties"].get(name, "on"))
        if kind in self.table["settings"]:
            script = (
                yaml.safe_dump(self.table["settings"][kind])
                .replace("$NAME", name)
                .replace("$VALUE", str(value))
            )
            return self.try_scripts(yaml.safe_load(script), element)
        if kind.endswith("-machine"):
            with self._start([], machine=f"{self.table['machines'][self.arch]['machine']},{name}={value}"):
                return WORKS
        given = (
            self._needs_of(kind).get("with", [])
            if kind in self.devices
            else self.table["objects"].get(kind, [])
        )
        if name in [one.partition("=")[0] for one in given]:
            return self._try_device(kind) if kind in self.devices else self._try_object(kind)
        if kind in self.devices:
            return self._try_device(kind, f"{name}={value}")
        return self._try_object(kind, f"{name}={value}")

    def _try_object(self, name: str, *properties: str) -> Outcome:
        given = _without(self.table["objects"].get(name, []), properties)
        with self._start(["-object", self._fill(",".join((name, "id=trial", *given, *properties)))]):
            return WORKS

    def _try_option(self, element: str) -> Outcome:
        name, _, parameter = element.partition(".")
        row = self.table["options"].get(name)
        if row is None:
            return UNTRIED
        base = row.get("base", "")
        if parameter:
            value = row.get("values", {}).get(parameter, "on")
            kept = [one for one in base.split(",") if one and one.partition("=")[0] != parameter]
            base = ",".join(
                (
                    row["for"][parameter] if parameter in row.get("for", {}) else ",".join(kept),
                    f"{parameter}={value}",
                )
            ).strip(",")
        switch = row.get("switch", f"-{name}")
        argv = self._fill([*row.get("before", []), switch, base])
        if name == "machine":
            with self._start([], machine=f"{self.table['machines'][self.arch]['machine']},{base}"):
                return WORKS
        with self._start(argv):
            return WORKS

    def _try_machine(self, name: str) -> Outcome:
        with self._start([], machine=name, bare=True):
            return WORKS

    def _try_machine_property(self, element: str) -> Outcome:
        machine, name = element.rsplit(".", 1)
        value = self.table["properties"].get(element, self.table["properties"].get(name, "on"))
        before = self.table["machine-objects"].get(name, [])
        with self._start(self._fill(before), machine=f"{machine},{name}={value}", bare=True):
            return WORKS

    def _try_cpu(self, name: str) -> Outcome:
        with self._start(["-cpu", name]):
            return WORKS

    def _try_accel(self, name: str) -> Outcome:
        if name != self.accel:
            return Outcome(word="untried", said="no interface")
        with self._start([]):
            return WORKS

    def _try_tpm(self, name: str) -> Outcome:
        with self._start(["-tpmdev", f"{name},id=tpm" + (",chardev=chr" if name == "emulator" else "")]):
            return WORKS

    def _try_driver(self, name: str) -> Outcome:
        return self._try_command(f"blockdev-add:{name}")

    def _try_hmp(self, name: str) -> Outcome:
        with self._start([]) as machine:
            reply = machine.send("human-monitor-command", {"command-line": name})
        said = reply.get("return", "").strip()
        return read_error(said, name) if said else WORKS

    def _fill(self, value: Any) -> Any:
        """The value with the lab's folder in the place of `$DIR`."""
        if isinstance(value, str):
            return value.replace("$DIR", str(self.folder))
        if isinstance(value, list):
            return [self._fill(one) for one in value]
        if isinstance(value, dict):
            return {key: self._fill(one) for key, one in value.items()}
        return value

    def _make_files(self) -> None:
        self._mend_images()
        (self.folder / "empty").write_bytes(bytes(1 << 20))
        (self.folder / "shared").mkdir()
        os.mkfifo(self.folder / "pipe")

    def _mend_images(self) -> None:
        """Make the images that are not there, or over which what was tried before has written."""
        for name in ("disk", "base", "top", "third", "over"):
            path = self.folder / name
            if not path.exists() or path.read_bytes()[:4] != b"QFI\xfb":
                backing = ("-b", "base", "-F", "qcow2") if name == "over" else ()
                self._image("-f", "qcow2", *backing, name, "16M")

    def _image(self, *words: str) -> None:
        subprocess.run(["qemu-img", "create", "-q", *words], cwd=self.folder, check=True)


class _SpoiltError(Exception):
    """Something other than what was tried is at fault."""


class _RefusedError(Exception):
    """A command was answered with an error."""


def _outcome_of(reply: dict[str, Any], tried: str) -> Outcome:
    if "error" in reply:
        raise _RefusedError(reply["error"]["desc"])
    return WORKS


def _without(given: Iterable[str], properties: Iterable[str]) -> list[str]:
    """What is given less what is set otherwise."""
    set_otherwise = [one.partition("=")[0] for one in properties]
    return [one for one in given if one.partition("=")[0] not in set_otherwise]


def _has(value: Any, steps: list[str]) -> bool:
    """Whether a member is somewhere in an answer; any row of a list will do."""
    if isinstance(value, list):
        return any(_has(one, steps) for one in value)
    if not steps:
        return True
    return isinstance(value, dict) and steps[0] in value and _has(value[steps[0]], steps[1:])


__all__ = ["Lab", "Outcome", "best", "worst"]
