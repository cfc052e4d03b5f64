import { create, toBinary } from "@bufbuild/protobuf";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { TransferKind, VerifyLedgerResponseSchema } from "../../gen/tallystick/v1/ledger_pb.ts";
import { faultsIn } from "../support/axe.ts";
import {
  chromiumProgram,
  pagesOfBuild,
  startChromium,
  type WatchedPage,
  watchedPage,
} from "../support/chromium.ts";
import {
  basic,
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
  describe("the console of an organization, in Chromium", () => {
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
      context.setDefaultTimeout(15_000);
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
    const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });
    const button = (name: string) => page.getByRole("button", { name, exact: true });

    async function logIn({ clientId, clientSecret }: TestCredential, at: string): Promise<void> {
      await page.goto(at);
      await page.getByRole("textbox", { name: "Client id" }).fill(clientId);
      await page.getByLabel("Client secret").fill(clientSecret);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Log out" }).waitFor();
    }

    const charge = (amount: string, of = tenant, more: object = {}) =>
      connectClients(service.url, of.writer).ledger.createTransfer({
        ...{ organization: of.orgId, customer: of.billingId, kind: TransferKind.CHARGE, amount },
        ...{ currency: "VC", ...more },
      });

    it("has totals that come to zero, what was done and refused, and says what a currency would strand", async () => {
      const owner = await service.tenant({ credits: 1_250 });
      await charge("250", owner);
      await charge("9999", owner).catch(() => undefined);
      const { ledger } = connectClients(service.url, owner.reader);
      await until(async () => (await ledger.listRefusals({ organization: owner.orgId })).refusals.length > 0);
      await logIn(owner.admin, place(`organizations/${owner.orgName}/organization`));
      const totals = page.getByRole("table", { name: "Totals in VC" });
      await totals.waitFor();
      expect(await totals.getByRole("row").allTextContents()).toEqual([
        ...["Customers, 1 account1,000", "funding-1,250", "revenue250", "Together0"],
      ]);
      const volume = page.getByRole("slider", { name: "Volume in VC over time" });
      await volume.focus();
      await until(async () => /charge 250 \(1\)/.test((await volume.getAttribute("aria-valuetext")) ?? ""));
      expect(
        await page.getByRole("slider", { name: "Refusals over time" }).getAttribute("aria-valuetext"),
      ).toContain("INSUFFICIENT_FUNDS 1");

      await button("Add a currency").click();
      const form = page.getByRole("dialog", { name: "Add a currency" });
      await form.getByLabel("Code").fill("USD");
      await form.getByRole("button", { name: "Add a currency" }).click();
      await form.getByText("CURRENCY_STRANDS").waitFor();
      await form.getByText("could no longer be paid out in parts: 1;").waitFor();
      await form.getByLabel("Even where it strands balances").check();
      await form.getByRole("button", { name: /Try again|Add a currency/ }).click();
      await form.getByText("The currency is there.").waitFor();
      await form.getByRole("button", { name: "Close" }).last().click();
      await page.getByRole("row", { name: /^USD USD active money 2/ }).waitFor();
    });

    it("makes a credential whose secret is shown once, rotates and revokes it, and has a record of all", async () => {
      const owner = await service.tenant();
      await logIn(owner.admin, place(`organizations/${owner.orgName}/credentials`));
      await button("Make a credential").click();
      const form = page.getByRole("dialog", { name: "Make a credential" });
      await form.getByLabel("Name").fill("Gateway of Berlin");
      await form.getByLabel("Role").selectOption("CHARGER");
      await form.getByRole("button", { name: "Make a credential" }).click();
      await form.getByText("only time").waitFor();
      const [clientId = "", clientSecret = ""] = await form.locator("dd code").allTextContents();
      const asCaller = { headers: { authorization: basic({ clientId, clientSecret }) } };
      const caller = await fetch(`${service.url}/tallystick/v1/caller`, asCaller);
      expect(await caller.json()).toMatchObject({ caller: { name: clientId, role: "ROLE_CHARGER" } });
      await form.getByRole("button", { name: "Close" }).last().click();
      expect(await page.content()).not.toContain(clientSecret);
      expect(JSON.stringify(await page.evaluate("Object.values(sessionStorage)"))).not.toContain(
        clientSecret,
      );

      const row = page.getByRole("row", { name: /Gateway of Berlin/ });
      await row.getByRole("button", { name: "Rotate" }).click();
      const rotation = page.getByRole("dialog", { name: "Rotate" });
      await rotation.getByRole("button", { name: "Rotate" }).click();
      await rotation.getByText("only time").waitFor();
      expect(await rotation.getByText(clientSecret).count()).toBe(0);
      await page.keyboard.press("Escape");
      await row.getByText("former secret until").waitFor();
      await row.getByRole("button", { name: "Revoke" }).click();
      const revocation = page.getByRole("dialog", { name: "Revoke" });
      await revocation.getByText("cannot be taken back").waitFor();
      await revocation.getByRole("button", { name: "Revoke" }).click();
      await revocation.getByText("It is revoked.").waitFor();
      await page.keyboard.press("Escape");
      await row.getByText("revoked", { exact: true }).waitFor();

      await page.keyboard.press("g");
      await page.keyboard.press("a");
      await heading("Audit").waitFor();
      const created = page
        .getByRole("row", { name: /credential\.create/ })
        .filter({ hasText: "Gateway of Berlin" });
      await created.waitFor();
      expect(await created.getByRole("listitem").allTextContents()).toContainEqual("role:  charger");
      await page.getByLabel("What").selectOption("credential.revoke");
      await until(async () => (await page.getByRole("row").count()) === 2);
      await page.getByRole("row", { name: new RegExp(`credential\\.revoke.*${clientId}`) }).waitFor();
    });

    it("follows operations as they happen, and keeps count of those that come while it is paused", async () => {
      await logIn(tenant.reader, ofTenant("operations"));
      await page.getByText("Following: 0 since you came.").waitFor();
      await charge("1", tenant, { source: "first" });
      await page.getByRole("row", { name: /charge 1 VC .*first/ }).waitFor();
      await button("Pause").click();
      await charge("2", tenant, { source: "second" });
      await charge("3", tenant, { source: "third" });
      await button("Resume, 2 new").waitFor();
      expect(await page.getByRole("row").count()).toBe(2);
      await button("Resume, 2 new").click();
      const rows = await page.getByRole("row").allTextContents();
      expect(rows.slice(1).map((text) => /first|second|third/.exec(text)?.[0])).toEqual([
        "third",
        "second",
        "first",
      ]);
    });

    it("verifies the ledgers one after another, and says how the service is", async () => {
      await page.clock.install();
      await logIn(service.platform, place("platform/verify"));
      await button("Verify").click();
      await page.getByText("Nothing is broken.").waitFor();
      const figures = await page.locator(".facts dd").allTextContents();
      expect(Number(figures[0])).toBeGreaterThan(0);
      expect(figures[3]).toBe("0");
      await page.keyboard.press("g");
      await page.keyboard.press("h");
      await page.getByText("ready", { exact: true }).waitFor();
      await page.getByText("Open connections of callers").waitFor();
      await page.clock.runFor(6_000);
      const calls = page.getByRole("slider", { name: "Calls a second" });
      await calls.waitFor();
      expect(await calls.getAttribute("aria-valuetext")).toMatch(/: all \d/);
    });

    it("says what is wrong in a ledger, and where", async () => {
      const { ledger } = connectClients(service.url, tenant.admin);
      const { transfers } = await ledger.listTransfers({ organization: tenant.orgId, pageSize: 1 });
      const transferId = transfers[0]?.id ?? "";
      const violation = { invariant: "VERSION_GAP", organizationId: tenant.orgId, transferId };
      const answer = create(VerifyLedgerResponseSchema, {
        ...{ violations: [{ ...violation, description: "version 3 follows 1" }], violationCount: 1n },
      });
      const body = Buffer.from(toBinary(VerifyLedgerResponseSchema, answer));
      await page.route("**/VerifyLedger", (route) =>
        route.fulfill({ contentType: "application/proto", body }),
      );
      await logIn(service.platform, place(`platform/verify?organization=${tenant.orgName}`));
      await button("Verify").click();
      await page.getByRole("row", { name: /VERSION_GAP version 3 follows 1/ }).waitFor();
      expect(await page.getByText("Nothing is broken.").count()).toBe(0);
      await page.getByRole("link", { name: transferId }).click();
      await heading(/^Charge of/).waitFor();
    });

    it("offers a reader what it may see, and a service without figures says so", async () => {
      await logIn(tenant.reader, ofTenant("organization"));
      await page.getByRole("table", { name: "Totals in VC" }).waitFor();
      const add = page.getByRole("button", { name: /^Add a currency/ });
      expect(await add.getAttribute("aria-disabled")).toBe("true");
      const navigation = page.getByRole("navigation", { name: "Views" });
      expect(await navigation.getByRole("link", { name: /Credentials|Audit/ }).count()).toBe(0);
      expect(await navigation.getByText(/Health|Verify|Platform/).count()).toBe(0);
      await page.goto(place("platform/health"));
      await page
        .getByText(/platform|permission/i)
        .first()
        .waitFor();
    });

    describe("with texts that are attacks", () => {
      const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script>\${alert(3)}'`;
      beforeAll(async () => {
        const admin = connectClients(service.url, tenant.admin);
        const { orgId: organization } = tenant;
        await admin.credentials.createCredential({
          organization,
          role: 1,
          displayName: attack,
          description: attack,
        });
        await admin.currencies.createCurrency({
          organization,
          code: "VC",
          virtual: true,
          displayName: attack,
          force: true,
        });
        await admin.currencies.updateCeiling({ organization, currency: "VC", credit: "1000000" });
      });

      const views = () =>
        [
          [ofTenant("organization"), new RegExp(tenant.orgName)],
          [ofTenant("credentials"), "Credentials"],
          [ofTenant("audit"), "Audit"],
          [ofTenant(`audit?actor=${encodeURIComponent(attack)}`), "Audit"],
          [ofTenant("operations"), "Operations"],
          [place("platform/credentials"), "Platform credentials"],
          [place("platform/audit"), /^Audit of all/],
          [place("platform/verify"), "Verify"],
          [place("platform/health"), "Health"],
        ] as const;

      it.each([
        ["light", 1_200],
        ["dark", 375],
      ] as const)(
        "shows them as texts, has no serious fault for axe, and fits the window: %s, %i px",
        async (colorScheme, width) => {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.setViewportSize({ width, height: 800 });
          await page.goto(place(""));
          await page.getByRole("textbox", { name: "Client id" }).fill(service.platform.clientId);
          await page.getByLabel("Client secret").fill(service.platform.clientSecret);
          await page.keyboard.press("Enter");
          await heading("Organizations").waitFor();
          const problems: unknown[] = [];
          for (const [at, title] of views()) {
            await page.goto(at);
            await heading(title).waitFor();
            await until(async () => (await page.locator(".loading").count()) === 0);
            if (at === ofTenant("operations")) {
              await charge("1", tenant, { source: attack, description: attack });
              await page.getByRole("row", { name: /charge/ }).waitFor();
            }
            problems.push(await faultsIn(page, at, width));
          }
          await page.goto(ofTenant("credentials"));
          await button("Make a credential").click();
          await page.getByRole("dialog").waitFor();
          problems.push(await faultsIn(page, "a form", width));
          expect(problems.filter((each) => each !== undefined)).toEqual([]);
        },
        60_000,
      );
    });
  });
