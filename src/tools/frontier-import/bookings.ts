import { counterAccount, customerAccount } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { defaultCounters } from "../../domain/content.ts";
import { virtualCurrency } from "../../domain/currency.ts";
import { LedgerView } from "../../domain/ledger-view.ts";
import { move } from "../../domain/movement.ts";
import type { Remark } from "./report.ts";
import type { ImportedTransaction } from "./transactions.ts";
import type { Booking, ChangedAccount } from "./writing/bookings.ts";
import type { BookingFacts, GivenCharge } from "./writing/facts.ts";

/** Who is said to have asked for what is imported. */
const importer = "import";

/** What becomes of transactions. */
export interface BookingsPlan {
  readonly bookings: readonly Booking[];
  readonly changed: readonly ChangedAccount[];
  /** Booked before. */
  readonly present: number;
  /** Of the bookings those that their customer sees under another time than their own. */
  readonly redated: number;
  readonly refused: readonly Remark[];
}

/** Decides what transactions become, in their order. */
export function planBookings(rows: readonly ImportedTransaction[], facts: BookingFacts): BookingsPlan {
  const books = new Books(facts);
  const bookings: Booking[] = [];
  const refused: Remark[] = [];
  let [present, redated] = [0, 0];
  for (const row of rows) {
    const remark = (says: string): Remark => ({ about: "transaction", id: row.frontierId, says });
    if (!facts.accounts.has(accountOf(row).key)) {
      refused.push(remark(`is of billing account ${row.customerId}, which is not here`));
      continue;
    }
    if (facts.present.has(row.id)) {
      if (isSame(row, facts)) present += 1;
      else refused.push(remark("has the id of another change of the organization here"));
      continue;
    }
    const booking = books.book(row);
    if (booking === undefined) {
      refused.push(remark("would make a balance of more than 19 digits, or a total of more than 29"));
      continue;
    }
    bookings.push(booking);
    if (customersTime(booking).getTime() !== row.createdAt.getTime()) redated += 1;
  }
  return { bookings, changed: books.changed(), present, redated, refused };
}

/** The accounts while rows are booked on them, by the domain's own rules of what moves which total. */
class Books {
  private readonly view: LedgerView;
  private readonly charges: Map<string, GivenCharge>;
  /** The times of the first new entries, by account. */
  private readonly firstAt = new Map<string, Date>();

  constructor(private readonly facts: BookingFacts) {
    const nothing = new Map<string, never>();
    this.charges = new Map(facts.charges);
    this.view = new LedgerView({
      accounts: facts.accounts,
      holds: nothing,
      returned: nothing,
      newestCredits: nothing,
      known: nothing,
      currencies: { hasAny: false, usable: [], configured: nothing },
      at: facts.now,
    });
  }

  /**
   * Books a row, or answers undefined where an account would leave its range. A credit that gives back a charge of the same
   * customer, as far as there is something left of it, is a refund. No row runs ahead of the clock.
   */
  book(row: ImportedTransaction): Booking | undefined {
    const { id, key, amount, direction, source, description, userId, metadata } = row;
    const createdAt = earlier(row.createdAt, this.facts.now);
    const charge = this.chargeOf(row);
    const credited = charge === undefined ? "credit" : "refund";
    const kind = direction === "debit" ? "charge" : credited;
    const [own, counter] = [accountOf(row), counterOf(kind)];
    const [from, to] = direction === "debit" ? [own, counter] : [counter, own];
    const trial = new LedgerView({ ...this.view, at: createdAt });
    const moved = move(trial, { kind, amount, from, to });
    if ("reason" in moved) return undefined;
    this.view.takeOver(trial);
    if (!this.firstAt.has(from.key)) this.firstAt.set(from.key, moved.from.at);
    if (!this.firstAt.has(to.key)) this.firstAt.set(to.key, moved.to.at);
    const returned = charge?.returned.plus(amount) ?? null;
    if (charge !== undefined && returned !== null) this.charges.set(charge.id, { ...charge, returned });
    if (kind === "charge")
      this.charges.set(id, { customerId: row.customerId, amount, returned: Amount.zero });
    return {
      id,
      key,
      kind,
      amount,
      currency: virtualCurrency,
      source,
      description,
      userId,
      metadata,
      asked: null,
      refersTo: charge?.id ?? null,
      returned,
      from: moved.from,
      to: moved.to,
      createdBy: importer,
      createdAt,
    };
  }

  changed(): ChangedAccount[] {
    return [...this.firstAt].map(([key, firstAt]) => {
      const [before, after] = [this.facts.accounts.get(key), this.view.accounts.get(key)];
      if (before === undefined || after === undefined) throw new Error(`account ${key} was not loaded`);
      return { before, after, firstAt };
    });
  }

  /** The charge that a row gives back. */
  private chargeOf(row: ImportedTransaction): (GivenCharge & { readonly id: string }) | undefined {
    if (row.direction === "debit" || row.refundOf === null) return undefined;
    const charge = this.charges.get(row.refundOf);
    if (charge === undefined || charge.customerId !== row.customerId) return undefined;
    const left = charge.amount.minus(charge.returned);
    return left.isLessThan(row.amount) ? undefined : { id: row.refundOf, ...charge };
  }
}

function accountOf({ customerId }: ImportedTransaction) {
  return customerAccount(customerId, virtualCurrency);
}

function counterOf(kind: "credit" | "charge" | "refund") {
  const counter = kind === "credit" ? defaultCounters.credit : defaultCounters.charge;
  return counterAccount(counter, virtualCurrency);
}

function isSame({ id, customerId, direction, amount }: ImportedTransaction, facts: BookingFacts): boolean {
  const present = facts.present.get(id);
  if (present === undefined || present.currency !== virtualCurrency) return false;
  const kinds = direction === "debit" ? ["charge"] : ["credit", "refund"];
  return kinds.includes(present.kind) && present.customerId === customerId && present.amount.equals(amount);
}

function earlier(one: Date, other: Date): Date {
  return other < one ? other : one;
}

function customersTime({ kind, from, to }: Booking): Date {
  return kind === "charge" ? from.at : to.at;
}
