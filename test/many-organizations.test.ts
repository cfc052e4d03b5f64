import { TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { rowsRead } from "./support/rows-read.ts";
import { connectClients, startService, type TestService } from "./support/service.ts";
import { withSql } from "./support/sql.ts";

const smallOrganizations = 6_000;
const charges = 1_000;

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** Adds copies of one of a table's rows, in which some columns are new ids. */
async function copyRow(of: { table: string; where: string; newIds: RegExp; copies: number }): Promise<void> {
  const { table, where, newIds, copies } = of;
  await withSql(service.databaseUrl, async (sql) => {
    const columns = await sql<{ name: string }[]>`select attname as name from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`;
    const values = columns.map(({ name }) => (newIds.test(name) ? "gen_random_uuid()" : `o.${name}`));
    await sql.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction.unsafe(`insert into ${table} select ${values}
        from (select * from ${table} where ${where} limit 1) o, generate_series(1, ${copies})`);
    });
    await sql.unsafe(`analyze ${table}`);
  });
}

it("looks up what an organization has by its key, where most organizations have one operation", async () => {
  const { orgId, billingId } = await service.tenant({ credits: 2 * charges });
  const { ledger } = connectClients(service.url, service.platform);
  const charge = (key: string) => ({
    organization: orgId,
    customer: billingId,
    kind: TransferKind.CHARGE,
    amount: "1",
    currency: "VC",
    key,
  });
  const where = "kind = 'credit'";
  await copyRow({ table: "operations", where, newIds: /^(org_id|id)$/, copies: smallOrganizations });
  const requests = Array.from({ length: charges }, (_, n) => charge(`first-${n}`));
  await ledger.batchCreateTransfers({ organization: orgId, requests });
  const before = await rowsRead(service.databaseUrl, "operations");
  const { receipt } = await ledger.createTransfer(charge("one more"));
  await ledger.getTransfer({ organization: orgId, transfer: receipt?.transfer?.id ?? "" });
  expect((await rowsRead(service.databaseUrl, "operations")) - before).toBeLessThan(charges / 2);
});

it("looks up accounts by whose they are, where each organization has the same currency", async () => {
  const customers = 3_000;
  const { orgId, billingId } = await service.tenant({ credits: 10 });
  const { ledger, currencies } = connectClients(service.url, service.platform);
  await currencies.createCurrency({ organization: orgId, code: "VC", virtual: true });
  const asked = { organization: orgId, customer: billingId, amount: "1", currency: "VC" };
  await ledger.createTransfer({ ...asked, kind: TransferKind.CHARGE, key: "one" });
  const { accounts } = await ledger.listAccounts({ organization: orgId });
  const revenue = accounts.find(({ counterAccount }) => counterAccount === "revenue");
  const where = `org_id = '${orgId}'`;
  await copyRow({ table: "currencies", where, newIds: /^org_id$/, copies: 2_000 });
  const ofRevenue = `${where} and counter = 'revenue'`;
  await copyRow({ table: "accounts", where: ofRevenue, newIds: /^(org_id|id)$/, copies: 2_000 });
  const ofCustomers = `${where} and customer_id is not null`;
  await copyRow({ table: "accounts", where: ofCustomers, newIds: /^(id|customer_id)$/, copies: customers });
  const before = await rowsRead(service.databaseUrl, "accounts");
  expect((await ledger.listAccounts({ organization: orgId, customer: billingId })).accounts).toHaveLength(1);
  const { transfers } = await ledger.listTransfers({ organization: orgId, account: revenue?.id ?? "" });
  expect(transfers).toHaveLength(1);
  expect((await rowsRead(service.databaseUrl, "accounts")) - before).toBeLessThan(customers / 2);
});
