"""The site, as a reader meets it: made once of the whole data, and looked at in a real Chromium.

Debian's is found on the PATH; axe-core is in the folder that `VIRTGATE_NODE_TOOLS` names. What is seen is
kept as pictures in the folder of `VIRTGATE_SCREENSHOTS`. `VIRTGATE_SITE_RELEASES=all` holds every release
against the verdicts that it would get alone; else a few of each hypervisor.
"""

from __future__ import annotations

import gzip
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import yaml

from virtgate.ask.answering import judge_release
from virtgate.cli import main
from virtgate.data.search import make_index
from virtgate.driver.policy import Policy
from virtgate.site.addresses import commit_link, page
from virtgate.site.atlas import Atlas
from virtgate.site.capability_pages import summarise
from virtgate.site.sides import compare, side_of_release

playwright = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parents[1]
HOSTS = ROOT / "tests" / "hosts"
CHROMIUM = shutil.which("chromium")
AXE = Path(os.environ.get("VIRTGATE_NODE_TOOLS", "/nowhere")) / "node_modules" / "axe-core" / "axe.min.js"
MOST = 100_000
XEN_HOSTS = ROOT / "tests" / "xen_hosts"
DEBIAN = ("qemu-7.2.22_x86_64+debian+kvm", "qemu-10.0.13_x86_64+debian+kvm")
SHOWN_HOSTS = (*DEBIAN, "libvirt-9.0.0_x86_64+debian", "libvirt-11.3.0_x86_64+debian", "kvm-6.18.44_x86_64")
# A page of each kind.
KINDS = {
    "front": "",
    "list": "ids/",
    "capability": page("id", "block.mirror"),
    "area": page("area", "migration"),
    "matrix": page("matrix", "libvirt", "block"),
    "series": page("series", "qemu", "8.x"),
    "release": page("release", "qemu", "10.0.0"),
    "hypervisor": page("hypervisor", "qemu"),
    "downstream": page("downstream", "qemu", "proxmox"),
    "distribution": page("distribution", "debian"),
    "host": page("host", DEBIAN[0]),
    "hosts": "hosts/",
    "pair": page("compare", "..".join(DEBIAN)),
    "compare": "compare/",
    "changes": "feed/",
    "thread": "thread-of-2009/",
}
WORDS = (
    *("drive-mirror", "vhost-user-blk", "BLOCKDEV_MIRROR", "QEMU_CAPS_VIRTIO_BLK_EVENT_IDX", "savevm-start"),
    *("multifd zlib", "VIRTIO_BLK_EVENT_IDX", "copy a disk", "guest.disk.script", "no such thing", "--", "a"),
)


# The ids in the list that are not filtered out.
SHOWN = """() => [...document.querySelectorAll('.ids li:not([hidden]) a.id')].map(one => one.textContent)"""


# Of what is repeated for long, the first lines.
AXE_RUN = """async (options) => {
  const again = [".area ~ .area ~ .area", "details ~ details ~ details", "tbody tr:nth-child(n+20)"];
  return (await axe.run({exclude: again.map((one) => [one])}, options)).violations;
}"""


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """What the site tells, of two hosts, and of one that has something early."""
    return Atlas(None, [str(HOSTS / one) for one in DEBIAN] + [str(XEN_HOSTS / "xend-3.0.3+rhel5")])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the whole data and of some hosts, made as anybody makes it."""
    out = tmp_path_factory.mktemp("site") / "out"
    folders = [*(HOSTS / one for one in SHOWN_HOSTS), XEN_HOSTS]
    words = [word for folder in folders for word in ("--hosts", str(folder))]
    subprocess.run([sys.executable, "-m", "virtgate", "site", str(out), *words], check=True)
    return out


@pytest.fixture(scope="module")
def files(site: Path) -> dict[str, str]:
    """Every page by its name."""
    return _read(site)


def _read(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made data, a case of each kind, with texts of somebody who means harm."""
    data = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(ROOT / "tests" / "made", data)
    _edit(data / "capabilities/made.yaml", r"(?<=made\.copy:\n    title: ).*", f'"{HARM}"')
    _edit(data / "matrix/qemu/downstreams.yaml", r"title: Acme", f'title: "{HARM}"')
    _edit(data / "matrix/qemu/upstream.yaml", r"url: made", 'url: "javascript:alert(1)//https://"')
    return data


@pytest.fixture(scope="module")
def small_site(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("small") / "out"
    assert main(["site", str(out), "--data", str(small)]) == 0
    return out


HARM = "</script><script>window.harmed=1</script><img src=x onerror=window.harmed=1>'&amp;{{ 7*7 }}"


def _edit(path: Path, pattern: str, text: str) -> None:
    found, count = re.subn(pattern, lambda _: text, path.read_text("utf-8"), count=1)
    assert count == 1
    path.write_text(found, "utf-8")


# What is decided.


def test_only_where_a_verdict_can_turn_is_it_decided_and_the_rest_is_the_same(atlas: Atlas) -> None:
    for timeline in atlas.timelines.values():
        count = len(timeline.releases)
        places = {count - 1, count // 2, count // 3, count * 3 // 4}
        for at in range(count) if os.environ.get("VIRTGATE_SITE_RELEASES") == "all" else sorted(places):
            alone = judge_release(timeline.hypervisor, timeline.releases[at].name, Policy()).decisions
            for name in timeline.ids:
                one, other = alone[name], timeline.verdicts[at][name]
                assert (one.state, one.reason, one.path) == (other.state, other.reason, other.path)
                assert [path.case for path in one.paths] == [path.case for path in other.paths]


def test_the_runs_of_a_capability_are_its_marks_release_by_release(atlas: Atlas) -> None:
    for timeline in atlas.timelines.values():
        for name in timeline.ids[::7]:
            marks = [run.mark.name for run in timeline.runs(name) for _ in range(run.length)]
            assert marks == [timeline.mark(name, at).name for at in range(len(timeline.releases))]


def test_a_recorded_backport_is_marked_in_the_release_that_it_is_in(atlas: Atlas) -> None:
    marks = atlas.hosts_of("xend")[0].marks
    early = [name for name, mark in marks.items() if mark.name == "backport"]
    assert "display.pv" in early
    for name in early:
        runs = atlas.timelines["xend"].runs(name)
        assert [run.first for run in runs if run.mark.name == "backport"] == ["3.0.3"]


# What lies on the disk.


def test_every_link_of_every_page_leads_somewhere(
    site: Path, files: dict[str, str], small_site: Path
) -> None:
    _follow(site, files)
    _follow(small_site, _read(small_site))


def _follow(site: Path, files: dict[str, str]) -> None:
    present = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    anchors = {name: set(re.findall(r'\sid="([^"]+)"', text)) for name, text in files.items()}
    dead = []
    for name, text in files.items():
        for link in set(re.findall(r'(?:href|src|action)="([^"]*)"', text)):
            to, _, part = link.replace("&#39;", "'").replace("&amp;", "&").partition("#")
            if to.startswith("https://"):
                continue
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(to))) if to else name
            if there not in present or (part and unquote(part) not in anchors[there]):
                dead.append((name, link))
    assert dead == []


def test_no_page_is_heavy_and_none_has_anything_inline_or_from_elsewhere(
    site: Path, files: dict[str, str]
) -> None:
    loads = re.compile(r"<(?:script|img|iframe|source|link)[^>]*(?:src|href)=\"(?:https?:)?//")
    inline = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=\"|<style|<[^>]*\son[a-z]+=\"|javascript:")
    policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'"
    for name, text in files.items():
        assert f'http-equiv="Content-Security-Policy" content="{policy}' in text
        assert loads.search(text) is None, name
        assert inline.search(text) is None, name
    # What is searched is loaded when somebody begins to type.
    for path, most in (*((site / name, MOST) for name in files), (site / "search.js", 2 * MOST)):
        if path.stat().st_size > most:
            assert len(gzip.compress(path.read_bytes())) < most, path


def test_every_capability_release_downstream_and_host_has_its_page(
    atlas: Atlas, files: dict[str, str]
) -> None:
    catalog = atlas.catalog
    wanted = [page("id", name) for name in catalog.capabilities]
    for name, timeline in atlas.timelines.items():
        wanted += [page("hypervisor", name)]
        wanted += [page("release", name, release.name) for release in timeline.releases]
        wanted += [page("downstream", name, one) for one in catalog.downstreams.get(name, {})]
    wanted += [page("host", name) for name in SHOWN_HOSTS]
    assert [one for one in wanted if f"{one}index.html" not in files] == []
    assert len(set(wanted)) == len(wanted)


def test_the_feed_is_an_atom_feed_of_the_newest_releases(site: Path) -> None:
    space = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(site / "feed" / "atom.xml").getroot()
    entries = feed.findall(f"{space}entry")
    days = [one.findtext(f"{space}updated") or "" for one in entries]
    assert feed.tag == f"{space}feed"
    assert days == sorted(days, reverse=True)
    assert len({one.findtext(f"{space}id") for one in entries}) == len(entries) == 60
    for one in entries:
        link = one.find(f"{space}link")
        assert link is not None
        assert (site / "feed" / link.attrib["href"]).is_file()


def test_the_thread_of_2009_shows_a_verdict_for_each_of_its_rows(files: dict[str, str]) -> None:
    rows = yaml.safe_load((ROOT / "engine/virtgate/site/thread-of-2009.yaml").read_text("utf-8"))["cases"]
    assert files["thread-of-2009/index.html"].count("<figure>") == sum(map(len, rows.values()))


@pytest.mark.parametrize(
    ("text", "url", "link"),
    [
        ("qemu@9fb49daabfb0", "https://gitlab.com/q/qemu", "https://gitlab.com/q/qemu/-/commit/9fb49daabfb0"),
        ("a@9fb49daabfb0", "https://github.com/a/b", "https://github.com/a/b/commit/9fb49daabfb0"),
        ("a@9fb49daabfb0", "javascript:alert(1)", None),
        ("a@9fb49daabfb0", 'https://x.org/"onclick', None),
        ("a@nothing", "https://github.com/a/b", None),
        ("libvir-list 2009-02-09, point 5", "https://github.com/a/b", None),
    ],
)
def test_a_commit_is_a_link_only_where_it_is_one(text: str, url: str, link: str | None) -> None:
    assert commit_link(text, {text.partition("@")[0]: url}) == link


def test_the_same_data_give_the_same_bytes_and_a_site_of_before_is_replaced(
    small: Path, small_site: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(small_site, out)
    (out / "id/gone").mkdir()
    (out / "id/gone/index.html").write_text("of before")
    listed = out / "site-files.txt"
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    listed.write_text(f"{listed.read_text()}id/gone/index.html\n../kept\n/kept\n")
    (out / "mine.txt").write_text("somebody's own")
    words = [sys.executable, "-m", "virtgate", "site", str(out), "--data", str(small)]
    subprocess.run(words, check=True, env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True)
    after = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    del before[out / "id/gone/index.html"]
    assert after.pop(out / "mine.txt") == b"somebody's own"
    assert before == after
    assert not (out / "id/gone").exists()


def test_a_folder_of_something_else_is_left_alone(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["site", str(tmp_path), "--data", str(small)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


# What a browser shows.


class Reader:
    """A Chromium; what any page of it complains of is kept."""

    def __init__(self, browser: Any, site: Path) -> None:
        self._browser = browser
        self.site = site
        self.complaints: list[str] = []

    def open(self, address: str = "", *, base: str | None = None, width: int = 1280, **options: Any) -> Any:
        """A new tab with a page of the site."""
        context = self._browser.new_context(viewport={"width": width, "height": 900}, **options)
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        tab.on("console", lambda message: self.complaints.append(f"{address}: {message.text}"))
        tab.on("pageerror", lambda error: self.complaints.append(f"{address}: {error}"))
        tab.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        tab.goto(f"{base or self.site.as_uri()}/{address}{'index.html' if base is None else ''}")
        return tab


@pytest.fixture(scope="module")
def reader(site: Path, require: Callable[[object, str], None]) -> Iterator[Reader]:
    require(CHROMIUM, "there is no chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Reader(browser, site)
        browser.close()


@pytest.fixture(autouse=True)
def _no_complaint(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "reader" in request.fixturenames:
        reader = request.getfixturevalue("reader")
        found, reader.complaints = reader.complaints, []
        assert found == []


def _find(tab: Any, text: str) -> None:
    """Type into the front page's search, and wait for what is found."""
    tab.locator("#big").fill(text)
    tab.locator("#big-results [role=option]").first.wait_for()


def test_since_when_qemu_has_multifd_is_one_click_away(reader: Reader, atlas: Atlas) -> None:
    tab = reader.open()
    _find(tab, "migration.multifd")
    tab.locator("#big-results a").first.click()
    tab.wait_for_url("**/id/migration.multifd/index.html")
    told = summarise(atlas.timelines["qemu"], "migration.multifd")
    assert re.fullmatch(r"since \d+\.\d+\.0", told)
    assert f"QEMU {told}" in tab.locator(".answers").inner_text()


def test_whether_proxmoxs_savevm_start_may_be_used_is_one_click_away(reader: Reader) -> None:
    tab = reader.open()
    _find(tab, "savevm-start")
    tab.locator("#big-results a").first.click()
    told = tab.locator(".support", has=tab.locator("#qemu")).inner_text()
    assert "Only Proxmox VE has it, and upstream never accepted it: a driver may not use it." in told


def test_what_qemu_10_0_removed_is_two_clicks_away(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    tab = reader.open()
    tab.locator(".cards a", has_text="QEMU").click()
    tab.get_by_role("link", name="10.0.0", exact=True).click()
    assert main(["list", "--changed", "qemu=9.2..10.0.0", "--json"]) == 0
    removed = json.loads(capsys.readouterr().out)["changed"]["removed"]
    assert tab.locator("section.change.removed a.id").all_inner_texts() == [one["id"] for one in removed]
    assert removed
    tab = reader.open()
    _find(tab, "qemu 10.0")
    assert tab.locator("#big-results a").first.inner_text().startswith("QEMU 10.0.")


def test_what_debian_12_lacks_of_debian_13_is_one_click_away(reader: Reader) -> None:
    tab = reader.open()
    link = tab.get_by_role("listitem").filter(has_text="QEMU 7.2.22 and 10.0.13, kvm").get_by_role("link")
    assert link.inner_text() == "Debian 12 (bookworm) and Debian 13 (trixie)"
    link.click()
    enabled = []
    for host in DEBIAN:
        lines = (HOSTS / host / "verdicts.txt").read_text("utf-8").splitlines()
        enabled.append({line.split()[0] for line in lines if line.split()[1] == "enabled"})
    assert set(tab.locator("section.gained a.id").all_inner_texts()) == enabled[1] - enabled[0]
    assert set(tab.locator("section.lost a.id").all_inner_texts()) == enabled[0] - enabled[1]


def test_the_filter_finds_what_list_finds(reader: Reader, atlas: Atlas) -> None:
    index = make_index(atlas.catalog)
    tab = reader.open("ids/")
    tab.wait_for_function("document.getElementById('shown').textContent")
    for text in WORDS:
        tab.locator("#filter").fill(text)
        words = [word for word in text.split() if re.search("[a-z0-9]", word.lower())]
        wanted = [one.id for one in index if all(map(one.has, words))]
        told = f"{len(wanted)} of {len(index)} capabilities"
        tab.wait_for_function("told => document.getElementById('shown').textContent === told", arg=told)
        assert tab.evaluate(SHOWN) == wanted, text
    tab.locator("#filter").fill("")
    tab.get_by_label("KVM", exact=True).check()
    tab.wait_for_function("document.getElementById('shown').textContent.startsWith('48 ')")
    assert tab.evaluate(SHOWN) == list(atlas.timelines["kvm"].ids)


def test_whose_name_is_whole_comes_first(reader: Reader) -> None:
    tab = reader.open()
    for text, first in (("drive-mirror", "block.mirror"), ("BLOCK.MIRROR", "block.mirror"), ("xend", "xend")):
        _find(tab, text)
        assert tab.locator("#big-results b").first.inner_text() == first
    tab.locator("#big").fill("no such thing at all")
    tab.locator("#big-results").wait_for(state="hidden")


def test_the_keyboard_alone_finds_and_goes(reader: Reader) -> None:
    tab = reader.open(KINDS["matrix"])
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#main"
    tab.keyboard.press("/")
    tab.keyboard.type("drive-mirror")
    tab.locator("#q-results [role=option]").first.wait_for()
    tab.keyboard.press("ArrowDown")
    assert tab.locator("#q").get_attribute("aria-activedescendant") == "q-results-0"
    tab.keyboard.press("Escape")
    assert tab.locator("#q").get_attribute("aria-expanded") == "false"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/id/block.mirror/index.html")


def test_a_stable_address_is_enough_on_a_server(reader: Reader, site: Path) -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        tab = reader.open("id/block.mirror#qemu", base=base)
        assert tab.locator("h1").inner_text() == "block.mirror"
        assert tab.locator("h2#qemu").is_visible()
        _type_and_go(tab, "vhost-user-blk")
        server.shutdown()


def _type_and_go(tab: Any, text: str) -> None:
    tab.locator("#q").fill(text)
    tab.locator("#q-results a").first.click()
    tab.wait_for_function("text => document.body.textContent.includes(text)", arg=text)


def test_any_two_are_held_beside_each_other_as_their_own_pages_do(reader: Reader, atlas: Atlas) -> None:
    timeline = atlas.timelines["qemu"]
    sides = [side_of_release(timeline, atlas.place_of("qemu", one) or 0) for one in ("7.2.0", "10.0.0")]
    groups = compare(sides[0], sides[1])
    tab = reader.open("compare/")
    tab.evaluate("location.hash = '#qemu:7.2.0:10.0.0'")
    tab.locator("#compared h2").first.wait_for()
    for title, name in (("Only on the right", "gained"), ("Only on the left", "lost")):
        table = tab.get_by_role("region", name=title, exact=True)
        assert table.locator("a.id").all_inner_texts() == [one.id for one in groups[name]]
    tab.locator("#left").select_option(f"host {DEBIAN[0]}")
    tab.locator("#right").select_option(f"host {DEBIAN[1]}")
    beside = tab.get_by_role("region", name="Only on the right", exact=True).locator("a.id").all_inner_texts()
    tab.goto(f"{reader.site.as_uri()}/{KINDS['pair']}index.html")
    assert beside == tab.locator("section.gained a.id").all_inner_texts()


def test_without_javascript_all_but_the_search_works(reader: Reader) -> None:
    tab = reader.open(java_script_enabled=False)
    tab.locator("#big").fill("drive-mirror")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/ids/index.html?q=drive-mirror")
    tab.get_by_role("link", name="block.mirror", exact=True).click()
    assert tab.locator(".bars").first.is_visible()
    tab.get_by_text("What virtgate explain").first.click()
    assert "why" in tab.locator("pre").first.inner_text()
    tab.goto(f"{reader.site.as_uri()}/compare/index.html")
    assert not tab.locator("#compare").is_visible()
    assert tab.get_by_role("link", name=re.compile("Debian 12")).first.is_visible()


def test_what_the_data_say_runs_nothing(reader: Reader, small_site: Path) -> None:
    base = small_site.as_uri()
    for address in (
        page("id", "made.copy"),
        page("downstream", "qemu", "acme"),
        page("hypervisor", "qemu"),
        "",
    ):
        tab = reader.open(f"{address}index.html", base=base)
        tab.locator("#q").fill("made.copy")
        tab.locator("#q-results a").first.wait_for()
        assert tab.evaluate("window.harmed") is None
        assert tab.locator("a[href^=javascript]").count() == 0
    tab = reader.open(f"{page('id', 'made.copy')}index.html", base=base)
    assert tab.locator(".lead").inner_text() == HARM


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_a_telephone_and_a_wall_and_is_kept_as_a_picture(reader: Reader, kind: str) -> None:
    folder = os.environ.get("VIRTGATE_SCREENSHOTS")
    tab = reader.open(KINDS[kind], width=360, color_scheme="dark")
    for width, scheme in (
        (360, "dark"),
        (2560, "dark"),
        *([(1280, "light"), (360, "light")] if folder else []),
    ):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        if folder:
            tab.screenshot(path=f"{folder}/{kind}-{width}-{scheme}.png")
    tab.context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_axe_has_nothing_serious_to_say(
    reader: Reader, kind: str, require: Callable[[object, str], None]
) -> None:
    require(AXE.is_file(), "there is no axe-core in VIRTGATE_NODE_TOOLS")
    tab = reader.open(KINDS[kind], bypass_csp=True)
    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate(AXE_RUN, {"resultTypes": ["violations"], "preload": False})
    tab.emulate_media(color_scheme="dark")
    found += tab.evaluate(AXE_RUN, {"runOnly": ["color-contrast"], "preload": False})
    told = [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found]
    assert [one for one in told if one[1] in {"serious", "critical"}] == []
    tab.context.close()
