// Any two releases or hosts of one hypervisor. The address says which: #qemu:7.2.0:10.0.0
"use strict";

(() => {
  const form = document.getElementById("compare");
  const [of, left, right] = ["of", "left", "right"].map((id) => document.getElementById(id));
  const place = document.getElementById("compared");
  const has = ["enabled", "deprecated", "backport"];
  const words = {
    gained: "Only on the right",
    lost: "Only on the left",
    moved: "Both, otherwise",
    refused: "Neither, for another reason",
  };
  let sides = null;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const load = (name) =>
    new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${form.dataset.root}${encodeURIComponent(name)}.js`;
      script.onload = () => resolve(window.virtgateSides);
      script.onerror = () => resolve(null);
      document.head.append(script);
    });

  function fill(select, chosen) {
    const group = (label, rows) => {
      const found = make("optgroup");
      found.label = label;
      found.append(...rows.map(([value, text]) => new Option(text, value)));
      return found;
    };
    const groups = [group("releases", sides.releases.map((one) => [one, one]).reverse())];
    if (sides.hosts.length) {
      groups.push(group("recorded hosts", sides.hosts.map(([title, name]) => [`host ${name}`, title])));
    }
    select.replaceChildren(...groups);
    select.value = chosen;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  }

  // The letter of a capability's state on one side.
  function state([runs, hosts], chosen) {
    if (chosen.startsWith("host ")) {
      return hosts[sides.hosts.findIndex(([, name]) => name === chosen.slice(5))];
    }
    let at = sides.releases.indexOf(chosen);
    for (const [, letter, count] of runs.matchAll(/([a-z])(\d+)/g)) {
      at -= Number(count);
      if (at < 0) return letter;
    }
    return ".";
  }

  function group(one, other) {
    const [had, now] = [one, other].map((letter) => has.includes(sides.marks[letter][0]));
    if (had && now) return "moved";
    return now ? "gained" : had ? "lost" : "refused";
  }

  function cell(letter) {
    const [name, glyph, label] = sides.marks[letter];
    const found = make("td");
    const mark = make("span", `mark ${name}`, glyph);
    mark.setAttribute("aria-hidden", "true");
    found.append(mark, ` ${label}`);
    return found;
  }

  function table(title, rows) {
    const section = make("section");
    const head = make("h2", "", `${title} `);
    head.append(make("span", "tally", String(rows.length)));
    const scroll = make("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", title);
    const found = make("table", "list sides");
    for (const [id, one, other] of rows) {
      const row = make("tr");
      const named = make("th");
      named.scope = "row";
      const link = make("a", "id", id);
      link.href = `${form.dataset.ids}${encodeURIComponent(id)}/index.html`;
      named.append(link);
      row.append(named, cell(one), cell(other));
      found.append(row);
    }
    scroll.append(found);
    section.append(head, scroll);
    return section;
  }

  function show() {
    const groups = { gained: [], lost: [], moved: [], refused: [] };
    for (const [id, row] of Object.entries(sides.ids)) {
      const [one, other] = [left, right].map((select) => state(row, select.value));
      if (one !== other && one !== "." && other !== ".") groups[group(one, other)].push([id, one, other]);
    }
    const found = Object.entries(groups).filter(([, rows]) => rows.length);
    place.replaceChildren(
      ...(found.length
        ? found.map(([name, rows]) => table(words[name], rows))
        : [make("p", "", "No verdict differs between the two.")]),
    );
  }

  const remember = () => {
    const told = [of, left, right].map((one) => encodeURIComponent(one.value)).join(":");
    history.replaceState(null, "", `#${told}`);
  };

  async function open(name, first, last) {
    sides = await load(name);
    if (!sides) return;
    // Without a choice, the newest release beside the last one that was otherwise.
    const newest = sides.releases.length - 1;
    const rows = Object.values(sides.ids);
    const isOther = (at) => rows.some((row) => state(row, sides.releases[at]) !== state(row, sides.releases[newest]));
    let at = newest - 1;
    while (at > 0 && !isOther(at)) at -= 1;
    fill(left, first ?? sides.releases[Math.max(at, 0)]);
    fill(right, last ?? sides.releases[newest]);
    show();
  }

  async function read() {
    const [name, first, last] = location.hash.slice(1).split(":").map(decodeURIComponent);
    if ([...of.options].some((one) => one.value === name)) of.value = name;
    await open(of.value, first, last);
  }

  form.hidden = false;
  of.addEventListener("change", async () => {
    await open(of.value);
    remember();
  });
  for (const select of [left, right]) {
    select.addEventListener("change", () => {
      remember();
      show();
    });
  }
  window.addEventListener("hashchange", read);
  read();
})();
