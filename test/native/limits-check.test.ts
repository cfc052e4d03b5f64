import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { LimitsCheckService } from "../../gen/tallystick/v1/limits_check_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { disable, ledgerCalls } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const faults = {
  exceeded: "mint.service.developer_usage_exceeds_balance",
  noWallet: "mint.service.wallet_not_found_for_developer",
  disabled: "mint.service.wallet_blocked_due_to_inactivity",
};
const calls = () => ledgerCalls(service, tenant);
const email = () => `customer@${tenant.orgName}.example`;

function check(asked: { customer?: string; currency?: string; amount?: string } = {}, as = tenant.reader) {
  const client = createClient(LimitsCheckService, createGrpcTransport({ baseUrl: service.url }));
  const request = { organization: tenant.orgId, customer: tenant.billingId, currency: "USD", ...asked };
  return client.checkLimits(request, { headers: { authorization: basic(as) } });
}

const inDollars = { currency: "USD" };
const makePostpaid = () =>
  connectClients(service.url, tenant.admin).customers.updateCustomer({
    ...{ organization: tenant.orgId, customer: tenant.billingId, billingType: BillingType.POSTPAID },
  });

it("lets a customer through that has something left", async () => {
  await calls().credit("10", inDollars);
  await calls().charge("4", inDollars);
  await calls().hold("1.5", inDollars);
  for (const customer of [tenant.billingId, email(), email().toUpperCase()]) {
    expect(await check({ customer })).toMatchObject({
      ...{
        blocked: false,
        fault: "",
        customerId: tenant.billingId,
        billingType: BillingType.PREPAID,
        currency: "USD",
      },
      ...{ posted: "6", held: "1.5", available: "4.5", minimumBalance: "0" },
    });
  }
  expect(await check({ amount: "4.5" })).toMatchObject({ blocked: false });
  expect(await check({ amount: "4.500000001" })).toMatchObject({ blocked: true, fault: faults.exceeded });
});

it("blocks one that has used up its balance, and one that never had any", async () => {
  expect(await check()).toMatchObject({ blocked: true, fault: faults.noWallet, available: "0" });
  await calls().credit("1", inDollars);
  await calls().charge("1", inDollars);
  expect(await check()).toMatchObject({ blocked: true, fault: faults.exceeded, posted: "0" });
});

it("knows the credit limit of a postpaid one, its own or the currency's, with an account or without", async () => {
  const { currencies, ledger } = connectClients(service.url, tenant.admin);
  await currencies.updateCurrency({
    allowMissing: true,
    organization: tenant.orgId,
    code: "USD",
    creditLimit: "100",
  });
  await makePostpaid();
  expect(await check()).toMatchObject({
    ...{
      blocked: false,
      billingType: BillingType.POSTPAID,
      posted: "0",
      available: "100",
      minimumBalance: "-100",
    },
  });
  await calls().charge("100", inDollars);
  expect(await check()).toMatchObject({
    blocked: true,
    fault: faults.exceeded,
    posted: "-100",
    available: "0",
  });
  const limit = { organization: tenant.orgId, customer: tenant.billingId, currency: "USD" };
  await ledger.setLimit({ ...limit, minimumBalance: "-150" });
  expect(await check()).toMatchObject({ blocked: false, available: "50", minimumBalance: "-150" });
});

it("blocks a postpaid one without any credit limit", async () => {
  await makePostpaid();
  expect(await check()).toMatchObject({ blocked: true, fault: faults.exceeded, available: "0" });
});

it("blocks a disabled one", async () => {
  await calls().credit("10", inDollars);
  await disable(service, tenant.billingId);
  expect(await check()).toMatchObject({ blocked: true, fault: faults.disabled, available: "10" });
});

it("says over REST that a customer is not blocked, too", async () => {
  await calls().credit("10", inDollars);
  const path = `/tallystick/v1/organizations/${tenant.orgName}/customers/${email()}/balances/USD:checkLimits`;
  const { status, body } = await restClient(service.url, tenant.reader).get(`${path}?amount=3`);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ blocked: false, customerId: tenant.billingId, billingType: "BILLING_TYPE_PREPAID", currency: "USD" },
    ...{ posted: "10", held: "0", available: "10", minimumBalance: "0" },
  });
});

it("answers many that are asked for at once, each its own", async () => {
  await calls().credit("10", inDollars);
  const asked = Array.from({ length: 40 }, (_, index) => ({
    customer: index % 2 === 0 ? email() : tenant.billingId,
    currency: index % 4 < 2 ? "USD" : "EUR",
  }));
  const answers = await Promise.all(asked.map((each) => check(each)));
  expect(answers.map(({ blocked, currency }) => [blocked, currency])).toEqual(
    asked.map(({ currency }) => [currency === "EUR", currency]),
  );
});

it("does not take one for another that is asked for at once and written alike", async () => {
  const pairs = Array.from({ length: 20 }, () => [
    failureOf(check({ customer: `a/${email()}` })),
    failureOf(check({ customer: email(), currency: "USD/a" })),
  ]);
  for (const [nobody, noCurrency] of await Promise.all(pairs.map((pair) => Promise.all(pair)))) {
    expect(nobody).toMatchObject({ code: Code.NotFound });
    expect(noCurrency).toMatchObject({ code: Code.InvalidArgument });
  }
});

it.each([
  ["no customer", { customer: "" }, ["customer"]],
  ["no currency", { currency: "" }, ["currency"]],
  ["a currency that there is not", { currency: "XYZ" }, ["currency"]],
  ["an amount of zero", { amount: "0" }, ["amount"]],
  ["an amount that is none", { amount: "1e3" }, ["amount"]],
])("refuses %s", async (_what, asked, fields) => {
  const failure = await failureOf(check(asked));
  expect(failure.code).toBe(Code.InvalidArgument);
  expect(faultyFields(failure)).toEqual(fields);
});

it("finds nobody that there is not, and nothing of another organization's", async () => {
  const other = await service.tenant();
  expect(await failureOf(check({ customer: "nobody@example.com" }))).toMatchObject({ code: Code.NotFound });
  expect(await failureOf(check({ customer: other.billingId }))).toMatchObject({ code: Code.NotFound });
  expect(await failureOf(check({}, other.admin))).toMatchObject({ code: Code.PermissionDenied });
});
