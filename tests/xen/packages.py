"""Debian's packages of one suite, fetched by apt into a cache of our own; nothing is installed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# What `apt-get --print-uris` says of a package: 'URI' NAME SIZE SHA256:HASH, by the signed lists.
URI = re.compile(r"'(?P<uri>[^']+)' (?P<name>\S+\.deb) \d+ SHA256:(?P<hash>[0-9a-f]{64})")


class Missing(Exception):
    """What this machine lacks for it, in one sentence."""


def fetch(suite: str, names: tuple[str, ...]) -> list[Path]:
    """The packages with all that they depend on, every one with the hash of Debian's signed lists.

    Kept in the user's cache folder: a second call asks no network. Raises Missing.
    """
    folder = _cache_folder() / suite
    wanted = " ".join(names)
    manifest = folder / f"{names[0]}.sha256"
    kept = _read_manifest(manifest, wanted)
    if not kept or not all(_has_hash(folder / name, digest) for name, digest in kept.items()):
        kept = _download(folder, suite, names)
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(kept.items()))
        manifest.write_text(f"# {wanted}\n{lines}", encoding="ascii")
    return [folder / name for name in sorted(kept)]


def unpack(package: Path, folder: Path) -> None:
    """Put a package's files below a folder."""
    subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base, "virtgate-tests", "xen")


def _read_manifest(path: Path, wanted: str) -> dict[str, str]:
    try:
        first, *lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return {}
    pairs = (line.split("  ") for line in lines)
    return {name: digest for digest, name in pairs} if first == f"# {wanted}" else {}


def _has_hash(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def _download(folder: Path, suite: str, names: tuple[str, ...]) -> dict[str, str]:
    """Fetch with a state of apt's own below the folder, from the archives that this machine uses."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise Missing(f"no {tool} here: the packages are Debian's")
    if not Path(KEYRING).exists():
        raise Missing(f"no {KEYRING}: nothing could be verified")
    for part in ("lists/partial", "cache/archives/partial", "parts"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(_sources(suite), encoding="ascii")
    apt = ["apt-get", *_settings(folder)]
    _run([*apt, "update"], f"Debian's archive gives no lists of {suite}")
    install = [*apt, "install", "-y", "--no-install-recommends"]
    uris = _run([*install, "--print-uris", *names], f"{suite} does not have all of {', '.join(names)}")
    found = {match["name"]: match["hash"] for match in URI.finditer(uris)}
    if not found:
        raise Missing("apt-get tells no hashes of the packages")
    if not all(_has_hash(folder / name, digest) for name, digest in found.items()):
        _run([*install, "--download-only", *names], "Debian's archive does not give the packages")
    for name, digest in found.items():
        fresh = folder / "cache/archives" / name
        if fresh.exists():
            fresh.replace(folder / name)
        if not _has_hash(folder / name, digest):
            raise Missing(f"{name} is not what Debian's signed list says")
    return found


def _sources(suite: str) -> str:
    """The main and the security archive that apt has here, with another suite."""
    targets = _run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        "apt has no archives here",
    )
    archives = {}
    for part, name in (("debian", suite), ("debian-security", f"{suite}-security")):
        found = next((uri for uri in targets.split() if uri.rstrip("/").endswith(f"/{part}")), None)
        if found is None:
            raise Missing(f"apt here has no archive that ends in /{part}")
        archives[name] = found
    return "".join(f"deb [signed-by={KEYRING}] {uri} {name} main\n" for name, uri in archives.items())


def _settings(folder: Path) -> list[str]:
    return [
        f"-o{name}={value}"
        for name, value in {
            "Dir::Etc::sourcelist": folder / "sources.list",
            "Dir::Etc::sourceparts": folder / "parts",
            "Dir::Etc::preferencesparts": folder / "parts",
            "Dir::State::lists": folder / "lists",
            "Dir::State::status": folder / "status",
            "Dir::Cache": folder / "cache",
            "APT::Architecture": "amd64",
            "APT::Architectures::": "amd64",
            "APT::Sandbox::User": "root",
            "Acquire::ForceHash": "SHA256",
            "Acquire::Languages": "none",
            "Debug::NoLocking": "1",
        }.items()
    ]


def _run(argv: list[str], problem: str) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False, timeout=600)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith(("E:", "Err:"))]
        raise Missing(f"{problem}: {lines[0] if lines else f'apt-get ends with {done.returncode}'}")
    return done.stdout
