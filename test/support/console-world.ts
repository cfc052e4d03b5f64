import type { Browser, Locator, Page } from "playwright-core";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { faultsIn } from "./axe.ts";
import { describeInChromium, pagesOfBuild, startChromium, watchedPage } from "./chromium.ts";
import {
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "./service.ts";
import { until } from "./until.ts";

export const wide = { width: 1_200, height: 900 };
const narrow = { width: 375, height: 800 };

/** A text that does something wherever it is taken for more than a text. */
export const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script>\${alert(3)}'`;

/** The console of a service, in one window that all tests of a file look through. */
class ConsoleWorld {
  service!: TestService;
  tenant!: Tenant;
  browser!: Browser;
  page!: Page;
  #faults: string[] = [];
  #hasClock = false;

  async start(): Promise<void> {
    [this.service, this.browser] = await Promise.all([
      startService({ pages: pagesOfBuild() }),
      startChromium(),
    ]);
    this.tenant = await this.service.tenant({ credits: 1_250 });
    await this.#openWindow();
  }

  async #openWindow(): Promise<void> {
    const context = await this.browser.newContext({ viewport: wide });
    const { page, faults } = await watchedPage(context, this.service.url);
    this.page = page;
    this.#faults = faults;
  }

  /** From here to the end of the test the window has a clock that the test moves. */
  async takeClock(): Promise<void> {
    await this.page.clock.install();
    this.#hasClock = true;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.service.stop();
  }

  /** Leaves nothing of a test to the next one, but for what the browser has fetched; nothing may have gone wrong. */
  async finish(): Promise<void> {
    const faults = this.#faults.splice(0);
    if (this.#hasClock) {
      this.#hasClock = false;
      await this.page.context().close();
      await this.#openWindow();
    } else {
      await this.page.unroute("**/tallystick.v1.*/**");
      await this.page.evaluate("sessionStorage.clear()");
      await this.page.goto("about:blank");
    }
    expect(faults).toEqual([]);
  }

  place(path: string): string {
    return `${this.service.url}/console/#/${path}`;
  }

  ofTenant(path: string): string {
    return this.place(`organizations/${this.tenant.orgName}/${path}`);
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async logIn(credential: TestCredential, at = this.place("")): Promise<void> {
    await this.page.goto(at);
    await this.giveCredential(credential);
    await this.page.getByRole("button", { name: "Log out" }).waitFor();
  }

  /** All that is seen was answered. */
  async settled(): Promise<void> {
    await until(async () => (await this.page.locator(".loading").count()) === 0);
  }

  async giveCredential({ clientId, clientSecret }: TestCredential): Promise<void> {
    await this.page.getByRole("textbox", { name: "Client id" }).fill(clientId);
    await this.page.getByLabel("Client secret").fill(clientSecret);
    await this.page.keyboard.press("Enter");
  }

  charge(amount: string, more: object = {}, { orgId, billingId, writer } = this.tenant) {
    return connectClients(this.service.url, writer).ledger.createTransfer({
      ...{ organization: orgId, customer: billingId, kind: TransferKind.CHARGE, amount },
      ...{ currency: "VC", ...more },
    });
  }

  /**
   * Visits places by the headings that they have, on a phone; answers what is seriously wrong with any.
   * @param look what is done at one before it is looked at
   */
  async faultsAt(
    visited: Iterable<readonly [at: string, title: string | RegExp, look?: () => Promise<void>]>,
  ): Promise<object[]> {
    await this.page.setViewportSize(narrow);
    const faults: object[] = [];
    for (const [at, title, look] of visited) {
      await this.page.goto(at);
      await this.heading(title).waitFor();
      await this.settled();
      // Axe leaves alone what stands on a picture, as the shadow at the edge of a table is.
      await this.page.evaluate(
        `document.querySelectorAll(".table-frame").forEach(({ style }) => style.backgroundImage = "none")`,
      );
      await look?.();
      const found = await faultsIn(this.page, at);
      if (found !== undefined) faults.push(found);
    }
    await this.page.setViewportSize(wide);
    return faults;
  }
}

/** Tests of the console. Their world is there once they run. */
export function describeConsole(what: string, define: (world: ConsoleWorld) => void): void {
  describeInChromium(what, () => {
    const world = new ConsoleWorld();
    beforeAll(() => world.start());
    afterEach(() => world.finish());
    afterAll(() => world.stop());
    define(world);
  });
}
