import { readFile } from "node:fs/promises";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { apigee, credited, usd } from "../apigee-x/client.ts";
import { attack, describeConsole, wide } from "../support/console-world.ts";
import { newCustomer } from "../support/customer.ts";
import { basic, connectClients } from "../support/service.ts";
import { until } from "../support/until.ts";

describeConsole("the console", (world) => {
  const ofCustomer = (more = "") => world.ofTenant(`customers/${world.tenant.billingId}${more}`);
  const refusals = async () => {
    const { ledger } = connectClients(world.service.url, world.tenant.reader);
    const listed = await ledger.listRefusals({
      organization: world.tenant.orgId,
      customer: world.tenant.billingId,
    });
    return listed.refusals;
  };

  it("tells a reader by the keyboard alone why a customer was refused, and what its balance looked like", async () => {
    await world.charge("5000", { key: "call-1403" }).catch(() => undefined);
    await until(async () => (await refusals()).length > 0);
    await world.logIn(world.tenant.reader, world.place(""));
    await world.heading("Customers").waitFor();
    await world.page.keyboard.press("/");
    await world.page.keyboard.type("customer@");
    await world.page.getByText("Customers that were found").waitFor({ state: "attached" });
    await world.page.keyboard.press("Enter");
    await world.page.keyboard.press("Enter");
    await world.heading("Customer").waitFor();
    await world.page.getByRole("link", { name: "Refusals" }).press("Enter");
    await world.page.getByText("A charge of 5,000 VC was refused").waitFor();
    // The heading has the focus; j goes on to the first row.
    await world.page.keyboard.press("j");
    await world.page.keyboard.press("Enter");
    await world.heading(/^Refused at /).waitFor();
    await world.page
      .getByText("A charge of 5,000 VC was refused: only 1,250 VC were available. 3,750 VC were missing.")
      .waitFor();
    const sum = world.page.getByRole("table", { name: "How what was available came about" });
    expect(await sum.getByRole("row").allTextContents()).toEqual([
      ...["Balance1,250 VC", "Set aside by holds0 VC", "Its limit: what it may owe, or must keep0 VC"],
      ...["Available1,250 VC", "Asked for5,000 VC", "Missing3,750 VC"],
    ]);
    const chart = world.page.getByRole("slider", { name: "Balance in VC over time" });
    await chart.focus();
    await world.page.keyboard.press("End");
    expect(await chart.getAttribute("aria-valuetext")).toContain("balance 1250, held 0, available 1250");
    await world.page.getByText("What was booked last before it").waitFor();
    await world.page.getByRole("row", { name: /credit 1,250 VC/ }).waitFor();
    await world.page.getByText("call-1403").first().waitFor();
    const reason = world.page.getByRole("link", { name: "INSUFFICIENT_FUNDS" });
    expect(await reason.getAttribute("href")).toBe("../docs/errors#insufficient_funds");
    expect(await world.page.getByText("it was booked at").count()).toBe(0);
    await world.charge("5", { key: "call-1403" });
    await world.page.reload();
    await world.page.getByText("Asked again with the same key, it was booked").waitFor();
    await connectClients(world.service.url, world.tenant.writer).ledger.createTransfer({
      ...{ organization: world.tenant.orgId, customer: world.tenant.billingId, amount: "5", currency: "VC" },
      kind: TransferKind.CREDIT,
    });
  });

  it("finds what was asked again over Apigee's interface, whose keys are a customer's own", async () => {
    const { customers, ledger } = connectClients(world.service.url, world.tenant.admin);
    const organization = world.tenant.orgId;
    const customer = await newCustomer(world.service, world.tenant, { email: "apigee@example.com" });
    const send = apigee(world.service, world.tenant);
    await credited(send, "/developers/apigee@example.com", "10", "top-up-7");
    const adjust = () =>
      send("POST", "/developers/apigee@example.com/balance:adjust", {
        body: { adjustment: usd("5") },
        header: { "idempotency-key": "correction-7" },
      });
    await customers.disableCustomer({ organization, customer });
    expect((await adjust()).text).toContain("CUSTOMER_DISABLED");
    await customers.enableCustomer({ organization, customer });
    expect((await adjust()).status).toBe(200);
    const listed = async () => (await ledger.listRefusals({ organization, customer })).refusals;
    await until(async () => (await listed()).length > 0);
    const [refusal] = await listed();
    await world.logIn(
      world.tenant.reader,
      world.ofTenant(`customers/${customer}/refusals/${refusal?.id ?? ""}`),
    );
    await world.page.getByText("Asked again with the same key, it was booked").waitFor();
  });

  it("shows what a credit would do, books it once although its answer was lost, and tells that it did", async () => {
    await world.logIn(world.tenant.writer, ofCustomer());
    const before = await world.page
      .getByText(/^[\d,]+ VC$/)
      .first()
      .textContent();
    await world.page.getByRole("button", { name: "Credit", exact: true }).click();
    const form = world.page.getByRole("dialog", { name: "Credit" });
    await form.getByLabel("Amount").fill("1,5");
    await form.getByRole("button", { name: "See what it would do" }).click();
    await form.locator(".fault").waitFor();
    expect(await form.getByLabel("Amount").getAttribute("aria-invalid")).toBe("true");
    await form.getByLabel("Amount").fill("250");
    await form.getByRole("button", { name: "See what it would do" }).click();
    await form.getByText("Nothing is booked yet").waitFor();
    const key = await form.locator("[data-key]").textContent();
    const lost = "**/tallystick.v1.LedgerService/CreateTransfer";
    await world.page.route(lost, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await form.getByRole("button", { name: "Credit", exact: true }).click();
    await form.getByText("It may have been booked or not").waitFor();
    await world.page.unroute(lost);
    // Not even a reload loses the key.
    await world.page.reload();
    await world.page.getByRole("button", { name: "Credit", exact: true }).click();
    const notice = await form.getByText("its answer did not arrive").getAttribute("id");
    // The focus begins behind it, so whoever hears the form is told it with the form's name.
    expect((await form.getAttribute("aria-describedby"))?.split(" ")).toContain(notice);
    expect(await form.locator("[data-key]").textContent()).toBe(key);
    await form.getByRole("button", { name: "See what it would do" }).click();
    await form.getByText("This was booked already").waitFor();
    await form.getByRole("button", { name: "Credit", exact: true }).click();
    await form.getByText("nothing was booked a second time").waitFor();
    await form.getByRole("button", { name: "Close" }).last().click();
    await world.page.getByText("1,500 VC", { exact: true }).first().waitFor();
    expect(before).toBe("1,250 VC");
  });

  it("logs out with what may have been booked only where somebody says so, and leaves nothing of it", async () => {
    await world.logIn(world.tenant.writer, ofCustomer());
    await world.button("Credit").click();
    const form = world.page.getByRole("dialog", { name: "Credit" });
    await form.getByLabel("Amount").fill("7");
    await form.getByRole("button", { name: "See what it would do" }).click();
    await form.getByText("Nothing is booked yet").waitFor();
    const key = (await form.locator("[data-key]").textContent()) ?? "";
    await world.page.route("**/tallystick.v1.LedgerService/CreateTransfer", (route) => route.abort());
    await form.getByRole("button", { name: "Credit", exact: true }).click();
    await form.getByText("It may have been booked or not").waitFor();
    await world.page.keyboard.press("Escape");
    await world.button("Log out").click();
    const warning = world.page.getByRole("dialog", { name: "Log out" });
    await warning.getByText(key).waitFor();
    await warning.getByRole("button", { name: "Stay" }).click();
    await world.button("Log out").click();
    await warning.getByRole("button", { name: "Log out and forget" }).click();
    await world.page.getByLabel("Client id").waitFor();
    expect(await world.page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("keeps a statement as the service makes it, under a name that tells whose it is", async () => {
    const { service, tenant, page } = world;
    await world.logIn(tenant.reader, `${ofCustomer("/statement")}?period=all`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      world.button("Download as CSV").click(),
    ]);
    expect(download.suggestedFilename()).toMatch(`statement_${tenant.orgName}_${tenant.billingId}_VC_`);
    // But for the last line: that says until when it was asked for.
    const linesOf = (text: string) => text.split("\r\n").slice(0, -2);
    const kept = linesOf(await readFile(await download.path(), "utf8"));
    const path = `organizations/${tenant.orgName}/customers/${tenant.billingId}/balances/VC:downloadStatement`;
    const headers = { authorization: basic(tenant.reader) };
    const answer = await fetch(`${service.url}/tallystick/v1/${path}?format=STATEMENT_FORMAT_CSV`, {
      headers,
    });
    expect(kept).toEqual(linesOf(await answer.text()));
    expect(kept.length).toBeGreaterThan(2);
  });

  it("offers a reader nothing that would be refused, and says why", async () => {
    await world.logIn(world.tenant.reader, ofCustomer());
    const button = world.page.getByRole("button", { name: /^Credit/ });
    await button.waitFor();
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    expect(await button.getAttribute("title")).toBe("The role reader does not have the permission “credit”.");
    await button.click({ force: true });
    expect(await world.page.getByRole("dialog").count()).toBe(0);
  });

  it("asks to log in again where a credential ended, and goes on where that was", async () => {
    const admin = connectClients(world.service.url, world.tenant.admin).credentials;
    const made = await admin.createCredential({ organization: world.tenant.orgId, role: 1 });
    const clientId = made.credential?.clientId ?? "";
    await world.logIn({ clientId, clientSecret: made.clientSecret }, ofCustomer("/statement"));
    await world.page.getByText("Balance before").waitFor();
    await admin.revokeCredential({ organization: world.tenant.orgId, clientId });
    await until(async () => {
      await world.page.reload();
      return world.page.getByLabel("Client id").isVisible();
    });
    await world.giveCredential(world.tenant.reader);
    await world.page.getByText("Balance before").waitFor();
    expect(world.page.url()).toBe(ofCustomer("/statement"));
    expect(await world.page.content()).not.toContain(world.tenant.reader.clientSecret);
  });

  it("takes the file of the first credential as it is, and lets the platform choose an organization", async () => {
    const { clientId: client_id, clientSecret: client_secret } = world.service.platform;
    await world.page.goto(world.place(""));
    const id = world.page.getByLabel("Client id");
    await id.pressSequentially(`${client_id}:${client_secret}`);
    expect(await world.page.getByLabel("Client secret").inputValue()).toBe("");
    await id.fill(JSON.stringify({ client_id, client_secret }));
    expect(await world.page.getByLabel("Client secret").inputValue()).toBe(client_secret);
    await world.page.getByLabel("Client secret").fill("");
    await id.fill("");
    await id.pressSequentially(`${client_id}:${client_secret}`);
    await world.page.keyboard.press("Enter");
    await world.heading("Organizations").waitFor();
    await world.page.getByRole("link", { name: world.tenant.orgName }).click();
    await world.heading("Customers").waitFor();
    expect(world.page.url()).toBe(world.ofTenant("customers"));
    await world.page.keyboard.press("?");
    await world.page.getByRole("dialog", { name: "Keys" }).waitFor();
    await world.page.keyboard.press("Escape");
    await world.page.getByRole("dialog").waitFor({ state: "detached" });
    await world.page.getByRole("button", { name: "Log out" }).click();
    await world.page.getByLabel("Client id").waitFor();
    expect(await world.page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("shows texts that are attacks as texts, has no serious fault for axe, and fits a phone", async () => {
    const { service, tenant } = world;
    const customer = await newCustomer(service, tenant, {
      name: attack,
      attributes: { [attack.slice(0, 50)]: attack, link: "javascript:alert(5)" },
    });
    const { ledger } = connectClients(service.url, tenant.admin);
    const texts = { description: attack, source: attack, userId: attack, metadata: { [attack]: attack } };
    const on = { organization: tenant.orgId, customer, currency: "USD", ...texts };
    const credit = { ...on, kind: TransferKind.CREDIT, amount: "1234.567890123", counterAccount: "funding" };
    const { receipt } = await ledger.createTransfer({ ...credit, key: attack });
    await ledger.createHold({ ...on, amount: "0.5", key: `${attack}2` });
    const refused = { ...on, kind: TransferKind.CHARGE, amount: "9999", key: `${attack}3` };
    await ledger.createTransfer(refused).catch(() => undefined);
    const refusal = await until(async () => {
      const { refusals } = await ledger.listRefusals({ organization: tenant.orgId, customer });
      return refusals[0]?.id;
    });

    await world.page.goto(world.place(""));
    await world.page.getByLabel("Client id").waitFor();
    const atLogIn = await world.faultsAt([[world.place(""), "Tallystick"]]);
    await world.logIn(tenant.admin);
    const ofAttacker = world.ofTenant(`customers/${customer}`);
    const inViews = await world.faultsAt([
      [world.ofTenant("customers"), "Customers"],
      [world.ofTenant(`customers?q=${encodeURIComponent(attack.slice(0, 20))}`), "Customers"],
      [`${ofAttacker}/statement?period=all`, /img src/],
      [`${ofAttacker}/holds`, /img src/],
      [`${ofAttacker}/refusals`, /img src/],
      [`${ofAttacker}/refusals/${refusal}`, /^Refused at/],
      [world.ofTenant(`transfers/${receipt?.transfer?.id}`), /^Credit of/],
      [world.ofTenant("nowhere"), /no such page/],
      [ofAttacker, /img src/],
      [
        ofAttacker,
        /img src/,
        async () => {
          await world.button("Set limit").click();
          await world.page.getByRole("dialog").waitFor();
        },
      ],
      [ofAttacker, /img src/, () => world.page.setViewportSize(wide)],
    ]);
    expect([...atLogIn, ...inViews]).toEqual([]);
  });
});
