"""Where each page lies, and how one page names another, from a file or from a server."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import quote

_PLAIN = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,99}")
_COMMIT = re.compile(r"(?P<repository>[A-Za-z0-9._-]+)@(?P<commit>[0-9a-f]{7,64})")
# How each forge shows a commit; the first whose words are in the repository's address.
_FORGES = (
    ("https://git.kernel.org/", "{url}/commit/?id={commit}"),
    ("https://xenbits.xen.org/git-http/", "https://xenbits.xen.org/gitweb/?p={name};a=commit;h={commit}"),
    ("https://android.googlesource.com/", "{url}/+/{commit}"),
    ("https://gitlab.com/", "{url}/-/commit/{commit}"),
    ("https://snapshot.debian.org/file", "{url}/{commit}"),
    ("https://", "{url}/commit/{commit}"),
)


def page(kind: str, *names: str) -> str:
    """The address of a page, a folder below the site's root: `id/block.mirror/`."""
    return "/".join((kind, *map(_folder, names), ""))


def _folder(name: str) -> str:
    """A name as a folder's; what cannot be one as it is gets a sum, so that no two are the same."""
    if _PLAIN.fullmatch(name):
        return name
    # The sum is of the whole name: two that differ in what a folder cannot have must not share a page.
    plain = re.sub(r"[^A-Za-z0-9_+-]+", "-", name)[:60].strip("-")
    return f"{plain}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:8]}"


def relative(here: str, there: str) -> str:
    """How the page at one address links to another, or to a file."""
    to, hash_, part = there.partition("#")
    # Named whole, for a folder opened from a disk shows its files.
    file = f"{to}index.html" if not to or to.endswith("/") else to
    return "../" * here.count("/") + quote(file) + (f"#{quote(part)}" if hash_ else "")


def commit_link(text: str, repositories: Mapping[str, str]) -> str | None:
    """The page of a commit written as REPOSITORY@COMMIT; None for what is no such thing."""
    match = _COMMIT.fullmatch(text)
    url = repositories.get(match["repository"], "") if match else ""
    # The address is data that anybody may propose: nothing but a plain one becomes a link.
    if match is None or not re.fullmatch(r"https://[A-Za-z0-9./_~-]+", url):
        return None
    form = next(form for start, form in _FORGES if url.startswith(start))
    # cgit shows a repository below its name with `.git`, the other forges below it without.
    bare = url if "kernel.org" in url else url.removesuffix(".git")
    return form.format(url=bare, name=url.rsplit("/", 1)[-1], commit=match["commit"])
