import type { Amount } from "./amount.ts";

/** How far callers who are no admins may go in a currency, as an admin has set it; null where that says nothing. */
export interface Ceiling {
  /** The most that one of their credits may give. */
  readonly credit: Amount | null;
  /** The most that one of their adjustments may move, either way. */
  readonly adjustment: Amount | null;
  /** How far below the minimum balance their captures may go where neither customer nor currency says so. */
  readonly overdraft: Amount | null;
  /** How much a customer may owe by the limits and the billing type that they set. */
  readonly debt: Amount | null;
}

export type CeilingKind = keyof Ceiling;
