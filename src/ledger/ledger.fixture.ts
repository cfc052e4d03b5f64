import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { commandOf, operationTo, type TestLedger } from "../../test/support/ledger.ts";
import { asReplica } from "../../test/support/replica.ts";
import { until } from "../../test/support/until.ts";
import { Amount } from "../domain/amount.ts";
import type {
  CaptureOperation,
  HoldOperation,
  RefundOperation,
  ReversalOperation,
} from "../domain/asked-operation.ts";
import type { AskedCommand } from "../domain/command.ts";
import type { CustomerName } from "../domain/customer-name.ts";
import type { Receipt } from "../domain/recorded.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Ledger } from "./ledger.ts";

export type Tenant = Awaited<ReturnType<TestLedger["tenant"]>>;

const words = { key: null, source: "", description: "", userId: "", metadata: {} };

/** A hold of 6 for a minute. */
export function holdOn(
  { orgId, customerId }: Tenant,
  fields: Partial<HoldOperation<CustomerName>> = {},
): AskedCommand & { readonly operations: readonly [HoldOperation<CustomerName>] } {
  const hold = {
    type: "hold",
    id: uuidv7(),
    customer: { text: customerId, as: "id" },
    amount: Amount.of("6"),
    minimumAmount: null,
    currency: "VC",
    ttlMs: 60_000,
    onExpiry: "release",
    ...words,
    ...fields,
  } as const;
  return { ...commandOf(orgId, hold), operations: [hold] };
}

type OnHold = Pick<AskedCommand, "orgId"> & { readonly operations: readonly [{ readonly id: string }] };

export function changeOf(
  { orgId, operations: [hold] }: OnHold,
  change: { type: "release" } | { type: "extend"; ttlMs: number },
): AskedCommand {
  return commandOf(orgId, { id: uuidv7(), key: null, holdId: hold.id, ...change });
}

export function captureOf(
  { orgId, operations: [hold] }: OnHold,
  fields: Partial<CaptureOperation> = {},
): AskedCommand {
  const how = { amount: null, final: false, overage: "reject", description: "", metadata: {} } as const;
  return commandOf(orgId, { type: "capture", id: uuidv7(), key: null, holdId: hold.id, ...how, ...fields });
}

type Asked = Pick<AskedCommand, "orgId" | "operations">;

export function refundOf({ orgId, operations: [charge] }: Asked, fields: Partial<RefundOperation> = {}) {
  return commandOf(orgId, {
    type: "refund",
    id: uuidv7(),
    refundOf: charge.id,
    amount: null,
    ...words,
    ...fields,
  });
}

export function reversalOf({ orgId, operations: [credit] }: Asked, fields: Partial<ReversalOperation> = {}) {
  const reversal = {
    type: "reversal",
    id: uuidv7(),
    reversalOf: credit.id,
    amount: null,
    debt: "none",
  } as const;
  return commandOf(orgId, { ...reversal, ...words, ...fields });
}

/** "done", or why the first of its operations that was refused was so. */
export function reasonOf(verdict: Verdict): string {
  return verdict.outcome === "done" ? "done" : verdict.refused[0].refusal.reason;
}

export async function outcomeOf(ledger: Ledger, command: AskedCommand): Promise<string> {
  return reasonOf(await ledger.submit(command));
}

/** So many customers more in the organization of a tenant. */
export async function moreCustomers(sql: Sql, { orgId }: Tenant, count: number): Promise<Tenant[]> {
  const rows = await sql<{ id: string }[]>`insert into customers (org_id, id)
    select ${orgId}, gen_random_uuid() from generate_series(1, ${count}) returning id`;
  return rows.map(({ id }) => ({ orgId, customerId: id }));
}

export async function bookedCount(sql: Sql, orgId: string): Promise<number> {
  const [row] = await sql<
    { n: number }[]
  >`select count(*)::int as n from operations where org_id = ${orgId} and to_account_id is not null`;
  return row?.n ?? 0;
}

/** Waits until the hold of a receipt has expired by the database's clock. */
export async function untilPast(sql: Sql, receipt: Receipt | undefined): Promise<void> {
  const expiresAt = receipt?.hold?.expiresAt.toISOString() ?? "";
  await until(async () => {
    const [row] = await sql`select clock_timestamp() > ${expiresAt}::timestamptz as past`;
    return row?.["past"] === true;
  });
}

/** Takes all that an organization ever booked out of the database, as one that was restored from a backup lacks it. */
export function loseBooks(sql: Sql, orgId: string): Promise<void> {
  return asReplica(sql, async (transaction) => {
    for (const table of ["operations", "holds", "changes", "accounts"])
      await transaction`delete from ${transaction(table)} where org_id = ${orgId}`;
  });
}

/** Holds the locks of all accounts of customers of one organization until told to let go. */
export async function lockAccountsOf(sql: Sql, orgId: string, customerIds: readonly string[]) {
  const connection = await sql.reserve();
  await connection`begin`;
  await connection`select from accounts where org_id = ${orgId} and customer_id = any(${[...customerIds]}) for update`;
  return {
    async letGo() {
      await connection`rollback`;
      connection.release();
    },
  };
}

/** Credits of so much to each of the tenants' customers, in one command. */
export function creditsTo(tenants: readonly Tenant[], amount: string): AskedCommand {
  const [first, ...others] = tenants.map((tenant) =>
    operationTo("credit", { ...tenant, amount: Amount.of(amount) }),
  );
  if (first === undefined) throw new Error("credits to nobody");
  return commandOf(tenants[0]?.orgId ?? "", first, ...others);
}

export const times = (count: number) => Array.from({ length: count }, (_, index) => index);
