import { addThemeSwitch } from "../../shared/theme-switch.ts";
import { followReadiness } from "./readiness.ts";

const tools = document.getElementById("tools");
const status = document.getElementById("status");
if (tools !== null) addThemeSwitch(tools);
if (status !== null) followReadiness(status);
