# ruff: noqa: PTH110, PTH116, PTH123
"""The least that asks what virtgate asks: one QEMU, a socket pair, all questions ahead, no limits.

python -I bare_client.py BINARY QUESTIONS.json
"""

import json
import os
import socket
import subprocess
import sys

binary, path = sys.argv[1:]
with open(path) as file:
    asked = json.load(file)
arguments = (
    "-S -no-user-config -nodefaults -display none -monitor none -serial none "
    f"-machine none,accel={asked['accel']} -qmp stdio"
).split()
ours, theirs = socket.socketpair()
dropped = (
    {"user": 65534, "group": 65534, "extra_groups": [os.stat("/dev/kvm").st_gid]}
    if os.geteuid() == 0 and os.path.exists("/dev/kvm")
    else {}
)
for _start in range(asked["starts"]):
    process = subprocess.Popen([binary, *arguments], stdin=theirs, stdout=theirs, **dropped)
    with ours.makefile("rwb") as stream:
        stream.readline()
        for name, sent in [["qmp_capabilities", {}], *asked["qmp"]]:
            stream.write(b'{"execute":"%s","arguments":%s}\n' % (name.encode(), json.dumps(sent).encode()))
        stream.flush()
        for _ in range(len(asked["qmp"]) + 1):
            while "event" in json.loads(stream.readline()):
                pass
    process.kill()
    process.wait()
for name in asked["files"]:
    try:
        with open(name) as file:
            file.read()
    except OSError:
        pass
