"""A completion script for bash, zsh or fish: verbs, options and capability ids.

Put it where your shell looks, or try it at once: source <(virtgate completion bash)
"""

from __future__ import annotations

import argparse

from ..ask.answering import open_catalog
from ..faces import FORMAT
from . import options as shared

_BASH = """\
_virtgate() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} verb=${{COMP_WORDS[1]}}
    if (( COMP_CWORD == 1 )); then
        COMPREPLY=($(compgen -W "{verbs}" -- "$word"))
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "{options}" -- "$word"))
    elif (( COMP_CWORD == 2 )) && [[ $verb == @(check|explain|show) ]]; then
        COMPREPLY=($(compgen -W "$(virtgate completion ids)" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}}
complete -o filenames -F _virtgate virtgate
"""
_ZSH = """\
#compdef virtgate
autoload -U +X bashcompinit && bashcompinit
"""
_FISH = """\
complete -c virtgate -n __fish_use_subcommand -f -a "{verbs}"
complete -c virtgate -n "__fish_seen_subcommand_from check explain show" -f -a "(virtgate completion ids)"
"""
_OPTIONS = (
    "--json --data --release --accel --machine --claims --as-of --refuse --allow --area --state --all "
    "--format --full --repository --help"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument(
        "shell", choices=("bash", "zsh", "fish", "ids"), help="the shell; ids prints what it completes"
    )
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    from .program import VERBS

    text = _script(options.shell, " ".join(VERBS))
    if options.shell == "ids":
        text = "\n".join(open_catalog(options.data).capabilities) + "\n"
    if options.json:
        shared.print_json({"format": FORMAT, "shell": options.shell, "text": text})
    else:
        print(text, end="")
    return 0


def _script(shell: str, verbs: str) -> str:
    bash = _BASH.format(verbs=verbs, options=_OPTIONS)
    return {"bash": bash, "zsh": _ZSH + bash, "fish": _FISH.format(verbs=verbs)}.get(shell, "")
