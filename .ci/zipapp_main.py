"""What `.ci/zipapp` starts: unpacks into a folder of its own, runs there, and leaves nothing behind.

The data are files that are listed and stamped, which what is in a zip file cannot be. Where the machine has
PyYAML of its own, that is taken: it may have libyaml, which reads several times faster.
"""

import os
import signal
import sys
import tempfile
import zipfile

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("virtgate needs Python 3.11 or later, and this is %d.%d" % sys.version_info[:2])  # noqa: UP031


def run() -> int:
    """Run the command line; its status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="virtgate-", ignore_cleanup_errors=True) as folder:
        with zipfile.ZipFile(sys.path[0]) as archive:
            archive.extractall(folder)
        sys.path[0] = f"{folder}/own"
        sys.path.append(f"{folder}/others")
        sys.dont_write_bytecode = True
        # What is kept is kept for this folder, which nobody finds again.
        os.environ["VIRTGATE_CACHE_DIR"] = f"{folder}/cache"
        from virtgate.cli import main

        return main()


if __name__ == "__main__":
    sys.exit(run())
