import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { edgeClient } from "./apigee-edge/edge-client.ts";
import { apigee, usd } from "./apigee-x/client.ts";
import { ledgerCalls } from "./native/ledger-calls.ts";
import { failureOf } from "./support/failure.ts";
import { awayFromMidnight } from "./support/midnight.ts";
import { restClient } from "./support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "./support/service.ts";

/** An interface answers a figure with all its digits, or says that it does not fit. */

const most = "9999999999999999999";
const int64Max = 2n ** 63n - 1n;

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
  calls = ledgerCalls(service, tenant);
});
beforeEach(awayFromMidnight);
afterAll(() => service.stop());

it("Frontier refuses a balance and a total of more than 64 bits, and goes on with the account", async () => {
  const { frontier } = connectClients(service.url, tenant.writer);
  const { orgId } = tenant;
  const tooLarge = {
    ...{ code: Code.OutOfRange, reason: "BALANCE_OUT_OF_RANGE" },
    message: `a sum in VC would leave the range of -${int64Max} to ${int64Max}`,
    metadata: { currency: "VC", most: `${int64Max}` },
  };
  await calls.credit(most);
  expect(await failureOf(frontier.getBillingBalance({ orgId }))).toMatchObject(tooLarge);
  const path = `/v1beta1/organizations/${orgId}/billing/${tenant.billingId}/balance`;
  expect(await restClient(service.url, tenant.reader).get(path)).toMatchObject({
    status: 400,
    body: { code: Code.OutOfRange, message: tooLarge.message },
  });
  await frontier.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: int64Max, source: "api" }] });
  const left = BigInt(most) - int64Max;
  expect((await frontier.getBillingBalance({ orgId })).balance?.amount).toBe(left);
  expect((await frontier.totalDebitedTransactions({ orgId })).debited?.amount).toBe(int64Max);
  await frontier.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: left, source: "api" }] });
  expect((await frontier.getBillingBalance({ orgId })).balance?.amount).toBe(0n);
  expect(await failureOf(frontier.totalDebitedTransactions({ orgId }))).toMatchObject(tooLarge);
});

it("Apigee X refuses a balance of more units than Google's Money has, and goes on with the wallet", async () => {
  const send = apigee(service, tenant);
  const path = `/developers/${tenant.billingId}/balance`;
  const message = `a sum in USD would leave the range of -${int64Max}.999999999 to ${int64Max}.999999999`;
  await calls.credit(`${most}.999999999`, { currency: "USD" });
  expect(await send("GET", path)).toMatchObject({
    status: 400,
    json: { error: { status: "OUT_OF_RANGE", message } },
  });
  await calls.charge(`${BigInt(most) - int64Max}`, { currency: "USD" });
  expect((await send("GET", path)).json).toMatchObject({
    wallets: [{ balance: { currencyCode: "USD", units: `${int64Max}`, nanos: 999_999_999 } }],
  });
});

describe("what Apigee X could not answer", () => {
  const [dollars, top] = [{ currency: "USD" }, `${int64Max}.999999999`];
  const most64 = usd(`${int64Max}`, 999_999_999);
  const showing = (balance: object) => ({ status: 200, json: { wallets: [{ balance }] } });
  const outOfRange = {
    status: 400,
    json: {
      error: {
        ...{ status: "OUT_OF_RANGE", message: `a sum in USD would leave the range of -${top} to ${top}` },
        details: [{ reason: "BALANCE_OUT_OF_RANGE", metadata: { currency: "USD", most: top } }],
      },
    },
  };
  const posted = async () => (await calls.balance("USD")).posted;
  const wallet = () => {
    const send = apigee(service, tenant);
    const path = `/developers/${tenant.billingId}/balance`;
    return {
      get: () => send("GET", path),
      credit: (transactionAmount: object, transactionId: string) =>
        send("POST", `${path}:credit`, { body: { transactionAmount, transactionId } }),
      adjust: (adjustment: object) => send("POST", `${path}:adjust`, { body: { adjustment } }),
    };
  };

  it("is not booked: neither a credit nor an adjustment", async () => {
    const { credit, adjust } = wallet();
    expect(await credit(most64, "first")).toMatchObject(showing(most64));
    expect(await credit(usd("0", 1), "second")).toMatchObject(outOfRange);
    expect(await posted()).toBe(top);
    await calls.credit("1", dollars);
    const above = `${int64Max + 1n}.999999999`;
    expect(await adjust(usd("0", 500_000_000))).toMatchObject(outOfRange);
    expect(await posted()).toBe(above);
    expect(await adjust(usd("1"))).toMatchObject(showing(most64));
    expect(await adjust(usd("-1"))).toMatchObject(outOfRange);
    expect(await posted()).toBe(top);
  });

  it("is left out of the answer to what was booked, be it in another wallet or at an earlier time", async () => {
    const { get, credit, adjust } = wallet();
    await calls.credit(most, { currency: "EUR" });
    for (const _time of ["first", "again"])
      expect(await credit(usd("5"), "first")).toMatchObject(showing(usd("5")));
    expect(await adjust(usd("1"))).toMatchObject(showing(usd("4")));
    await calls.credit(`${int64Max}`, dollars);
    expect(await credit(usd("5"), "first")).toMatchObject({ status: 200, json: {} });
    expect(await get()).toMatchObject({ status: 400, json: { error: { status: "OUT_OF_RANGE" } } });
    expect(await posted()).toBe(`${int64Max + 4n}`);
  });
});

it("Apigee Edge writes every digit of a balance, and of what came in and was spent", async () => {
  const edge = edgeClient(service, tenant);
  const inDollars = { currency: "USD" };
  for (const _time of ["first", "second"]) {
    await calls.credit(`${most}.999999999`, inDollars);
    await calls.charge(`${most}.999999999`, inDollars);
  }
  await calls.credit(`${most}.999999999`, inDollars);
  const now = new Date();
  const month = now.toLocaleString("en", { month: "long", timeZone: "UTC" }).toUpperCase();
  const query = `billingMonth=${month}&billingYear=${now.getUTCFullYear()}`;
  const { text } = await edge.get(`/developers/${tenant.billingId}/prepaid-developer-balance?${query}`);
  for (const figure of [
    '"currentBalance":9999999999999999999.999999999,',
    '"currentUsage":19999999999999999999.999999998,',
    '"topups":29999999999999999999.999999997,',
  ])
    expect(text).toContain(figure);
});
