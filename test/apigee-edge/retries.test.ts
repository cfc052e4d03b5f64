import { CurrencyState } from "../../gen/tallystick/v1/currency_pb.ts";
import { ledgerCalls, transferIdOf } from "../native/ledger-calls.ts";
import { connectClients } from "../support/service.ts";
import { createCompany, createDeveloper, type EdgeAnswer, edgeClient, missing } from "./edge-client.ts";
import { ann, annId, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const keyed = (key: string) => ({ header: { "idempotency-key": key } });
const native = () => connectClients(service.url, tenant.admin);
const posted = async (customer = annId) =>
  (await native().ledger.getBalance({ organization: tenant.orgId, customer, currency: "USD" })).posted;

const topUp = (amount: number, { owner = `/developers/${ann}`, key = "top-up-1", as = edge } = {}) =>
  as.post(`${owner}/developer-balances`, {
    ...keyed(key),
    body: { amount, supportedCurrency: { id: "usd" } },
  });
const give = (amount: string, { developerId = ann, key = "credit-1" } = {}) => {
  const query = new URLSearchParams({
    ...{ billingMonth: "APRIL", billingYear: "2024", currencyId: "usd", developerId },
    ...{ transactionAmount: amount, transactionNote: "sorry" },
  });
  const path = "/monetization-packages/gold/rate-plans/plan-1/real-currency-credit-transactions";
  return edge.post(`${path}?${query}`, keyed(key));
};
const refund = (parentTxId: string, refundAmount: string) => {
  const query = new URLSearchParams({ parentTxId, refundAmount, revenueType: "GROSS", transactionNote: "x" });
  return edge.post(`/monetization-packages/gold/refund-transactions?${query}`, keyed("refund-1"));
};

/** What an answer says was booked, whoever the developer is called by now. */
function receiptOf({ body }: EdgeAnswer) {
  const { transaction = body } = body as { transaction?: unknown };
  const { developer, ...rest } = transaction as { developer: { id: string } };
  return { ...rest, developer: developer.id };
}

function expectReplay(first: EdgeAnswer, again: EdgeAnswer) {
  expect(again.status).toBe(first.status);
  expect(receiptOf(again)).toEqual(receiptOf(first));
  expect(again.header.get("idempotency-replayed")).toBe("true");
}

const appGroup = async (method: string, name: string) => {
  const path = `${service.url}/v1/organizations/${tenant.orgName}/appgroups/${name}`;
  const authorization = `Bearer ${tenant.admin.clientSecret}`;
  const response = await fetch(path, { method, headers: { authorization } });
  expect(response.status).toBe(200);
  return (await response.json()) as { appGroupId: string };
};
const companyId = async (name: string) => (await appGroup("GET", name)).appGroupId;
const removeCompany = (name: string) => appGroup("DELETE", name);

const rename = (email: string) =>
  native().customers.updateCustomer({
    organization: tenant.orgId,
    customer: annId,
    email,
  });
const putCurrency = (currency: object) =>
  native().currencies.updateCurrency({
    allowMissing: true,
    organization: tenant.orgId,
    code: "USD",
    force: true,
    ...currency,
  });

describe("the same bytes again are answered with what they did, after", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["nothing", async () => undefined],
    ["another email of the developer", () => rename("ann.lee@example.com")],
    ["the organization's first currency", () => putCurrency({ code: "EUR" })],
    ["an inactive currency", () => putCurrency({ state: CurrencyState.INACTIVE })],
    ["a minimum top-up, and fewer places", () => putCurrency({ minimumTopUp: "1000", decimalPlaces: 0 })],
    [
      "a disabled customer",
      () => native().customers.disableCustomer({ organization: tenant.orgId, customer: annId }),
    ],
    [
      "a disabled organization",
      () =>
        connectClients(service.url, service.platform).organizations.disableOrganization({
          organization: tenant.orgId,
        }),
    ],
  ])("%s", async (_what, change) => {
    const calls = ledgerCalls(service, tenant);
    const topped = await topUp(20.5);
    const chargeId = transferIdOf(await calls.charge("10", { customer: annId, currency: "USD" }));
    const given = await give("2.5");
    const refunded = await refund(chargeId, "3.5");
    expect([topped.status, given.status, refunded.status]).toEqual([200, 201, 201]);
    await change();
    expectReplay(topped, await topUp(20.5));
    expectReplay(given, await give("2.5"));
    expectReplay(refunded, await refund(chargeId, "3.5"));
    expect(await posted()).toBe("16.5");
    expect(await topUp(21)).toMatchObject({
      status: 409,
      body: { code: "mint.keyConflict", contexts: [{}, {}, { name: "differing", value: "amount" }] },
    });
  });

  it("the deletion of the developer: by email, by id, and after a restart", async () => {
    const topped = await topUp(20);
    const given = await give("-20");
    const { customers } = native();
    await customers.deleteCustomer({ organization: tenant.orgId, customer: annId });
    const another = await service.another();
    for (const as of [edge, edgeClient(another, tenant)]) {
      for (const owner of [`/developers/${ann}`, `/developers/${annId}`])
        expectReplay(topped, await topUp(20, { owner, as }));
    }
    expectReplay(given, await give("-20"));
    expectReplay(given, await give("-20", { developerId: annId }));
    expect(await topUp(20, { key: "top-up-2" })).toMatchObject({
      status: 404,
      body: missing("customer", ann),
    });
  });

  it("the end of a company", async () => {
    await createCompany(service, tenant, "labs");
    const company = { owner: "/companies/labs" };
    const topped = await topUp(20, company);
    const given = await give("-20", { developerId: "labs" });
    await removeCompany("labs");
    expectReplay(topped, await topUp(20, company));
    expectReplay(given, await give("-20", { developerId: "labs" }));
  });
});

describe("a name that somebody else has now", () => {
  const moved = (name: string) => ({
    status: 409,
    body: {
      code: "mint.nameMoved",
      message: `${name} names somebody else now than when this was done; send the id`,
      contexts: [{ name: "name", value: name }],
    },
  });

  it("is not answered with the balance of the one who had it, whose id is", async () => {
    const topped = await topUp(20.5);
    const given = await give("2.5");
    await rename("ann.lee@example.com");
    await createDeveloper(service, tenant, { email: ann });
    expect(await topUp(20.5)).toMatchObject(moved(ann));
    expect(await give("2.5")).toMatchObject(moved(ann));
    for (const name of [annId, "ann.lee@example.com"]) {
      expectReplay(topped, await topUp(20.5, { owner: `/developers/${name}` }));
      expectReplay(given, await give("2.5", { developerId: name }));
    }
    expect((await edge.get(`/developers/${ann}/developer-balances`)).body).toMatchObject({ totalRecords: 0 });
    expect(await posted()).toBe("23");
  });

  it("is of companies, too", async () => {
    await createCompany(service, tenant, "labs");
    const first = await companyId("labs");
    const topped = await topUp(20, { owner: "/companies/labs" });
    const given = await give("-20", { developerId: "labs" });
    await removeCompany("labs");
    await createCompany(service, tenant, "labs");
    expect(await topUp(20, { owner: "/companies/labs" })).toMatchObject(moved("labs"));
    expect(await give("-20", { developerId: "labs" })).toMatchObject(moved("labs"));
    expectReplay(topped, await topUp(20, { owner: `/companies/${first}` }));
    expectReplay(given, await give("-20", { developerId: first }));
    const second = `/companies/${await companyId("labs")}`;
    expect(await topUp(7, { owner: second, key: "top-up-2" })).toMatchObject({
      status: 200,
      body: { amount: 7, transaction: { developer: { id: "labs", isCompany: true } } },
    });
    for (const owner of ["/companies/labs", second])
      expect((await edge.get(`${owner}/developer-balances`)).body).toMatchObject({
        developerBalance: [{ amount: 7, transaction: { developer: { id: "labs" } } }],
      });
  });
});

it("one key is one thing, whatever it is sent for", async () => {
  await topUp(20, { key: "one" });
  expect(await give("20", { key: "one" })).toMatchObject({
    status: 409,
    body: { code: "mint.keyConflict", contexts: [{}, {}, { value: expect.stringContaining("kind") }] },
  });
  expect(await posted()).toBe("20");
});
