import type { Route } from "playwright-core";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { currencyOf } from "../../src/domain/currency.ts";
import { describeConsole } from "../support/console-world.ts";
import { newCustomer } from "../support/customer.ts";
import { connectClients } from "../support/service.ts";
import { until } from "../support/until.ts";

/** More than a list has where nothing is said. */
const currencies = Intl.supportedValuesOf("currency").filter(currencyOf).slice(0, 101);
const createTransfer = "**/tallystick.v1.LedgerService/CreateTransfer";

describeConsole("a customer in the console", (world) => {
  const ofCustomer = (more = "") => world.ofTenant(`customers/${world.tenant.billingId}${more}`);
  const form = () => world.page.getByRole("dialog", { name: "Credit" });
  const open = () => world.button("Credit").click();
  const key = () => form().locator("[data-key]").textContent();
  const seeWhatItWouldDo = async (amount: string) => {
    await form().getByLabel("Amount").fill(amount);
    await world.page.keyboard.press("Enter");
  };
  beforeEach(async () => {
    await world.logIn(world.tenant.writer, ofCustomer());
    await world.page.getByText("1,250 VC").first().waitFor();
    await world.settled();
  });

  it("has a form, interrupted by the end of the session, that lets one log in and is there then with what was typed", async () => {
    const { page } = world;
    const body = JSON.stringify({ code: "unauthenticated", message: "the token has expired" });
    const answer = { status: 401, headers: { "content-type": "application/json" }, body };
    await open();
    await page.route(createTransfer, (route) => route.fulfill(answer));
    await form().waitFor();
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    await page.getByText("Log in again to go on: the token has expired.").waitFor();
    await page.locator("input[autocomplete=username]:focus").waitFor();
    await page.unroute(createTransfer);
    // A key of the console is a letter here.
    await page.getByRole("radio", { name: "Credential" }).press("?");
    await world.giveCredential(world.tenant.writer);
    expect(await form().getByLabel("Amount").inputValue()).toBe("7");
  });

  it("is asked for again, where it could not be read, once the caller is back", async () => {
    const { page } = world;
    const listHolds = "**/tallystick.v1.LedgerService/ListHolds";
    await page.route(listHolds, (route) => route.fulfill({ status: 401 }), { times: 1 });
    await page.getByRole("link", { name: "Holds", exact: true }).click();
    await page.getByText("Log in again to go on").waitFor();
    await world.giveCredential(world.tenant.writer);
    await page.getByText("There is none.").waitFor();
  });

  it("is shown with all its accounts, however many, by few calls", async () => {
    const { page, tenant } = world;
    const customer = await newCustomer(world.service, tenant);
    const kind = TransferKind.CREDIT;
    await connectClients(world.service.url, tenant.writer).ledger.batchCreateTransfers({
      organization: tenant.orgId,
      requests: currencies.map((currency) => ({ customer, kind, amount: "1", currency, key: currency })),
    });
    let calls = 0;
    page.on("request", () => {
      calls += 1;
    });
    await page.goto(world.ofTenant(`customers/${customer}`));
    await page.getByRole("heading", { name: "Balance over time" }).waitFor();
    expect(await page.locator(".tiles > section").count()).toBe(currencies.length);
    expect(calls).toBeLessThan(10);
  });

  it("is told why it was refused in a currency that never was, without a problem", async () => {
    const { page, tenant } = world;
    const of = { organization: tenant.orgId, customer: tenant.billingId };
    const { ledger } = connectClients(world.service.url, tenant.writer);
    const refused = { ...of, kind: TransferKind.CREDIT, amount: "1", currency: "NOPE", key: "nope" };
    await ledger.createTransfer(refused).catch(() => undefined);
    const id = await until(async () => (await ledger.listRefusals(of)).refusals[0]?.id);
    await page.goto(ofCustomer(`/refusals/${id}`));
    await page.getByText("There is none in NOPE, which may not be used.").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("has a form that keeps its key where it is closed while it is sent, and shows what was booked", async () => {
    const { page } = world;
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
    const request = await until(async () => held[0]);
    await request.continue();
    await page.getByText("1,257 VC", { exact: true }).first().waitFor();
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
