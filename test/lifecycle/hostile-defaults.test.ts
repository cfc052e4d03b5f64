import { Code } from "@connectrpc/connect";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";

let service: TestService;
let tenant: Tenant;
beforeEach(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
});
afterEach(() => service.stop());

/** Gives the database other defaults, and ends the connections that do not have them yet. */
async function setDefaults(defaults: Readonly<Record<string, string>>): Promise<void> {
  const name = new URL(service.databaseUrl).pathname.slice(1);
  await withSql(service.databaseUrl, async (sql) => {
    await sql`set default_transaction_read_only = off`;
    for (const [setting, value] of Object.entries(defaults))
      await sql.unsafe(`alter database ${name} set ${setting} = ${value}`);
    await sql`select pg_terminate_backend(pid, 10000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
  });
}

async function charge(key: string) {
  const { ledger } = connectClients(service.url, tenant.writer);
  const which = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC" };
  const { receipt } = await ledger.createTransfer({
    ...which,
    kind: TransferKind.CHARGE,
    amount: "2",
    key,
  });
  return receipt;
}

const isReady = async () => (await fetch(`${service.url}/readyz`)).status === 200;

it("charges on a database with other forms of dates, numbers and bytes, and another path and isolation", async () => {
  const before = await charge("first");
  await setDefaults({
    datestyle: "'German, DMY'",
    intervalstyle: "sql_standard",
    timezone: "'America/St_Johns'",
    bytea_output: "escape",
    extra_float_digits: "-15",
    array_nulls: "off",
    search_path: "nowhere",
    default_transaction_isolation: "serializable",
  });
  const after = await charge("second");
  expect([before?.after?.posted, after?.after?.posted]).toEqual(["98", "96"]);
  const { transfer, replay } = { ...(await charge("first")) };
  expect([transfer?.createTime, replay]).toEqual([before?.transfer?.createTime, true]);
  await until(isReady);
});

it("is not ready while the database takes no changes, and says that it is unavailable; then goes on by itself", async () => {
  await setDefaults({ default_transaction_read_only: "on" });
  await until(async () => !(await isReady()));
  await expect(charge("third")).rejects.toMatchObject({ code: Code.Unavailable });
  await setDefaults({ default_transaction_read_only: "off" });
  await until(isReady);
  expect((await charge("third"))?.after?.posted).toBe("98");
});
