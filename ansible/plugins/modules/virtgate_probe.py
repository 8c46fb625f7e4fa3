#!/usr/bin/python
"""Asks a host for what its hypervisors can do."""

import json
import sys
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: virtgate_probe
short_description: Ask a host what its hypervisors can do
description:
  - Runs C(virtgate-probe.pyz), which the role P(virtgate.hosts.gather#role) puts on the host, and keeps a
    recording of each hypervisor there. A recording is written anew only where an answer is another.
  - Nothing is changed in a hypervisor; QEMU is started without a guest and asked.
version_added: "0.1.0"
author: The virtgate project
options:
  program:
    description: Where C(virtgate-probe.pyz) is on the host.
    type: path
    required: true
  into:
    description: The folder of the recordings on the host.
    type: path
    required: true
  targets:
    description: What to ask; everything that the host has where this is left out.
    type: list
    elements: str
    default: []
attributes:
  check_mode: {support: full, description: It asks, and writes nothing.}
  diff_mode: {support: none, description: A recording is no text to read.}
"""

EXAMPLES = r"""
- name: Ask for everything
  virtgate.hosts.virtgate_probe:
    program: /usr/local/lib/virtgate-probe.pyz
    into: /var/lib/virtgate
"""

RETURN = r"""
ansible_facts:
  description: What was asked, as the fact C(virtgate), which Ansible's own cache keeps like any other.
  returned: always
  type: dict
  contains:
    virtgate:
      description: Each target with its hypervisor, its recording and the sum of its answers, or its error.
      type: dict
"""


def main():
    module = AnsibleModule(
        argument_spec={
            "program": {"type": "path", "required": True},
            "into": {"type": "path", "required": True},
            "targets": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    program = module.params["program"]
    if module.check_mode and not Path(program).exists():
        module.exit_json(changed=True, msg=f"{program} is not there yet", ansible_facts={})
    dry = ["--dry-run"] if module.check_mode else []
    command = [sys.executable, program, "--into", module.params["into"], *dry, *module.params["targets"]]
    status, out, err = module.run_command(command)
    try:
        targets = json.loads(out)["targets"]
    except (ValueError, KeyError, TypeError):
        module.fail_json(msg=f"{program} gave no answer: {err.strip()[-400:]}", rc=status)
    kept = [one for one in targets if "error" not in one]
    facts = {"virtgate": {"targets": [{k: v for k, v in one.items() if k != "changed"} for one in targets]}}
    changed = any(one["changed"] for one in kept)
    if targets and not kept:
        module.fail_json(msg="; ".join(f"{one['target']}: {one['error']}" for one in targets))
    module.exit_json(changed=changed, ansible_facts=facts, targets=targets)


if __name__ == "__main__":
    main()
