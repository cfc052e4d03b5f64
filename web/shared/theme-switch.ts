import { chooseTheme, shownTheme } from "./chosen-theme.ts";

/** A button that changes between light and dark, and remembers it. */
export function addThemeSwitch(tools: HTMLElement): void {
  const button = document.createElement("button");
  button.type = "button";
  const name = () => {
    button.textContent = shownTheme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to ${shownTheme() === "dark" ? "light" : "dark"} colours`);
  };
  button.addEventListener("click", () => {
    chooseTheme(shownTheme() === "dark" ? "light" : "dark");
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  tools.append(button);
}
