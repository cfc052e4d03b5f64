import { useLayoutEffect } from "preact/hooks";
import { views } from "../views/registry.ts";
import type { View } from "../views/view.ts";
import { useConsole } from "./console.ts";

/** What the keyboard does in every view; a view's own links and buttons are reached by Tab. */
export const keyHelp: readonly (readonly [keys: string, what: string])[] = [
  ["/", "search customers"],
  ["j, k", "next and previous row"],
  ["Enter", "open the row"],
  ["n, p", "next and previous page"],
  ["g, then a letter", "go to a view; the letter stands beside it in the navigation"],
  ["?", "show these keys"],
  ["Esc", "close what is open"],
];

interface KeyActions {
  help(): void;
  visit(view: View): void;
}

const goMsMax = 1_500;

/** Whether letters belong to what has the focus. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

export function useKeys(actions: KeyActions): void {
  const { isLoggedIn } = useConsole();
  useLayoutEffect(() => {
    if (!isLoggedIn) return;
    let goneAt = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const view = views.find(({ entry }) => entry?.key === event.key);
      if (event.timeStamp - goneAt < goMsMax && view !== undefined) actions.visit(view);
      else if (!pressed(event.key, actions)) {
        goneAt = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
        return;
      }
      goneAt = Number.NEGATIVE_INFINITY;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [actions, isLoggedIn]);
}

/** Whether the key does anything. */
function pressed(key: string, { help }: KeyActions): boolean {
  switch (key) {
    case "?":
      help();
      return true;
    case "/":
      return focused(document.querySelector<HTMLElement>("[data-search]"));
    case "j":
      return focused(neighbour(1));
    case "k":
      return focused(neighbour(-1));
    case "n":
      return clicked("[data-page=next]");
    case "p":
      return clicked("[data-page=previous]");
    default:
      return false;
  }
}

function focused(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
  return element !== null && element !== undefined;
}

function clicked(selector: string): boolean {
  const button = document.querySelector<HTMLButtonElement>(`${selector}:not(:disabled)`);
  button?.click();
  return button !== null;
}

/** The link of the row that is so many rows away from the one with the focus. */
function neighbour(step: 1 | -1): HTMLElement | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (at === -1) return step === 1 ? rows[0] : rows.at(-1);
  return rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
}
