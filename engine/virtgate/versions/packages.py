"""How dpkg and rpm order their packages' versions."""

from __future__ import annotations

import re
from itertools import zip_longest

_Run = tuple[tuple[int, ...], tuple[int, str]]
_RpmKey = list[tuple[int, int, str]]


def compare_deb(left: str, right: str) -> int:
    """-1, 0 or 1 by dpkg's order of `[EPOCH:]VERSION[-REVISION]`.

    As lenient as dpkg: it only warns of odd characters. Raises ValueError for what dpkg refuses.
    """
    one, two = _split_deb(left), _split_deb(right)
    if one[0] != two[0]:
        return 1 if one[0] > two[0] else -1
    return _compare_deb_part(one[1], two[1]) or _compare_deb_part(one[2], two[2])


def compare_rpm(left: str, right: str) -> int:
    """-1, 0 or 1 by rpm's order of `[EPOCH:]VERSION[-RELEASE]`.

    A missing epoch is 0; a missing release is older than any. Raises ValueError for an empty version.
    """
    one, two = _split_rpm(left), _split_rpm(right)
    for ours, theirs in ((one[0], two[0]), (one[1], two[1])):
        if order := _sign(_rpm_key(ours), _rpm_key(theirs)):
            return order
    if one[2] is None or two[2] is None:
        return (one[2] is not None) - (two[2] is not None)
    return _sign(_rpm_key(one[2]), _rpm_key(two[2]))


def _split_deb(text: str) -> tuple[int, str, str]:
    match = re.fullmatch(r"(?:([0-9]+):)?(\S+?)(?:-([^-\s]+))?", text.strip())
    is_odd = not match or (match[1] is None and ":" in text) or (match[3] is None and "-" in match[2])
    if not match or is_odd or _magnitude(match[1] or "0") > (10, "2147483647"):
        raise ValueError(
            f"{text[:80]!r} is not a Debian version: [EPOCH:]VERSION[-REVISION] is, such as 1:7.2-7"
        )
    return int(match[1] or 0), match[2], match[3] or ""


def _compare_deb_part(left: str, right: str) -> int:
    for one, two in zip_longest(_deb_runs(left), _deb_runs(right), fillvalue=((0,), (0, ""))):
        if one != two:
            return 1 if one > two else -1
    return 0


def _deb_runs(text: str) -> list[_Run]:
    """Pairs of letters and number, each as a value that Python sorts as dpkg does."""
    pairs = re.findall(r"([^0-9]*)([0-9]*)", text)
    return [((*map(_deb_rank, letters), 0), _magnitude(number)) for letters, number in pairs]


def _deb_rank(letter: str) -> int:
    if letter == "~":
        return -1
    return ord(letter) + (0 if letter.isascii() and letter.isalpha() else 256)


def _magnitude(digits: str) -> tuple[int, str]:
    """Sorts as the number does, however long it is."""
    digits = digits.lstrip("0")
    return len(digits), digits


def _split_rpm(text: str) -> tuple[str, str, str | None]:
    if not text.strip():
        raise ValueError(
            f"{text[:80]!r} is not an rpm version: [EPOCH:]VERSION[-RELEASE] is, such as 15:6.2.0-40.el8"
        )
    epoch, colon, rest = text.partition(":")
    if not colon or epoch.strip("0123456789"):
        epoch, rest = "0", text
    version, dash, release = rest.rpartition("-")
    return epoch or "0", version if dash else rest, release if dash else None


def _rpm_key(text: str) -> _RpmKey:
    """A value that Python sorts as rpm does: `~`, the end, `^`, letters, numbers."""
    key: _RpmKey = []
    for run in re.findall(r"[0-9]+|[A-Za-z]+|[~^]", text):
        if run in "~^":
            key.append((0 if run == "~" else 2, 0, ""))
        else:
            key.append((3, 0, run) if run[0] > "9" else (4, *_magnitude(run)))
    return [*key, (1, 0, "")]


def _sign(left: _RpmKey, right: _RpmKey) -> int:
    return (left > right) - (left < right)
