import { getTableColumns } from "drizzle-orm";
import type { AccountOwner } from "../../domain/account.ts";
import type { Metadata } from "../../domain/operation.ts";
import type { Recorded, Side } from "../../domain/recorded.ts";
import { rowType } from "../driver/rows.ts";
import { operations } from "../schema.ts";

/** What differs from operation to operation: the organization and the time of the batch are the same for all. */
const { orgId, createdAt, ...columns } = getTableColumns(operations);

export const operationRow = rowType("written_operation", columns, (of: Recorded, cells) => {
  const { from, to, hold } = of;
  cells.add(of.id);
  cells.add(of.key);
  cells.add(of.kind);
  cells.add(of.amount.toString());
  cells.add(of.currency);
  cells.add(of.source);
  cells.add(of.description);
  cells.add(of.userId);
  cells.add(jsonText(of.metadata));
  cells.add(of.asked && JSON.stringify(of.asked));
  cells.add(of.refersTo);
  cells.add(of.returned?.toString());
  cells.add(from.account.id);
  cells.add(customerOf(from.account.owner));
  cells.add(counterOf(from.account.owner));
  cells.add(from.account.version);
  cells.add(from.account.sequence);
  cells.add(ownTime(from, of));
  cells.add(from.account.funded.toString());
  cells.add(from.account.spent.toString());
  cells.add(ofCustomer(from, "withdrawn"));
  cells.add(ofCustomer(from, "held"));
  cells.add(ofCustomer(from, "minimumBalance"));
  cells.add(to?.account.id);
  cells.add(to && customerOf(to.account.owner));
  cells.add(to && counterOf(to.account.owner));
  cells.add(to?.account.version);
  cells.add(to?.account.sequence);
  cells.add(to && ownTime(to, of));
  cells.add(to?.account.funded.toString());
  cells.add(to?.account.spent.toString());
  cells.add(to && ofCustomer(to, "withdrawn"));
  cells.add(to && ofCustomer(to, "held"));
  cells.add(to && ofCustomer(to, "minimumBalance"));
  cells.add(hold?.holdId);
  cells.add(hold?.heldChange.toString());
  cells.add(hold?.captured.toString());
  cells.add(hold?.remaining.toString());
  cells.add(hold?.state);
  cells.add(hold?.expiresAt);
  cells.add(of.createdBy);
});

/** Mostly there is none, which takes no time. */
function jsonText(metadata: Metadata): string {
  for (const _ in metadata) return JSON.stringify(metadata);
  return "{}";
}

function customerOf(owner: AccountOwner): string | null {
  return "customerId" in owner ? owner.customerId : null;
}

function counterOf(owner: AccountOwner): string | null {
  return "counter" in owner ? owner.counter : null;
}

/** The time of a side; null where it is the batch's, as nearly always: PostgreSQL takes long to read a time. */
function ownTime({ at }: Side, { createdAt }: Recorded): Date | null {
  return at.getTime() === createdAt.getTime() ? null : at;
}

/** What only a customer's side has. */
function ofCustomer({ account }: Side, figure: "withdrawn" | "held" | "minimumBalance"): string | null {
  return "customerId" in account.owner ? (account[figure]?.toString() ?? null) : null;
}
