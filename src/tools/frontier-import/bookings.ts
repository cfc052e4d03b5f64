import { Amount } from "../../domain/amount.ts";
import type { Content } from "../../domain/command.ts";
import { contentOf } from "../../domain/content.ts";
import { virtualCurrency } from "../../domain/currency.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { FrontierTransaction } from "./reading/rows.ts";
import type { Remark } from "./report.ts";
import type { Booking } from "./writing/bookings.ts";
import type { BookableRow, BookingFacts, GivenCharge } from "./writing/facts.ts";
import type { CounterRole } from "./writing/stripes.ts";

/** A customer's transaction, read as what the ledger can hold. */
export interface ImportedTransaction extends BookableRow {
  readonly direction: "credit" | "debit";
  /** Above zero. */
  readonly amount: Amount;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: string;
}

/** What becomes of transactions. */
export interface BookingsPlan {
  readonly bookings: readonly Booking[];
  /** Booked before. */
  readonly present: number;
  /** Of the bookings those that are booked under another time than their own. */
  readonly redated: number;
  readonly refused: readonly Remark[];
}

/** A transaction that can be booked, or why it cannot. One of amount 0 moves nothing, and is no loss. */
export function importedTransaction(
  row: FrontierTransaction,
): { transaction: ImportedTransaction } | { empty: Remark } | { refused: Remark } {
  const { id, accountId, type, metadata, createdAt, revertOf, source, description, userId } = row;
  const remark = (says: string): Remark => ({ about: "transaction", id, says });
  const amount = Amount.of(row.amount);
  if (type !== "credit" && type !== "debit")
    return { refused: remark(`has the type ${JSON.stringify(type)}, and not credit or debit`) };
  if (amount.equals(Amount.zero)) return { empty: remark("is of amount 0, which moves nothing") };
  if (amount.isNegative()) return { refused: remark(`has the amount ${amount}, which is below 0`) };
  if (metadata === null) return { refused: remark("has metadata that is no JSON object") };
  if (createdAt === null) return { refused: remark("has a time outside the years 1 to 9999") };
  const refundOf = revertOf !== null && isUuid(revertOf) ? revertOf.toLowerCase() : null;
  return {
    transaction: {
      ...{
        id,
        customerId: accountId,
        direction: type,
        amount,
        refundOf,
        source,
        description,
        userId,
        metadata,
      },
      createdAt: new Date(createdAt),
    },
  };
}

/**
 * Decides what transactions become, in their order. A credit that gives back a charge of the same customer, as far as
 * there is something left of it, is a refund. Time on an account never goes back: whatever would, gets the time of what
 * is there; nor does it run ahead of the clock.
 */
export function planBookings(rows: readonly ImportedTransaction[], facts: BookingFacts): BookingsPlan {
  const bookings: Booking[] = [];
  const refused: Remark[] = [];
  const charges = new Map<string, GivenCharge>(facts.charges);
  const newest = new Map<string, Date>();
  let [present, redated] = [0, 0];
  for (const row of rows) {
    const { id, customerId, amount } = row;
    const remark = (says: string): Remark => ({ about: "transaction", id, says });
    const account = facts.accounts.get(customerId);
    if (account === undefined) {
      refused.push(remark(`is of billing account ${customerId}, which is not here`));
      continue;
    }
    if (facts.present.has(id)) {
      if (isSame(row, account.accountId, facts)) present += 1;
      else refused.push(remark("has the id of another change of the organization here"));
      continue;
    }
    const kind = kindOf(row, charges);
    const counter = counterOf(kind, facts);
    const sides = [account, counter];
    const floors = sides.map(({ accountId, newestAt }) => newest.get(accountId) ?? newestAt);
    const createdAt = latest(earliest(row.createdAt, facts.now), floors);
    if (createdAt.getTime() !== row.createdAt.getTime()) redated += 1;
    for (const { accountId } of sides) newest.set(accountId, createdAt);
    if (kind === "charge") charges.set(id, { customerId, left: amount });
    bookings.push({
      ...row,
      kind,
      accountId: account.accountId,
      counterAccountId: counter.accountId,
      refundOf: kind === "refund" ? row.refundOf : null,
      request: kind === "refund" ? requestOf(row) : null,
      createdAt,
    });
  }
  return { bookings, present, redated, refused };
}

function isSame(
  { id, direction, amount }: ImportedTransaction,
  accountId: string,
  facts: BookingFacts,
): boolean {
  const present = facts.present.get(id);
  if (present === undefined || present.currency !== virtualCurrency) return false;
  const theirs = direction === "credit" ? present.toAccountId : present.fromAccountId;
  return theirs === accountId && present.amount.equals(amount);
}

/** The kind of a transaction; a refund is taken off what is left of its charge. */
function kindOf(
  { direction, refundOf, customerId, amount }: ImportedTransaction,
  charges: Map<string, GivenCharge>,
): Booking["kind"] {
  if (direction === "debit") return "charge";
  const charge = refundOf === null ? undefined : charges.get(refundOf);
  if (refundOf === null || charge === undefined || charge.customerId !== customerId) return "credit";
  const left = charge.left.minus(amount);
  if (left.isNegative()) return "credit";
  charges.set(refundOf, { customerId, left });
  return "refund";
}

function counterOf(kind: Booking["kind"], { counters }: BookingFacts) {
  const role: CounterRole = kind === "credit" ? "funding" : "revenue";
  const counter = counters.get(role);
  if (counter === undefined) throw new Error(`the counter-account ${role} is missing`);
  return counter;
}

/** What the ledger would have kept of the request, had the refund been asked of it. */
function requestOf({ id, customerId, refundOf, metadata, ...row }: ImportedTransaction): Content {
  return contentOf({
    ...{ type: "refund", id, key: null, refundOf: refundOf ?? "", customerId, counterRole: "revenue" },
    ...{ amount: row.amount, currency: virtualCurrency, metadata: JSON.parse(metadata) },
    ...{ source: row.source, description: row.description, userId: row.userId },
  });
}

function earliest(one: Date, other: Date): Date {
  return other < one ? other : one;
}

function latest(one: Date, others: readonly (Date | null)[]): Date {
  return others.reduce<Date>((so, other) => (other !== null && other > so ? other : so), one);
}
