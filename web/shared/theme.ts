import { applyTheme, chosenTheme } from "./chosen-theme.ts";

// Runs before anything is painted.
applyTheme(document.documentElement, chosenTheme());
