"""In the control domain: a guest is started, virtgate is asked, and the path that it names is tried."""

from __future__ import annotations

import base64
import ctypes
import io
import json
import lzma
import mmap
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

RESULTS = Path("/results")
SHARED_MEMORY = ("0x1af4", "0x1110")  # the PCI ids of QEMU's ivshmem device
CONSOLE = Path("/var/log/xen/console/guest-g1.log")
CAPABILITY = "net.hot-unplug"
# What each of the capability's paths is made of: libxl's own function, called as a driver would call it.
FUNCTIONS = {
    "device-nic-remove": "libxl_device_nic_remove",
    "device-nic-destroy": "libxl_device_nic_destroy",
}
ASKED_TYPE = Path("/guest/asked-type")  # there where virtgate is in the guest, too
GUEST = """\
name="g1"
type="{type}"
kernel="/guest/vmlinuz"
ramdisk="/guest/initrd"
memory={memory}
vcpus=1
extra="console=hvc0 rdinit=/init quiet"
vif=["mac=00:16:3e:00:00:01,script=/etc/xen/scripts/vif-none"]
"""


class Refused(Exception):
    """A step that did not do what it should."""


def main() -> None:
    """Every step in turn; what went wrong is a result, too."""
    times: dict[str, float] = {"up": uptime()}
    steps: tuple[Callable[[], None], ...] = (start_guest, record, judge, ask_guest, try_unplug)
    before = state()
    try:
        for step in steps:
            begun = uptime()
            print(f"{begun:g} s: {step.__name__}", flush=True)
            step()
            times[step.__name__] = round(uptime() - begun, 1)
    except (Refused, OSError, ValueError, subprocess.SubprocessError) as error:
        keep("problem", f"{step.__name__}: {error}\n")
    keep("changed", "".join(sorted(before ^ state())))
    keep("guest-console", console())
    keep("times.json", json.dumps(times))
    send()


def uptime() -> float:
    """Seconds since the control domain's kernel started."""
    return float(read("/proc/uptime").split()[0])


def state() -> set[str]:
    """The modules that are loaded and what is mounted: nobody asked virtgate to change that."""
    modules = {f"module {line.split()[0]}\n" for line in read("/proc/modules").splitlines()}
    return modules | {f"mount {line}\n" for line in read("/proc/mounts").splitlines()}


def read(path: str) -> str:
    """A file's text."""
    return Path(path).read_text(encoding="utf-8")


def start_guest() -> None:
    """A guest with a network card; it starts while virtgate is at work."""
    asked = ASKED_TYPE.exists()
    settings = {"type": read(str(ASKED_TYPE)) if asked else "pv", "memory": 352 if asked else 160}
    Path("/g1.cfg").write_text(GUEST.format(**settings), encoding="ascii")
    run("guest-created", xl(), "create", "/g1.cfg")


def record() -> None:
    """All that this host says, and which of the functions that it names the dynamic linker does not find."""
    virtgate("probe.txt", "probe", "xen", "--record", "/results/host.json.xz")
    recording = lzma.decompress((RESULTS / "host.json.xz").read_bytes())
    told = json.loads(recording)["answers"]["libxl functions"]["return"]
    linked = (load("libxenlight"), load("libxlutil"))
    keep("unlinked", "".join(f"{name}\n" for name in told if not any(hasattr(one, name) for one in linked)))


def load(name: str) -> ctypes.CDLL:
    """One of libxl's two libraries, linked."""
    path = next(one for one in Path("/usr/lib").glob(f"*/{name}.so.4.*"))
    return ctypes.CDLL(str(path))


def judge() -> None:
    """The verdicts, live, and the one that matters in full."""
    virtgate("gates.json", "gates", "xen", "--json")
    virtgate("check.json", "check", CAPABILITY, "xen", "--json")
    virtgate("explain.txt", "explain", CAPABILITY, "xen")


def ask_guest() -> None:
    """What virtgate recorded in the guest."""
    if ASKED_TYPE.exists():
        said = re.compile(r"^recording: (\S+)\r?\n", re.MULTILINE)
        wait_for(lambda: said.search(console()) is not None, "the guest has recorded itself", 240)
        found = said.search(console())
        (RESULTS / "guest.json.xz").write_bytes(base64.b64decode(found[1] if found else ""))


def try_unplug() -> None:
    """Unplug the running guest's card through the function that the gate's path is made of."""
    wait_for(lambda: cards() == ["eth0"], "the guest sees its card")
    path = json.loads(read("/results/check.json"))["gate"]["path"]
    if path not in FUNCTIONS:
        raise Refused(f"{CAPABILITY} is enabled through {path}, which this does not know how to go")
    call_libxl(FUNCTIONS[path], int(run("guest-domid", xl(), "domid", "g1")))
    keep("unplugged-through", FUNCTIONS[path])
    wait_for(lambda: cards() == [], "the card is gone from the guest")


def call_libxl(function: str, domain: int) -> None:
    """Remove a domain's first card, in this process, through the library that a driver links."""
    libxl, log, libc = load("libxenlight"), ctypes.CDLL("libxentoollog.so.1"), ctypes.CDLL(None)
    log.xtl_createlogger_stdiostream.restype = ctypes.c_void_p
    errors = ctypes.c_void_p.in_dll(libc, "stderr")
    logger = ctypes.c_void_p(log.xtl_createlogger_stdiostream(errors, 3, 0))
    context = ctypes.c_void_p()
    succeed(libxl.libxl_ctx_alloc(ctypes.byref(context), 0, 0, logger), "libxl_ctx_alloc")
    card = ctypes.create_string_buffer(4096)  # a libxl_device_nic, whatever its size
    libxl.libxl_device_nic_init(card)
    succeed(libxl.libxl_devid_to_device_nic(context, domain, 0, card), "libxl_devid_to_device_nic")
    succeed(getattr(libxl, function)(context, domain, card, None), function)
    libxl.libxl_device_nic_dispose(card)
    libxl.libxl_ctx_free(context)


def succeed(status: int, what: str) -> None:
    """Raise unless libxl says 0."""
    if status != 0:
        raise Refused(f"{what} returns {status}")


def xl() -> str:
    """The xl of the Xen that runs."""
    return f"{sys.argv[1]}/xl"


def cards() -> list[str] | None:
    """The cards that the guest said last that it has; None before it said any."""
    told = re.findall(r"^cards: (.*?)\r?$", console(), re.MULTILINE)
    return told[-1].split() if told else None


def console() -> str:
    """What the guest said."""
    return CONSOLE.read_bytes().decode("utf-8", "replace") if CONSOLE.exists() else ""


def wait_for(is_so: Callable[[], bool], what: str, patience: float = 60.0) -> None:
    """Wait until something is so."""
    until = uptime() + patience
    while not is_so():
        if uptime() > until:
            raise Refused(f"not within {patience:g} s: {what}")
        time.sleep(0.5)


def virtgate(name: str, *words: str) -> None:
    """Run the command line as a user would; its output and its exit status are kept."""
    begun = uptime()
    done = subprocess.run(
        [sys.executable, "-m", "virtgate", *words], capture_output=True, text=True, check=False, timeout=300
    )
    keep(name, done.stdout)
    status = {"exit": done.returncode, "errors": done.stderr, "seconds": round(uptime() - begun, 1)}
    keep(f"{name}.status", json.dumps(status))


def run(name: str, *argv: str) -> str:
    """What a command says, kept. Raises Refused when it fails."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=180)
    keep(name, done.stdout + done.stderr)
    if done.returncode != 0:
        raise Refused(f"{' '.join(argv)} ends with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def keep(name: str, text: str) -> None:
    """Keep a result."""
    (RESULTS / name).write_text(text, encoding="utf-8")


def send() -> None:
    """Give the results out through memory that is shared: by a serial port each byte costs a trap or two."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(RESULTS, arcname=".")
    content = packed.getvalue()
    device = next(
        one
        for one in Path("/sys/bus/pci/devices").iterdir()
        if tuple(read(f"{one}/{name}").strip() for name in ("vendor", "device")) == SHARED_MEMORY
    )
    (device / "enable").write_text("1", encoding="ascii")
    with (device / "resource2").open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[8 : 8 + len(content)] = content
        memory[:8] = len(content).to_bytes(8, "little")


if __name__ == "__main__":
    main()
