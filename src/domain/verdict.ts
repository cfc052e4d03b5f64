import type { Hold } from "./hold.ts";
import type { NonEmpty } from "./non-empty.ts";
import type { Receipt, Recorded } from "./recorded.ts";
import type { CommandRefusal } from "./refusal.ts";

/** The refusal of one operation of a command. */
export interface RefusedOperation {
  readonly index: number;
  readonly refusal: CommandRefusal;
}

/** Whether an operation was refused because its key is known with other content. */
export function hasConflict(refused: readonly RefusedOperation[]): boolean {
  return refused.some(({ refusal }) => refusal.reason === "KEY_CONFLICT");
}

/** The answer to a command. */
export type Verdict =
  | { readonly outcome: "done"; readonly receipts: NonEmpty<Receipt> }
  | { readonly outcome: "refused"; readonly refused: NonEmpty<RefusedOperation> };

/** An operation that was done already, and the hold as it was right after it, if it is about one. */
export interface Known {
  readonly recorded: Recorded;
  readonly hold: Hold | null;
}
