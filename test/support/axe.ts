import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const options = { resultTypes: ["violations"], preload: false };
/** In the other scheme nothing is otherwise but the colours. */
const schemes = [
  ["dark", options],
  ["light", { ...options, runOnly: ["color-contrast"] }],
] as const;

/** In the frame before the second one the page has seen how large its parts are, and has what scrolls reached by the keyboard. */
const shown = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

/**
 * What is seriously wrong with a page, in the dark and in the light, for whoever does not see it well or has a window of this width; undefined
 * where nothing is.
 */
export async function faultsIn(page: Page, what: string): Promise<object | undefined> {
  // A view of the console comes without a new document.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe);
  const serious: unknown[] = [];
  for (const [colorScheme, asked] of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(shown);
    const found = await page.evaluate<unknown[]>(
      `axe.run(${JSON.stringify(asked)}).then(({ violations }) => violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`,
    );
    serious.push(...found.map((fault) => [colorScheme, fault]));
  }
  const width = await widthOf(page);
  const isWide = width > (page.viewportSize()?.width ?? 0);
  return serious.length > 0 || isWide ? { what, serious, width } : undefined;
}

/** How wide the page is, which is more than the window where that is too narrow for it. */
export function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth");
}
