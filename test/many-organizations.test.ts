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

/** Gives each of many other organizations one operation. */
async function fillWithSmallOrganizations(): Promise<void> {
  await withSql(service.databaseUrl, async (sql) => {
    const columns = await sql<{ name: string }[]>`select attname as name from pg_attribute
      where attrelid = 'operations'::regclass and attnum > 0 and not attisdropped order by attnum`;
    const values = columns.map(({ name }) =>
      /^(org_id|id)$/.test(name) ? "gen_random_uuid()" : `o.${name}`,
    );
    await sql.begin(async (transaction) => {
      await transaction`set local session_replication_role = replica`;
      await transaction.unsafe(`insert into operations select ${values}
        from (select * from operations where kind = 'credit' limit 1) o, generate_series(1, ${smallOrganizations})`);
    });
    await sql`analyze`;
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
  await fillWithSmallOrganizations();
  const requests = Array.from({ length: charges }, (_, n) => charge(`first-${n}`));
  await ledger.batchCreateTransfers({ organization: orgId, requests });
  const before = await rowsRead(service.databaseUrl, "operations");
  const { receipt } = await ledger.createTransfer(charge("one more"));
  await ledger.getTransfer({ organization: orgId, transfer: receipt?.transfer?.id ?? "" });
  expect((await rowsRead(service.databaseUrl, "operations")) - before).toBeLessThan(charges / 2);
});
