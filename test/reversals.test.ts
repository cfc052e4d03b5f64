import { BillingType } from "../gen/tallystick/v1/customer_pb.ts";
import { TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { createDeveloper, edgeClient } from "./apigee-edge/edge-client.ts";
import { apigee, failure, type Send, usd } from "./apigee-x/client.ts";
import { transferIdOf } from "./native/ledger-calls.ts";
import { failureOf } from "./support/failure.ts";
import { awayFromMidnight } from "./support/midnight.ts";
import { connectClients, startService, type Tenant, type TestService } from "./support/service.ts";

/** A top-up that was charged back: natively it is reversed, and every interface shows it as what it is. */

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
beforeEach(awayFromMidnight);
afterAll(() => service.stop());

const clients = () => connectClients(service.url, tenant.admin);
const book = async (kind: TransferKind, amount: string, of: { customer: string; currency: string }) => {
  const asked = { organization: tenant.orgId, kind, amount, source: "shop", ...of };
  const { receipt } = await clients().ledger.createTransfer(asked);
  if (receipt === undefined) throw new Error("no receipt");
  return transferIdOf(receipt);
};
const reverse = (transfer: string, amount: string, allowDebt = false) =>
  clients().ledger.reverseTransfer({
    ...{ organization: tenant.orgId, transfer, amount, allowDebt },
    description: "charged back",
  });

/** 100 were added, 30 spent, and 40 of what was added are taken back. */
async function history(of: { customer: string; currency: string }) {
  const credit = await book(TransferKind.CREDIT, "100", of);
  await book(TransferKind.CHARGE, "30", of);
  await reverse(credit, "40");
  return credit;
}

describe("Frontier", () => {
  const names = () => ({ orgId: tenant.orgId, billingId: tenant.billingId });
  const balance = async () =>
    (await clients().frontier.getBillingBalance({ id: tenant.billingId })).balance?.amount;
  const debited = async () => (await clients().frontier.totalDebitedTransactions(names())).debited?.amount;

  it("shows a debit that is none of the usages", async () => {
    await history({ customer: tenant.billingId, currency: "VC" });
    const { transactions } = await clients().frontier.listBillingTransactions(names());
    expect(
      transactions.map(({ type, amount, source, description }) => [type, amount, source, description]),
    ).toEqual([
      ["debit", 40n, "shop", "charged back"],
      ["debit", 30n, "shop", ""],
      ["credit", 100n, "shop", ""],
    ]);
    expect(await balance()).toBe(30n);
    expect(await debited()).toBe(30n);
    const query = {
      filters: [{ name: "type", operator: "eq", value: { case: "stringValue", value: "debit" } }],
    };
    const { organizationTokens } = await clients().frontier.searchOrganizationTokens({
      id: tenant.orgId,
      query: query as never,
    });
    expect(organizationTokens.map(({ amount }) => amount)).toEqual([40n, 30n]);
  });

  it("shows what is owed where more is taken back than is there, and gives it back to nobody", async () => {
    const credit = await history({ customer: tenant.billingId, currency: "VC" });
    expect((await failureOf(reverse(credit, "50"))).reason).toBe("INSUFFICIENT_FUNDS");
    const { receipt } = await reverse(credit, "50", true);
    expect(await balance()).toBe(-20n);
    expect(await debited()).toBe(30n);
    expect(
      (await clients().frontier.checkCreditEntitlement({ orgId: tenant.orgId, amount: 1n })).status,
    ).toBe(false);
    const revert = { ...names(), usageId: receipt?.transfer?.id ?? "", amount: 1n };
    const { admin } = connectClients(service.url, service.platform);
    expect((await failureOf(admin.revertBillingUsage(revert))).reason).toBe("NOT_REFUNDABLE");
  });
});

describe("Apigee X", () => {
  const ann = "/developers/ann@example.com";
  let send: Send;
  let inDollars: { customer: string; currency: string };
  beforeEach(async () => {
    send = apigee(service, tenant);
    const customer = await createDeveloper(service, tenant, { email: "ann@example.com" });
    inDollars = { customer, currency: "USD" };
  });
  const adjust = (units: string) =>
    send("POST", `${ann}/balance:adjust`, { body: { adjustment: usd(units) } });
  const wallets = async () => ((await send("GET", `${ann}/balance`)).json as { wallets: unknown[] }).wallets;

  it("has a lower balance, and the time of its newest credit", async () => {
    const credit = await book(TransferKind.CREDIT, "100", inDollars);
    const [before] = await wallets();
    await reverse(credit, "40");
    expect(await wallets()).toEqual([{ ...(before as object), balance: usd("60") }]);
  });

  it("gives back by adjustments up to what is left of the newest credit", async () => {
    await history(inDollars);
    expect(await adjust("-31")).toMatchObject({
      status: 400,
      json: failure({
        code: 400,
        status: "FAILED_PRECONDITION",
        message:
          "at most 30 USD can be given back, not 31: the balance may not rise above what it was right after the newest credit",
        reason: "ADJUSTMENT_TOO_LARGE",
        metadata: { customer: inDollars.customer, currency: "USD", available: "30", required: "31" },
        violation: {
          type: "mint.service.adjustment_exceeds_last_credit",
          subject: "developer ann@example.com",
        },
      }),
    });
    expect((await adjust("-30")).json).toMatchObject({ wallets: [{ balance: usd("60") }] });
  });

  it("pays with its next credit what is owed", async () => {
    const credit = await history(inDollars);
    await reverse(credit, "60", true);
    expect(await wallets()).toMatchObject([{ balance: usd("-30") }]);
    const body = { transactionAmount: usd("50"), transactionId: "order-2" };
    expect((await send("POST", `${ann}/balance:credit`, { body })).json).toMatchObject({
      wallets: [{ balance: usd("20") }],
    });
  });
});

describe("Apigee Edge", () => {
  const ann = "/developers/ann@example.com";
  let edge: ReturnType<typeof edgeClient>;
  let inDollars: { customer: string; currency: string };
  beforeEach(async () => {
    edge = edgeClient(service, tenant);
    const customer = await createDeveloper(service, tenant, { email: "ann@example.com" });
    inDollars = { customer, currency: "USD" };
  });
  const search = async (criteria: object) => {
    const { body } = await edge.post("/transaction-search?all=true", { body: criteria });
    return (body as { transaction: unknown[] }).transaction;
  };
  const report = async () => {
    const now = new Date();
    const month = now.toLocaleString("en", { month: "long", timeZone: "UTC" }).toUpperCase();
    const query = `billingMonth=${month}&billingYear=${now.getUTCFullYear()}`;
    const { body } = await edge.get(`${ann}/prepaid-developer-balance?${query}`);
    return (body as { developerBalance: unknown[] }).developerBalance;
  };

  it("shows a top-up below zero, of the top-up that it takes back", async () => {
    const credit = await history(inDollars);
    const topUps = [
      { type: "BALANCE", rate: -40, parentId: credit, notes: "charged back" },
      { type: "BALANCE", rate: 100, id: credit },
    ];
    expect(await search({ transactionTypes: ["BALANCE"] })).toMatchObject(topUps);
    expect(await search({ devCriteria: [{ id: inDollars.customer }] })).toMatchObject([
      topUps[0],
      { type: "PURCHASE", rate: 30 },
      topUps[1],
    ]);
  });

  it("is no usage, and lowers no month's top-ups", async () => {
    await history(inDollars);
    expect((await edge.get(`${ann}/developer-balances`)).body).toMatchObject({
      developerBalance: [{ amount: 60, usage: 30 }],
    });
    expect(await report()).toMatchObject([
      { previousBalance: 0, topups: 100, currentUsage: 30, currentBalance: 30, currentTotalBalance: 60 },
    ]);
  });

  it("is owed by who pays later", async () => {
    const { customers } = clients();
    await customers.updateCustomer({
      organization: tenant.orgId,
      customer: inDollars.customer,
      billingType: BillingType.POSTPAID,
    });
    await edge.post(`${ann}/developer-credit-limit?amount=50&supportedCurrencyId=usd`);
    const credit = await history(inDollars);
    await reverse(credit, "45");
    expect((await edge.get(`${ann}/developer-credit-limit`)).body).toMatchObject({
      developerBalance: [{ amount: 50, usage: 15 }],
    });
  });
});
