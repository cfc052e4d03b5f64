import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../support/failure.ts";
import { untilReady } from "../support/ready.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** Of each, far more than there are connections. */
const waitingCalls = 20;

const clientsOf = (tenant: Tenant) => connectClients(service.url, tenant.admin);
const nameOf = ({ orgId, billingId }: Tenant) => ({ organization: orgId, customer: billingId });

type Waiting = (tenant: Tenant) => Promise<unknown>;
const waiting: Readonly<Record<string, Waiting>> = {
  "a balance as it was": (tenant) => {
    const readTime = timestampFromMs(Date.now() - 50);
    return clientsOf(tenant).ledger.getBalance({ ...nameOf(tenant), currency: "VC", readTime });
  },
  "a change of a limit": (tenant) =>
    clientsOf(tenant).ledger.setLimit({ ...nameOf(tenant), currency: "VC", minimumBalance: "-5" }),
  "a change of a customer": (tenant) =>
    clientsOf(tenant).customers.updateCustomer({ ...nameOf(tenant), name: "Ann" }),
};

it("tells those who wait for rows that stay locked, and lets nobody else wait", async () => {
  const [locked, neighbour] = [await service.tenant({ credits: 10 }), await service.tenant({ credits: 10 })];
  await withSql(service.databaseUrl, async (sql) => {
    await sql.begin(async (transaction) => {
      for (const table of ["accounts", "customers"])
        await transaction`select from ${transaction(table)} where org_id = ${locked.orgId} for update`;
      const failures = Object.entries(waiting).flatMap(([name, call]) =>
        Array.from({ length: waitingCalls }, async () => [name, (await failureOf(call(locked))).reason]),
      );
      const { ledger, customers } = clientsOf(neighbour);
      const charge = { currency: "VC", kind: TransferKind.CHARGE, amount: "1" };
      for (let round = 0; round < 5; round += 1) {
        await ledger.createTransfer({ ...nameOf(neighbour), ...charge });
        await ledger.setLimit({ ...nameOf(neighbour), currency: "VC", minimumBalance: "-10" });
        await ledger.listTransfers({ organization: neighbour.orgId });
        await customers.createCustomer({ organization: neighbour.orgId });
        await untilReady(service.url);
      }
      // The neighbour is served while they wait, which they do for ten seconds.
      const told = new Map(Object.keys(waiting).map((name) => [name, new Set<string>()]));
      for (const [name = "", reason = ""] of await Promise.all(failures)) told.get(name)?.add(reason);
      expect(told).toEqual(new Map(Object.keys(waiting).map((name) => [name, new Set(["ACCOUNT_BUSY"])])));
    });
  });
});
