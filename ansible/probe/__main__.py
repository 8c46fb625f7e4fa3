"""Asks what this machine has, and keeps a recording of each; prints one JSON document of what it did.

    python3 virtgate-probe.pyz --into DIR [--dry-run] [TARGET...]

A recording is written anew only where an answer is another. Exit 0 when every target answered, else 1.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from virtgate.ask.targets import Target, ask_facts, find_targets
from virtgate.driver.errors import VirtgateError
from virtgate.facts.recording import read_recording, write_recording


def main():
    parser = argparse.ArgumentParser(prog="virtgate-probe", description=__doc__.partition("\n")[0])
    parser.add_argument("target", metavar="TARGET", nargs="*", help="what to ask; else all that is here")
    parser.add_argument("--into", metavar="DIR", required=True, help="the folder of the recordings")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    options = parser.parse_args()
    targets = [Target.parse(text) for text in options.target] or list(find_targets())
    folder = Path(options.into)
    if not options.dry_run:
        folder.mkdir(parents=True, exist_ok=True)
    rows = [_keep(target, folder, dry_run=options.dry_run) for target in targets]
    print(json.dumps({"format": 1, "targets": rows}))  # noqa: T201 - this is what Ansible reads
    return 1 if any("error" in row for row in rows) else 0


def _keep(target, folder, *, dry_run):
    """Ask one target, and what became of its recording."""
    file = folder / f"{_name(target.text)}.json.xz"
    try:
        facts = ask_facts(target, (), whole=True)
    except VirtgateError as error:
        return {"target": target.text, "error": str(error)}
    changed = not _is_kept(file, facts)
    if changed and not dry_run:
        write_recording(facts, str(file))
    row = {"target": target.text, "hypervisor": facts.hypervisor, "file": str(file), "changed": changed}
    return {**row, "answers": len(facts.answers), "sha256": _sum(facts), "bytes": _size(file)}


def _is_kept(file, facts):
    try:
        return _sum(read_recording(str(file))) == _sum(facts)
    except VirtgateError:
        return False


def _sum(facts):
    """What the answers are, without when they were taken."""
    text = json.dumps([facts.hypervisor, facts.via, dict(facts.answers)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _size(file):
    return file.stat().st_size if file.is_file() else None


def _name(text):
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", text).strip("-.") or "host"


sys.exit(main())
