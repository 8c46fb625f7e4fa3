"""Boot a real Xen from Debian's packages in QEMU, ask virtgate in its control domain, try what it says.

    python tests/xen/boot.py [SUITE [XEN]] [--out FOLDER] [--ask-guest pv|pvh]

SUITE is bookworm (Xen 4.17), trixie (4.20) or bullseye (4.14). Nothing is installed on this machine, and no
root is needed; QEMU emulates the processor, so /dev/kvm is not, either. FOLDER gets what dom0.py found. With
--ask-guest virtgate is in the guest, too, and FOLDER gets what it recorded there.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import lzma
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import packages  # noqa: E402
from tree import Tree, read_package  # noqa: E402

XEN_OF = {"bullseye": "4.14", "bookworm": "4.17", "trixie": "4.20"}
PYTHON_OF = {"bullseye": "bookworm"}  # its own is too old for virtgate; a newer libc serves older programs
QEMU = "qemu-system-x86_64"
PATIENCE = 300.0  # seconds
SHARED = 4 << 20  # bytes: room for the results
MEMORY, DOM0_MEMORY, ASKED_MEMORY = 1024, 640, 384  # MiB; the last for a guest that is asked
# With SMAP, QEMU 7.2's emulation faults at the entry of a paravirtualised kernel. With XSAVE a process
# sometimes has another's registers: 93 of 6 million calls of Python's int() went wrong, and without it none.
# With RDTSCP a PVH guest stops at its first use of it.
PROCESSOR = "max,smap=off,smep=off,pku=off,xsave=off,rdtscp=off"
# What dom0 does not need of what its packages depend on.
UNUSED_PACKAGES = re.compile(
    r"(adduser|coreutils|cpio|debconf|dpkg|gcc-\d+-base|initramfs-tools|klibc-utils|kmod|libdb5|libkrb5|libpam"
    r"|libsqlite3|libssl|linux-base|logsave|media-types|passwd|perl|tar|ucf|udev)"
)
UNUSED_FILES = re.compile(
    r"usr/share/(?!zoneinfo|python)|(usr/)?lib/(udev|systemd)/|usr/lib/[^/]+/(gconv|perl)|usr/lib/debug/"
    r"|.*/(test|idlelib|lib2to3|tkinter|ensurepip|pydoc_data)/"
)
MODULES = re.compile(
    r"(?:usr/)?lib/modules/[^/]+/kernel/.*/"
    r"(?P<name>xen-(?:privcmd|evtchn|gntdev|gntalloc|blkback|netback|netfront)|xenfs)\.ko(?P<packed>\.xz)?"
)
FOLDERS = ("proc", "sys", "run", "tmp", "results", "var/lib/xen", "var/lib/xenstored", "var/log/xen/console")
# The script that makes a guest's card a part of the host's network: here nothing has to be made.
HOTPLUG = """\
#!/bin/sh
[ "$1" = online ] && xenstore-write "$XENBUS_PATH/hotplug-status" connected
exit 0
"""


class Failed(Exception):
    """A boot that gave no results; its text has the end of the console."""


def main() -> int:
    """The command line: exit 0 with results, 1 without, 2 where this machine lacks what a boot needs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("suite", nargs="?", default="bookworm", choices=sorted(XEN_OF))
    parser.add_argument("xen", nargs="?", help="the version in its packages' names; else the suite's own")
    parser.add_argument("--out", type=Path, default=Path("xen-results"), help="a folder for the results")
    parser.add_argument("--ask-guest", choices=("pv", "pvh"), help="the type of a guest that is asked, too")
    options = parser.parse_args()
    try:
        xen = options.xen or XEN_OF[options.suite]
        seconds = boot(options.suite, xen, options.out, options.ask_guest)
    except packages.Missing as error:
        print(f"boot.py: {error}", file=sys.stderr)
        return 2
    except Failed as error:
        print(f"boot.py: {error}", file=sys.stderr)
        return 1
    print(json.dumps(seconds))
    return 0


def boot(suite: str, xen: str, out: Path, guest: str | None) -> dict[str, float]:
    """Boot, and put the results into a folder; the seconds that each part took.

    Raises packages.Missing and Failed.
    """
    if shutil.which(QEMU) is None:
        raise packages.Missing(f"no {QEMU} here")
    times = [time.monotonic()]
    names = (f"xen-hypervisor-{xen}-amd64", f"xen-utils-{xen}", "xenstore-utils", "linux-image-amd64")
    files = packages.fetch(suite, (*names, "base-files", "busybox-static"))
    files += packages.fetch(PYTHON_OF.get(suite, suite), ("python3-yaml",))
    times.append(time.monotonic())
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        build(files, work, guest)
        times.append(time.monotonic())
        run_qemu(work, out, MEMORY + (ASKED_MEMORY if guest else 0))
        times.append(time.monotonic())
        unpack_results(work, out)
    parts = ("packages", "building", "running")
    return {part: round(b - a, 1) for part, (a, b) in zip(parts, itertools.pairwise(times), strict=True)}


def build(files: list[Path], work: Path, guest: str | None) -> None:
    """Write what QEMU is started with: the hypervisor, dom0's kernel, and its root as an initramfs."""
    kernel: dict[str, bytes] = {}
    root = Tree()
    for file in files:
        if file.name.startswith("linux-image-"):
            kernel.update(read_kernel(file))
        elif file.name.startswith("xen-hypervisor-"):
            for _, _, content in read_package(file, lambda path: path.startswith("boot/xen-")):
                (work / "xen.gz").write_bytes(content)
        elif not UNUSED_PACKAGES.match(file.name):
            root.unpack(file, lambda path: not UNUSED_FILES.match(path))
    (work / "vmlinuz").write_bytes(kernel["vmlinuz"])
    add_dom0(root, kernel)
    add_virtgate(root, work)
    add_guest(root, kernel, work, guest)
    root.write(work / "initramfs")


def read_kernel(package: Path) -> dict[str, bytes]:
    """The kernel and its Xen modules, by name."""
    found = {}
    for path, _, content in read_package(
        package, lambda path: bool(MODULES.fullmatch(path) or "vmlinuz-" in path)
    ):
        module = MODULES.fullmatch(path)
        name = module["name"] if module else "vmlinuz"
        found[name] = lzma.decompress(content) if module and module["packed"] else content
    return found


def add_dom0(root: Tree, kernel: dict[str, bytes]) -> None:
    """What starts dom0, and the modules for it."""
    root.file("init", (HERE / "dom0.sh").read_bytes(), 0o755)
    root.file("dom0.py", (HERE / "dom0.py").read_bytes())
    root.file("etc/xen/scripts/vif-none", HOTPLUG.encode(), 0o755)
    root.link("usr/bin/sh", "busybox")
    for name in (
        "proc",
        "sys",
        "run",
        "tmp",
        "var/lib/xen",
        "var/lib/xenstored",
        "var/log/xen/console",
        "results",
    ):
        root.folder(name)
    for name, content in kernel.items():
        if name != "vmlinuz":
            root.file(f"modules/{name}.ko", content)


def add_virtgate(root: Tree, work: Path) -> None:
    """The package with its data inside, compiled as in a wheel: emulated, that takes half of all time."""
    package = "usr/lib/python3/dist-packages/virtgate"
    root.copy(ROOT / "engine" / "virtgate", package, lambda name: "__pycache__" not in name)
    root.copy(ROOT / "capabilities", f"{package}/capabilities")
    root.copy(ROOT / "matrix", f"{package}/matrix")
    subprocess.run([sys.executable, ROOT / ".ci" / "compile_data.py", work / "compiled", "xen"], check=True)
    root.copy(work / "compiled", f"{package}/compiled")
    source = str(ROOT / "engine" / "virtgate")
    root.add_bytecode(lambda path: Path(path.replace(package, source) if package in path else f"/{path}"))


def add_guest(root: Tree, kernel: dict[str, bytes], work: Path, asked: str | None) -> None:
    """A guest of the same kernel, with busybox and nothing else, or to be asked with all that dom0 has."""
    guest = root.copied() if asked else Tree()
    guest.file("usr/bin/busybox", root.content("usr/bin/busybox"), 0o755)
    guest.file("init", (HERE / "guest.sh").read_bytes(), 0o755)
    guest.file("xen-netfront.ko", kernel["xen-netfront"])
    guest.write(work / "guest")
    if asked:
        root.file("guest/asked-type", asked.encode())
    root.file("guest/vmlinuz", kernel["vmlinuz"])
    root.file("guest/initrd", (work / "guest").read_bytes())


def run_qemu(work: Path, out: Path, memory: int) -> None:
    """One boot, to the end of dom0: its console is the serial port, its results come by shared memory."""
    (work / "xen").write_bytes(gunzip(work / "xen.gz"))
    argv = [
        *(QEMU, "-nodefaults", "-no-reboot", "-display", "none", "-accel", "tcg,thread=multi"),
        *("-cpu", PROCESSOR, "-smp", "1", "-m", str(memory)),
        *("-serial", f"file:{out / 'console'}"),
        *("-object", f"memory-backend-file,id=shared,share=on,mem-path={work / 'shared'},size={SHARED}"),
        *("-device", "ivshmem-plain,memdev=shared"),
        *("-kernel", str(work / "xen")),
        *("-append", f"console=com1 com1=115200,8n1 dom0_mem={DOM0_MEMORY}M,max:{DOM0_MEMORY}M"),
        *("-initrd", f"{work / 'vmlinuz'} console=hvc0 rdinit=/init loglevel=4 panic=5,{work / 'initramfs'}"),
    ]
    try:
        done = subprocess.run(argv, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        raise Failed(f"dom0 was not done within {PATIENCE:g} s{console_end(out)}") from None
    if done.returncode != 0:
        raise Failed(f"QEMU ends with {done.returncode}{console_end(out)}")


def console_end(out: Path) -> str:
    """The last lines of the console."""
    console = out / "console"
    text = console.read_bytes().decode("utf-8", "replace") if console.exists() else ""
    return "; its console ends:\n" + "\n".join(text.splitlines()[-20:])


def gunzip(path: Path) -> bytes:
    """A compressed file's content."""
    import gzip

    return gzip.decompress(path.read_bytes())


def unpack_results(work: Path, out: Path) -> None:
    """Put what dom0 sent into a folder."""
    with (work / "shared").open("rb") as shared:
        sent = shared.read(int.from_bytes(shared.read(8), "little"))
    if not sent:
        raise Failed(f"dom0 sent no results{console_end(out)}")
    with tarfile.open(fileobj=io.BytesIO(sent)) as archive:
        archive.extractall(out, filter="data")


if __name__ == "__main__":
    sys.exit(main())
