"""A completion script for bash, zsh or fish; it asks virtgate what may follow: verbs, options, ids, releases.

Put it where your shell looks, or try it at once: source <(virtgate completion bash)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator

from ..ask.opened import open_catalog, open_history
from ..ask.targets import find_targets
from ..data import Catalog
from ..driver.policy import ALLOWABLE, REFUSABLE
from ..faces.contract import schemas_document
from ..faces.documents import FORMAT
from . import options as shared

# What a word may become, and a sentence on it.
Candidate = tuple[str, str]

_BASH = """\
_virtgate() {
    local line=${COMP_LINE:0:COMP_POINT}
    local -a words found
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    mapfile -t found < <("$1" completion words -- "${words[@]:1}" 2>/dev/null)
    # bash ends words at = and : too, and replaces only what stands behind the last of them.
    local kept=${words[-1]%"$2"}
    COMPREPLY=("${found[@]%%$'\\t'*}")
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o bashdefault -o default -o nosort -F _virtgate virtgate
"""
_ZSH = """\
#compdef virtgate
_virtgate() {
    local -a found whole begun
    found=("${(@f)$("$words[1]" completion words -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
    found=("${(@)${(@)found//:/\\\\:}/$'\\t'/:}")
    whole=("${(@)${(@)found:#}:#*=:*}")
    begun=("${(@M)found:#*=:*}")
    if (( $#whole + $#begun )); then
        _describe -V virtgate whole -- begun -S ''
    else
        _files
    fi
}
if [[ $funcstack[1] == _virtgate ]]; then
    _virtgate "$@"
else
    compdef _virtgate virtgate
fi
"""
_FISH = """\
function __virtgate_words
    set -l words (commandline -opc)
    set -l found ($words[1] completion words -- $words[2..] "$(commandline -ct)" 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c virtgate -f -a '(__virtgate_words)'
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell",
        choices=(*SCRIPTS, "ids", "words"),
        help="the shell; ids prints the capabilities, words what the last WORD of a command line may become",
    )
    parser.add_argument("words", metavar="WORD", nargs="*", help="a command line behind 'virtgate'")
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    words = ["show", ""] if options.shell == "ids" else options.words
    text = SCRIPTS.get(options.shell)
    if text is None:
        found = find_candidates(words, options.data)
        is_told = options.shell == "words"
        text = "".join(f"{word}\t{told}\n" if is_told else f"{word}\n" for word, told in found)
    if options.json:
        shared.print_json({"format": FORMAT, "shell": options.shell, "text": text})
    else:
        print(text, end="")
    return 0


def find_candidates(words: list[str], data: str | None = None) -> Iterator[Candidate]:
    """What the last of these words may become; nothing where that is a file, or anything."""
    from .program import VERBS, program_parser, verb_parser

    *before, word = words or [""]
    # A typing error of a verb has no options of its own.
    if before and before[0] not in VERBS:
        return
    found: Iterable[Candidate]
    if not before:
        found = _options(program_parser()) if word.startswith("-") else VERBS.items()
    else:
        found = _arguments(verb_parser(before[0]), before[1:], word, data)
    yield from (one for one in found if one[0].startswith(word))


def _arguments(
    parser: argparse.ArgumentParser, before: list[str], word: str, data: str | None
) -> Iterator[Candidate]:
    """What may follow these words of a verb."""
    parser, waiting, place = _read(parser, before)
    option, equals, value = word.partition("=")
    # What follows an option that takes a value is that value, whatever it begins with.
    if waiting is None and word.startswith("-"):
        action = parser._option_string_actions.get(option)  # argparse has no public list of them
        if equals and action:
            yield from ((f"{option}={one}", told) for one, told in _values(action, value, data))
        elif not equals:
            yield from _options(parser)
    elif action := waiting or place:
        yield from _values(action, word, data)


def _read(
    parser: argparse.ArgumentParser, words: list[str]
) -> tuple[argparse.ArgumentParser, argparse.Action | None, argparse.Action | None]:
    """The parser of what follows these words, the option that waits for its value, and the next place."""
    waiting: argparse.Action | None = None
    places = [one for one in parser._actions if not one.option_strings]
    for word in words:
        if waiting is not None:
            waiting = None
        elif word.startswith("-") and word != "-":
            action = parser._option_string_actions.get(word)
            waiting = action if action is not None and action.nargs != 0 else None
        elif places and isinstance(places[0].choices, dict) and word in places[0].choices:
            parser = places[0].choices[word]
            places = [one for one in parser._actions if not one.option_strings]
        elif places and places[0].nargs in {None, "?"}:
            places.pop(0)
    return parser, waiting, places[0] if places else None


def _options(parser: argparse.ArgumentParser) -> Iterator[Candidate]:
    for action in parser._actions:
        for option in action.option_strings:
            if option.startswith("--"):
                yield option, action.help or ""


def _values(action: argparse.Action, word: str, data: str | None) -> Iterator[Candidate]:
    """What an argument's value may be, of which `word` is the beginning; of values in a row, the last."""
    if action.choices is not None:
        yield from ((str(one), "") for one in action.choices)
    elif action.dest in _FIND:
        # Of `a,b,c` the last is being typed, and the shell replaces the whole word.
        kept = word[: word.rfind(",") + 1]
        found = _FIND[action.dest](open_catalog(data), word[len(kept) :])
        yield from ((kept + one, told) for one, told in found)


def _ids(catalog: Catalog, _word: str) -> Iterator[Candidate]:
    yield from ((one.id, one.title) for one in catalog.capabilities.values())


def _areas(catalog: Catalog, _word: str) -> Iterator[Candidate]:
    yield from ((area, "") for area in dict.fromkeys(one.area for one in catalog.capabilities.values()))


def _hypervisors(catalog: Catalog, _word: str) -> Iterator[Candidate]:
    yield from ((one, "") for one in catalog.paths)


def _releases(catalog: Catalog, word: str) -> Iterator[Candidate]:
    """A hypervisor and `=`, then its releases, the newest first."""
    hypervisor, equals, _ = word.partition("=")
    if not equals:
        yield from ((f"{one}=", "an upstream release") for one in catalog.paths)
    elif hypervisor in catalog.paths:
        kept = word[: word.rfind("..") + 2] if ".." in word else f"{hypervisor}="
        versions = open_history(catalog, hypervisor).versions
        yield from ((f"{kept}{one}", "") for one in reversed(versions))


def _targets(catalog: Catalog, word: str) -> Iterator[Candidate]:
    if "=" not in word:
        yield from ((one.text, one.hypervisor or "") for one in find_targets())
    yield from _releases(catalog, word)


def _vocabularies(catalog: Catalog, word: str) -> Iterator[Candidate]:
    editions = [one for editions in catalog.vocabularies.values() for one in editions]
    yield from ((who, "") for who in dict.fromkeys(one.who for one in editions))
    if "@" in word:
        yield from ((f"{one.who}@{one.release}", "") for one in editions)


# By what an argument is called in the parser's namespace.
_FIND: dict[str, Callable[[Catalog, str], Iterator[Candidate]]] = {
    "id": _ids,
    "ids": _ids,
    "words": _ids,
    "area": _areas,
    "hypervisor": _hypervisors,
    **dict.fromkeys(("release", "since", "floor", "against", "changed"), _releases),
    "target": _targets,
    "alias": _vocabularies,
    "refuse": lambda _catalog, _word: ((one, "") for one in sorted(REFUSABLE)),
    "allow": lambda _catalog, _word: ((one, "") for one in sorted(ALLOWABLE)),
    "name": lambda _catalog, _word: ((row["name"], row["title"]) for row in schemas_document()),
}
