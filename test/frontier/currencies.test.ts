import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const clients = () => connectClients(service.url, tenant.admin);
const putCurrency = (currency: { code: string; force?: boolean; state?: CurrencyState }) =>
  clients().currencies.updateCurrency({ allowMissing: true, organization: tenant.orgId, ...currency });
const charge = async (...amounts: bigint[]) => {
  const usages = amounts.map((amount) => ({ id: uuidv7(), amount, source: "api" }));
  await clients().frontier.createBillingUsage({ orgId: tenant.orgId, usages });
  return usages.map(({ id }) => id);
};
const balance = async () =>
  (await clients().frontier.getBillingBalance({ orgId: tenant.orgId })).balance?.amount;
const mayDebit = async (amount: bigint) =>
  (await clients().frontier.checkCreditEntitlement({ orgId: tenant.orgId, amount })).status;

it.each([
  ["the first currency that is configured", () => ({ code: "EUR" })],
  ["credits that are made inactive", () => ({ code: "VC", state: CurrencyState.INACTIVE })],
])("%s: says how many accounts it strands, and leaves what is there its way out", async (_what, currency) => {
  const [charged = ""] = await charge(10n);
  expect(await failureOf(putCurrency(currency()))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: "CURRENCY_STRANDS",
    metadata: { currency: currency().code, accounts: "1" },
  });
  await charge(10n);
  await putCurrency({ ...currency(), force: true });

  const failure = await failureOf(charge(30n));
  expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "CURRENCY_NOT_USABLE" });
  expect(faultyFields(failure)).toEqual(["usages[0].amount"]);
  expect((await failureOf(service.credit(tenant, "5"))).reason).toBe("CURRENCY_NOT_USABLE");
  expect(await balance()).toBe(80n);

  // What was charged can be given back, and the whole of a balance spent.
  const revert = { billingId: tenant.billingId, usageId: charged, amount: 4n };
  await connectClients(service.url, service.platform).admin.revertBillingUsage(revert);
  expect(await balance()).toBe(84n);
  await charge(84n);
  expect(await balance()).toBe(0n);
  await clients().frontier.deleteBillingAccount({ id: tenant.billingId });
});

it("an entitlement is what a debit would be told", async () => {
  expect([await mayDebit(30n), await mayDebit(100n), await mayDebit(101n)]).toEqual([true, true, false]);
  await putCurrency({ code: "EUR", force: true });
  expect([await mayDebit(30n), await mayDebit(100n), await mayDebit(101n)]).toEqual([false, true, false]);
  await putCurrency({ code: "VC" });
  expect([await mayDebit(30n), await mayDebit(100n)]).toEqual([true, true]);
  await charge(30n);
});

it("strands nobody who has nothing", async () => {
  await charge(100n);
  await putCurrency({ code: "EUR" });
});
