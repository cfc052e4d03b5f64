import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { readManifest } from "../../src/server/pages/manifest.ts";
import { createPages, type Pages } from "../../src/server/pages/pages.ts";

/** Where distributions put it; TEST_CHROMIUM names another one. */
const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome-stable"];
const chromiumProgram = process.env["TEST_CHROMIUM"] ?? programs.find((path) => existsSync(path));

/** Enough for a machine that does much else. */
export const patienceMs = 20_000;

/** Tests in a browser, which say that they did not run where there is none. */
export function describeInChromium(what: string, define: () => void): void {
  if (chromiumProgram === undefined)
    it("did not run: there is no Chromium; TEST_CHROMIUM may name one", () =>
      expect(chromiumProgram).toBeUndefined());
  else
    describe(`${what}, in Chromium`, () => {
      jest.setTimeout(3 * patienceMs);
      define();
    });
}

export async function startChromium(): Promise<Browser> {
  if (chromiumProgram === undefined) throw new Error("there is no Chromium");
  // Root may not have a sandbox in a container.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: chromiumProgram, args });
}

/** The pages as `npm run build` has made them. */
export function pagesOfBuild(): Pages {
  const folder = join(import.meta.dirname, "../../dist/web");
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new Error(`there are no pages in ${folder}: npm run build`);
  return createPages(folder, manifest);
}

/** A page of the browser, and what went wrong in it. */
interface WatchedPage {
  readonly page: Page;
  /** Errors that nobody caught, what the policy of the page refused, and requests to other hosts. */
  readonly faults: string[];
}

/** Opens a page of a context, and notes all that a page may not do. Other hosts are out of reach. */
export async function watchedPage(context: BrowserContext, url: string): Promise<WatchedPage> {
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", async (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.exposeFunction("noteRefused", (what: string) => faults.push(`refused: ${what}`));
  await page.addInitScript({
    content: `addEventListener("securitypolicyviolation", (event) =>
      noteRefused([event.violatedDirective, event.blockedURI, event.sample].join(" ")));`,
  });
  await page.route(
    (asked) => asked.origin !== new URL(url).origin,
    (route) => {
      faults.push(`other host: ${route.request().url()}`);
      return route.abort();
    },
  );
  return { page, faults };
}
