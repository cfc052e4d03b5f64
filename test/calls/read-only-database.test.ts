import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
  // As after a failover to a standby.
  await withSql(service.databaseUrl, async (sql) => {
    const database = new URL(service.databaseUrl).pathname.slice(1);
    await sql.unsafe(`alter database ${database} set default_transaction_read_only = on`);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
  });
});
afterAll(() => service.stop());

type Clients = ReturnType<typeof connectClients>;
const changes: readonly [string, (clients: Clients, organization: string) => Promise<unknown>][] = [
  ["CreateCustomer", ({ customers }, organization) => customers.createCustomer({ organization })],
  [
    "UpdateCurrency",
    ({ currencies }, organization) =>
      currencies.updateCurrency({ allowMissing: true, organization, code: "USD" }),
  ],
  [
    "CreateTransfer",
    ({ ledger }, organization) =>
      ledger.createTransfer({
        ...{
          organization,
          customer: tenant.billingId,
          kind: TransferKind.CHARGE,
          amount: "1",
          currency: "VC",
        },
      }),
  ],
  ["DisableBillingAccount", ({ frontier }, orgId) => frontier.disableBillingAccount({ orgId })],
];

it.each(changes)(
  "%s is UNAVAILABLE, with a time to try again, while the database takes no writes",
  async (_, change) => {
    const error = await change(connectClients(service.url, tenant.admin), tenant.orgId).then(
      () => undefined,
      (error: unknown) => ConnectError.from(error),
    );
    expect(error?.code).toBe(Code.Unavailable);
    expect(error?.findDetails(RetryInfoSchema)).toHaveLength(1);
  },
);

it("reads are answered all the same", async () => {
  const { frontier } = connectClients(service.url, tenant.reader);
  expect((await frontier.getBillingBalance({ orgId: tenant.orgId })).balance?.amount).toBe(100n);
});
