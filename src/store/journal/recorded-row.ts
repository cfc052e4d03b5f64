import type { AccountAfter } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import type { Hold } from "../../domain/hold.ts";
import type { HoldAfter, Recorded, Side } from "../../domain/recorded.ts";
import { ownerOf } from "../books/account.ts";
import type { holds, operations } from "../schema.ts";

/** A row of the journal. */
export type OperationRow = typeof operations.$inferSelect;

/** The operation of a row. */
export function recordedOf(row: OperationRow): Recorded {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    amount: Amount.of(row.amount),
    currency: row.currency,
    source: row.source,
    description: row.description,
    userId: row.userId,
    metadata: row.metadata,
    asked: row.asked,
    refersTo: row.refersTo,
    returned: row.returned === null ? null : Amount.of(row.returned),
    from: payerOf(row),
    to: payeeOf(row),
    hold: holdAfter(row),
    createdBy: row.createdBy,
    createdAt: row.createdAt,
  };
}

function payerOf(row: OperationRow): Side {
  const owner = ownerOf({ customerId: row.fromCustomerId, counter: row.fromCounter });
  return {
    at: row.fromAt,
    account: accountAfter({
      id: row.fromAccountId,
      owner,
      currency: row.currency,
      version: row.fromVersion,
      sequence: row.fromSequence,
      funded: row.fromFunded,
      spent: row.fromSpent,
      withdrawn: row.fromWithdrawn,
      held: row.fromHeld,
      minimum: row.fromMinimum,
    }),
  };
}

function payeeOf(row: OperationRow): Side | null {
  if (row.toAccountId === null) return null;
  const owner = ownerOf({ customerId: row.toCustomerId, counter: row.toCounter });
  return {
    at: present(row.toAt),
    account: accountAfter({
      id: row.toAccountId,
      owner,
      currency: row.currency,
      version: present(row.toVersion),
      sequence: present(row.toSequence),
      funded: present(row.toFunded),
      spent: present(row.toSpent),
      withdrawn: row.toWithdrawn,
      held: row.toHeld,
      minimum: row.toMinimum,
    }),
  };
}

type Texts<K extends string> = { readonly [k in K]: string };
type AccountTexts = Pick<AccountAfter, "id" | "owner" | "currency" | "version" | "sequence"> &
  Texts<"funded" | "spent"> & {
    readonly withdrawn: string | null;
    readonly held: string | null;
    readonly minimum: string | null;
  };

function accountAfter(of: AccountTexts): AccountAfter {
  return {
    id: of.id,
    owner: of.owner,
    currency: of.currency,
    version: of.version,
    sequence: of.sequence,
    funded: Amount.of(of.funded),
    spent: Amount.of(of.spent),
    withdrawn: of.withdrawn === null ? Amount.zero : Amount.of(of.withdrawn),
    held: of.held === null ? Amount.zero : Amount.of(of.held),
    minimumBalance: of.minimum === null ? null : Amount.of(of.minimum),
  };
}

function holdAfter(row: OperationRow): HoldAfter | null {
  if (row.holdId === null) return null;
  return {
    holdId: row.holdId,
    heldChange: Amount.of(present(row.heldChange)),
    captured: Amount.of(present(row.holdCaptured)),
    remaining: Amount.of(present(row.holdRemaining)),
    state: present(row.holdState),
    expiresAt: present(row.holdExpiresAt),
  };
}

/** A hold as one of its operations left it; its words are in its first one. */
export function holdAt(after: HoldAfter, first: Recorded): Hold {
  const { owner } = first.from.account;
  if (!("customerId" in owner)) throw new Error(`hold ${after.holdId} is of no customer`);
  return {
    id: after.holdId,
    key: first.key,
    customerId: owner.customerId,
    accountId: first.from.account.id,
    currency: first.currency,
    amount: first.amount,
    captured: after.captured,
    remaining: after.remaining,
    state: after.state,
    expiresAt: after.expiresAt,
    onExpiry: first.asked?.["on_expiry"] === "capture" ? "capture" : "release",
    source: first.source,
    description: first.description,
    userId: first.userId,
    metadata: first.metadata,
    createdAt: first.createdAt,
  };
}

/** A hold as it stands: its row, and its first operation with its words. */
export function holdOf(
  row: typeof holds.$inferSelect,
  first: Pick<OperationRow, "key" | "source" | "description" | "userId" | "metadata">,
): Hold {
  return {
    id: row.id,
    key: first.key,
    customerId: row.customerId,
    accountId: row.accountId,
    currency: row.currency,
    amount: Amount.of(row.amount),
    captured: Amount.of(row.captured),
    remaining: Amount.of(row.remaining),
    state: row.state,
    expiresAt: row.expiresAt,
    onExpiry: row.onExpiry,
    source: first.source,
    description: first.description,
    userId: first.userId,
    metadata: first.metadata,
    createdAt: row.createdAt,
  };
}

/** What the checks of the table say is there. */
function present<T>(value: T | null): T {
  if (value === null) throw new Error("a row of the journal lacks what its kind has");
  return value;
}
