import type { Departure } from "../bounds/departure.ts";
import type { AccountRef } from "../domain/account.ts";
import type { Command } from "../domain/command.ts";
import type { Verdict } from "../domain/verdict.ts";
import { wordsLength } from "../domain/words.ts";

/**
 * The attempts of a batch whose COMMIT was not answered, by their moments. An operation that a later attempt finds done at such
 * a moment was done by one of these attempts: it is no replay to the first caller who asked for it.
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
  /** What its caller is told when it is given up. */
  readonly reason: "ACCOUNT_BUSY" | "UNAVAILABLE";
  /** When its node was last lost. */
  readonly lostAt: number | undefined;
}

/** What a caller is told: the verdict on its command; or, where it asked for none, whether anything that was due was booked. */
export type Answer = Verdict | { readonly outcome: "settled"; readonly hasBooked: boolean };

/** A command that waits for its verdict; or, without a command, accounts on which what is due is to be booked. */
export interface Pending {
  readonly orgId: string;
  /** Null: only what is due on the accounts is booked. */
  readonly command: Command | null;
  /** The customers' accounts that it touches, each once. */
  readonly accounts: readonly AccountRef[];
  readonly bytes: number;
  readonly departure: Departure | undefined;
  /** When it began to wait, by performance.now(). Set by the engine. */
  since?: number;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
  doubt?: Doubt | undefined;
  /** Set where it was put back: an account was locked, its node was lost, or its organization's turn did not come. */
  retry?: Retry | undefined;
}

/** The organization of a batch, or of the commands of one call: all of them are of one. */
export function orgIdOf([first]: readonly { readonly orgId: string }[]): string {
  if (first === undefined) throw new Error("a batch without a command");
  return first.orgId;
}

/** How many operations it adds to a batch. */
export function sizeOf({ command }: Pending): number {
  return command?.operations.length ?? 1;
}

/** For the figures, ids, key and names of an operation, whose sizes are bounded. */
const operationBytes = 1_024;
/** For a character of a text that has more than Latin-1. */
const characterBytes = 2;

/** An upper bound for the memory that a command takes while it waits. */
export function bytesOf({ operations }: Command): number {
  return operations.reduce(
    (sum, operation) => sum + operationBytes + characterBytes * wordsLength(operation),
    0,
  );
}
