import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { LimitsCheckService } from "../gen/tallystick/v1/limits_check_pb.ts";
import { createDeveloper, edgeClient } from "./apigee-edge/edge-client.ts";
import { ledgerCalls, transferIdOf } from "./native/ledger-calls.ts";
import { failureOf } from "./support/failure.ts";
import { brokenRules } from "./support/ledger.ts";
import { restClient } from "./support/rest.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "./support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const email = "ann@example.com";

/** What every face says of the developer's money. */
async function everyFace(developerId: string) {
  const { ledger, frontier } = connectClients(service.url, tenant.reader);
  const native = async (currency: string) => {
    const balance = await ledger.getBalance({ organization: tenant.orgId, customer: email, currency });
    return { posted: balance.posted, available: balance.available };
  };
  const x = await restClient(service.url, tenant.reader).get(
    `/v1/organizations/${tenant.orgName}/developers/${email}/balance`,
  );
  const wallets = (x.body as { wallets?: { balance: object }[] }).wallets ?? [];
  const edge = await edgeClient(service, tenant).get(`/developers/${email}/developer-balances`);
  const { developerBalance } = edge.body as {
    developerBalance: { amount: number; usage: number; supportedCurrency: { name: string } }[];
  };
  const billing = { orgId: tenant.orgId, id: developerId };
  const checks = createClient(LimitsCheckService, createGrpcTransport({ baseUrl: service.url }));
  const headers = { authorization: basic(tenant.reader) };
  const check = await checks.checkLimits(
    { organization: tenant.orgId, customer: email, currency: "USD" },
    { headers },
  );
  return {
    nativeDollars: await native("USD"),
    nativeCredits: await native("VC"),
    x: wallets.map(({ balance }) => balance),
    edge: Object.fromEntries(
      developerBalance.map(({ amount, usage, supportedCurrency }) => [
        supportedCurrency.name,
        [amount, usage],
      ]),
    ),
    frontierCredits: (await frontier.getBillingBalance(billing)).balance?.amount,
    blocked: check.blocked,
  };
}

it("One customer, three faces: every number agrees", async () => {
  const edge = edgeClient(service, tenant);
  const native = ledgerCalls(service, tenant);
  const management = restClient(service.url, tenant.admin);
  const developer = `/v1/organizations/${tenant.orgName}/developers/${email}`;
  const dollars = { customer: email, currency: "USD" };

  // Made through X, credited through Edge.
  const developerId = await createDeveloper(service, tenant, { email });
  const topUp = (amount: number, id: string) =>
    edge.post(`/developers/${email}/developer-balances`, { body: { amount, supportedCurrency: { id } } });
  await topUp(50.25, "usd");
  await topUp(100, "vc");
  expect(await everyFace(developerId)).toEqual({
    nativeDollars: { posted: "50.25", available: "50.25" },
    nativeCredits: { posted: "100", available: "100" },
    x: [
      { currencyCode: "USD", units: "50", nanos: 250_000_000 },
      { currencyCode: "VC", units: "100" },
    ],
    edge: { USD: [50.25, 0], VC: [100, 0] },
    frontierCredits: 100n,
    blocked: false,
  });

  // Charged natively, and not beyond what there is.
  await native.charge("30", { customer: email });
  const charge = transferIdOf(await native.charge("50.25", dollars));
  expect((await failureOf(native.charge("9.75", dollars))).reason).toBe("INSUFFICIENT_FUNDS");
  expect(await everyFace(developerId)).toMatchObject({
    nativeDollars: { posted: "0", available: "0" },
    x: [{ currencyCode: "USD" }, { currencyCode: "VC", units: "70" }],
    edge: { USD: [50.25, 50.25], VC: [100, 30] },
    frontierCredits: 70n,
    blocked: true,
  });

  // Limited through Edge, which counts from the moment on that X makes it postpaid.
  await edge.post(`/developers/${email}/developer-credit-limit?amount=20&supportedCurrencyId=usd`);
  expect((await failureOf(native.charge("9.75", dollars))).reason).toBe("INSUFFICIENT_FUNDS");
  await management.put(`${developer}/monetizationConfig`, { billingType: "POSTPAID" });
  await native.charge("9.75", dollars);
  expect(await everyFace(developerId)).toMatchObject({
    nativeDollars: { posted: "-9.75", available: "10.25" },
    x: [
      { currencyCode: "USD", units: "-9", nanos: -750_000_000 },
      { currencyCode: "VC", units: "70" },
    ],
    edge: { USD: [20, 9.75], VC: [0, 0] },
    frontierCredits: 70n,
    blocked: false,
  });
  expect((await failureOf(native.charge("10.250000001", dollars))).reason).toBe("INSUFFICIENT_FUNDS");

  // Given back through Edge, and paid down through X.
  const refund = new URLSearchParams({ parentTxId: charge, refundAmount: "5", revenueType: "GROSS" });
  expect((await edge.post(`/monetization-packages/gold/refund-transactions?${refund}`)).status).toBe(201);
  const credited = await management.post(`${developer}/balance:credit`, {
    transactionAmount: { currencyCode: "USD", units: "2", nanos: 500_000_000 },
    transactionId: "order-1001",
  });
  expect(credited.status).toBe(200);
  expect(await everyFace(developerId)).toMatchObject({
    nativeDollars: { posted: "-2.25", available: "17.75" },
    x: [
      { currencyCode: "USD", units: "-2", nanos: -250_000_000 },
      { currencyCode: "VC", units: "70" },
    ],
    edge: { USD: [20, 2.25] },
    frontierCredits: 70n,
  });

  const search = await edge.post("/transaction-search?all=true", {
    body: { devCriteria: [{ id: developerId }], currCriteria: [{ id: "usd" }] },
  });
  const { transaction } = search.body as { transaction: { type: string; rate: number }[] };
  expect(transaction.map(({ type, rate }) => [type, rate])).toEqual([
    ["BALANCE", 2.5],
    ["REFUND", 5],
    ["PURCHASE", 9.75],
    ["PURCHASE", 50.25],
    ["BALANCE", 50.25],
  ]);
  expect(await brokenRules(service.databaseUrl)).toEqual([]);
});
