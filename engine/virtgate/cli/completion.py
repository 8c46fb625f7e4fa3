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
    local word=${{COMP_WORDS[COMP_CWORD]}} verb=${{COMP_WORDS[1]}} options=
    if (( COMP_CWORD == 1 )); then
        COMPREPLY=($(compgen -W "{verbs}" -- "$word"))
    elif [[ $word == -* ]]; then
        case $verb in
{options}
        esac
        COMPREPLY=($(compgen -W "$options" -- "$word"))
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument(
        "shell", choices=("bash", "zsh", "fish", "ids"), help="the shell; ids prints what it completes"
    )
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    text = _script(options.shell)
    if options.shell == "ids":
        text = "\n".join(open_catalog(options.data).capabilities) + "\n"
    if options.json:
        shared.print_json({"format": FORMAT, "shell": options.shell, "text": text})
    else:
        print(text, end="")
    return 0


def _script(shell: str) -> str:
    """The script; every verb's own parser says which options it takes."""
    from .program import VERBS, verb_parser

    # argparse has no public list of a parser's options.
    taken = {
        verb: sorted(one for one in verb_parser(verb)._option_string_actions if one.startswith("--"))
        for verb in VERBS
    }
    verbs = " ".join(VERBS)
    cases = "\n".join(f'            {verb}) options="{" ".join(words)}" ;;' for verb, words in taken.items())
    bash = _BASH.format(verbs=verbs, options=cases)
    fish = "".join(
        f'complete -c virtgate -n "__fish_seen_subcommand_from {verb}" -l {word.removeprefix("--")}\n'
        for verb, words in taken.items()
        for word in words
    )
    return {"bash": bash, "zsh": _ZSH + bash, "fish": _FISH.format(verbs=verbs) + fish}.get(shell, "")
