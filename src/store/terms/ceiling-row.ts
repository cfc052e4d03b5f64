import { Amount } from "../../domain/amount.ts";
import type { Ceiling, CeilingKind } from "../../domain/ceiling.ts";

/** Each ceiling as an exact decimal. */
export type CeilingRow = { readonly currency: string } & Readonly<Record<CeilingKind, string | null>>;

export function ceilingOf({ credit, adjustment, overdraft, debt }: CeilingRow): Ceiling {
  return {
    credit: amountOf(credit),
    adjustment: amountOf(adjustment),
    overdraft: amountOf(overdraft),
    debt: amountOf(debt),
  };
}

function amountOf(text: string | null): Amount | null {
  return text === null ? null : Amount.of(text);
}
