import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { ledgerCalls, transferIdOf } from "../native/ledger-calls.ts";
import { connectClients } from "../support/service.ts";
import { notUsable } from "./edge-client.ts";
import { ann, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const topUp = () =>
  edge.post(`/developers/${ann}/developer-balances`, {
    body: { amount: 98, supportedCurrency: { id: "usd" } },
  });
const take = (amount: string) => {
  const query = new URLSearchParams({
    ...{ billingMonth: "APRIL", billingYear: "2024", currencyId: "usd", developerId: ann },
    ...{ transactionAmount: `-${amount}`, transactionNote: "fee" },
  });
  return edge.post(
    `/monetization-packages/gold/rate-plans/plan-1/real-currency-credit-transactions?${query}`,
  );
};
const giveBack = (parentTxId: string, refundAmount: string) => {
  const query = new URLSearchParams({ parentTxId, refundAmount, revenueType: "GROSS", transactionNote: "x" });
  return edge.post(`/monetization-packages/gold/refund-transactions?${query}`);
};
const stranding = (currency: string) => ({
  code: "mint.currencyStrands",
  message: expect.stringContaining("no longer be paid out in parts: 1"),
  contexts: [
    { name: "currency", value: currency },
    { name: "accounts", value: "1" },
  ],
});
const onlyEuro = "is not a currency that the organization uses; it uses eur";
const dollar = (status: string) => ({
  ...{ name: "USD", displayName: "Dollar", description: "Dollar", status, virtualCurrency: false },
});
const force = (currency: { code: string; state?: CurrencyState }) =>
  connectClients(service.url, tenant.admin).currencies.updateCurrency({
    allowMissing: true,
    ...{ organization: tenant.orgId, force: true, ...currency },
  });

/** Nothing new comes in; what is there goes out whole, and what was charged can be given back. */
async function expectOnlyWaysOut(charge: string) {
  expect(await topUp()).toMatchObject({
    status: 400,
    body: notUsable("supportedCurrency.id", "USD", onlyEuro),
  });
  expect(await take("1")).toMatchObject({ status: 400, body: notUsable("currencyId", "USD", onlyEuro) });
  expect(await giveBack(charge, "2")).toMatchObject({ status: 201, body: { type: "REFUND", rate: 2 } });
  expect(await take("90")).toMatchObject({ status: 201, body: { rate: -90 } });
  expect((await edge.get(`/developers/${ann}/developer-balances?currencyId=eur`)).status).toBe(200);
}

async function charged() {
  await topUp();
  return transferIdOf(await ledgerCalls(service, tenant).charge("10", { customer: ann, currency: "USD" }));
}

it("the first supported currency strands who has another, and says so", async () => {
  const charge = await charged();
  const euro = { name: "EUR" };
  expect(await edge.post("/supported-currencies", { body: euro })).toMatchObject({
    status: 400,
    body: stranding("EUR"),
  });
  expect((await edge.get("/supported-currencies")).body).toMatchObject({ totalRecords: 0 });
  await force({ code: "EUR" });
  await expectOnlyWaysOut(charge);
});

it("a supported currency that is made inactive strands who has it, and says so", async () => {
  expect((await edge.post("/supported-currencies", { body: dollar("ACTIVE") })).status).toBe(201);
  expect((await edge.post("/supported-currencies", { body: { name: "EUR" } })).status).toBe(201);
  const charge = await charged();
  const put = () => edge.put("/supported-currencies/usd", { body: dollar("INACTIVE") });
  expect(await put()).toMatchObject({ status: 400, body: stranding("USD") });
  expect((await edge.get("/supported-currencies/usd")).body).toMatchObject({ status: "ACTIVE" });
  await force({ code: "USD", state: CurrencyState.INACTIVE });
  await expectOnlyWaysOut(charge);
  expect((await put()).status).toBe(200);
});
