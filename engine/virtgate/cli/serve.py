"""Verdicts over HTTP, by OpenFeature's remote evaluation protocol (OFREP): a flag is a capability.

A request names its host by `target` or the targeting key of its context, among the TARGETs given here (or all
that this machine has); HYPERVISOR=RELEASE is one, too. The sockets are those that systemd hands over, else
those of --listen, else tcp:127.0.0.1:8016. Beside the flags there are /gates?target=TARGET, which gives the
document of `gates --json`, /metrics, /healthz and /schema/NAME.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial

from ..ask.targets import find_targets, is_release
from ..driver.errors import UsageError, say_why
from ..driver.system import read_text
from ..serve.hosts import Hosts, open_host
from ..serve.listening import handed_sockets, open_socket, spell_address
from ..serve.routes import Routes
from ..serve.server import Server
from . import options as shared

DEFAULT = "tcp:127.0.0.1:8016"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", nargs="*", help="the hosts to answer for; see below")
    parser.add_argument(
        "--listen",
        metavar="ADDRESS",
        action="append",
        help=f"unix:PATH or tcp:127.0.0.1:PORT; port 0 takes a free one ({DEFAULT})",
    )
    parser.add_argument(
        "--token-file", metavar="FILE", help="a bearer token that each request must have; for other addresses"
    )
    shared.add_deciding(parser, json=False)


def run(options: argparse.Namespace) -> int:
    """Run the verb; ends with 0 on SIGTERM."""
    policy = shared.policy_of(options)
    texts = options.target or [target.text for target in find_targets()]
    if not texts:
        raise UsageError("no hypervisor on this machine; name a TARGET")
    for text in filter(is_release, texts):
        open_host(text, policy=policy, data=options.data)  # one that is none is told now
    token = _read_token(options.token_file)
    handed = handed_sockets()
    listeners = handed or [
        open_socket(one, has_token=token is not None) for one in options.listen or [DEFAULT]
    ]
    hosts = Hosts(texts, partial(open_host, policy=policy, data=options.data))
    server = Server(Routes(hosts, token))

    def tell() -> None:
        told = ", ".join(map(spell_address, listeners))
        print(f"virtgate: listening on {told}", file=sys.stderr, flush=True)

    asyncio.run(server.run(listeners, tell))
    return 0


def _read_token(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        token = read_text(path, 4096).strip()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {say_why(error)}") from None
    # Shorter ones are guessed, and a file of several lines is no token but something else's.
    if len(token) < 16 or not token.isprintable():
        raise UsageError(f"{path}: a token is one line of at least 16 characters")
    return token
