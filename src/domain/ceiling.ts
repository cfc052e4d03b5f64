import type { Amount } from "./amount.ts";

/** The limits that an admin sets for callers who are not admins, in one currency; null where there is none. */
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
