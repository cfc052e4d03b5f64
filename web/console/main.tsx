import { render } from "preact";
import { applyTheme, chosenTheme } from "../shared/chosen-theme.ts";
import { App } from "./app/app.tsx";
import { Session } from "./session/session.ts";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/charts.css";
import "./styles/views.css";

applyTheme(document.documentElement, chosenTheme());
const root = document.getElementById("console");
if (root === null) throw new Error("the page has no place for the console");
root.replaceChildren();
render(<App session={new Session(sessionStorage)} />, root);
