import { useState } from "preact/hooks";
import { chooseTheme, shownTheme } from "../../shared/chosen-theme.ts";

/** Changes between light and dark, for the documentation too. */
export function ThemeSwitch() {
  const [shown, setShown] = useState(shownTheme);
  const other = shown === "dark" ? "light" : "dark";
  const change = () => {
    chooseTheme(other);
    setShown(other);
  };
  return (
    <button type="button" class="plain" onClick={change}>
      {other === "dark" ? "Dark" : "Light"} colours
    </button>
  );
}
