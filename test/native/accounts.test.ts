import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { type Account, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { allPages, ledgerCalls } from "./ledger-calls.ts";

let service: TestService;
let tenant: Tenant;
let calls: ReturnType<typeof ledgerCalls>;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant({ credits: 100 });
  calls = ledgerCalls(service, tenant);
});
afterAll(() => service.stop());

async function listAccounts(asked: { customer?: string; pageSize?: number } = {}): Promise<Account[]> {
  return allPages(async (pageToken) => {
    const page = await calls.ledger.listAccounts({ organization: tenant.orgId, ...asked, pageToken });
    return { rows: page.accounts, nextPageToken: page.nextPageToken };
  });
}

async function getAccount(account: string): Promise<Account | undefined> {
  return (await calls.ledger.getAccount({ organization: tenant.orgId, account })).account;
}

/** Gives the revenue account stripes, as batches under way side by side would. */
async function addStripes(): Promise<string[]> {
  const ids = [uuidv7(), uuidv7()];
  await withSql(
    service.databaseUrl,
    (sql) => sql`
      insert into accounts (org_id, id, counter, stripe, currency, version, sequence, funded, spent)
      select ${tenant.orgId}, id, 'revenue', stripe, 'VC', 2, 2, 10, 3 from unnest(${ids}::uuid[]) with ordinality as s (id, stripe)`,
  );
  return ids;
}

describe("GetAccount", () => {
  it("answers a customer's with all that is known", async () => {
    await calls.charge("30");
    const { accountId } = await calls.hold("20");
    expect(await getAccount(accountId)).toMatchObject({
      id: accountId,
      customerId: tenant.billingId,
      counterAccount: "",
      currency: "VC",
      posted: "70",
      held: "20",
      available: "50",
      minimumBalance: "0",
      funded: "100",
      spent: "30",
      version: 2n,
    });
  });

  it("answers a counter-account over REST, without what limits customers", async () => {
    const [funding] = (await listAccounts()).filter(({ counterAccount }) => counterAccount === "funding");
    const path = `/tallystick/v1/organizations/${tenant.orgName}/accounts/${funding?.id}`;
    const { body } = await restClient(service.url, tenant.reader).get(path);
    const time = expect.stringMatching(/Z$/);
    expect(body).toEqual({
      account: {
        ...{ id: funding?.id, counterAccount: "funding", currency: "VC" },
        ...{
          posted: "-100",
          held: "0",
          funded: "0",
          spent: "100",
          version: "1",
          withdrawn: "0",
          sequence: "1",
        },
        ...{ createTime: time, updateTime: time },
      },
    });
  });

  it("answers a counter-account as one, by the id of any of its stripes", async () => {
    await calls.charge("30");
    const [revenue] = (await listAccounts()).filter(({ counterAccount }) => counterAccount === "revenue");
    const stripes = await addStripes();
    for (const id of [revenue?.id ?? "", ...stripes]) {
      expect(await getAccount(id)).toMatchObject({
        id: revenue?.id,
        posted: "44",
        funded: "50",
        spent: "6",
        version: 5n,
      });
    }
  });

  it("finds nothing of another organization, and nothing that is no UUID", async () => {
    const { accountId } = await calls.charge("1");
    const other = ledgerCalls(service, await service.tenant());
    const elsewhere = other.ledger.getAccount({ organization: tenant.orgId, account: accountId });
    expect((await failureOf(elsewhere)).code).toBe(Code.PermissionDenied);
    expect(await failureOf(getAccount(uuidv7()))).toMatchObject({
      code: Code.NotFound,
      metadata: { resource: "account" },
    });
    expect(faultyFields(await failureOf(getAccount("x")))).toEqual(["account"]);
  });
});

describe("GetTotals", () => {
  const totals = async () => (await calls.ledger.getTotals({ organization: tenant.orgId })).totals;

  it("has every customer on one side and every counter-account on the other, and comes to zero", async () => {
    await calls.charge("30");
    await calls.hold("20");
    const other = await newCustomer(service, tenant);
    await calls.transfer({
      ...{ customer: other, kind: TransferKind.CREDIT, amount: "7.25", currency: "USD" },
    });
    const admin = ledgerCalls(service, tenant, tenant.admin);
    const limit = { organization: tenant.orgId, customer: other, currency: "VC", minimumBalance: "-50" };
    await admin.ledger.setLimit(limit);
    await calls.charge("12", { customer: other, counterAccount: "tax" });
    const [usd, vc] = await totals();
    expect(usd).toMatchObject({
      currency: "USD",
      customers: { accounts: 1n, posted: "7.25", credit: "7.25", debt: "0", held: "0" },
      counterAccounts: [{ counterAccount: "funding", posted: "-7.25" }],
      otherCounterAccounts: "0",
    });
    expect(vc).toMatchObject({
      currency: "VC",
      customers: { accounts: 2n, posted: "58", credit: "70", debt: "12", held: "20" },
      counterAccounts: [
        { counterAccount: "funding", posted: "-100" },
        { counterAccount: "revenue", posted: "30" },
        { counterAccount: "tax", posted: "12" },
      ],
      otherCounterAccounts: "0",
    });
    expect(await totals()).toHaveLength(2);
  });

  it("names the hundred largest counter-accounts of a currency, and sums up the others", async () => {
    await withSql(
      service.databaseUrl,
      (sql) => sql`
        insert into accounts (org_id, id, counter, stripe, currency, version, sequence, funded, spent)
        select ${tenant.orgId}, gen_random_uuid(), 'name-' || lpad(n::text, 3, '0'), stripe, 'VC', 2, 2, n, 0
        from generate_series(1, 101) as n, generate_series(1, 2) as stripe`,
    );
    const [vc] = await totals();
    const names = vc?.counterAccounts.map(({ counterAccount }) => counterAccount);
    expect(names).toHaveLength(100);
    // Of two stripes each, which come to 2 and 4: the least of those that there are.
    expect(names?.slice(0, 2)).toEqual(["funding", "name-003"]);
    expect(vc?.counterAccounts.at(-1)).toMatchObject({ counterAccount: "name-101", posted: "202" });
    expect(vc?.otherCounterAccounts).toBe("6");
  });

  it("is answered over REST, and has nothing of an organization without accounts", async () => {
    const { body } = await restClient(service.url, tenant.reader).get(
      `/tallystick/v1/organizations/${tenant.orgName}/totals`,
    );
    expect(body).toEqual({
      totals: [
        {
          currency: "VC",
          customers: { accounts: "1", posted: "100", credit: "100", debt: "0", held: "0" },
          counterAccounts: [{ counterAccount: "funding", posted: "-100" }],
          otherCounterAccounts: "0",
        },
      ],
    });
    const empty = ledgerCalls(service, await service.tenant());
    tenant = await service.tenant();
    calls = ledgerCalls(service, tenant);
    expect(await totals()).toEqual([]);
    expect((await failureOf(empty.ledger.getTotals({ organization: tenant.orgId }))).code).toBe(
      Code.PermissionDenied,
    );
  });
});

describe("ListAccounts", () => {
  it("pages through all in the order of their ids, a counter-account once", async () => {
    await calls.credit("1", { currency: "USD" });
    await calls.charge("1");
    await addStripes();
    const listed = await listAccounts({ pageSize: 2 });
    const ids = listed.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    const names = listed.map(({ customerId, counterAccount, currency, posted }) =>
      [customerId && "customer", counterAccount, currency, posted].join(" ").trim(),
    );
    expect(names.sort()).toEqual([
      "customer  USD 1",
      "customer  VC 99",
      "funding USD -1",
      "funding VC -100",
      "revenue VC 15",
    ]);
  });

  it("answers a customer's alone, by id or email", async () => {
    await calls.credit("1", { currency: "USD" });
    for (const customer of [tenant.billingId, `customer@${tenant.orgName}.example`]) {
      const listed = await listAccounts({ customer, pageSize: 1 });
      expect(listed.map(({ currency }) => currency).sort()).toEqual(["USD", "VC"]);
    }
    expect(await listAccounts({ customer: await newCustomer(service, tenant) })).toEqual([]);
    expect((await failureOf(listAccounts({ customer: uuidv7() }))).code).toBe(Code.NotFound);
  });

  it("refuses what is no page", async () => {
    const wrong = calls.ledger.listAccounts({ organization: tenant.orgId, pageSize: -1, pageToken: "?" });
    expect(faultyFields(await failureOf(wrong))).toEqual(["pageSize", "pageToken"]);
  });
});
