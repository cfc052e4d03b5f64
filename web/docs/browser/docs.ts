import { addThemeSwitch } from "../../shared/theme-switch.ts";
import { addCopyButtons } from "./copy.ts";
import { reachByKeyboard } from "./scrollable.ts";
import { addSearch } from "./search.ts";

const tools = document.getElementById("tools");
if (tools !== null) {
  addSearch(tools, document.documentElement.dataset);
  addThemeSwitch(tools);
}
reachByKeyboard(document.querySelectorAll<HTMLElement>("main pre, main .table, main .picture"));

// Where the menu is longer than the window, what is read now is seen in it.
const menu = document.getElementById("menu");
const current = menu?.querySelector<HTMLElement>("[aria-current]");
if (menu !== null && current) menu.scrollTop = current.offsetTop - menu.clientHeight / 2;

addCopyButtons(document.querySelectorAll<HTMLElement>("main pre"));
