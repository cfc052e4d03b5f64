import { create, toBinary } from "@bufbuild/protobuf";
import { VerifyLedgerResponseSchema } from "../../gen/tallystick/v1/ledger_pb.ts";
import { attack, describeConsole } from "../support/console-world.ts";
import { basic, connectClients } from "../support/service.ts";
import { until } from "../support/until.ts";

describeConsole("the console of an organization", (world) => {
  it("has totals that come to zero, what was done and refused, and says what a currency would strand", async () => {
    const owner = await world.service.tenant({ credits: 1_250 });
    await world.charge("250", {}, owner);
    await world.charge("9999", {}, owner).catch(() => undefined);
    const { ledger } = connectClients(world.service.url, owner.reader);
    await until(async () => (await ledger.listRefusals({ organization: owner.orgId })).refusals.length > 0);
    await world.logIn(owner.admin, world.place(`organizations/${owner.orgName}/organization`));
    const totals = world.page.getByRole("table", { name: "Totals in VC" });
    await totals.waitFor();
    expect(await totals.getByRole("row").allTextContents()).toEqual([
      ...["Customers, 1 account1,000", "funding-1,250", "revenue250", "Together0"],
    ]);
    const volume = world.page.getByRole("slider", { name: "Volume in VC over time" });
    await volume.focus();
    await until(async () => /charge 250 \(1\)/.test((await volume.getAttribute("aria-valuetext")) ?? ""));
    expect(
      await world.page.getByRole("slider", { name: "Refusals over time" }).getAttribute("aria-valuetext"),
    ).toContain("INSUFFICIENT_FUNDS 1");

    await world.button("Add a currency").click();
    const form = world.page.getByRole("dialog", { name: "Add a currency" });
    await form.getByLabel("Code").fill("USD");
    await form.getByRole("button", { name: "Add a currency" }).click();
    await form.getByText("CURRENCY_STRANDS").waitFor();
    await form.getByText("could no longer be paid out in parts: 1;").waitFor();
    await form.getByLabel("Even where it strands balances").check();
    await form.getByRole("button", { name: /Try again|Add a currency/ }).click();
    await form.getByText("The currency is there.").waitFor();
    await form.getByRole("button", { name: "Close" }).last().click();
    await world.page.getByRole("row", { name: /^USD USD active money 2/ }).waitFor();
  });

  it("makes a credential whose secret is shown once, rotates and revokes it, and has a record of all", async () => {
    const owner = await world.service.tenant();
    await world.logIn(owner.admin, world.place(`organizations/${owner.orgName}/credentials`));
    await world.button("Make a credential").click();
    const form = world.page.getByRole("dialog", { name: "Make a credential" });
    await form.getByLabel("Name").fill("Gateway of Berlin");
    await form.getByLabel("Role").selectOption("CHARGER");
    await form.getByRole("button", { name: "Make a credential" }).click();
    await form.getByText("only time").waitFor();
    const [clientId = "", clientSecret = ""] = await form.locator("dd code").allTextContents();
    const asCaller = { headers: { authorization: basic({ clientId, clientSecret }) } };
    const caller = await fetch(`${world.service.url}/tallystick/v1/caller`, asCaller);
    expect(await caller.json()).toMatchObject({ caller: { name: clientId, role: "ROLE_CHARGER" } });
    await form.getByRole("button", { name: "Close" }).last().click();
    expect(await world.page.content()).not.toContain(clientSecret);
    expect(JSON.stringify(await world.page.evaluate("Object.values(sessionStorage)"))).not.toContain(
      clientSecret,
    );

    const row = world.page.getByRole("row", { name: /Gateway of Berlin/ });
    await row.getByRole("button", { name: "Rotate" }).click();
    const rotation = world.page.getByRole("dialog", { name: "Rotate" });
    await rotation.getByRole("button", { name: "Rotate" }).click();
    await rotation.getByText("only time").waitFor();
    expect(await rotation.getByText(clientSecret).count()).toBe(0);
    await world.page.keyboard.press("Escape");
    await row.getByText("former secret until").waitFor();
    await row.getByRole("button", { name: "Revoke" }).click();
    const revocation = world.page.getByRole("dialog", { name: "Revoke" });
    await revocation.getByText("cannot be taken back").waitFor();
    await revocation.getByRole("button", { name: "Revoke" }).click();
    await revocation.getByText("It is revoked.").waitFor();
    await world.page.keyboard.press("Escape");
    await row.getByText("revoked", { exact: true }).waitFor();

    await world.page.keyboard.press("g");
    await world.page.keyboard.press("a");
    await world.heading("Audit").waitFor();
    const created = world.page
      .getByRole("row", { name: /credential\.create/ })
      .filter({ hasText: "Gateway of Berlin" });
    await created.waitFor();
    expect(await created.getByRole("listitem").allTextContents()).toContainEqual("role:  charger");
    await world.page.getByLabel("What").selectOption("credential.revoke");
    await until(async () => (await world.page.getByRole("row").count()) === 2);
    await world.page.getByRole("row", { name: new RegExp(`credential\\.revoke.*${clientId}`) }).waitFor();
  });

  it("follows operations as they happen, and keeps count of those that come while it is paused", async () => {
    await world.logIn(world.tenant.reader, world.ofTenant("operations"));
    await world.page.getByText("Following: 0 since you came.").waitFor();
    await world.charge("1", { source: "first" });
    await world.page.getByRole("row", { name: /charge 1 VC .*first/ }).waitFor();
    await world.button("Pause").click();
    await world.charge("2", { source: "second" });
    await world.charge("3", { source: "third" });
    await world.button("Resume, 2 new").waitFor();
    expect(await world.page.getByRole("row").count()).toBe(2);
    await world.button("Resume, 2 new").click();
    const rows = await world.page.getByRole("row").allTextContents();
    expect(rows.slice(1).map((text) => /first|second|third/.exec(text)?.[0])).toEqual([
      "third",
      "second",
      "first",
    ]);
  });

  it("verifies the ledgers one after another, and says how the service is", async () => {
    await world.takeClock();
    await world.logIn(world.service.platform, world.place("platform/verify"));
    await world.button("Verify").click();
    await world.page.getByText("Nothing is broken.").waitFor();
    const figures = await world.page.locator(".facts dd").allTextContents();
    expect(Number(figures[0])).toBeGreaterThan(0);
    expect(figures[3]).toBe("0");
    await world.page.keyboard.press("g");
    await world.page.keyboard.press("h");
    await world.page.getByText("ready", { exact: true }).waitFor();
    await world.page.getByText("Open connections of callers").waitFor();
    await world.page.clock.runFor(6_000);
    const calls = world.page.getByRole("slider", { name: "Calls a second" });
    await calls.waitFor();
    expect(await calls.getAttribute("aria-valuetext")).toMatch(/: all \d/);
  });

  it("verifies the organization that the address names, another one once that changes", async () => {
    const other = await world.service.tenant();
    const verifyPlace = (name: string) => world.place(`platform/verify?organization=${name}`);
    const field = world.page.getByRole("searchbox", { name: "Organization" });
    await world.logIn(world.service.platform, verifyPlace(world.tenant.orgName));
    await world.button("Verify").click();
    await world.page.getByText("Nothing is broken.").waitFor();
    // The address goes with what is asked for, and its answer stays.
    await field.fill(other.orgId);
    await world.button("Verify").click();
    await until(async () => world.page.url() === verifyPlace(other.orgId));
    await world.page.getByText("Nothing is broken.").waitFor();
    await world.page.goto(verifyPlace(other.orgName));
    await until(async () => (await field.inputValue()) === other.orgName);
    expect(await world.page.getByText("Nothing is broken.").count()).toBe(0);

    // What is still read of the former one is no answer about this one.
    await world.page.route("**/VerifyLedger", () => undefined);
    await world.button("Verify").click();
    await world.page.getByText(`Reading ${other.orgName}…`).waitFor();
    await world.page.goto(verifyPlace(world.tenant.orgName));
    await until(async () => (await field.inputValue()) === world.tenant.orgName);
    await world.button("Verify").waitFor();
  });

  it("says what is wrong in a ledger, and where", async () => {
    const { ledger } = connectClients(world.service.url, world.tenant.admin);
    const { transfers } = await ledger.listTransfers({ organization: world.tenant.orgId, pageSize: 1 });
    const transferId = transfers[0]?.id ?? "";
    const violation = { invariant: "VERSION_GAP", organizationId: world.tenant.orgId, transferId };
    const answer = create(VerifyLedgerResponseSchema, {
      ...{ violations: [{ ...violation, description: "version 3 follows 1" }], violationCount: 1n },
    });
    const body = Buffer.from(toBinary(VerifyLedgerResponseSchema, answer));
    await world.page.route("**/VerifyLedger", (route) =>
      route.fulfill({ contentType: "application/proto", body }),
    );
    await world.logIn(
      world.service.platform,
      world.place(`platform/verify?organization=${world.tenant.orgName}`),
    );
    await world.button("Verify").click();
    await world.page.getByRole("row", { name: /VERSION_GAP version 3 follows 1/ }).waitFor();
    expect(await world.page.getByText("Nothing is broken.").count()).toBe(0);
    await world.page.getByRole("link", { name: transferId }).click();
    await world.heading(/^Charge of/).waitFor();
  });

  it("offers a reader what it may see, and a service without figures says so", async () => {
    await world.logIn(world.tenant.reader, world.ofTenant("organization"));
    await world.page.getByRole("table", { name: "Totals in VC" }).waitFor();
    const add = world.page.getByRole("button", { name: /^Add a currency/ });
    expect(await add.getAttribute("aria-disabled")).toBe("true");
    const navigation = world.page.getByRole("navigation", { name: "Views" });
    expect(await navigation.getByRole("link", { name: /Credentials|Audit/ }).count()).toBe(0);
    expect(await navigation.getByText(/Health|Verify|Platform/).count()).toBe(0);
    await world.page.goto(world.place("platform/health"));
    await world.page
      .getByText(/platform|permission/i)
      .first()
      .waitFor();
  });

  it("shows texts that are attacks as texts, has no serious fault for axe, and fits a phone", async () => {
    const { service, tenant } = world;
    const admin = connectClients(service.url, tenant.admin);
    const on = { organization: tenant.orgId };
    const texts = { displayName: attack, description: attack };
    await admin.credentials.createCredential({ ...on, role: 1, ...texts });
    await admin.currencies.createCurrency({
      ...on,
      code: "VC",
      virtual: true,
      displayName: attack,
      force: true,
    });
    await admin.currencies.updateCeiling({ ...on, currency: "VC", credit: "1000000" });
    await world.logIn(service.platform);
    const faults = await world.faultsAt([
      [world.ofTenant("organization"), new RegExp(tenant.orgName)],
      [
        world.ofTenant("operations"),
        "Operations",
        async () => {
          await world.charge("1", { source: attack, description: attack });
          await world.page.getByRole("row", { name: /charge/ }).waitFor();
        },
      ],
      [world.ofTenant("audit"), "Audit"],
      [world.ofTenant(`audit?actor=${encodeURIComponent(attack)}`), "Audit"],
      [world.place("platform/credentials"), "Platform credentials"],
      [world.place("platform/audit"), /^Audit of all/],
      [world.place("platform/verify"), "Verify"],
      [world.place("platform/health"), "Health"],
      [
        world.ofTenant("credentials"),
        "Credentials",
        async () => {
          await world.button("Make a credential").click();
          await world.page.getByRole("dialog").waitFor();
        },
      ],
    ]);
    expect(faults).toEqual([]);
  });
});
