import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { CurrencyState, type UpdateCurrencyRequestSchema } from "../../gen/tallystick/v1/currency_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const { ACTIVE, INACTIVE } = CurrencyState;

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

describe("CreateCurrency", () => {
  it("makes one, with nine places for money and none for what is virtual", async () => {
    const { currency: dollars } = await currencies().createCurrency(named("USD"));
    expect(dollars).toMatchObject({
      code: "USD",
      displayName: "USD",
      virtual: false,
      decimalPlaces: 9,
      state: ACTIVE,
      creditLimit: "0",
      minimumTopUp: "0",
    });
    const { currency: stars } = await currencies().createCurrency({ ...named("STARS2"), virtual: true });
    expect(stars).toMatchObject({ virtual: true, decimalPlaces: 0 });
    expect((await currencies().createCurrency(named("VC"))).currency).toMatchObject({
      virtual: true,
      decimalPlaces: 0,
    });
  });

  it("makes one over REST, once", async () => {
    const client = restClient(service.url, tenant.admin);
    const path = `/tallystick/v1/organizations/${tenant.orgName}/currencies`;
    const said = {
      code: "EUR",
      displayName: "Euro",
      decimalPlaces: 2,
      creditLimit: "100.5",
      minimumTopUp: "5",
    };
    const { status, body } = await client.post(path, said);
    expect(status).toBe(200);
    expect(body).toEqual({ currency: { ...said, state: "CURRENCY_STATE_ACTIVE" } });
    expect((await client.get(`${path}/EUR`)).body).toEqual(body);
    expect(await failureOf(currencies().createCurrency(named("EUR")))).toMatchObject({
      ...{ code: Code.AlreadyExists, reason: "ALREADY_EXISTS" },
      metadata: { resource: "currency", field: "code", name: "EUR" },
    });
  });

  it.each([
    ["a code in lower case", { code: "usd" }, ["code"]],
    ["a code that is no money", { code: "STARS" }, ["code"]],
    ["a virtual code of one letter", { code: "S", virtual: true }, ["code"]],
    ["a virtual code of eleven", { code: "S".repeat(11), virtual: true }, ["code"]],
    ["ten places", { decimalPlaces: 10 }, ["decimalPlaces"]],
    ["less than no place", { decimalPlaces: -1 }, ["decimalPlaces"]],
    [
      "far too many places beside a limit",
      { decimalPlaces: 2 ** 31 - 1, creditLimit: "1" },
      ["decimalPlaces"],
    ],
    ["far too few places beside a limit", { decimalPlaces: -20_000, creditLimit: "1" }, ["decimalPlaces"]],
    ["a credit limit below 0", { creditLimit: "-1" }, ["creditLimit"]],
    [
      "a credit limit that does not fit its places",
      { decimalPlaces: 2, creditLimit: "0.001" },
      ["creditLimit"],
    ],
    ["a minimum top-up that is no number", { minimumTopUp: "much" }, ["minimumTopUp"]],
    ["a state that there is not", { state: 9 as CurrencyState }, ["state"]],
    ["a display name that is too long", { displayName: "x".repeat(256) }, ["displayName"]],
  ])("refuses %s", async (_what, asked, fields) => {
    const making = [
      () => currencies().createCurrency({ ...named("USD"), ...asked }),
      () => currencies().updateCurrency({ ...named("USD"), ...asked, allowMissing: true }),
    ];
    for (const make of making) {
      const failure = await failureOf(make());
      expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
      expect(faultyFields(failure)).toEqual(fields);
    }
  });
});

describe("UpdateCurrency", () => {
  const said = {
    displayName: "Euro",
    decimalPlaces: 2,
    creditLimit: "100.5",
    minimumTopUp: "5",
    captureOverdraft: "7",
  };
  const update = (asked: MessageInitShape<typeof UpdateCurrencyRequestSchema>) =>
    currencies().updateCurrency({ ...named("EUR"), ...asked });

  it("changes what is set, and leaves the rest", async () => {
    await currencies().createCurrency({ ...named("EUR"), ...said });
    const { currency } = await update({ creditLimit: "50", state: INACTIVE });
    expect(currency).toMatchObject({ ...said, creditLimit: "50", state: INACTIVE });
    expect((await update({})).currency).toEqual(currency);
  });

  it("changes what its mask names, over REST, and empties what is unset", async () => {
    await currencies().createCurrency({ ...named("EUR"), ...said });
    const path = `/tallystick/v1/organizations/${tenant.orgName}/currencies/EUR`;
    const asked = { displayName: "Euros", creditLimit: "50", updateMask: "creditLimit,captureOverdraft" };
    const { captureOverdraft: _, ...rest } = said;
    expect(await restClient(service.url, tenant.admin).patch(path, asked)).toMatchObject({
      status: 200,
      body: { currency: { code: "EUR", ...rest, creditLimit: "50", state: "CURRENCY_STATE_ACTIVE" } },
    });
    expect((await currencies().getCurrency(named("EUR"))).currency?.captureOverdraft).toBe("");
  });

  it("replaces all of it with the mask *", async () => {
    await currencies().createCurrency({ ...named("EUR"), ...said });
    const updateMask = { paths: ["*"] };
    const { currency } = await update({ decimalPlaces: 4, state: INACTIVE, updateMask });
    const fresh = { displayName: "EUR", creditLimit: "0", minimumTopUp: "0", captureOverdraft: "" };
    expect(currency).toMatchObject({ ...fresh, decimalPlaces: 4, state: INACTIVE });
  });

  it("refuses a mask of what is no field, and what would not fit what is there", async () => {
    await currencies().createCurrency({ ...named("EUR"), ...said });
    const failure = await failureOf(update({ updateMask: { paths: ["code"] } }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(["updateMask"]);
    expect(faultyFields(await failureOf(update({ decimalPlaces: 0 })))).toEqual(["creditLimit"]);
  });

  it("cannot make money of what is no ISO 4217 code", async () => {
    await currencies().createCurrency({ ...named("STARS"), virtual: true });
    const updates = currencies().updateCurrency({ ...named("STARS"), virtual: false });
    expect(faultyFields(await failureOf(updates))).toEqual(["virtual"]);
    expect(
      (await currencies().updateCurrency({ ...named("STARS"), displayName: "*" })).currency,
    ).toMatchObject({ displayName: "*", virtual: true });
  });

  it("makes one that is missing where it may, whatever its mask", async () => {
    const missing = await failureOf(update({ creditLimit: "1" }));
    expect(missing).toMatchObject({ code: Code.NotFound, metadata: { resource: "currency", name: "EUR" } });
    const updateMask = { paths: ["display_name"] };
    expect((await update({ creditLimit: "1", allowMissing: true, updateMask })).currency).toMatchObject({
      ...{ code: "EUR", creditLimit: "1", state: ACTIVE },
    });
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
    await currencies().updateCurrency({
      allowMissing: true,
      ...named("STARS"),
      virtual: true,
      decimalPlaces: 1,
    });
    await currencies().updateCurrency({ allowMissing: true, ...named("EUR"), decimalPlaces: 2 });
    expect(await credit("2.5", { currency: "STARS" })).toMatchObject({ after: { posted: "2.5" } });
    expect(faultyFields(await failureOf(credit("0.001", { currency: "EUR" })))).toEqual(["amount"]);
    expect(faultyFields(await failureOf(credit("1", { currency: "VC" })))).toEqual(["currency"]);
    const instead = "currency: is not a currency that the organization uses; it uses EUR, STARS";
    expect((await failureOf(balance("VC"))).message).toBe(instead);

    const inactive = { ...named("STARS"), virtual: true, decimalPlaces: 1, state: INACTIVE };
    await currencies().updateCurrency({ allowMissing: true, ...inactive, force: true });
    expect(faultyFields(await failureOf(credit("1", { currency: "STARS" })))).toEqual(["currency"]);
    expect((await balance("STARS")).posted).toBe("2.5");
  });
});

describe("a change that strands balances", () => {
  it("is refused with how many there are, unless it is forced; what is there can leave whole", async () => {
    const { credit, charge } = ledgerCalls(service, tenant);
    await credit("98", { currency: "USD" });
    const failure = await failureOf(currencies().createCurrency(named("EUR")));
    expect(failure).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CURRENCY_STRANDS",
      metadata: { currency: "EUR", accounts: "1" },
    });
    await currencies().updateCurrency({ allowMissing: true, ...named("EUR"), force: true });
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
    (await currencies().updateCurrency({ allowMissing: true, ...named("USD"), captureOverdraft })).currency
      ?.captureOverdraft;
  expect(await put("12.50")).toBe("12.5");
  expect(await put("")).toBe("");
  expect(faultyFields(await failureOf(put("-1")))).toEqual(["captureOverdraft"]);
});

describe("ListCurrencies", () => {
  it("lists what is configured, in the order of the codes", async () => {
    expect(
      (await currencies(tenant.reader).listCurrencies({ organization: tenant.orgId })).currencies,
    ).toEqual([]);
    for (const code of ["USD", "EUR", "VC"]) await currencies().createCurrency(named(code));
    const listed = await currencies(tenant.reader).listCurrencies({ organization: tenant.orgId });
    expect(listed.currencies.map(({ code }) => code)).toEqual(["EUR", "USD", "VC"]);
  });

  it("has pages", async () => {
    for (const code of ["USD", "EUR", "VC"]) await currencies().createCurrency(named(code));
    const path = `/tallystick/v1/organizations/${tenant.orgName}/currencies?pageSize=2`;
    const pageAt = async (token: string) =>
      (await restClient(service.url, tenant.reader).get(`${path}${token}`)).body as {
        readonly currencies: readonly { readonly code: string }[];
        readonly nextPageToken?: string;
      };
    const first = await pageAt("");
    expect(first.currencies.map(({ code }) => code)).toEqual(["EUR", "USD"]);
    const last = await pageAt(`&pageToken=${first.nextPageToken}`);
    expect([last.currencies.map(({ code }) => code), last.nextPageToken]).toEqual([["VC"], undefined]);
  });
});

describe("DeleteCurrency", () => {
  it("deletes one that no account uses", async () => {
    await currencies().createCurrency(named("USD"));
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
    await currencies().createCurrency(named("USD"));
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
    expect(await codeOf(currencies(as).createCurrency(named("USD")))).toBe(Code.PermissionDenied);
    expect(await codeOf(currencies(as).updateCurrency(named("USD")))).toBe(Code.PermissionDenied);
    expect(await codeOf(currencies(as).deleteCurrency(named("USD")))).toBe(Code.PermissionDenied);
  }
  expect(await codeOf(currencies(other.admin).getCurrency(named("USD")))).toBe(Code.PermissionDenied);
  expect(await codeOf(currencies(other.admin).listCurrencies({ organization: tenant.orgId }))).toBe(
    Code.PermissionDenied,
  );
});
