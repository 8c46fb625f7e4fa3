"""Commands that need not load the engine: one process has it loaded, and forks for each of them.

For tests that start many commands and are not about the start. `virtgate` and `program`, which runs a text of
Python, hand their words, folder, environment and streams over, and end with the status that they get back; a
command has a process of its own, as ever.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import socket
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

CLIENT = """\
#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({path!r})
asked = json.dumps([sys.argv, os.getcwd(), dict(os.environ)])
socket.send_fds(server, [asked.encode()], [0, 1, 2])
server.shutdown(socket.SHUT_WR)
sys.exit(int(server.recv(8)))
"""
MOST_BYTES = 131072


@contextlib.contextmanager
def loaded_commands(folder: Path, kept_data: Path) -> Iterator[str]:
    """A folder with those commands, to be put first on PATH."""
    path = str(folder / "socket")
    for name in ("virtgate", "program"):
        client = folder / name
        client.write_text(CLIENT.format(python=sys.executable, path=path), encoding="utf-8")
        client.chmod(0o755)
    with socket.create_server(path, family=socket.AF_UNIX) as listening:
        own = listening.fileno()
        environment = {**os.environ, "VIRTGATE_CACHE_DIR": str(kept_data)}
        server = subprocess.Popen([sys.executable, __file__, str(own)], pass_fds=[own], env=environment)
    try:
        yield str(folder)
    finally:
        server.kill()
        server.wait()


def serve(listening: socket.socket) -> None:
    """Runs a command for each connection, several at once where a pipe joins them."""
    load()
    while True:
        connection, _ = listening.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork() == 0:
            listening.close()
            connection.sendall(str(run(connection)).encode())
            os._exit(0)
        connection.close()


def load() -> None:
    """Everything that a command would: its modules, the data, and where each path stands upstream."""
    import remembered  # noqa: F401 - importing it makes it so
    from virtgate.ask.answering import judge_release
    from virtgate.ask.opened import open_catalog, open_history
    from virtgate.cli.program import VERBS
    from virtgate.driver.policy import Policy
    from virtgate.lint import lint_paths

    for verb in VERBS:
        importlib.import_module(f"virtgate.cli.{verb}")
    catalog = open_catalog(None)
    for hypervisor in catalog.upstreams:
        last = open_history(catalog, hypervisor).releases[-1].name
        judge_release(hypervisor, last, Policy())
    lint_paths()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)  # as in conftest.py


def run(connection: socket.socket) -> int:
    """What one command does, as in a process just started."""
    from virtgate.cli import main

    text, streams, _, _ = socket.recv_fds(connection, MOST_BYTES, 3)
    while part := connection.recv(MOST_BYTES):
        text += part
    words, folder, environment = json.loads(text)
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    try:
        if Path(words[0]).name == "program":
            warnings.simplefilter("error")
            exec(words[1], {"__name__": "__main__"})
            status = 0
        else:
            status = main()
    except BaseException:
        traceback.print_exc()
        status = 1
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    return status


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
