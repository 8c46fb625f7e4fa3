// Search and filter. Everything else works without this file.
"use strict";

(() => {
  const source = document.currentScript.dataset.root;
  const root = source.slice(0, -"search.js".length);
  const most = 12;
  let entries = null;
  let waiting = null;

  // The same folding and matching as engine/virtgate/data/search.py; tests hold them equal.
  const fold = (text) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .replace(/^qemu-caps-/, "");

  function isShortened(wanted, name) {
    const parts = wanted.split("-");
    if (parts.length < 2 || !name.startsWith(parts[0])) return false;
    let at = 0;
    const rest = name.split("-");
    return parts.every((part) => {
      const found = rest.indexOf(part, at);
      at = found + 1;
      return found >= 0;
    });
  }

  function load() {
    waiting ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => {
        entries = window.virtgateIndex.map(([address, kind, title, names]) => ({
          address,
          kind,
          title,
          names: names.map(([what, text]) => ({ what, text, folded: fold(text) })),
          folded: fold(title),
        }));
        resolve(entries);
      };
      document.head.append(script);
    });
    return waiting;
  }

  const hasWord = (entry, wanted) =>
    entry.folded.includes(wanted) ||
    entry.names.some((name) => name.folded.includes(wanted) || isShortened(wanted, name.folded));

  const hasAll = (entry, words) => words.every((word) => hasWord(entry, word));

  // A whole name first, and of those what most names say so; then what begins so; then where it is inside.
  function rank(entry, wanted) {
    const whole = entry.names.filter((name) => name.folded === wanted).length;
    if (whole) return whole;
    if (entry.names.some((name) => `${name.folded}-`.startsWith(`${wanted}-`))) return 0;
    if (entry.names.some((name) => name.folded.startsWith(wanted))) return -1;
    return entry.names.some((name) => name.folded.includes(wanted)) ? -2 : -3;
  }

  function find(text) {
    const words = text.split(/\s+/).filter(Boolean).map(fold).filter(Boolean);
    if (!words.length) return [];
    const wanted = fold(text);
    const found = entries.filter((entry) => hasAll(entry, words));
    const ranks = new Map(found.map((entry) => [entry, rank(entry, wanted)]));
    return found.sort((left, right) => ranks.get(right) - ranks.get(left));
  }

  // Which name it was that matched, where that is not the id.
  function reason(entry, text) {
    const wanted = fold(text);
    const own = entry.names.find((name) => name.what !== "id" && name.folded === wanted);
    const like = entry.names.find((name) => name.folded.includes(wanted));
    const name = own ?? like;
    return !name || ["id", "release", "hypervisor", "host", "downstream"].includes(name.what)
      ? ""
      : `${name.what} ${name.text}`;
  }

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  function option(entry, text, id) {
    const line = make("li", "");
    line.id = id;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    const link = make("a", "");
    link.href = `${root}${entry.address.split("/").map(encodeURIComponent).join("/")}index.html`;
    link.tabIndex = -1;
    const named = entry.names.find((name) => name.what === "id");
    link.append(make("b", "", named ? named.text : entry.title));
    if (named) link.append(make("span", "", entry.title));
    const why = reason(entry, text);
    link.append(make("small", "", why ? `${why} · ${entry.kind}` : entry.kind));
    line.append(link);
    return line;
  }

  function attach(input) {
    const box = make("div", "results");
    const list = make("ul", "");
    list.id = `${input.id}-results`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Found");
    const status = make("p", "hidden");
    status.setAttribute("role", "status");
    box.hidden = true;
    box.append(list);
    input.after(box, status);
    const set = (name, value) => input.setAttribute(name, value);
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", list.id);

    let at = -1;
    const show = (isShown) => {
      box.hidden = !isShown;
      set("aria-expanded", String(isShown));
      if (!isShown) choose(-1);
    };
    const choose = (place) => {
      list.children[at]?.setAttribute("aria-selected", "false");
      at = place;
      const chosen = list.children[at];
      if (!chosen) return input.removeAttribute("aria-activedescendant");
      chosen.setAttribute("aria-selected", "true");
      chosen.scrollIntoView({ block: "nearest" });
      set("aria-activedescendant", chosen.id);
    };
    const update = async () => {
      const text = input.value.trim();
      await load();
      if (text !== input.value.trim()) return;
      const found = text ? find(text) : [];
      list.replaceChildren(
        ...found.slice(0, most).map((entry, place) => option(entry, text, `${list.id}-${place}`)),
      );
      at = -1;
      status.textContent = text ? `${found.length} found` : "";
      show(found.length > 0);
    };
    input.addEventListener("focus", load);
    input.addEventListener("input", update);
    input.addEventListener("keydown", (event) => {
      const count = list.children.length;
      if (event.key === "Escape" && !box.hidden) {
        event.preventDefault(); // the first closes what was found, the second empties the field
        show(false);
      } else if (event.key === "Enter" && (at >= 0 || (count && !box.hidden))) {
        event.preventDefault();
        list.children[Math.max(at, 0)].querySelector("a").click();
      } else if (["ArrowDown", "ArrowUp"].includes(event.key) && count) {
        event.preventDefault();
        show(true);
        choose((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + count) % count);
      }
    });
    document.addEventListener("click", (event) => {
      if (!box.contains(event.target) && event.target !== input) show(false);
    });
    input.addEventListener("blur", (event) => {
      if (!box.contains(event.relatedTarget)) setTimeout(() => box.matches(":hover") || show(false), 150);
    });
    if (input.value) load();
  }

  function attachFilter(input) {
    const filter = input.closest(".filter");
    const lines = new Map();
    for (const line of document.querySelectorAll(".ids li")) {
      lines.set(line.querySelector("a.id").textContent, line);
    }
    const boxes = [...filter.querySelectorAll("[type=checkbox]")];
    const update = async () => {
      await load();
      const words = input.value.split(/\s+/).map(fold).filter(Boolean);
      const titles = boxes.filter((one) => one.checked).map((one) => one.value);
      let count = 0;
      for (const entry of entries) {
        const named = entry.names.find((name) => name.what === "id");
        if (!named) break;
        const on = entry.kind.split(", ");
        const isShown = hasAll(entry, words) && titles.every((title) => on.includes(title));
        lines.get(named.text).hidden = !isShown;
        count += isShown;
      }
      for (const area of document.querySelectorAll("section.area")) {
        area.hidden = !area.querySelector("li:not([hidden])");
      }
      document.getElementById("shown").textContent = `${count} of ${lines.size} capabilities`;
    };
    filter.hidden = false;
    input.value = new URLSearchParams(location.search).get("q") ?? "";
    input.addEventListener("input", update);
    for (const one of boxes) one.addEventListener("change", update);
    update();
  }

  for (const id of ["big", "q"]) {
    const input = document.getElementById(id);
    if (input) attach(input);
  }
  const filter = document.getElementById("filter");
  if (filter) attachFilter(filter);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      (document.getElementById("big") ?? document.getElementById("q")).focus();
    }
  });
})();
