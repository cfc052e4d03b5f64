import type { Browser, Page, Route } from "playwright-core";
import { chromiumProgram, pagesOfBuild, startChromium, watchedPage } from "../support/chromium.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";

const createTransfer = "**/tallystick.v1.LedgerService/CreateTransfer";

if (chromiumProgram === undefined)
  it("did not run: there is no Chromium; TEST_CHROMIUM may name one", () =>
    expect(chromiumProgram).toBeUndefined());
else
  describe("a form of the console that is interrupted, in Chromium", () => {
    let service: TestService;
    let tenant: Tenant;
    let browser: Browser;
    let page: Page;
    let faults: readonly string[];
    beforeAll(async () => {
      [service, browser] = await Promise.all([startService({ pages: pagesOfBuild() }), startChromium()]);
      tenant = await service.tenant({ credits: 10 });
      const context = await browser.newContext();
      context.setDefaultTimeout(20_000);
      ({ page, faults } = await watchedPage(context, service.url));
      await page.goto(
        `${service.url}/console/#/organizations/${tenant.orgName}/customers/${tenant.billingId}`,
      );
      await logIn();
    });
    afterAll(async () => {
      await browser.close();
      await service.stop();
      expect(faults).toEqual([]);
    });

    async function logIn(): Promise<void> {
      await page.getByLabel("Client id").fill(tenant.writer.clientId);
      await page.getByLabel("Client secret").fill(tenant.writer.clientSecret);
      await page.keyboard.press("Enter");
    }

    const form = () => page.getByRole("dialog", { name: "Credit" });
    const open = () => page.getByRole("button", { name: "Credit", exact: true }).click();
    const key = () => form().locator("[data-key]").textContent();
    const seeWhatItWouldDo = async (amount: string) => {
      await form().getByLabel("Amount").fill(amount);
      await page.keyboard.press("Enter");
    };

    it("by the end of the session lets one log in, and is there then with what was typed", async () => {
      const body = JSON.stringify({ code: "unauthenticated", message: "the token has expired" });
      const answer = { status: 401, headers: { "content-type": "application/json" }, body };
      await open();
      await page.route(createTransfer, (route) => route.fulfill(answer));
      await seeWhatItWouldDo("7");
      await page.getByText("Log in again to go on: the token has expired.").waitFor();
      await page.locator("input[autocomplete=username]:focus").waitFor();
      await page.unroute(createTransfer);
      // A key of the console is a letter here.
      await page.getByRole("radio", { name: "Credential" }).press("?");
      await logIn();
      expect(await form().getByLabel("Amount").inputValue()).toBe("7");
      await page.keyboard.press("Escape");
    });

    it("asks again for what could not be read once the caller is back", async () => {
      await page.route("**/ListHolds", (route) => route.fulfill({ status: 401 }), { times: 1 });
      await page.getByRole("link", { name: "Holds", exact: true }).click();
      await page.getByText("Log in again to go on").waitFor();
      await logIn();
      await page.getByText("There is none.").waitFor();
    });

    it("by its reader while it is sent has its key still, as nobody saw the answer; what it has booked is seen", async () => {
      await page.getByRole("link", { name: "Overview" }).click();
      await open();
      await seeWhatItWouldDo("7");
      await form().locator("[role=status]:focus").getByText("Nothing is booked yet").waitFor();
      const sent = await key();
      const held: Route[] = [];
      await page.route(createTransfer, (route) => void held.push(route), { times: 1 });
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await form().getByText("Sending…").waitFor();
      await page.keyboard.press("Escape");
      await form().waitFor({ state: "detached" });
      await held[0]?.continue();
      await page.getByText("17 VC", { exact: true }).first().waitFor();
      await open();
      await form().getByText("nobody saw it").waitFor();
      expect(await key()).toBe(sent);
      await seeWhatItWouldDo("7");
      await form().getByText("This was booked already").waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await form().getByText("nothing was booked a second time").waitFor();
      // What the form stands in is read again, and once.
      let reads = 0;
      page.on("request", (request) => {
        if (request.url().endsWith("/GetCustomer")) reads += 1;
      });
      const read = page.waitForResponse("**/GetCustomer");
      await form().getByRole("button", { name: "Close" }).last().click();
      await read;
      expect(reads).toBe(1);
    });
  });
