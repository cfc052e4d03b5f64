import MiniSearch, { type SearchResult } from "minisearch";
import { type Found, searchOptions } from "../search-options.ts";

const foundMax = 30;

/** Where the documentation is, relative to this page. */
interface Places {
  readonly docs?: string;
  readonly search?: string;
}

/** A field that finds sections of the documentation while one writes. `/` leads to it; arrows, Enter and Escape do what they say. */
export function addSearch(tools: HTMLElement, { docs = "", search = "" }: Places): void {
  const input = fieldOf("found");
  const list = listOf("found");
  const frame = document.createElement("div");
  frame.className = "search";
  frame.append(input, list);
  tools.append(frame);

  let index: Promise<MiniSearch> | undefined;
  const load = () => {
    index ??= loadIndex(search);
    index.catch(() => {
      index = undefined;
    });
    return index;
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const show = async () => {
    const words = input.value.trim();
    if (words === "") return close();
    const found = await load().then(
      (ready) => ready.search(words).slice(0, foundMax).map(asFound),
      () => undefined,
    );
    if (input.value.trim() !== words) return;
    list.replaceChildren(...rowsOf(found, docs));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    select(input, list, 0);
  };
  input.addEventListener("focus", () => void load().catch(() => undefined));
  input.addEventListener("input", () => void show());
  input.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll("a")];
    const current = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      close();
    } else if (event.key === "Enter") rows[current]?.click();
    else if (step !== undefined && rows.length > 0) {
      event.preventDefault();
      select(input, list, (current + step + rows.length) % rows.length);
    }
  });
  frame.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && frame.contains(relatedTarget))) close();
  });
  list.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isWritten(event.target))
      return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

async function loadIndex(address: string): Promise<MiniSearch> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`no index: ${answer.status}`);
  return MiniSearch.loadJSON(await answer.text(), searchOptions);
}

function asFound({ id, title, heading, excerpt }: SearchResult): Found {
  return { id, title, heading, excerpt };
}

function fieldOf(list: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "Search ( / )";
  input.autocomplete = "off";
  input.spellcheck = false;
  const roles = { role: "combobox", "aria-label": "Search the documentation", "aria-expanded": "false" };
  for (const [name, value] of Object.entries({
    ...roles,
    "aria-controls": list,
    "aria-autocomplete": "list",
  }))
    input.setAttribute(name, value);
  return input;
}

function listOf(id: string): HTMLDivElement {
  const list = document.createElement("div");
  list.id = id;
  list.className = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Sections found");
  return list;
}

function rowsOf(found: readonly Found[] | undefined, docs: string): HTMLElement[] {
  if (found === undefined) return [said("The index cannot be loaded: try again.")];
  if (found.length === 0) return [said("Nothing is found.")];
  return found.map(({ id, title, heading, excerpt }, index) => {
    const row = document.createElement("a");
    row.id = `found-${index}`;
    row.href = `${docs}${id}`;
    row.setAttribute("role", "option");
    row.tabIndex = -1;
    const name = document.createElement("strong");
    name.textContent = heading === "" ? title : heading;
    const more = document.createElement("span");
    more.textContent = heading === "" ? excerpt : `${title}: ${excerpt}`;
    row.append(name, more);
    return row;
  });
}

function said(words: string): HTMLParagraphElement {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  paragraph.setAttribute("role", "option");
  paragraph.setAttribute("aria-disabled", "true");
  return paragraph;
}

function select(input: HTMLInputElement, list: HTMLElement, index: number): void {
  const rows = [...list.querySelectorAll("a")];
  for (const [place, row] of rows.entries()) row.setAttribute("aria-selected", String(place === index));
  rows[index]?.scrollIntoView({ block: "nearest" });
  if (rows[index] === undefined) input.removeAttribute("aria-activedescendant");
  else input.setAttribute("aria-activedescendant", rows[index].id);
}

/** Whether a key that is pressed there is written. */
function isWritten(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
