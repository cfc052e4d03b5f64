import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

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
const admin = () => connectClients(service.url, service.platform).admin;
const usage = (amount: bigint) => ({ id: uuidv7(), amount });

async function stateOf(id: string): Promise<string | undefined> {
  return (await frontier().getBillingAccount({ id })).billingAccount?.state;
}

/** Disables the account that there is and creates another; answers its id. */
async function anotherAccount(name: string): Promise<string> {
  await frontier().disableBillingAccount({ orgId: tenant.orgId });
  const { billingAccount } = await frontier().createBillingAccount({ orgId: tenant.orgId, body: { name } });
  return billingAccount?.id ?? "";
}

/** How many passed, and the reasons of the others. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ passed: number; reasons: string[] }> {
  const settled = await Promise.allSettled(calls);
  const failed = settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  const failures = await Promise.all(failed.map((error) => failureOf(Promise.reject(error))));
  return { passed: settled.length - failed.length, reasons: failures.map(({ reason }) => reason).sort() };
}

describe("RegisterBillingAccount", () => {
  it("succeeds and changes nothing", async () => {
    const before = await frontier().getBillingAccount({ id: tenant.billingId });
    expect(await frontier().registerBillingAccount({ id: tenant.billingId })).toMatchObject({});
    expect(await frontier().getBillingAccount({ id: tenant.billingId })).toEqual(before);
  });

  it("wants an account that there is", async () => {
    expect((await failureOf(frontier().registerBillingAccount({ id: uuidv7() }))).code).toBe(Code.NotFound);
  });
});

describe("DisableBillingAccount", () => {
  it("refuses charges, holds and entitlements from then on, and no credits and reads", async () => {
    await service.credit(tenant, "10");
    const { orgId, billingId } = tenant;
    await frontier().disableBillingAccount({ orgId, id: billingId });
    expect(await stateOf(billingId)).toBe("disabled");
    const charge = frontier().createBillingUsage({ orgId, usages: [usage(1n)] });
    expect(await failureOf(charge)).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "CUSTOMER_DISABLED",
    });
    expect((await frontier().checkCreditEntitlement({ orgId, amount: 1n })).status).toBe(false);
    await service.credit(tenant, "5");
    expect((await frontier().getBillingBalance({ orgId })).balance?.amount).toBe(15n);
  });

  it("is the same twice, to the time of the last change", async () => {
    await frontier().disableBillingAccount({ id: tenant.billingId });
    const once = await frontier().getBillingAccount({ id: tenant.billingId });
    await frontier().disableBillingAccount({ id: tenant.billingId });
    expect(await frontier().getBillingAccount({ id: tenant.billingId })).toEqual(once);
  });

  it("over REST, by organization and id", async () => {
    const path = `/v1beta1/organizations/${tenant.orgName}/billing/${tenant.billingId}`;
    const client = restClient(service.url, tenant.writer);
    expect(await client.post(`${path}/disable`, {})).toMatchObject({ status: 200, body: {} });
    expect(await stateOf(tenant.billingId)).toBe("disabled");
    expect(await client.post(`${path}/enable`, {})).toMatchObject({ status: 200, body: {} });
    expect(await stateOf(tenant.billingId)).toBe("active");
  });
});

describe("EnableBillingAccount", () => {
  it("lets it be charged again, also if it was enabled all along", async () => {
    await service.credit(tenant, "10");
    await frontier().disableBillingAccount({ id: tenant.billingId });
    await frontier().enableBillingAccount({ id: tenant.billingId });
    await frontier().enableBillingAccount({ id: tenant.billingId });
    await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [usage(1n)] });
    expect(await stateOf(tenant.billingId)).toBe("active");
  });

  it("is refused while another one is active", async () => {
    const second = await anotherAccount("Second");
    expect(await failureOf(frontier().enableBillingAccount({ id: tenant.billingId }))).toMatchObject({
      code: Code.FailedPrecondition,
      message: expect.stringContaining("an active account already exists for the organization"),
      reason: "BILLING_ACCOUNT_ACTIVE",
      metadata: { customer: second },
    });
    await frontier().disableBillingAccount({ id: second });
    await frontier().enableBillingAccount({ id: tenant.billingId });
    expect(await stateOf(tenant.billingId)).toBe("active");
  });

  it("is refused when an active customer has taken its email", async () => {
    const email = `customer@${tenant.orgName}.example`;
    await frontier().disableBillingAccount({ id: tenant.billingId });
    const { customers } = connectClients(service.url, tenant.writer);
    await customers.createCustomer({ organization: tenant.orgId, email });
    expect(await failureOf(frontier().enableBillingAccount({ id: tenant.billingId }))).toMatchObject({
      code: Code.AlreadyExists,
      metadata: { field: "email", name: email },
    });
  });

  it("of many that are enabled at once, and one that is created, one is active", async () => {
    const { orgId } = tenant;
    const ids = [tenant.billingId, await anotherAccount("Second"), await anotherAccount("Third")];
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(ids.map((id) => frontier().disableBillingAccount({ id })));
      const { passed, reasons } = await outcomes([
        ...ids.map((id) => frontier().enableBillingAccount({ id })),
        frontier().createBillingAccount({ orgId, body: { name: `Round ${round}` } }),
      ]);
      expect({ passed, reasons }).toEqual({ passed: 1, reasons: Array(3).fill("BILLING_ACCOUNT_ACTIVE") });
      const { billingAccounts } = await frontier().listBillingAccounts({ orgId });
      const active = billingAccounts.filter(({ state }) => state === "active");
      expect(active).toHaveLength(1);
      await frontier().disableBillingAccount({ id: active[0]?.id ?? "" });
    }
  });
});

describe("DeleteBillingAccount", () => {
  const remove = (id = tenant.billingId) => frontier().deleteBillingAccount({ id });

  it("hides it from every face, keeps its history, and makes room for another", async () => {
    const { orgId, billingId } = tenant;
    await service.credit(tenant, "3");
    await frontier().createBillingUsage({ orgId, usages: [usage(3n)] });
    await remove();
    for (const read of [
      frontier().getBillingAccount({ id: billingId }),
      frontier().getBillingBalance({ orgId }),
      frontier().deleteBillingAccount({ id: billingId }),
      frontier().enableBillingAccount({ id: billingId }),
      connectClients(service.url, tenant.reader).customers.getCustomer({
        organization: orgId,
        customer: billingId,
      }),
    ]) {
      expect((await failureOf(read)).code).toBe(Code.NotFound);
    }
    expect((await frontier().listBillingAccounts({ orgId })).billingAccounts).toEqual([]);
    const [kept] = await withSql(
      service.databaseUrl,
      (sql) => sql`select count(*)::int as operations from operations
        where ${billingId} in (from_customer_id, to_customer_id)`,
    );
    expect(kept).toEqual({ operations: 2 });
    const email = `customer@${tenant.orgName}.example`;
    const { billingAccount } = await frontier().createBillingAccount({ orgId, body: { email } });
    expect(billingAccount?.state).toBe("active");
  });

  it.each([
    ["it holds something", "3", undefined, { balance: "3", held: "0" }],
    ["it owes something", "0", -5n, { balance: "-5", held: "0" }],
  ])("is refused while %s", async (_what, credits, creditMin, metadata) => {
    if (credits !== "0") await service.credit(tenant, credits);
    if (creditMin !== undefined) {
      await admin().updateBillingAccountLimits({ id: tenant.billingId, creditMin });
      await frontier().createBillingUsage({ orgId: tenant.orgId, usages: [usage(-creditMin)] });
    }
    expect(await failureOf(remove())).toMatchObject({
      code: Code.FailedPrecondition,
      reason: "BILLING_ACCOUNT_NOT_EMPTY",
      metadata: { customer: tenant.billingId, currency: "VC", ...metadata },
    });
    expect(await stateOf(tenant.billingId)).toBe("active");
  });

  it("is refused while another currency holds something, or something is set aside", async () => {
    await service.credit(tenant, "0.5", "USD");
    expect((await failureOf(remove())).metadata).toMatchObject({ currency: "USD", balance: "0.5" });

    const other = await service.tenant();
    await admin().updateBillingAccountLimits({ id: other.billingId, creditMin: -5n });
    const hold = { organization: other.orgId, customer: other.billingId, amount: "5", currency: "VC" };
    await connectClients(service.url, other.writer).ledger.createHold(hold);
    const failure = await failureOf(frontier(other.writer).deleteBillingAccount({ id: other.billingId }));
    expect(failure.metadata).toMatchObject({ balance: "0", held: "5" });
  });

  it("over REST", async () => {
    const path = `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}`;
    const client = restClient(service.url, tenant.writer);
    expect(await client.delete(path)).toMatchObject({ status: 200, body: {} });
    expect((await client.delete(path)).status).toBe(404);
  });

  it("beside a charge: either the charge is booked or the account is gone, never both", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const { orgId, billingId, writer } = await service.tenant();
      await admin().updateBillingAccountLimits({ id: billingId, creditMin: -10n });
      const charge = frontier(writer).createBillingUsage({ orgId, usages: [usage(1n)] });
      const deletion = frontier(writer).deleteBillingAccount({ id: billingId });
      const { passed, reasons } = await outcomes([charge, deletion]);
      expect(passed).toBe(1);
      expect(["BILLING_ACCOUNT_NOT_EMPTY", "CUSTOMER_DELETED", "NOT_FOUND"]).toContain(reasons[0]);
      const [row] = await withSql(
        service.databaseUrl,
        (sql) => sql`select c.deleted_at is not null as gone, coalesce(sum(a.spent), 0)::int as spent
          from customers c left join accounts a on a.org_id = c.org_id and a.customer_id = c.id
          where c.id = ${billingId} group by c.deleted_at`,
      );
      expect([
        { gone: true, spent: 0 },
        { gone: false, spent: 1 },
      ]).toContainEqual(row);
      seen.add(String(row?.["gone"]));
    }
    expect(seen.size).toBeGreaterThan(0);
  });

  it("twice at once deletes once", async () => {
    expect(await outcomes([remove(), remove()])).toEqual({ passed: 1, reasons: ["NOT_FOUND"] });
  });
});

const methods = [
  "registerBillingAccount",
  "enableBillingAccount",
  "disableBillingAccount",
  "deleteBillingAccount",
] as const;

describe.each(methods)("refusals of %s", (method) => {
  it("an id that is no UUID, and none at all", async () => {
    expect(faultyFields(await failureOf(frontier()[method]({ id: "one" })))).toEqual(["id"]);
    expect(faultyFields(await failureOf(frontier()[method]({})))).toEqual(["org_id"]);
  });

  it("an account of another organization than the one named, and a customer that is none", async () => {
    const other = await service.tenant();
    const developer = await newCustomer(service, tenant);
    for (const id of [uuidv7(), other.billingId, developer]) {
      const failure = await failureOf(frontier(service.platform)[method]({ orgId: tenant.orgId, id }));
      expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "customer", name: id } });
    }
  });

  it("readers, other organizations' callers and strangers", async () => {
    const other = await service.tenant();
    const call = (as: Tenant["reader"], names: object) => failureOf(frontier(as)[method](names));
    const { orgId, billingId: id } = tenant;
    expect((await call(tenant.reader, { id })).code).toBe(Code.PermissionDenied);
    expect((await call(other.admin, { orgId, id })).code).toBe(Code.PermissionDenied);
    expect((await call(other.admin, { id })).code).toBe(Code.NotFound);
    expect((await call({ ...tenant.writer, clientSecret: "wrong" }, { id })).code).toBe(Code.Unauthenticated);
  });
});
