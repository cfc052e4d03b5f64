import type { Browser, BrowserContext, Page } from "playwright-core";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { faultsIn } from "../support/axe.ts";
import {
  chromiumProgram,
  pagesOfBuild,
  startChromium,
  type WatchedPage,
  watchedPage,
} from "../support/chromium.ts";
import { newCustomer } from "../support/customer.ts";
import {
  connectClients,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "../support/service.ts";
import { until } from "../support/until.ts";

if (chromiumProgram === undefined)
  it("did not run: there is no Chromium; TEST_CHROMIUM may name one", () =>
    expect(chromiumProgram).toBeUndefined());
else
  describe("the console, in Chromium", () => {
    let service: TestService;
    let tenant: Tenant;
    let browser: Browser;
    let context: BrowserContext;
    let watched: WatchedPage;
    let page: Page;
    beforeAll(async () => {
      [service, browser] = await Promise.all([startService({ pages: pagesOfBuild() }), startChromium()]);
      tenant = await service.tenant({ credits: 1_250 });
    });
    beforeEach(async () => {
      context = await browser.newContext({ viewport: { width: 1_200, height: 900 } });
      context.setDefaultTimeout(10_000);
      watched = await watchedPage(context, service.url);
      page = watched.page;
    });
    afterEach(async () => {
      await context.close();
      expect(watched.faults).toEqual([]);
    });
    afterAll(async () => {
      await browser.close();
      await service.stop();
    });

    const place = (path: string) => `${service.url}/console/#/${path}`;
    const ofTenant = (path: string) => place(`organizations/${tenant.orgName}/${path}`);
    const ofCustomer = (more = "") => ofTenant(`customers/${tenant.billingId}${more}`);

    async function logIn({ clientId, clientSecret }: TestCredential, at = place("")): Promise<void> {
      await page.goto(at);
      await page.getByLabel("Client id").fill(clientId);
      await page.getByLabel("Client secret").fill(clientSecret);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Log out" }).waitFor();
    }

    const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });
    const refusals = async () => {
      const { ledger } = connectClients(service.url, tenant.reader);
      const listed = await ledger.listRefusals({ organization: tenant.orgId, customer: tenant.billingId });
      return listed.refusals;
    };
    const charge = (amount: string, more: object = {}) =>
      connectClients(service.url, tenant.writer).ledger.createTransfer({
        ...{ organization: tenant.orgId, customer: tenant.billingId, kind: TransferKind.CHARGE, amount },
        ...{ currency: "VC", ...more },
      });

    it("tells a reader by the keyboard alone why a customer was refused, and what its balance looked like", async () => {
      await charge("5000", { key: "call-1403" }).catch(() => undefined);
      await until(async () => (await refusals()).length > 0);
      await logIn(tenant.reader, place(""));
      await heading("Customers").waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("customer@");
      await page.getByText("Customers that were found").waitFor({ state: "attached" });
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await heading("Customer").waitFor();
      await page.getByRole("link", { name: "Refusals" }).press("Enter");
      await page.getByText("A charge of 5,000 VC was refused").waitFor();
      // The heading has the focus; j goes on to the first row.
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await heading(/^Refused at /).waitFor();
      await page
        .getByText("A charge of 5,000 VC was refused: only 1,250 VC were available. 3,750 VC were missing.")
        .waitFor();
      const sum = page.getByRole("table", { name: "How what was available came about" });
      expect(await sum.getByRole("row").allTextContents()).toEqual([
        ...["Balance1,250 VC", "Set aside by holds0 VC", "Its limit: what it may owe, or must keep0 VC"],
        ...["Available1,250 VC", "Asked for5,000 VC", "Missing3,750 VC"],
      ]);
      const chart = page.getByRole("slider", { name: "Balance in VC over time" });
      await chart.focus();
      await page.keyboard.press("End");
      expect(await chart.getAttribute("aria-valuetext")).toContain("balance 1250, held 0, available 1250");
      await page.getByText("What was booked last before it").waitFor();
      await page.getByRole("row", { name: /credit 1,250 VC/ }).waitFor();
      await page.getByText("call-1403").first().waitFor();
    });

    it("shows what a credit would do, books it once although its answer was lost, and tells that it did", async () => {
      await logIn(tenant.writer, ofCustomer());
      const before = await page
        .getByText(/^[\d,]+ VC$/)
        .first()
        .textContent();
      await page.getByRole("button", { name: "Credit", exact: true }).click();
      const form = page.getByRole("dialog", { name: "Credit" });
      await form.getByLabel("Amount").fill("1,5");
      await form.getByRole("button", { name: "See what it would do" }).click();
      await form.locator(".fault").waitFor();
      expect(await form.getByLabel("Amount").getAttribute("aria-invalid")).toBe("true");
      await form.getByLabel("Amount").fill("250");
      await form.getByRole("button", { name: "See what it would do" }).click();
      await form.getByText("Nothing is booked yet").waitFor();
      const key = await form.locator("[data-key]").textContent();
      const lost = "**/tallystick.v1.LedgerService/CreateTransfer";
      await page.route(lost, async (route) => {
        await route.fetch();
        await route.abort();
      });
      await form.getByRole("button", { name: "Credit", exact: true }).click();
      await form.getByText("It may have been booked or not").waitFor();
      await page.unroute(lost);
      // Not even a reload loses the key.
      await page.reload();
      await page.getByRole("button", { name: "Credit", exact: true }).click();
      await form.getByText("its answer did not arrive").waitFor();
      expect(await form.locator("[data-key]").textContent()).toBe(key);
      await form.getByRole("button", { name: "See what it would do" }).click();
      await form.getByText("This was booked already").waitFor();
      await form.getByRole("button", { name: "Credit", exact: true }).click();
      await form.getByText("nothing was booked a second time").waitFor();
      await form.getByRole("button", { name: "Close" }).last().click();
      await page.getByText("1,500 VC", { exact: true }).first().waitFor();
      expect(before).toBe("1,250 VC");
    });

    it("offers a reader nothing that would be refused, and says why", async () => {
      await logIn(tenant.reader, ofCustomer());
      const button = page.getByRole("button", { name: /^Credit/ });
      await button.waitFor();
      expect(await button.getAttribute("aria-disabled")).toBe("true");
      expect(await button.getAttribute("title")).toBe(
        "The role reader does not have the permission “credit”.",
      );
      await button.click({ force: true });
      expect(await page.getByRole("dialog").count()).toBe(0);
    });

    it("asks to log in again where a credential ended, and goes on where that was", async () => {
      const admin = connectClients(service.url, tenant.admin).credentials;
      const made = await admin.createCredential({ organization: tenant.orgId, role: 1 });
      const clientId = made.credential?.clientId ?? "";
      await logIn({ clientId, clientSecret: made.clientSecret }, ofCustomer("/statement"));
      await page.getByText("Balance before").waitFor();
      await admin.revokeCredential({ organization: tenant.orgId, clientId });
      await until(async () => {
        await page.reload();
        return page.getByLabel("Client id").isVisible();
      });
      await page.getByLabel("Client id").fill(tenant.reader.clientId);
      await page.getByLabel("Client secret").fill(tenant.reader.clientSecret);
      await page.keyboard.press("Enter");
      await page.getByText("Balance before").waitFor();
      expect(page.url()).toBe(ofCustomer("/statement"));
      expect(await page.content()).not.toContain(tenant.reader.clientSecret);
    });

    it("takes the file of the first credential as it is, and lets the platform choose an organization", async () => {
      const { clientId: client_id, clientSecret: client_secret } = service.platform;
      await page.goto(place(""));
      const file = JSON.stringify({ client_id, client_secret });
      await page.getByLabel("Client id").focus();
      await page.evaluate(`
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", ${JSON.stringify(file)});
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
      `);
      await page.getByRole("button", { name: "Log in" }).click();
      await heading("Organizations").waitFor();
      await page.getByRole("link", { name: tenant.orgName }).click();
      await heading("Customers").waitFor();
      expect(page.url()).toBe(ofTenant("customers"));
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Log out" }).click();
      await page.getByLabel("Client id").waitFor();
      expect(await page.evaluate("sessionStorage.length")).toBe(0);
    });

    describe("with texts that are attacks", () => {
      const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script>\${alert(3)}'`;
      let customer: string;
      let transfer: string;
      let refusal: string;
      beforeAll(async () => {
        customer = await newCustomer(service, tenant, {
          name: attack,
          email: `"<img/src=x/onerror=alert(4)>"@example.com`,
          attributes: { [attack.slice(0, 50)]: attack, link: "javascript:alert(5)" },
        }).catch(() => newCustomer(service, tenant, { name: attack, attributes: { link: attack } }));
        const { ledger } = connectClients(service.url, tenant.admin);
        const texts = { description: attack, source: attack, userId: attack, metadata: { [attack]: attack } };
        const on = { organization: tenant.orgId, customer, currency: "USD", ...texts };
        const credited = await ledger.createTransfer({
          ...{
            ...on,
            kind: TransferKind.CREDIT,
            amount: "1234.567890123",
            key: attack,
            counterAccount: "funding",
          },
        });
        transfer = credited.receipt?.transfer?.id ?? "";
        await ledger.createHold({ ...on, amount: "0.5", key: `${attack}2` });
        const refused = { ...on, kind: TransferKind.CHARGE, amount: "9999", key: `${attack}3` };
        await ledger.createTransfer(refused).catch(() => undefined);
        refusal = await until(async () => {
          const { refusals } = await ledger.listRefusals({ organization: tenant.orgId, customer });
          return refusals[0]?.id;
        });
      });

      const views = () =>
        [
          ["", /Customers/],
          ["customers", /Customers/],
          [`customers?q=${encodeURIComponent(attack.slice(0, 20))}`, /Customers/],
          [`customers/${customer}`, /img src/],
          [`customers/${customer}/statement?period=all`, /img src/],
          [`customers/${customer}/holds`, /img src/],
          [`customers/${customer}/refusals`, /img src/],
          [`customers/${customer}/refusals/${refusal}`, /^Refused at/],
          [`transfers/${transfer}`, /^Credit of/],
          ["nowhere", /no such page/],
        ] as const;
      /** Those that have every colour. */
      const colourful = () =>
        views().filter(([path]) => /^(customers\/[^/]+|.*\/refusals\/.*|transfers.*)$/.test(path));

      async function settled(title: RegExp): Promise<void> {
        await heading(title).waitFor();
        await page
          .locator(".loading")
          .first()
          .waitFor({ state: "detached" })
          .catch(() => undefined);
        await until(async () => (await page.locator(".loading").count()) === 0);
      }

      it.each([
        ["light", 1_200, colourful],
        ["dark", 375, views],
      ] as const)(
        "shows them as texts, has no serious fault for axe, and fits the window: %s, %i px",
        async (colorScheme, width, seen) => {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.setViewportSize({ width, height: 800 });
          await page.goto(place(""));
          await page.getByLabel("Client id").waitFor();
          const problems: unknown[] = [await faultsIn(page, "log-in", width)];
          await page.getByLabel("Client id").fill(tenant.admin.clientId);
          await page.getByLabel("Client secret").fill(tenant.admin.clientSecret);
          await page.keyboard.press("Enter");
          for (const [path, title] of seen()) {
            await page.goto(ofTenant(path));
            await settled(title);
            problems.push(await faultsIn(page, path, width));
          }
          await page.goto(ofTenant(`customers/${customer}`));
          await page.getByRole("button", { name: "Set limit" }).click();
          await page.getByRole("dialog").waitFor();
          problems.push(await faultsIn(page, "a form", width));
          expect(problems.filter((each) => each !== undefined)).toEqual([]);
        },
      );
    });
  });
