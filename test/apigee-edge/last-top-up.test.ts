import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { ledgerCalls } from "../native/ledger-calls.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { createCompany, createDeveloper } from "./edge-client.ts";
import { ann, annId, eachWithTenant, edge, service, tenant } from "./set-up.ts";

eachWithTenant({ withAnn: true });

const calls = () => ledgerCalls(service, tenant);
const inDollars = { customer: ann, currency: "USD" };
const topUp = async (amount: number, { owner = `/developers/${ann}`, id = "usd" } = {}) => {
  const body = { amount, supportedCurrency: { id } };
  const answer = await edge.post(`${owner}/developer-balances`, { body });
  return (answer.body as { transaction: object }).transaction;
};
const transactions = async (owner = `/developers/${ann}`) => {
  const { body } = await edge.get(`${owner}/developer-balances`);
  const { developerBalance } = body as { developerBalance: { transaction?: object }[] };
  return developerBalance.map(({ transaction }) => transaction);
};

describe("the transaction of GET developer-balances", () => {
  it("is the last top-up of each currency, as it was answered", async () => {
    await topUp(10);
    const euros = await topUp(3, { id: "eur" });
    const dollars = await topUp(20);
    await calls().charge("5", inDollars);
    expect(await transactions()).toEqual([euros, dollars]);
    expect(dollars).toMatchObject({
      ...{ rate: 20, type: "BALANCE", status: "SUCCESS" },
      developer: { id: annId, email: ann, name: "Ann Lee", isCompany: false },
    });
  });

  it("is one of any interface", async () => {
    await calls().credit("7", inDollars);
    expect(await transactions()).toMatchObject([{ rate: 7, type: "BALANCE" }]);
  });

  it("is no transfer from another, and is there behind many of those, but not behind any number", async () => {
    await topUp(20);
    await createDeveloper(service, tenant, { email: "bob@example.com" });
    await topUp(50, { owner: "/developers/bob@example.com" });
    const kind = TransferKind.TRANSFER;
    await calls().transfer({
      customer: "bob@example.com",
      toCustomer: ann,
      kind,
      amount: "1",
      currency: "USD",
    });
    expect(await transactions()).toMatchObject([{ rate: 20 }]);
    await withSql(service.databaseUrl, async (sql) => {
      // Copies of one row behind the service's back, which nothing but a listing will read.
      await sql`create temp table copies as select * from operations
        where org_id = ${tenant.orgId} and kind = 'transfer'`;
      // By `offset 0` the record of a row is made once, and not once for each column.
      await sql`insert into operations select (copy).* from (select jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
        'to_version', c.to_version + n, 'from_version', c.from_version + n,
        'to_sequence', c.to_sequence + n, 'from_sequence', c.from_sequence + n)) as copy
        from copies c, generate_series(1, 1000) n offset 0) as copied`;
    });
    expect(await transactions()).toEqual([undefined]);
  });

  it("is left out where there was none", async () => {
    await createDeveloper(service, tenant, { email: "bob@example.com", billingType: "POSTPAID" });
    await edge.post("/developers/bob@example.com/developer-credit-limit?amount=9&supportedCurrencyId=usd");
    expect(await transactions("/developers/bob@example.com")).toEqual([undefined]);
  });

  it("is a company's by its name", async () => {
    await createCompany(service, tenant, "labs");
    const made = await topUp(20, { owner: "/companies/labs" });
    expect(made).toMatchObject({ developer: { id: "labs", name: "Acme Labs", isCompany: true } });
    expect(await transactions("/companies/labs")).toEqual([made]);
    const search = async () => (await edge.post("/transaction-search", { body: {} })).body;
    expect(await search()).toMatchObject({ transaction: [made] });

    const { customers } = connectClients(service.url, tenant.admin);
    const { customers: all } = await customers.listCustomers({ organization: tenant.orgId });
    const id = all.find(({ name }) => name === "Acme Labs")?.id ?? "";
    await calls().charge("20", { customer: id, currency: "USD" });
    await customers.deleteCustomer({ organization: tenant.orgId, customer: id });
    expect(await search()).toMatchObject({
      transaction: [{ type: "PURCHASE", developer: { id: "labs", isCompany: true } }, made],
    });
  });
});

it("is answered in so many balances as fit an answer, and refused in more", async () => {
  await withSql(service.databaseUrl, async (sql) => {
    await sql`insert into currencies (org_id, code, display_name, description, is_virtual, places, status, credit_limit, minimum_top_up)
      select ${tenant.orgId}, 'A' || n, repeat('€', 255), repeat('€', 255), true, 0, 'active', 0, 0
      from generate_series(0, 999) n`;
  });
  const { ledger } = connectClients(service.url, tenant.writer);
  for (const half of [0, 500]) {
    const requests = Array.from({ length: 500 }, (_, index) => ({
      ...{ customer: ann, kind: TransferKind.CREDIT, amount: "1", currency: `A${half + index}` },
      description: "€".repeat(1_024),
    }));
    await ledger.batchCreateTransfers({ organization: tenant.orgId, requests });
  }
  const path = `/developers/${ann}/developer-balances`;
  const refused = await edge.get(`${path}?all=true`);
  expect([refused.status, refused.body]).toMatchObject([429, { code: "mint.resultTooLarge" }]);
  const { status, body } = await edge.get(`${path}?size=300`);
  expect([status, body]).toMatchObject([200, { totalRecords: 1_000 }]);
  expect((body as { developerBalance: object[] }).developerBalance).toHaveLength(300);
});
