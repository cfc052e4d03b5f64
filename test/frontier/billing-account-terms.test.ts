import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { BillingType } from "../../gen/tallystick/v1/customer_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const frontier = (as = tenant.writer) => connectClients(service.url, as).frontier;
const admin = (as = service.platform) => connectClients(service.url, as).admin;
const usage = (amount: bigint) => ({ id: uuidv7(), amount });
const charge = (amount: bigint) =>
  frontier().createBillingUsage({ orgId: tenant.orgId, usages: [usage(amount)] });

describe("UpdateBillingAccountLimits", () => {
  it("lets the account owe as much, and no more", async () => {
    await admin().updateBillingAccountLimits({ id: tenant.billingId, creditMin: -100n });
    await charge(100n);
    expect((await failureOf(charge(1n))).metadata).toMatchObject({ minimum_balance: "-100", available: "0" });
  });

  it("makes the account keep as much", async () => {
    await service.credit(tenant, "60");
    await admin().updateBillingAccountLimits({ orgId: tenant.orgName, creditMin: 50n });
    await charge(10n);
    expect((await failureOf(charge(1n))).metadata).toMatchObject({ minimum_balance: "50", available: "0" });
  });

  it("holds for the very next charge, and never for one before it", async () => {
    for (let round = 0; round < 3; round += 1) {
      const creditMin = BigInt(-round - 1);
      await admin().updateBillingAccountLimits({ id: tenant.billingId, creditMin });
      await charge(1n);
      expect((await failureOf(charge(1n))).reason).toBe("INSUFFICIENT_FUNDS");
    }
  });

  it("leaves the days to pay as they are", async () => {
    const { billingId: id } = tenant;
    await admin().updateBillingAccountDetails({ id, creditMin: 0n, dueInDays: 14n });
    await admin().updateBillingAccountLimits({ id, creditMin: -7n });
    const details = await admin().getBillingAccountDetails({ id });
    expect(details).toMatchObject({ creditMin: -7n, dueInDays: 14n });
  });

  it("over REST", async () => {
    const path = `/v1beta1/admin/organizations/${tenant.orgId}/billing/${tenant.billingId}`;
    const client = restClient(service.url, service.platform);
    expect(await client.put(`${path}/limits`, { credit_min: "-5" })).toMatchObject({ status: 200, body: {} });
    expect((await client.get(`${path}/details`)).body).toEqual({ credit_min: "-5", due_in_days: "0" });
  });
});

describe("UpdateBillingAccountDetails and GetBillingAccountDetails", () => {
  it("set and read the limit and the days to pay", async () => {
    const { billingId: id } = tenant;
    expect(await admin().getBillingAccountDetails({ id })).toMatchObject({ creditMin: 0n, dueInDays: 0n });
    await admin().updateBillingAccountDetails({ id, creditMin: -250n, dueInDays: 30n });
    const { creditMin, dueInDays } = await admin().getBillingAccountDetails({ id });
    expect([creditMin, dueInDays]).toEqual([-250n, 30n]);
    const { billingDetails } = await frontier().getBillingAccount({ id, withBillingDetails: true });
    expect(billingDetails).toMatchObject({ creditMin, dueInDays });
    await charge(250n);
    expect((await failureOf(charge(1n))).reason).toBe("INSUFFICIENT_FUNDS");
  });

  it("over REST", async () => {
    const path = `/v1beta1/admin/organizations/${tenant.orgName}/billing/${tenant.billingId}/details`;
    const client = restClient(service.url, service.platform);
    const details = { credit_min: "-9", due_in_days: "7" };
    expect(await client.put(path, details)).toMatchObject({ status: 200, body: {} });
    expect(await client.get(path)).toMatchObject({ status: 200, body: details });
  });

  it("of two that come at once the last wins, whole", async () => {
    const { billingId: id } = tenant;
    for (let round = 0; round < 3; round += 1) {
      const terms = Array.from({ length: 8 }, (_, index) => BigInt(round * 8 + index));
      await Promise.all(
        terms.map((n) => admin().updateBillingAccountDetails({ id, creditMin: -n, dueInDays: n })),
      );
      const { creditMin, dueInDays } = await admin().getBillingAccountDetails({ id });
      expect(creditMin).toBe(-dueInDays);
      expect(terms).toContain(dueInDays);
    }
  });

  it("say what a postpaid customer may owe by its currency, before it has an account", async () => {
    const { currencies, customers } = connectClients(service.url, tenant.admin);
    const organization = tenant.orgId;
    await currencies.updateCurrency({ allowMissing: true, organization, code: "VC", creditLimit: "40" });
    const billingType = BillingType.POSTPAID;
    await customers.updateCustomer({ organization, customer: tenant.billingId, billingType });
    expect(await admin().getBillingAccountDetails({ id: tenant.billingId })).toMatchObject({
      creditMin: -40n,
    });
    const entitled = async (amount: bigint) =>
      (await frontier().checkCreditEntitlement({ orgId: organization, amount })).status;
    expect([await entitled(40n), await entitled(41n)]).toEqual([true, false]);
    await charge(40n);
    expect((await failureOf(charge(1n))).reason).toBe("INSUFFICIENT_FUNDS");
  });

  const written = ["limits", "details"] as const;
  const writeBack = async (what: (typeof written)[number]) => {
    const { billingId: id } = tenant;
    const { creditMin, dueInDays } = await admin().getBillingAccountDetails({ id });
    await (what === "limits"
      ? admin().updateBillingAccountLimits({ id, creditMin })
      : admin().updateBillingAccountDetails({ id, creditMin, dueInDays: dueInDays + 1n }));
    return creditMin;
  };

  it.each(written)("leave a limit as it is where the %s that were read are written back", async (what) => {
    const { organizations } = connectClients(service.url, service.platform);
    await organizations.updateOrganization({ organization: tenant.orgId, frontierCurrency: "USD" });
    const { ledger } = connectClients(service.url, tenant.admin);
    const account = { organization: tenant.orgId, customer: tenant.billingId, currency: "USD" };
    const limits = async () => (await ledger.listAccounts(account)).accounts[0]?.limits ?? [];
    const limit = async () => (await limits())[0]?.minimumBalance;
    await ledger.setLimit({ ...account, minimumBalance: "-0.005" });
    expect(await writeBack(what)).toBe(-1n);
    expect(await limit()).toBe("-0.005");
    const expireTime = timestampFromMs(Date.now() + 3_600_000);
    await ledger.setLimit({ ...account, minimumBalance: "-7", expireTime });
    expect(await writeBack(what)).toBe(-700n);
    expect(await limits()).toMatchObject([
      { minimumBalance: "-7", expireTime },
      { minimumBalance: "-0.005" },
    ]);
    await admin().updateBillingAccountLimits({ id: tenant.billingId, creditMin: -701n });
    expect(await limit()).toBe("-7.01");
  });

  it.each([
    ["days below zero", { dueInDays: -1n }, ["dueInDays"]],
    ["more than a century", { dueInDays: 36_501n }, ["dueInDays"]],
    ["the one limit that has no opposite", { creditMin: -(2n ** 63n) }, ["creditMin"]],
    ["both", { creditMin: -(2n ** 63n), dueInDays: 2n ** 62n }, ["creditMin", "dueInDays"]],
  ])("refuse %s, and change nothing", async (_what, terms, fields) => {
    const { billingId: id } = tenant;
    await admin().updateBillingAccountDetails({ id, creditMin: -1n, dueInDays: 1n });
    const failure = await failureOf(admin().updateBillingAccountDetails({ id, ...terms }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
    const details = await admin().getBillingAccountDetails({ id });
    expect(details).toMatchObject({ creditMin: -1n, dueInDays: 1n });
  });

  it("take the widest limits", async () => {
    for (const creditMin of [2n ** 63n - 1n, -(2n ** 63n) + 1n]) {
      await admin().updateBillingAccountDetails({ id: tenant.billingId, creditMin });
      const details = await admin().getBillingAccountDetails({ id: tenant.billingId });
      expect(details).toMatchObject({ creditMin });
    }
  });
});

const methods = [
  "updateBillingAccountLimits",
  "updateBillingAccountDetails",
  "getBillingAccountDetails",
] as const;

describe.each(methods)("refusals of %s", (method) => {
  it("accounts that there are not, and ids that are none", async () => {
    const other = await service.tenant();
    const call = (names: object) => failureOf(admin()[method](names));
    expect((await call({ id: uuidv7() })).code).toBe(Code.NotFound);
    expect((await call({ orgId: other.orgId, id: tenant.billingId })).code).toBe(Code.NotFound);
    expect(faultyFields(await call({ id: "one" }))).toEqual(["id"]);
    expect(faultyFields(await call({}))).toEqual(["org_id"]);
  });

  it("whoever is not of the platform, and strangers", async () => {
    const { billingId: id } = tenant;
    for (const credential of [tenant.reader, tenant.writer, tenant.admin]) {
      expect((await failureOf(admin(credential)[method]({ id }))).code).toBe(Code.PermissionDenied);
    }
    const stranger = { ...service.platform, clientSecret: "wrong" };
    expect((await failureOf(admin(stranger)[method]({ id }))).code).toBe(Code.Unauthenticated);
  });
});

describe("ListAllBillingAccounts", () => {
  it("lists those of every organization, or of one, by id or name", async () => {
    const other = await service.tenant();
    const { billingAccounts } = await admin().listAllBillingAccounts({});
    const ids = billingAccounts.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([tenant.billingId, other.billingId]));
    for (const orgId of [tenant.orgId, tenant.orgName]) {
      const { billingAccounts: theirs } = await admin().listAllBillingAccounts({ orgId });
      expect(theirs.map(({ id, orgId: of }) => [id, of])).toEqual([[tenant.billingId, tenant.orgId]]);
    }
  });

  it("leaves out customers that are none, and what was deleted", async () => {
    const other = await service.tenant();
    const developer = await newCustomer(service, tenant);
    await frontier(other.writer).deleteBillingAccount({ id: other.billingId });
    const { billingAccounts } = await admin().listAllBillingAccounts({});
    const ids = billingAccounts.map(({ id }) => id);
    expect(ids).not.toContain(developer);
    expect(ids).not.toContain(other.billingId);
  });

  it("leads through all of them in pages, each once", async () => {
    const all = (await admin().listAllBillingAccounts({})).billingAccounts.map(({ id }) => id);
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await admin().listAllBillingAccounts({ pageSize: 3, pageToken });
      expect(page.billingAccounts.length).toBeLessThanOrEqual(3);
      seen.push(...page.billingAccounts.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toEqual(all);
  });

  it("over REST", async () => {
    const client = restClient(service.url, service.platform);
    const { status, body } = await client.get(`/v1beta1/admin/billing/accounts?org_id=${tenant.orgName}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      billing_accounts: [expect.objectContaining({ id: tenant.billingId, org_id: tenant.orgId })],
      next_page_token: "",
    });
  });

  it("refuses what does not fit, and whoever is not of the platform", async () => {
    const list = (request: object, as = service.platform) =>
      failureOf(admin(as).listAllBillingAccounts(request));
    expect(faultyFields(await list({ pageSize: -1, pageToken: "x" }))).toEqual(["pageSize", "pageToken"]);
    expect((await list({ orgId: uuidv7() })).code).toBe(Code.NotFound);
    expect((await list({ orgId: tenant.orgId }, tenant.admin)).code).toBe(Code.PermissionDenied);
    expect((await list({}, { ...service.platform, clientSecret: "wrong" })).code).toBe(Code.Unauthenticated);
  });
});
