import type { MessageInitShape } from "@bufbuild/protobuf";
import { v7 as uuidv7 } from "uuid";
import type { RQLRequestSchema } from "../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

// An organization may show Frontier's clients an ISO currency instead of credits: in minor units, rounded down.

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function organizationShowing(frontierCurrency: string) {
  const { organizations, frontier, ledger, currencies } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({
    name: `shows-${frontierCurrency}-${uuidv7()}`,
    frontierCurrency,
  });
  const orgId = organization?.id ?? "";
  const { billingAccount } = await frontier.createBillingAccount({ orgId, body: { name: "Customer" } });
  const billingId = billingAccount?.id ?? "";
  const transfer = (kind: TransferKind, amount: string, currency = frontierCurrency) =>
    ledger.createTransfer({ organization: orgId, customer: billingId, kind, amount, currency });
  const { CREDIT, CHARGE } = TransferKind;
  return {
    credit: (amount: string, currency?: string) => transfer(CREDIT, amount, currency),
    charge: (amount: string) => transfer(CHARGE, amount),
    usage: (amount: bigint) => frontier.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount }] }),
    balance: async () => (await frontier.getBillingBalance({ orgId })).balance,
    debited: async () => (await frontier.totalDebitedTransactions({ orgId })).debited,
    check: async (amount: bigint) => (await frontier.checkCreditEntitlement({ orgId, amount })).status,
    transactions: async () => (await frontier.listBillingTransactions({ orgId })).transactions,
    tokens: async (query: MessageInitShape<typeof RQLRequestSchema>) =>
      (await frontier.searchOrganizationTokens({ id: orgId, query: { limit: 1_000, ...query } }))
        .organizationTokens,
    configure: (places: number) =>
      currencies.updateCurrency({
        allowMissing: true,
        organization: orgId,
        code: frontierCurrency,
        virtual: true,
        decimalPlaces: places,
      }),
    setMinimum: (minimum: string) =>
      withSql(
        service.databaseUrl,
        (sql) => sql`update accounts set minimum_balance = ${minimum} where customer_id = ${billingId}`,
      ),
  };
}

it("shows dollars in cents, and charges cents", async () => {
  const usd = await organizationShowing("USD");
  await usd.credit("12.345");
  expect(await usd.balance()).toMatchObject({ amount: 1234n, currency: "USD" });
  await usd.usage(150n);
  expect(await usd.balance()).toMatchObject({ amount: 1084n });
  expect(await usd.debited()).toMatchObject({ amount: 150n, currency: "USD" });
  expect((await usd.transactions()).map(({ type, amount }) => [type, amount])).toEqual([
    ["debit", 150n],
    ["credit", 1234n],
  ]);
  expect([await usd.check(1084n), await usd.check(1085n)]).toEqual([true, false]);
  expect((await failureOf(usd.usage(1085n))).metadata).toMatchObject({
    available: "10.845",
    required: "10.85",
  });
});

it("shows rows that add up to the balance, whatever is smaller than a unit", async () => {
  const usd = await organizationShowing("USD");
  for (const [credit, charge] of [
    ["0.005", "0.003"],
    ["0.009", "0.0001"],
    ["12.345", "0.019"],
    ["0.0009", "3.3"],
  ] as const) {
    await usd.credit(credit);
    await usd.charge(charge);
  }
  await usd.usage(150n);
  const balance = (await usd.balance())?.amount;
  const sum = (rows: readonly { type: string; amount: bigint }[]) =>
    rows.reduce((total, { type, amount }) => total + (type === "debit" ? -amount : amount), 0n);
  const rows = await usd.transactions();
  expect(balance).toBe(753n);
  expect(sum(rows)).toBe(balance);
  expect(rows.every(({ amount }) => amount >= 0n)).toBe(true);
  const tokens = await usd.tokens({});
  expect(tokens.map(({ type, amount }) => [type, amount])).toEqual(
    rows.map(({ type, amount }) => [type, amount]),
  );
  // The column is the same for those who filter and count by it.
  const ones = await usd.tokens({
    filters: [{ name: "amount", operator: "eq", value: { case: "numberValue", value: 1 } }],
  });
  expect(ones).toHaveLength(rows.filter(({ amount }) => amount === 1n).length);
  expect(ones.length).toBeGreaterThan(0);
});

it("shows the rows of credits below one, where an organization has configured them", async () => {
  const vc = await organizationShowing("VC");
  await vc.configure(2);
  for (const [credit, charge] of [
    ["0.4", "0.1"],
    ["0.4", "0.2"],
    ["1.5", "0.75"],
  ] as const) {
    await vc.credit(credit);
    await vc.charge(charge);
  }
  const rows = await vc.transactions();
  expect((await vc.balance())?.amount).toBe(1n);
  expect(rows.reduce((sum, { type, amount }) => sum + (type === "debit" ? -amount : amount), 0n)).toBe(1n);
});

it("rounds the total of debits once, and each row by what it did to the balance", async () => {
  const usd = await organizationShowing("USD");
  await usd.credit("1");
  const shown = async () => {
    const [debit] = await usd.transactions();
    return [debit?.amount, (await usd.debited())?.amount, (await usd.balance())?.amount];
  };
  await usd.charge("0.005");
  expect(await shown()).toEqual([1n, 0n, 99n]);
  await usd.charge("0.005");
  expect(await shown()).toEqual([0n, 1n, 99n]);
});

it("does not show credits beside it", async () => {
  const eur = await organizationShowing("EUR");
  await eur.credit("7", "VC");
  expect(await eur.balance()).toMatchObject({ amount: 0n, currency: "EUR" });
  expect(await eur.transactions()).toEqual([]);
});

it("rounds a debt down too, away from zero", async () => {
  const gbp = await organizationShowing("GBP");
  await gbp.credit("1");
  await gbp.setMinimum("-1");
  await gbp.charge("1.000000001");
  expect(await gbp.balance()).toMatchObject({ amount: -1n });
  expect(await gbp.debited()).toMatchObject({ amount: 100n });
});

it.each([
  ["JPY", 12n],
  ["KWD", 12_345n],
])("knows how many minor units %s has", async (currency, units) => {
  const shown = await organizationShowing(currency);
  await shown.credit("12.3456");
  expect(await shown.balance()).toMatchObject({ amount: units, currency });
});
