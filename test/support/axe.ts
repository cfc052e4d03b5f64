import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe and the window say of a page. */
interface Found {
  readonly violations: readonly (readonly string[])[];
  readonly width: number;
}

/** What is seriously wrong with a page for whoever does not see it, or has a window of that width; undefined where nothing is. */
export async function faultsIn(page: Page, what: string, width: number): Promise<object | undefined> {
  await page.evaluate(axe);
  const found = await page.evaluate<Found>(`axe.run().then(({ violations }) => ({
    violations: violations.map(({ id, impact, nodes }) => [id, impact, ...nodes.map(({ html }) => html)]),
    width: document.documentElement.scrollWidth,
  }))`);
  const serious = found.violations.filter(([, impact]) => impact === "serious" || impact === "critical");
  return serious.length > 0 || found.width > width ? { what, serious, width: found.width } : undefined;
}
