import { getTableColumns } from "drizzle-orm";
import type { AccountOwner } from "../../domain/account.ts";
import type { Recorded, Side } from "../../domain/recorded.ts";
import { rowType } from "../driver/rows.ts";
import { operations } from "../schema.ts";

/** What differs from operation to operation: the organization and the time of the batch are the same for all. */
const { orgId, createdAt, ...columns } = getTableColumns(operations);

export const operationRow = rowType("written_operation", columns, (of: Recorded) => {
  const { from, to, hold } = of;
  return [
    of.id,
    of.key,
    of.kind,
    of.amount.toString(),
    of.currency,
    of.source,
    of.description,
    of.userId,
    JSON.stringify(of.metadata),
    of.asked && JSON.stringify(of.asked),
    of.refersTo,
    of.returned?.toString(),
    from.account.id,
    customerOf(from.account.owner),
    counterOf(from.account.owner),
    from.account.version,
    from.account.sequence,
    ownTime(from, of),
    from.account.funded.toString(),
    from.account.spent.toString(),
    ofCustomer(from, "withdrawn"),
    ofCustomer(from, "held"),
    ofCustomer(from, "minimumBalance"),
    to?.account.id,
    to && customerOf(to.account.owner),
    to && counterOf(to.account.owner),
    to?.account.version,
    to?.account.sequence,
    to && ownTime(to, of),
    to?.account.funded.toString(),
    to?.account.spent.toString(),
    to && ofCustomer(to, "withdrawn"),
    to && ofCustomer(to, "held"),
    to && ofCustomer(to, "minimumBalance"),
    hold?.holdId,
    hold?.heldChange.toString(),
    hold?.captured.toString(),
    hold?.remaining.toString(),
    hold?.state,
    hold?.expiresAt,
    of.createdBy,
  ];
});

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
