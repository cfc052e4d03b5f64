import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** Far more than there are connections. */
const waitingCalls = 40;

const clientsOf = (tenant: Tenant) => connectClients(service.url, tenant.admin);
const nameOf = ({ orgId, billingId }: Tenant) => ({ organization: orgId, customer: billingId });

it.each<[string, string, (tenant: Tenant) => Promise<unknown>]>([
  [
    "accounts",
    "reads of balances as they were",
    (tenant) => {
      const at = timestampFromMs(Date.now() - 50);
      return clientsOf(tenant).ledger.getBalance({ ...nameOf(tenant), currency: "VC", at });
    },
  ],
  [
    "accounts",
    "changes of a limit",
    (tenant) =>
      clientsOf(tenant).ledger.setLimit({ ...nameOf(tenant), currency: "VC", minimumBalance: "-5" }),
  ],
  [
    "customers",
    "changes of a customer",
    (tenant) => clientsOf(tenant).customers.updateCustomer({ ...nameOf(tenant), name: "Ann" }),
  ],
])("where rows of %s stay locked, %s are told so, and nobody else waits", async (table, _, call) => {
  const [locked, neighbour] = [await service.tenant({ credits: 10 }), await service.tenant({ credits: 10 })];
  await withSql(service.databaseUrl, async (sql) => {
    await sql.begin(async (transaction) => {
      await transaction`select from ${transaction(table)} where org_id = ${locked.orgId} for update`;
      const waiting = Array.from({ length: waitingCalls }, () => failureOf(call(locked)));
      const { ledger, customers } = clientsOf(neighbour);
      const charge = { currency: "VC", kind: TransferKind.CHARGE, amount: "1" };
      for (let round = 0; round < 5; round += 1) {
        await ledger.createTransfer({ ...nameOf(neighbour), ...charge });
        await ledger.setLimit({ ...nameOf(neighbour), currency: "VC", minimumBalance: "-10" });
        await ledger.listTransfers({ organization: neighbour.orgId });
        await customers.createCustomer({ organization: neighbour.orgId });
        expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
      }
      // The neighbour is served while they wait, which they do for ten seconds.
      const reasons = (await Promise.all(waiting)).map(({ reason }) => reason);
      expect(new Set(reasons)).toEqual(new Set(["ACCOUNT_BUSY"]));
    });
  });
});
