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
addCopyButtons(document.querySelectorAll<HTMLElement>("main pre"));
