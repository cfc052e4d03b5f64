import type { Browser, Page } from "playwright-core";
import { type Fixture, startServer } from "../../src/server/server.fixture.ts";
import { faultsIn, widthOf } from "../support/axe.ts";
import { describeInChromium, pagesOfBuild, startChromium, watchedPage } from "../support/chromium.ts";

/** One of each kind: home, drawings and code, wide tables, the reference. */
const kinds = [
  "/",
  "/docs/concepts/holds",
  "/docs/concepts/what-each-interface-shows",
  "/docs/reference/native/audit",
];
const wide = { viewport: { width: 1_300, height: 900 } };
const narrow = { viewport: { width: 375, height: 700 } };

describeInChromium("the pages", () => {
  let fixture: Fixture;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startServer({ pages: pagesOfBuild() }), startChromium()]);
    ({ page, faults } = await watchedPage(await browser.newContext(wide), fixture.url));
  });
  afterEach(() => expect(faults.splice(0)).toEqual([]));
  afterAll(async () => {
    await browser.close();
    await fixture.server.close(0);
  });

  const open = (path: string) => page.goto(`${fixture.url}${path}`);

  it("are accessible, no wider than a phone, under a header of one line, and load nothing that their policy refuses", async () => {
    for (const path of kinds) {
      await open(path);
      const seen = await faultsIn(page, path);
      await page.setViewportSize(narrow.viewport);
      const width = await widthOf(page);
      const header = (await page.locator("body > header").boundingBox())?.height;
      await page.setViewportSize(wide.viewport);
      expect({ path, seen, width }).toEqual({ path, seen: undefined, width: 375 });
      expect(header).toBeLessThan(60);
    }
  });

  it("fit a phone, whose menu opens and closes without a script, too", async () => {
    const context = await browser.newContext({ ...narrow, javaScriptEnabled: false });
    const { page, faults } = await watchedPage(context, fixture.url);
    await page.goto(`${fixture.url}/docs/concepts/holds`);
    const entry = page.getByRole("link", { name: "Receipts and idempotency" });
    expect(await entry.isVisible()).toBe(false);
    await page.getByRole("link", { name: "Menu", exact: true }).click();
    expect(await entry.isVisible()).toBe(true);
    expect(await page.getByRole("link", { name: "Console", exact: true }).isVisible()).toBe(true);
    await entry.click();
    await page.getByRole("heading", { name: "Receipts and idempotency", level: 1 }).waitFor();
    expect(await page.getByRole("link", { name: "Refunds and reversals" }).first().isVisible()).toBe(false);
    await context.close();
    expect(faults).toEqual([]);
  });

  it("find a section while one writes, by the keyboard alone", async () => {
    await open("/docs/concepts/");
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
  });

  it("find methods of the API, too", async () => {
    await open("/docs/");
    await page.keyboard.press("/");
    await page.keyboard.type("BatchCreateTransfers");
    await page
      .getByRole("option", { name: /^BatchCreateTransfers/ })
      .first()
      .click();
    await page.waitForURL("**/docs/reference/native/ledger#batchcreatetransfers");
  });

  it("change between light and dark, and remember it", async () => {
    await open("/docs/");
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await ground();
    await page.getByRole("button", { name: "Change to dark colours" }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await open("/");
    expect(await ground()).toBe(dark);
    await page.getByRole("button", { name: "Change to light colours" }).click();
    expect(await ground()).toBe(light);
  });

  it("say at / whether the service is ready", async () => {
    await open("/");
    await page.getByRole("status").getByText("Ready", { exact: true }).waitFor();
  });

  it("print without what is for the screen", async () => {
    await open("/docs/concepts/holds");
    await page.emulateMedia({ media: "print" });
    for (const part of ["#menu", "body > header", ".neighbours"])
      expect({ part, isSeen: await page.locator(part).isVisible() }).toEqual({ part, isSeen: false });
    expect(await page.getByRole("heading", { level: 1 }).isVisible()).toBe(true);
  });
});
