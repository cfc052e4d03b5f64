import { Code } from "@connectrpc/connect";
import { CurrencyStatus } from "../../gen/tallystick/v1/currency_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const { ACTIVE, INACTIVE } = CurrencyStatus;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const currencies = (as = tenant.admin) => connectClients(service.url, as).currencies;
const named = (code: string) => ({ organization: tenant.orgId, code });

describe("PutCurrency", () => {
  it("creates one, with nine places for money and none for what is virtual", async () => {
    const { currency: dollars } = await currencies().putCurrency(named("USD"));
    expect(dollars).toMatchObject({
      code: "USD",
      displayName: "USD",
      virtual: false,
      decimalPlaces: 9,
      status: ACTIVE,
      creditLimit: "0",
      minimumTopUp: "0",
    });
    const { currency: stars } = await currencies().putCurrency({ ...named("STARS2"), virtual: true });
    expect(stars).toMatchObject({ virtual: true, decimalPlaces: 0 });
    expect((await currencies().putCurrency(named("VC"))).currency).toMatchObject({
      virtual: true,
      decimalPlaces: 0,
    });
  });

  it("replaces one, over REST", async () => {
    const client = restClient(service.url, tenant.admin);
    const path = `/tallystick/v1/organizations/${tenant.orgName}/currencies/EUR`;
    await client.put(path, { creditLimit: "10" });
    const said = { displayName: "Euro", decimalPlaces: 2, creditLimit: "100.5", minimumTopUp: "5" };
    const { status, body } = await client.put(path, said);
    expect(status).toBe(200);
    expect(body).toEqual({ currency: { code: "EUR", status: "CURRENCY_STATUS_ACTIVE", ...said } });
    expect((await client.get(path)).body).toEqual(body);
  });

  it.each([
    ["a code in lower case", { code: "usd" }, ["code"]],
    ["a code that is no money", { code: "STARS" }, ["code"]],
    ["a virtual code of one letter", { code: "S", virtual: true }, ["code"]],
    ["a virtual code of eleven", { code: "S".repeat(11), virtual: true }, ["code"]],
    ["ten places", { decimalPlaces: 10 }, ["decimal_places"]],
    ["less than no place", { decimalPlaces: -1 }, ["decimal_places"]],
    ["a credit limit below 0", { creditLimit: "-1" }, ["credit_limit"]],
    [
      "a credit limit that does not fit its places",
      { decimalPlaces: 2, creditLimit: "0.001" },
      ["credit_limit"],
    ],
    ["a minimum top-up that is no number", { minimumTopUp: "much" }, ["minimum_top_up"]],
    ["a status that there is not", { status: 9 as CurrencyStatus }, ["status"]],
    ["a display name that is too long", { displayName: "x".repeat(256) }, ["display_name"]],
  ])("refuses %s", async (_what, asked, fields) => {
    const failure = await failureOf(currencies().putCurrency({ ...named("USD"), ...asked }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });
});

describe("an organization", () => {
  it("that has configured none takes VC and every ISO 4217 code", async () => {
    const { credit } = ledgerCalls(service, tenant);
    expect(await credit("1", { currency: "VC" })).toMatchObject({ after: { posted: "1" } });
    expect(await credit("0.000000001", { currency: "CHF" })).toMatchObject({
      after: { posted: "0.000000001" },
    });
    expect(faultyFields(await failureOf(credit("1", { currency: "STARS" })))).toEqual(["currency"]);
  });

  it("that has takes those that are active, with their places", async () => {
    const { credit, balance } = ledgerCalls(service, tenant);
    await currencies().putCurrency({ ...named("STARS"), virtual: true, decimalPlaces: 1 });
    await currencies().putCurrency({ ...named("EUR"), decimalPlaces: 2 });
    expect(await credit("2.5", { currency: "STARS" })).toMatchObject({ after: { posted: "2.5" } });
    expect(faultyFields(await failureOf(credit("0.001", { currency: "EUR" })))).toEqual(["amount"]);
    expect(faultyFields(await failureOf(credit("1", { currency: "VC" })))).toEqual(["currency"]);

    const inactive = { ...named("STARS"), virtual: true, decimalPlaces: 1, status: INACTIVE };
    await currencies().putCurrency({ ...inactive, force: true });
    expect(faultyFields(await failureOf(credit("1", { currency: "STARS" })))).toEqual(["currency"]);
    expect((await balance("STARS")).posted).toBe("2.5");
  });
});

describe("a change that strands balances", () => {
  it("is refused with how many there are, unless it is forced; what is there can leave whole", async () => {
    const { credit, charge } = ledgerCalls(service, tenant);
    await credit("98", { currency: "USD" });
    const failure = await failureOf(currencies().putCurrency(named("EUR")));
    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CURRENCY_STRANDS",
      metadata: { currency: "EUR", accounts: "1" },
    });
    await currencies().putCurrency({ ...named("EUR"), force: true });
    expect(await charge("98", { currency: "USD" })).toMatchObject({ after: { posted: "0" } });
  });

  it("is refused over Edge's interface, too", async () => {
    await ledgerCalls(service, tenant).credit("98", { currency: "USD" });
    const path = `/v1/mint/organizations/${tenant.orgName}/supported-currencies`;
    const body = { name: "eur", displayName: "Euro", status: "ACTIVE", virtualCurrency: false };
    expect(await restClient(service.url, tenant.admin).post(path, body)).toMatchObject({ status: 400 });
    expect((await currencies().listCurrencies({ organization: tenant.orgId })).currencies).toEqual([]);
  });
});

it("keeps how far captures may go into debt", async () => {
  const put = async (captureOverdraft: string) =>
    (await currencies().putCurrency({ ...named("USD"), captureOverdraft })).currency?.captureOverdraft;
  expect(await put("12.50")).toBe("12.5");
  expect(await put("")).toBe("");
  expect(faultyFields(await failureOf(put("-1")))).toEqual(["capture_overdraft"]);
});

describe("ListCurrencies", () => {
  it("lists what is configured, in the order of the codes", async () => {
    expect(
      (await currencies(tenant.reader).listCurrencies({ organization: tenant.orgId })).currencies,
    ).toEqual([]);
    for (const code of ["USD", "EUR", "VC"]) await currencies().putCurrency(named(code));
    const listed = await currencies(tenant.reader).listCurrencies({ organization: tenant.orgId });
    expect(listed.currencies.map(({ code }) => code)).toEqual(["EUR", "USD", "VC"]);
  });
});

describe("DeleteCurrency", () => {
  it("deletes one that no account uses", async () => {
    await currencies().putCurrency(named("USD"));
    const path = `/tallystick/v1/organizations/${tenant.orgId}/currencies/USD`;
    expect(await restClient(service.url, tenant.admin).delete(path)).toMatchObject({ status: 200, body: {} });
    for (const method of ["getCurrency", "deleteCurrency"] as const) {
      expect(await failureOf(currencies()[method](named("USD")))).toMatchObject({
        code: Code.NotFound,
        metadata: { resource: "currency", name: "USD" },
      });
    }
  });

  it("refuses one that an account uses", async () => {
    await currencies().putCurrency(named("USD"));
    await ledgerCalls(service, tenant).credit("1", { currency: "USD" });
    expect(await failureOf(currencies().deleteCurrency(named("USD")))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CURRENCY_IN_USE",
      metadata: { currency: "USD" },
    });
  });
});

it("only an admin changes them, and only its own organization's", async () => {
  const other = await service.tenant();
  const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).code;
  for (const as of [tenant.reader, tenant.writer, other.admin]) {
    expect(await codeOf(currencies(as).putCurrency(named("USD")))).toBe(Code.PermissionDenied);
    expect(await codeOf(currencies(as).deleteCurrency(named("USD")))).toBe(Code.PermissionDenied);
  }
  expect(await codeOf(currencies(other.admin).getCurrency(named("USD")))).toBe(Code.PermissionDenied);
  expect(await codeOf(currencies(other.admin).listCurrencies({ organization: tenant.orgId }))).toBe(
    Code.PermissionDenied,
  );
});
