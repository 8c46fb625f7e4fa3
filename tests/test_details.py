"""Details are what the recorded hosts said, typed; what nobody said, or said in another shape, is None."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import virtgate
from virtgate.cli import main
from virtgate.faces.details import details_document, details_lines
from virtgate.facts import Facts, read_recording
from virtgate.hypervisors.qemu import everything
from virtgate.hypervisors.qemu.details import Details, Gic, SgxSection, read_details
from virtgate.hypervisors.qemu.everything import ACCELS, QUESTIONS
from virtgate.hypervisors.qemu.hyperv import Hyperv
from virtgate.hypervisors.qemu.qmp_questions import question

HOSTS = Path(__file__).parent / "hosts"
QEMU = "/usr/bin/qemu-system-x86_64"
OFFERED, PLAIN, MAX = QUESTIONS[-3:]
NOTHING = Details(
    arch=None,
    accelerators=None,
    machines=None,
    cpu_models=None,
    gic=None,
    sev=None,
    sgx=None,
    hyperv=None,
)


def recorded(name: str) -> Details:
    return virtgate.details(HOSTS / f"qemu-{name}+debian" / "host.json.xz")


def told(**answers: Any) -> Details:
    """The details in answers to QMP commands, which are named with underscores."""
    named = {name.replace("_", "-"): {"return": value} for name, value in answers.items()}
    return read_details(facts_of(named))


def facts_of(answers: Mapping[str, Any]) -> Facts:
    return Facts(hypervisor="qemu", target="here", via="binary", answers=answers)


def expanded(**props: Any) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in props.items()}
    return {"return": {"model": {"name": "host", "props": named}}}


def test_a_machine_type_has_what_the_release_tells_of_it() -> None:
    details = recorded("10.0.13_x86_64")
    q35 = details.machine("q35")
    assert q35 is not None
    assert q35 is details.machine("pc-q35-10.0")
    assert dataclasses.asdict(q35) == {
        "name": "pc-q35-10.0",
        "alias": "q35",
        "is_default": False,
        "cpu_max": 4096,
        "hotpluggable_cpus": True,
        "numa_memory": False,
        "deprecated": False,
        "default_cpu_type": "qemu64-x86_64-cpu",
        "default_cpu": "qemu64",
        "default_ram_id": "pc.ram",
        "acpi": True,
    }
    older = details.machine("pc-i440fx-2.12")
    assert older is not None
    assert (older.deprecated, older.numa_memory, older.alias) == (True, True, None)
    assert details.machine("sun4m") is None


@pytest.mark.parametrize(
    ("host", "default", "cpu", "acpi"),
    [
        ("5.2.0_x86_64", "pc-i440fx-5.2", "qemu64", None),
        ("7.2.22_x86_64", "pc-i440fx-7.2", "qemu64", None),
        ("11.1.3_x86_64", "pc-i440fx-11.1", "qemu64", True),
        ("7.2.22_s390x", "s390-ccw-virtio-7.2", "qemu", None),
        ("7.2.22_ppc64", "pseries-7.2", "power9_v2.0", None),
        ("7.2.22_riscv64", "spike", None, None),  # no query-cpu-definitions there
    ],
)
def test_the_default_machine_and_its_cpu(host: str, default: str, cpu: str | None, acpi: bool | None) -> None:
    defaults = [row for row in recorded(host).machines or () if row.is_default]
    assert [(row.name, row.default_cpu, row.acpi) for row in defaults] == [(default, cpu, acpi)]


def test_arm_has_no_default_machine() -> None:
    details = recorded("11.1.3_aarch64")
    assert not any(row.is_default for row in details.machines or ())
    virt = details.machine("virt")
    assert virt is not None
    assert (virt.name, virt.cpu_max, virt.hotpluggable_cpus) == ("virt-11.1", 512, False)
    assert virt.default_cpu_type is None


def test_a_cpu_model_is_usable_with_one_accelerator_and_not_with_another() -> None:
    kvm, tcg = (
        virtgate.details(HOSTS / f"qemu-10.0.13_x86_64+debian{variant}" / "host.json.xz").cpu_model("host")
        for variant in ("+kvm", "")
    )
    assert kvm is not None
    assert tcg is not None
    assert (kvm.usable, kvm.blockers, kvm.migratable) == (True, (), False)
    assert (tcg.usable, tcg.blockers) == (False, ("kvm",))


def test_a_cpu_model_may_be_an_alias_and_deprecated() -> None:
    details = recorded("5.2.0_x86_64")
    model = details.cpu_model("Icelake-Client")
    assert model is not None
    assert (model.alias_of, model.deprecated, model.migratable) == ("Icelake-Client-v1", True, True)
    assert model.typename == "Icelake-Client-x86_64-cpu"
    assert details.cpu_model("Icelake-Klient") is None


def test_s390x_has_static_models() -> None:
    details = recorded("7.2.22_s390x")
    model, qemu = details.cpu_model("gen16a-base"), details.cpu_model("qemu")
    assert model is not None
    assert qemu is not None
    assert (model.static, model.usable, qemu.static, qemu.usable) == (True, False, False, True)
    assert "type" in (model.blockers or ())
    assert sum(bool(row.usable) for row in details.cpu_models or ()) == 10


def test_arm_and_ppc_do_not_tell_which_models_run() -> None:
    for host, count in (("10.0.13_aarch64", 47), ("7.2.22_ppc64", 417)):
        models = recorded(host).cpu_models
        assert models is not None
        assert len(models) == count
        assert {(row.usable, row.blockers, row.migratable) for row in models} == {(None, None, None)}
    alias, model = (recorded("7.2.22_ppc64").cpu_model(name) for name in ("power9", "power9_v2.0"))
    assert alias is not None
    assert model is not None
    assert (alias.typename, model.typename) == ("power9_v2.0-powerpc64-cpu", None)
    assert recorded("7.2.22_riscv64").cpu_models is None


@pytest.mark.parametrize("release", ["5.2.0", "7.2.22", "10.0.13", "11.1.3"])
def test_gic_is_of_arm_and_elsewhere_there_is_none(release: str) -> None:
    assert recorded(f"{release}_aarch64").gic == (
        Gic(version=2, emulated=True, kernel=False),
        Gic(version=3, emulated=True, kernel=False),
    )
    assert recorded(f"{release}_x86_64").gic == ()


def test_sev_and_sgx_that_do_not_answer_say_why() -> None:
    details = virtgate.details(HOSTS / "qemu-10.0.13_x86_64+debian+kvm" / "host.json.xz")
    assert details.sev is not None
    assert details.sgx is not None
    assert (details.sev.available, details.sev.reason) == (False, "SEV is not enabled in KVM")
    assert (details.sev.cbitpos, details.sev.snp_object, details.sev.kernel_snp) == (None, True, None)
    assert details.sgx.available is False
    assert details.sgx.reason == "Could not open '/dev/sgx_vepc': No such file or directory"
    older = recorded("5.2.0_x86_64")
    assert older.sev is not None
    assert older.sgx is not None
    assert (older.sev.reason, older.sev.snp_object) == ("KVM not enabled", False)
    assert older.sgx.reason == "The command query-sgx-capabilities has not been found"


def test_sev_that_answers_has_its_numbers() -> None:
    reply = {"pdh": "AAECAw==", "cert-chain": "AAEC", "cbitpos": 51, "reduced-phys-bits": 1}
    sev = told(query_sev_capabilities={**reply, "cpu0-id": "not base64!"}).sev
    assert sev is not None
    assert (sev.available, sev.reason, sev.cbitpos, sev.reduced_phys_bits) == (True, None, 51, 1)
    assert (sev.pdh_length, sev.cert_chain_length, sev.cpu0_id_length) == (4, 3, None)


def test_the_kernels_side_of_sev_is_its_modules_parameters() -> None:
    folder = "file /sys/module/kvm_amd/parameters/"
    answers = {
        f"{folder}sev": {"return": "Y\n"},
        f"{folder}sev_es": {"return": "0\n"},
        f"{folder}sev_snp": {"error": {"class": "ENOENT", "desc": "no such file or directory"}},
    }
    sev = read_details(facts_of(answers)).sev
    assert sev is not None
    assert (sev.available, sev.kernel, sev.kernel_es, sev.kernel_snp) == (None, True, False, False)


def test_sgx_counts_its_memory_as_each_release_tells_it() -> None:
    flags = {"sgx": True, "sgx1": True, "sgx2": False, "flc": True}
    old = told(query_sgx_capabilities={**flags, "section-size": 1024}).sgx
    sections = [{"node": 0, "size": 4096}, {"node": 1, "size": 8192}]
    new = told(query_sgx_capabilities={**flags, "section-size": 0, "sections": sections}).sgx
    odd = told(query_sgx_capabilities={**flags, "sections": [*sections, {"node": 2, "size": "1"}]}).sgx
    assert old is not None
    assert new is not None
    assert odd is not None
    assert (old.sections, old.size, old.sgx2, old.flc) == (None, 1024, False, True)
    assert (new.sections or ())[1] == SgxSection(node=1, size=8192)
    assert (new.size, odd.size) == (12288, None)


def test_hyperv_is_known_of_the_build_and_unknown_of_a_host_that_was_not_asked() -> None:
    older, newer = (recorded(f"{release}_x86_64").hyperv for release in ("5.2.0", "10.0.13"))
    assert older is not None
    assert newer is not None
    assert len(older.known) == 18
    assert set(newer.known) - set(older.known) >= {"hv-avic", "hv-emsr-bitmap", "hv-xmm-input"}
    assert (newer.default, newer.supported, newer.vendor_id) == ((), None, None)
    arm = recorded("10.0.13_aarch64").hyperv
    assert arm is not None
    assert arm.known == ()


def test_hyperv_of_a_host_is_what_an_expansion_with_everything_on_shows() -> None:
    off = {"hv_passthrough": False, "hv_relaxed": False, "hv_spinlocks": 0xFFFFFFFF, "hv_vendor_id": ""}
    on = {"hv_passthrough": True, "hv_relaxed": True, "hv_spinlocks": 4095, "hv_evmcs": False}
    answers = {PLAIN: expanded(**off), OFFERED: expanded(**on, hv_vendor_id="Linux KVM Hv", aes=True)}
    assert read_details(facts_of(answers)).hyperv == Hyperv(
        known=("hv-evmcs", "hv-relaxed", "hv-spinlocks", "hv-vendor-id"),
        default=(),
        supported=("hv-relaxed", "hv-spinlocks"),
        spinlock_retries=4095,
        vendor_id="Linux KVM Hv",
    )


def test_a_static_expansion_tells_nothing_of_hyperv() -> None:
    static = question("query-cpu-model-expansion", {"type": "static", "model": {"name": "host"}})
    answers = {static: expanded(aes=True), "query-cpu-model-expansion {": expanded(hv_time=True)}
    assert read_details(facts_of(answers)).hyperv is None


@pytest.mark.parametrize(
    ("host", "used", "present"),
    [
        ("5.2.0_x86_64+debian+kvm", "kvm", ("kvm", "qtest", "tcg", "xen")),
        ("10.0.13_x86_64+debian", "tcg", ("kvm", "tcg")),
        ("11.1.3_x86_64+debian+kvm", "kvm", ("kvm", "mshv", "qtest", "tcg")),
        ("7.2.22_x86_64+debian+guest", "tcg", None),
    ],
)
def test_accelerators(host: str, used: str, present: tuple[str, ...] | None) -> None:
    told = virtgate.details(HOSTS / f"qemu-{host}" / "host.json.xz").accelerators
    assert told is not None
    assert (told.used, told.present, told.kvm) == (used, present, used == "kvm")
    assert (told.why_not_kvm is None) == (used == "kvm")


def test_a_guest_tells_less_and_what_it_does_not_tell_is_none() -> None:
    details = virtgate.details(HOSTS / "qemu-7.2.22_x86_64+debian+guest" / "host.json.xz")
    assert details.machine("q35") is not None
    assert (details.sev, details.sgx, details.gic, details.hyperv) == (None, None, None, None)


def test_a_host_that_was_asked_nothing_has_no_details() -> None:
    assert read_details(facts_of({})) == NOTHING
    assert virtgate.details(HOSTS / "kvm-6.18.44_x86_64" / "host.json.xz") == NOTHING
    assert details_lines(NOTHING) == []
    assert set(details_document(NOTHING)) == {field.name for field in dataclasses.fields(Details)}


def test_a_refusal_of_gic_says_nothing_where_the_target_is_not_known() -> None:
    answers = {"query-gic-capabilities": {"error": {"class": "CommandNotFound", "desc": "no"}}}
    assert read_details(facts_of(answers)).gic is None


def test_a_member_of_another_shape_is_none_and_an_answer_of_another_shape_no_answer() -> None:
    row = {"name": "m", "alias": 1, "is-default": "yes", "cpu-max": True, "deprecated": 0, "acpi": None}
    details = told(query_machines=[row], query_cpu_definitions=["c", {"name": "d"}])
    (machine,) = details.machines or ()
    assert set(dataclasses.astuple(machine)) == {"m", None}
    assert details.cpu_models is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["on", "hv-x", "kvm"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("name", "alias", "typename", "default-cpu-type", "unavailable-features", "cpu-max"),
                    *("version", "kernel", "sections", "size", "section-size", "cbitpos", "pdh", "model"),
                    *("props", "hv-spinlocks", "hv-x", "hv-vendor-id", "present", "enabled", "used", "arch"),
                    *("class", "desc", "kvm"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    answers=st.dictionaries(
        st.sampled_from([*QUESTIONS, "qom-list-types", "--version"]),
        st.dictionaries(st.sampled_from(["return", "error", "unanswered"]), JSON, max_size=2),
    )
)
@settings(max_examples=150)
def test_no_answer_whatever_its_shape_ends_in_a_traceback(answers: dict[str, Any]) -> None:
    details = read_details(facts_of(answers))
    json.dumps(details_document(details))
    details_lines(details)
    hash(details)


@pytest.mark.no_cover
@pytest.mark.parametrize("path", sorted(HOSTS.glob("*/host.json.xz")), ids=lambda path: path.parent.name)
def test_every_recording_can_be_read_and_shown(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    details = read_details(read_recording(str(path)))
    lines = details_lines(details)
    assert bool(lines) == path.parent.name.startswith("qemu-")
    assert main(["probe", "--json", str(path)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["details"] == json.loads(json.dumps(details_document(details)))
    assert main(["probe", str(path)]) == 0
    assert "\n".join(lines) in capsys.readouterr().out


def test_a_binary_is_asked_just_this(require: Callable[[object, str], None]) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    details = virtgate.details(QEMU, accel="tcg")
    assert details.arch == "x86_64"
    assert details.accelerators is not None
    assert (details.accelerators.used, details.accelerators.kvm) == ("tcg", False)
    assert details.sev is not None
    assert (details.sev.available, details.sev.kernel is None) == (False, False)
    assert details.hyperv is not None
    assert details.hyperv.supported == ()
    pc = details.machine("pc")
    assert pc is not None
    assert details.cpu_model(pc.default_cpu or "") is not None


def test_a_running_guest_is_asked_what_is_harmless(require: Callable[[object, str], None]) -> None:
    require(os.access(QEMU, os.X_OK), f"{QEMU} is not here")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own may be too deep for a socket's name
        path = Path(folder) / "qmp"
        options = ["-S", "-nodefaults", "-display", "none", "-machine", "none,accel=tcg"]
        command = [QEMU, *options, "-qmp", f"unix:{path},server=on,wait=off"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                until = time.monotonic() + 10
                while not path.exists() and time.monotonic() < until:
                    time.sleep(0.02)
                details = virtgate.details(f"qmp:{path}")
            finally:
                process.kill()
    assert (details.arch, details.gic, details.sgx, details.hyperv) == ("x86_64", None, None, None)
    assert details.accelerators is not None
    assert details.accelerators.used == "tcg"
    assert details.machine("q35") is not None
    assert details.cpu_model("max") is not None


def test_the_types_of_accelerators_are_asked_of_a_process_of_ours_only() -> None:
    assert ACCELS not in (*everything.HARMLESS, *everything.TYPES)


@pytest.mark.parametrize("path", sorted(HOSTS.glob("qemu-*/host.json.xz")), ids=lambda path: path.parent.name)
def test_a_cpu_can_be_plugged_in_where_a_machine_type_takes_one(path: Path) -> None:
    told = [one.hotpluggable_cpus for one in virtgate.details(path).machines or ()]
    if told and None not in told:
        # What tests/test_hosts.py holds it to.
        verdicts = (path.parent / "verdicts.txt").read_text(encoding="utf-8")
        assert ("\ncpu.hot-plug enabled " in verdicts) == any(told)
