export type Theme = "light" | "dark";

const name = "tallystick-theme";

/** What the reader has chosen; undefined where the system decides, or where nothing is remembered. */
export function chosenTheme(): Theme | undefined {
  try {
    const chosen = localStorage.getItem(name);
    return chosen === "light" || chosen === "dark" ? chosen : undefined;
  } catch {
    return undefined;
  }
}

export function chooseTheme(theme: Theme): void {
  applyTheme(document.documentElement, theme);
  try {
    localStorage.setItem(name, theme);
  } catch {
    // It holds for this page, then.
  }
}

/** What is seen now. */
export function shownTheme(): Theme {
  return chosenTheme() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

export function applyTheme(root: HTMLElement, theme: Theme | undefined): void {
  if (theme === undefined) delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
}
