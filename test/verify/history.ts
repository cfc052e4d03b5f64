import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

/** Gives a tenant's customer a history with something of every kind; with keys it can be given only once. */
export async function makeHistory(
  service: TestService,
  { orgId, billingId, writer }: Tenant,
  { keys }: { keys: boolean } = { keys: true },
): Promise<void> {
  const { ledger } = connectClients(service.url, writer);
  const common = { organization: orgId, customer: billingId, currency: "USD" };
  const toCustomer = uuidv7();
  await withSql(
    service.databaseUrl,
    (sql) => sql`insert into customers (org_id, id) values (${orgId}, ${toCustomer})`,
  );
  const move = async (
    kind: TransferKind,
    amount: string,
    more: { key?: string; toCustomer?: string } = {},
  ) => {
    const { receipt } = await ledger.createTransfer({ ...common, kind, amount, ...more });
    return receipt?.transfer?.id ?? "";
  };
  const hold = async (amount: string, key = "") => {
    const { receipt } = await ledger.createHold({ ...common, amount, key });
    return { organization: orgId, hold: receipt?.hold?.id ?? "" };
  };

  await move(TransferKind.CREDIT, "100", { key: keys ? "first" : "" });
  const charge = await move(TransferKind.CHARGE, "30.5", { key: keys ? "second" : "" });
  await ledger.refundTransfer({ organization: orgId, transfer: charge, amount: "10" });
  await ledger.refundTransfer({ organization: orgId, transfer: charge, amount: "0.5" });
  await move(TransferKind.ADJUSTMENT, "5");
  await move(TransferKind.ADJUSTMENT, "-2");
  await move(TransferKind.TRANSFER, "7", { toCustomer });
  const lasting = await hold("20", keys ? "held" : "");
  await ledger.captureHold({ ...lasting, amount: "5" });
  await ledger.extendHold({ ...lasting, ttl: { seconds: 3_600n } });
  await ledger.releaseHold(await hold("3"));
  await ledger.captureHold({ ...(await hold("4")), amount: "6", overage: 3 });
  await ledger.captureHold({ ...(await hold("4")), amount: "1", final: true });
}

/** Makes a hold that expires, waits until it has, and with `noted` makes a change that notes it. */
export async function letHoldExpire(
  service: TestService,
  { orgId, billingId, writer }: Tenant,
  { noted }: { noted: boolean },
): Promise<void> {
  const { ledger } = connectClients(service.url, writer);
  const common = { organization: orgId, customer: billingId, currency: "VC", amount: "1" };
  const { receipt } = await ledger.createHold({ ...common, ttl: { seconds: 1n } });
  await withSql(
    service.databaseUrl,
    (sql) => sql`select pg_sleep_until(expires_at) from holds where id = ${receipt?.hold?.id ?? ""}`,
  );
  if (noted) await ledger.createTransfer({ ...common, kind: TransferKind.CREDIT });
}

const tables = ["customers", "accounts", "transfers", "entries", "holds", "hold_events"];

/** Copies an organization with all its books to a new one, and answers its id: ids are unique within one alone. */
export function copyOrganization(databaseUrl: string, orgId: string): Promise<string> {
  const copy = uuidv7();
  return withSql(databaseUrl, async (sql) => {
    await sql`insert into organizations (id, name, display_name) values (${copy}, ${copy}, '')`;
    for (const table of tables) {
      await sql`insert into ${sql(table)}
        select (jsonb_populate_record(r, jsonb_build_object('org_id', ${copy}::uuid))).*
        from ${sql(table)} r where org_id = ${orgId}`;
    }
    return copy;
  });
}
