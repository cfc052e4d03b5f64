import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  const creditProducts = new Map([
    ["token", 1n],
    ["starter", 400n],
  ]);
  service = await startService({ creditProducts });
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const admin = (as = service.platform) => connectClients(service.url, as).admin;
const frontier = () => connectClients(service.url, tenant.reader).frontier;

async function balance(): Promise<bigint | undefined> {
  return (await frontier().getBillingBalance({ orgId: tenant.orgId })).balance?.amount;
}

it("gives the credits of so many units, in Frontier's words", async () => {
  const { product, subscription } = await admin().delegatedCheckout({
    orgId: tenant.orgId,
    billingId: tenant.billingId,
    productBody: { product: "starter", quantity: 2n },
  });
  expect(subscription).toBeUndefined();
  expect(product).toMatchObject({
    id: "starter",
    name: "starter",
    behavior: "credits",
    behaviorConfig: { creditAmount: 400n },
  });
  expect(await balance()).toBe(800n);
  const { transactions } = await frontier().listBillingTransactions({ orgId: tenant.orgId });
  expect(transactions).toMatchObject([
    {
      amount: 800n,
      type: "credit",
      source: "system.awarded",
      description: "Awarded 800 credits for starter",
      userId: service.platform.clientId,
    },
  ]);
});

it.each([
  ["with the account in the path", () => `/billing/${tenant.billingId}/checkouts`],
  ["with the organization alone", () => "/billing/checkouts"],
])("as Frontier's own administrators do, over REST, %s: every time anew", async (_path, path) => {
  const rest = restClient(service.url, service.platform);
  const url = `/v1beta1/admin/organizations/${tenant.orgId}${path()}`;
  for (const expected of [25n, 50n]) {
    const answer = await rest.post(url, { product_body: { product: "token", quantity: "25" } });
    expect(answer).toMatchObject({ status: 200, body: { subscription: null, product: { name: "token" } } });
    expect(await balance()).toBe(expected);
  }
});

it("gives one unit where no quantity is said, and the minor units of money where that is shown", async () => {
  const { organizations, frontier } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({
    name: "in-euro",
    frontierCurrency: "EUR",
  });
  const orgId = organization?.id ?? "";
  await frontier.createBillingAccount({ orgId, body: { name: "Euro" } });
  await admin().delegatedCheckout({ orgId, productBody: { product: "starter" } });
  const { balance } = await frontier.getBillingBalance({ orgId });
  expect(balance).toMatchObject({ amount: 400n, currency: "EUR" });
});

describe("refuses", () => {
  it.each([
    ["no product", {}, ["productBody.product"]],
    ["fewer than no units", { product: "token", quantity: -1n }, ["productBody.quantity"]],
    ["more credits than there are", { product: "starter", quantity: 2n ** 62n }, ["productBody.quantity"]],
  ])("%s", async (_what, productBody, fields) => {
    const failure = await failureOf(admin().delegatedCheckout({ orgId: tenant.orgId, productBody }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
    expect(await balance()).toBe(0n);
  });

  it("what would make a balance that is more than can be shown", async () => {
    const ask = (quantity: bigint) =>
      admin().delegatedCheckout({ orgId: tenant.orgId, productBody: { product: "token", quantity } });
    const most = 2n ** 63n - 1n;
    await ask(2n);
    expect(await failureOf(ask(most))).toMatchObject({
      code: Code.OutOfRange,
      message: `a sum in VC would leave the range of -${most} to ${most}`,
      reason: "BALANCE_OUT_OF_RANGE",
    });
    expect(await balance()).toBe(2n);
    await ask(most - 2n);
    expect(await balance()).toBe(most);
  });

  it("a product that there is not", async () => {
    const request = { orgId: tenant.orgId, productBody: { product: "gold" } };
    expect(await failureOf(admin().delegatedCheckout(request))).toMatchObject({
      code: Code.NotFound,
      message: "product gold was not found",
      reason: "NOT_FOUND",
    });
  });

  it("a plan", async () => {
    const request = { orgId: tenant.orgId, subscriptionBody: { plan: "enterprise_yearly" } };
    expect(await failureOf(admin().delegatedCheckout(request))).toMatchObject({
      code: Code.Unimplemented,
      reason: "UNIMPLEMENTED",
    });
  });

  it("an account of another organization", async () => {
    const other = await service.tenant();
    const request = { orgId: other.orgId, billingId: tenant.billingId, productBody: { product: "token" } };
    expect(await failureOf(admin().delegatedCheckout(request))).toMatchObject({
      code: Code.NotFound,
      message: `customer not found: ${tenant.billingId}`,
    });
  });

  it("whoever is not of the platform", async () => {
    const request = { orgId: tenant.orgId, productBody: { product: "token" } };
    expect((await failureOf(admin(tenant.admin).delegatedCheckout(request))).code).toBe(
      Code.PermissionDenied,
    );
  });
});

describe.each(["invoices", "subscriptions", "checkouts"])("%s", (list) => {
  const key = list === "checkouts" ? "checkout_sessions" : list;

  it.each([
    ["of an account", () => `${tenant.orgId}/billing/${tenant.billingId}/${list}`],
    ["of an organization", () => `${tenant.orgName}/billing/${list}`],
  ])("%s: there are none", async (_of, path) => {
    const answer = await restClient(service.url, tenant.reader).get(`/v1beta1/organizations/${path()}`);
    expect(answer).toMatchObject({ status: 200, body: { [key]: [] } });
  });

  it("of an account that does not exist: NOT_FOUND", async () => {
    const path = `/v1beta1/organizations/${tenant.orgId}/billing/${uuidv7()}/${list}`;
    expect(await restClient(service.url, tenant.reader).get(path)).toMatchObject({ status: 404 });
  });
});
