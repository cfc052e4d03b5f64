import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../src/domain/amount.ts";
import type { AskedOperation, HoldOperation, TransferOperation } from "../../src/domain/asked-operation.ts";
import { defaultCounters } from "../../src/domain/content.ts";
import type { CustomerName } from "../../src/domain/customer-name.ts";
import { identityOf, newIdentity } from "../../src/domain/operation-id.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import { openDatabase } from "../../src/store/driver/database.ts";
import { Limits } from "../../src/store/terms/limits.ts";
import { operator } from "../../src/store/trail/by.ts";
import { commandOf, receiptsOf } from "../support/ledger.ts";
import { withSql } from "../support/sql.ts";

const words = { source: "", description: "", userId: "", metadata: {} };
const hourMs = 3_600_000;

/** The ledger is asked by ids alone. */
const noNames = {
  names: () => Promise.reject(new Error("no name was expected")),
  refused: () => undefined,
};

interface Owner {
  readonly orgId: string;
  readonly customerId: string;
}

/** Entries that `makeHistory` makes. */
export const historyEntries = 30;
/** Accounts that it makes. */
export const historyAccounts = 7;

/** Gives a customer a history in USD with something of every kind in it. */
export async function makeHistory(databaseUrl: string, { orgId, customerId }: Owner): Promise<void> {
  const [payee, onlooker] = [uuidv7(), uuidv7()];
  await withSql(databaseUrl, async (sql) => {
    for (const id of [payee, onlooker]) {
      const [by, target] = ["somebody", `customers/${id}`];
      await sql`insert into customers (org_id, id, created_by) values (${orgId}, ${id}, ${by})`;
      await sql`insert into acts (org_id, id, actor, method, request_id, verb, target)
        values (${orgId}, ${id}, ${by}, '', '', 'customer.create', ${target})`;
    }
  });
  const database = openDatabase(databaseUrl);
  const ledger = new Ledger(database, noNames);
  const submit = async (operation: AskedOperation) => {
    const [receipt] = receiptsOf(await ledger.submit(commandOf(orgId, operation)));
    return receipt?.recorded.id ?? "";
  };
  const transfer = (
    kind: "credit" | "charge" | "adjustment",
    amount: string,
    fields: Partial<TransferOperation<CustomerName>> = {},
  ) =>
    submit({
      type: "transfer",
      ...newIdentity(),
      ...words,
      kind,
      amount: Amount.of(amount),
      currency: "USD",
      customer: { text: customerId, as: "id" },
      isPaying: kind !== "credit",
      other: { counter: defaultCounters[kind] },
      ...fields,
    });
  const back = (amount: string) => ({ ...newIdentity(), ...words, amount: Amount.of(amount) });
  const hold = (amount: string, fields: Partial<HoldOperation<CustomerName>> = {}) =>
    submit({
      type: "hold",
      ...newIdentity(),
      ...words,
      customer: { text: customerId, as: "id" },
      amount: Amount.of(amount),
      minimumAmount: null,
      currency: "USD",
      ttlMs: hourMs,
      onExpiry: "release",
      ...fields,
    });
  const capture = (holdId: string, amount: string, how: { final?: true; overage?: "allow_debt" } = {}) =>
    submit({
      type: "capture",
      ...newIdentity(),
      holdId,
      amount: Amount.of(amount),
      final: false,
      overage: "reject",
      description: "",
      metadata: {},
      ...how,
    });

  const credit = await transfer("credit", "100", identityOf(orgId, "first"));
  const charge = await transfer("charge", "30.5", identityOf(orgId, "second"));
  await submit({ type: "refund", refundOf: charge, ...back("10") });
  await submit({ type: "refund", refundOf: charge, ...back("0.5") });
  await transfer("adjustment", "5", { isPaying: false });
  await transfer("adjustment", "2");
  await transfer("charge", "0");
  await transfer("charge", "0", { customer: { text: onlooker, as: "id" } });
  await transfer("credit", "20", { other: { counter: "gifts" } });
  await submit({
    type: "transfer",
    ...newIdentity(),
    ...words,
    kind: "transfer",
    amount: Amount.of("7"),
    currency: "USD",
    customer: { text: customerId, as: "id" },
    isPaying: true,
    other: { customer: { text: payee, as: "id" } },
  });
  await submit({ type: "reversal", reversalOf: credit, debt: "none", ...back("10") });
  const lasting = await hold("20", identityOf(orgId, "held"));
  await capture(lasting, "5");
  await submit({ type: "extend", ...newIdentity(), holdId: lasting, ttlMs: hourMs });
  await submit({ type: "release", ...newIdentity(), holdId: await hold("3") });
  await capture(await hold("4"), "6", { overage: "allow_debt" });
  await capture(await hold("4"), "1", { final: true });
  await hold("1.5", { ttlMs: 1, onExpiry: "capture" });
  const brief = await hold("1", { ttlMs: 1 });
  await withSql(
    databaseUrl,
    (sql) => sql`select pg_sleep_until(expires_at) from holds where org_id = ${orgId} and id = ${brief}`,
  );
  await transfer("credit", "3");
  await setLimit(databaseUrl, { orgId, customerId });
  await transfer("charge", "4");
  await setLimit(databaseUrl, { orgId, customerId: payee });
  await database.close();
}

/** Sets the customer's limit in USD. */
export async function setLimit(databaseUrl: string, which: Owner, minimum = -5): Promise<void> {
  const database = openDatabase(databaseUrl);
  const limit = { minimumBalance: Amount.of(`${minimum}`), endsAt: null };
  await new Limits(database).set({ ...which, currency: "USD" }, limit, {
    dryRun: false,
    by: operator("test"),
  });
  await database.close();
}
