"""The provider for OpenFeature keeps what the SDK expects of one, and says what a verdict says."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode, GeneralError
from openfeature.flag_evaluation import Reason
from openfeature.hook import Hook
from openfeature.provider import FeatureProvider, ProviderStatus

import virtgate
from test_serve import ASKED, RECORDINGS
from virtgate.openfeature import VirtgateProvider

HOST = next(path for path in RECORDINGS if "/qemu-7.2.22_x86_64+debian/" in path)
OLD = "qemu=1.2"
QEMU = "/usr/bin/qemu-system-x86_64"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VIRTGATE_CACHE_DIR", str(tmp_path / "cache"))
    yield
    api.shutdown()
    api.clear_providers()
    api.clear_hooks()
    api.set_evaluation_context(EvaluationContext())


def client_of(*targets: str) -> OpenFeatureClient:
    """A client whose provider answers for these."""
    api.set_provider_and_wait(VirtgateProvider(list(targets)))
    return api.get_client()


def test_it_is_a_provider_that_becomes_ready() -> None:
    provider: FeatureProvider = VirtgateProvider(OLD)
    api.set_provider_and_wait(provider)
    client = api.get_client()
    assert client.get_provider_status() == ProviderStatus.READY
    assert client.provider.get_metadata().name == "virtgate"
    assert client.provider.get_provider_hooks() == []


@pytest.mark.parametrize("path", ASKED, ids=lambda path: Path(path).parent.name)
def test_every_flag_says_what_the_verdict_says(path: str) -> None:
    client = client_of(path)
    gates = virtgate.load(path)
    for name in gates:
        verdict = gates.verdict(name)
        told = client.get_boolean_details(name, not verdict)
        assert (told.value, told.error_code, told.flag_key) == (bool(verdict), None, name)
        assert told.variant == (verdict.path or verdict.state)
        assert told.reason == (Reason.UNKNOWN if verdict.state == "unknown" else Reason.TARGETING_MATCH)
        assert told.flag_metadata["sentence"] == verdict.sentence
        assert told.flag_metadata["reason"] == verdict.reason
        assert client.get_boolean_value(name, not verdict) is bool(verdict)


@pytest.mark.parametrize("default", [True, False])
def test_an_error_gives_the_default_and_its_code(default: bool) -> None:
    client = client_of(OLD, HOST)
    cases: list[tuple[str, EvaluationContext, ErrorCode]] = [
        ("block.miror", EvaluationContext(OLD), ErrorCode.FLAG_NOT_FOUND),
        ("block.mirror", EvaluationContext(), ErrorCode.TARGETING_KEY_MISSING),
        ("block.mirror", EvaluationContext("/bin/sh"), ErrorCode.INVALID_CONTEXT),
        ("block.mirror", EvaluationContext(OLD, {"target": "/bin/sh"}), ErrorCode.INVALID_CONTEXT),
    ]
    for name, context, code in cases:
        told = client.get_boolean_details(name, default, context)
        assert (told.value, told.error_code, told.reason) == (default, code, Reason.ERROR)
        assert told.error_message
        assert client.get_boolean_value(name, default, context) is default


def test_a_flag_is_a_boolean_and_nothing_else() -> None:
    client = client_of(OLD)
    told: list[tuple[Any, Any]] = [
        (client.get_string_details("block.mirror", "a"), "a"),
        (client.get_integer_details("block.mirror", 3), 3),
        (client.get_float_details("block.mirror", 0.5), 0.5),
        (client.get_object_details("block.mirror", {"a": 1}), {"a": 1}),
    ]
    for details, default in told:
        assert (details.value, details.error_code) == (default, ErrorCode.TYPE_MISMATCH)
    assert client.get_string_details("block.miror", "a").error_code == ErrorCode.FLAG_NOT_FOUND


def test_the_context_chooses_the_host_at_every_level() -> None:
    client = client_of(OLD, HOST)
    on_old, on_host = EvaluationContext(OLD), EvaluationContext("anybody", {"target": HOST})
    assert not client.get_boolean_value("block.mirror", True, on_old)
    assert client.get_boolean_value("block.mirror", False, on_host)
    api.set_evaluation_context(on_old)
    assert not client.get_boolean_value("block.mirror", True)
    client.context = on_host
    assert client.get_boolean_value("block.mirror", False)
    assert not client.get_boolean_value("block.mirror", True, EvaluationContext(None, {"target": OLD}))


def test_one_host_needs_no_name() -> None:
    assert client_of(HOST).get_boolean_value("block.mirror", False)
    assert not client_of(OLD).get_boolean_value("block.mirror", True)


def test_the_evaluation_does_not_hold_an_event_loop() -> None:
    client = client_of(HOST)

    async def ask() -> list[bool]:
        names = ["block.mirror", "block.miror"]
        return await asyncio.gather(*(client.get_boolean_value_async(name, False) for name in names))

    assert asyncio.run(ask()) == [True, False]


def test_hooks_see_an_evaluation() -> None:
    seen: list[tuple[str, Any]] = []

    class Watcher(Hook):
        def after(self, hook_context: Any, details: Any, hints: Any) -> None:
            seen.append((hook_context.flag_key, details.variant))

        def error(self, hook_context: Any, exception: Exception, hints: Any) -> None:
            seen.append((hook_context.flag_key, type(exception).__name__))

    client = client_of(HOST)
    client.add_hooks([Watcher()])
    client.get_boolean_value("block.mirror", False)
    client.get_boolean_value("block.miror", False)
    assert seen == [("block.mirror", "blockdev-mirror"), ("block.miror", "FlagNotFoundError")]


def test_a_host_that_cannot_be_asked_is_an_error_and_not_the_others(tmp_path: Path) -> None:
    gone = str(tmp_path / "qemu-system-gone")
    client = client_of(gone, HOST)
    assert client.get_boolean_value("block.mirror", False, EvaluationContext(HOST))
    told = client.get_boolean_details("block.mirror", True, EvaluationContext(gone))
    assert (told.value, told.error_code) == (True, ErrorCode.GENERAL)
    for targets in ([gone], []):
        with pytest.raises(GeneralError):
            api.set_provider_and_wait(VirtgateProvider(targets))
        assert api.get_client().get_provider_status() == ProviderStatus.ERROR


@pytest.fixture
def binary(require: Callable[[object, str], None]) -> Iterator[Path]:
    """A program that starts the real one, where an unprivileged user may start it."""
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        program = Path(folder) / "qemu-system-x86_64"
        program.write_text(f'#!/bin/sh\nexec {QEMU} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        yield program


def test_a_host_that_has_changed_is_asked_again_and_told(binary: Path) -> None:
    seen: list[EventDetails] = []
    client = client_of(str(binary))
    client.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, seen.append)
    assert client.get_boolean_value("block.mirror", False)
    assert not seen
    binary.write_text(f'#!/bin/sh\n# newer\nexec {QEMU} "$@"\n', encoding="utf-8")
    assert client.get_boolean_value("block.mirror", False)
    end = time.monotonic() + 10
    while not seen and time.monotonic() < end:
        time.sleep(0.01)
    assert f"{binary} has changed" == seen[0].message
    binary.unlink()
    assert client.get_boolean_details("block.mirror", False).error_code == ErrorCode.GENERAL


def test_threads_ask_at_once() -> None:
    client = client_of(HOST, OLD)
    found: list[bool] = []

    def ask(target: str) -> None:
        found.extend(
            client.get_boolean_value("block.mirror", False, EvaluationContext(target)) for _ in range(50)
        )

    threads = [threading.Thread(target=ask, args=(target,)) for target in (HOST, OLD) * 2]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (found.count(True), found.count(False)) == (100, 100)


def test_a_policy_and_a_path_are_taken() -> None:
    provider = VirtgateProvider(Path(HOST), policy=virtgate.Policy(refuse={"deprecated", "backports"}))
    told = provider.resolve_boolean_details("block.mirror", False)
    assert told.value is True
    assert os.fspath(HOST) in provider._gates
