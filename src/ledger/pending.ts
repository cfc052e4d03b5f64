import type { Departure } from "../bounds/departure.ts";
import type { AccountRef } from "../domain/account.ts";
import type { Command, Verdict } from "../domain/command.ts";
import { wordsLength } from "../domain/words.ts";

/**
 * Attempts whose COMMIT was not answered, by the moments of their batches. What a later attempt finds done at such a
 * moment was done by its callers themselves, each operation by the first who asked for it, and is no replay to them.
 */
export interface Doubt {
  readonly moments: Set<number>;
  readonly claimed: Set<string>;
}

/** When a command is tried again, and until when. */
export interface Retry {
  readonly at: number;
  readonly pauseMs: number;
  readonly giveUpAt: number;
  /** What its caller is told then. */
  readonly reason: "ACCOUNT_BUSY" | "UNAVAILABLE";
  /** When its node was lost the last time. */
  readonly lostAt: number | undefined;
}

/** What its caller is told: the verdict on a command; where there was none, whether the batch booked anything due. */
export type Answer = Verdict | { readonly outcome: "settled"; readonly hasBooked: boolean };

/** A command that waits for its verdict, or accounts that wait to be settled, for which nobody asks for anything. */
export interface Pending {
  readonly orgId: string;
  /** Null: what is due on the accounts is booked, and no more. */
  readonly command: Command | null;
  /** Customers' accounts that it touches, each once. */
  readonly accounts: readonly AccountRef[];
  readonly bytes: number;
  readonly departure: Departure | undefined;
  /** When it began to wait, in milliseconds as performance.now() has them; set by the engine. */
  since?: number;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
  doubt?: Doubt | undefined;
  /** Somebody else had locked one of its accounts, the node that has them was lost, or its organization's turn did not come. */
  retry?: Retry | undefined;
}

/** The organization of a batch, or of the commands of one call: all of them are of one. */
export function orgIdOf([first]: readonly { readonly orgId: string }[]): string {
  if (first === undefined) throw new Error("a batch without a command");
  return first.orgId;
}

/** Operations that count against the bound of a batch. */
export function sizeOf({ command }: Pending): number {
  return command?.operations.length ?? 1;
}

/** Of its figures, ids, key and names, which have bounds of their own. */
const operationBytes = 1_024;
/** Of a text that is not all of Latin-1. */
const characterBytes = 2;

/** How much memory a command takes while it waits, at the most. */
export function bytesOf({ operations }: Command): number {
  return operations.reduce(
    (sum, operation) => sum + operationBytes + characterBytes * wordsLength(operation),
    0,
  );
}
