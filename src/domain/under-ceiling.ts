import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import type { Ceiling, CeilingKind } from "./ceiling.ts";
import type { Command, Requester } from "./command.ts";
import type { CurrencyBook } from "./currency.ts";
import type { CommandRefusal } from "./refusal.ts";

const noCeiling: Ceiling = { credit: null, adjustment: null, overdraft: null, debt: null };

/** The ceiling of whoever asks, in a currency; undefined for an admin. */
export function ceilingFor(
  book: CurrencyBook,
  { isBounded }: Requester,
  currency: string,
): Ceiling | undefined {
  return isBounded ? (book.ceilings?.get(currency) ?? noCeiling) : undefined;
}

/** The currencies whose ceilings the commands may reach: those of operations with a ceiling, asked for by somebody who is no admin. */
export function currenciesWithCeilings(commands: readonly Command[]): string[] {
  const currencies = new Set<string>();
  for (const { operations, by } of commands)
    for (const operation of operations) {
      const currency = currencyWithCeiling(operation);
      if (currency !== undefined && by.isBounded) currencies.add(currency);
    }
  return [...currencies];
}

function currencyWithCeiling(operation: Operation): string | undefined {
  switch (operation.type) {
    case "transfer":
      return operation.kind === "credit" || operation.kind === "adjustment" ? operation.currency : undefined;
    case "capture":
      return operation.overage === "allow_debt" ? operation.on?.account.currency : undefined;
    case "reversal":
      return operation.debt === "within overdraft" ? operation.origin?.recorded.currency : undefined;
    default:
      return undefined;
  }
}

/** Why a credit or an adjustment may not be so large. */
export function refusalOfCeiling(
  ceiling: Ceiling | undefined,
  of: { readonly kind: "credit" | "adjustment"; readonly currency: string; readonly amount: Amount },
): CommandRefusal | undefined {
  const largest = ceiling?.[of.kind] ?? null;
  if (largest === null || !largest.isLessThan(of.amount)) return undefined;
  return ceilingExceeded({ ceiling: of.kind, currency: of.currency, largest, required: of.amount });
}

export function ceilingExceeded(of: {
  readonly ceiling: CeilingKind;
  readonly currency: string;
  readonly largest: Amount;
  readonly required: Amount;
}): Extract<CommandRefusal, { reason: "CEILING_EXCEEDED" }> {
  return { reason: "CEILING_EXCEEDED", ...of };
}

/** How far below the minimum balance the caller may go: as customer or currency say, else as its ceiling says; null: any far. */
export function overdraftFor(ceiling: Ceiling | undefined, own: Amount | null): Amount | null {
  return own ?? (ceiling === undefined ? null : (ceiling.overdraft ?? Amount.zero));
}
