import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type Fixture, startServer } from "../../src/server/server.fixture.ts";
import { chromiumProgram, pagesOfBuild, startChromium, watchedPage } from "../support/chromium.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** One of each kind: home, drawings and code, wide tables, the reference. */
const kinds = [
  "/",
  "/docs/concepts/holds",
  "/docs/concepts/what-each-interface-shows",
  "/docs/reference/native/audit",
];
const wide = { viewport: { width: 1_300, height: 900 } };
const narrow = { viewport: { width: 375, height: 700 } };

if (chromiumProgram === undefined)
  it("did not run: there is no Chromium; TEST_CHROMIUM may name one", () =>
    expect(chromiumProgram).toBeUndefined());
else
  describe("the pages, in Chromium", () => {
    let fixture: Fixture;
    let browser: Browser;
    beforeAll(async () => {
      [fixture, browser] = await Promise.all([startServer({ pages: pagesOfBuild() }), startChromium()]);
    });
    afterAll(async () => {
      await browser.close();
      await fixture.server.close(0);
    });

    /** In a browser of its own, to which other hosts are out of reach; nothing may go wrong there. */
    async function reading(
      options: BrowserContextOptions,
      read: (page: Page, context: BrowserContext) => Promise<void>,
    ): Promise<void> {
      const context = await browser.newContext({ ...wide, ...options });
      context.setDefaultTimeout(10_000);
      const { page, faults } = await watchedPage(context, fixture.url);
      try {
        await read(page, context);
      } finally {
        await context.close();
      }
      expect(faults).toEqual([]);
    }
    const open = (page: Page, path: string) => page.goto(`${fixture.url}${path}`);

    it.each(["light", "dark"] as const)(
      "are accessible, no wider than a phone, and load nothing that their policy refuses: %s",
      (colorScheme) =>
        reading({ colorScheme }, async (page) => {
          // In the dark nothing is otherwise but the colours.
          const options = colorScheme === "light" ? "{}" : '{ runOnly: ["color-contrast"] }';
          for (const path of kinds) {
            await open(page, path);
            await page.evaluate(axe);
            const violations = await page.evaluate<string[]>(
              `axe.run(document, ${options}).then(({ violations }) => violations.filter(({ impact }) => /serious|critical/.test(impact)).map(({ id, nodes }) => id + ": " + nodes[0].html))`,
            );
            await page.setViewportSize(narrow.viewport);
            const width = await page.evaluate("document.documentElement.scrollWidth");
            await page.setViewportSize(wide.viewport);
            expect({ path, violations, width }).toEqual({ path, violations: [], width: 375 });
          }
        }),
    );

    it(
      "fit a phone, whose menu opens and closes without a script, too",
      () =>
        reading({ ...narrow, javaScriptEnabled: false }, async (page) => {
          await open(page, "/docs/concepts/holds");
          const entry = page.getByRole("link", { name: "Receipts and idempotency" });
          expect(await entry.isVisible()).toBe(false);
          await page.getByRole("link", { name: "Menu", exact: true }).click();
          expect(await entry.isVisible()).toBe(true);
          await entry.click();
          await page.getByRole("heading", { name: "Receipts and idempotency", level: 1 }).waitFor();
          expect(await page.getByRole("link", { name: "Refunds and reversals" }).first().isVisible()).toBe(
            false,
          );
        }),
      60_000,
    );

    it(
      "find a section while one writes, by the keyboard alone",
      () =>
        reading({}, async (page) => {
          await open(page, "/docs/concepts/");
          await page.keyboard.press("/");
          await page.keyboard.type("capture overdr");
          const found = page.getByRole("option");
          await found.first().waitFor();
          const names = await found.allInnerTexts();
          expect(names.some((name) => name.startsWith("More than is held"))).toBe(true);
          const place = names.findIndex((name) => name.startsWith("More than is held"));
          for (let step = 0; step < place; step += 1) await page.keyboard.press("ArrowDown");
          await page.keyboard.press("Enter");
          await page.waitForURL("**/docs/concepts/holds#more-than-is-held");
          await page.keyboard.press("/");
          await page.keyboard.type("xyzzyxyzzy");
          await page.getByText("Nothing is found.").waitFor();
          await page.keyboard.press("Escape");
          expect(await page.getByText("Nothing is found.").isVisible()).toBe(false);
        }),
      60_000,
    );

    it(
      "find methods of the API, too",
      () =>
        reading({}, async (page) => {
          await open(page, "/docs/");
          await page.keyboard.press("/");
          await page.keyboard.type("BatchCreateTransfers");
          await page
            .getByRole("option", { name: /^BatchCreateTransfers/ })
            .first()
            .click();
          await page.waitForURL("**/docs/reference/native/ledger#batchcreatetransfers");
        }),
      60_000,
    );

    it(
      "change between light and dark, and remember it",
      () =>
        reading({ colorScheme: "light" }, async (page) => {
          await open(page, "/docs/");
          const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
          const light = await ground();
          await page.getByRole("button", { name: "Change to dark colours" }).click();
          const dark = await ground();
          expect(dark).not.toBe(light);
          await open(page, "/");
          expect(await ground()).toBe(dark);
          await page.getByRole("button", { name: "Change to light colours" }).click();
          expect(await ground()).toBe(light);
        }),
      60_000,
    );

    it(
      "say at / whether the service is ready",
      () =>
        reading({}, async (page) => {
          await open(page, "/");
          await page.getByRole("status").getByText("Ready", { exact: true }).waitFor();
        }),
      60_000,
    );

    it(
      "print without what is for the screen",
      () =>
        reading({}, async (page) => {
          await open(page, "/docs/concepts/holds");
          await page.emulateMedia({ media: "print" });
          for (const part of ["#menu", "body > header", ".neighbours"])
            expect({ part, isSeen: await page.locator(part).isVisible() }).toEqual({ part, isSeen: false });
          expect(await page.getByRole("heading", { level: 1 }).isVisible()).toBe(true);
        }),
      60_000,
    );
  });
