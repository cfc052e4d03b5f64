import type { Departure } from "../bounds/departure.ts";
import type { AccountRef } from "../domain/account.ts";
import type { Command } from "../domain/command.ts";
import { Refused } from "../domain/refusal.ts";
import type { RefusedOperation } from "../domain/verdict.ts";
import type { Answer, Doubt, Pending, Retry } from "./pending.ts";

/** The answer to a command, or why there is none: OVERLOADED, ACCOUNT_BUSY or UNAVAILABLE. */
export type Answered = Answer | Refused;

/** The commands of one call: each is decided by itself, and all are answered together. */
export class Group {
  /** The answers, in order. Rejects as soon as the caller has gone, and where a command failed. */
  readonly answered: Promise<Answered[]>;
  private readonly answers: Answered[];
  private missing: number;
  private resolve: (answers: Answered[]) => void = () => undefined;
  private reject: (reason: unknown) => void = () => undefined;
  private readonly leave: (() => void) | undefined;

  /** `count` is above 0. */
  constructor(
    count: number,
    readonly departure: Departure | undefined,
  ) {
    this.answers = new Array(count);
    this.missing = count;
    this.answered = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (departure?.addEventListener !== undefined) {
      const leave = () => this.fail(departure.reason);
      this.leave = leave;
      departure.addEventListener("abort", leave, { once: true });
    }
  }

  /** Answers one command. Only the first answer counts. */
  answer(index: number, answer: Answered): void {
    if (this.answers[index] !== undefined) return;
    this.answers[index] = answer;
    this.missing -= 1;
    if (this.missing > 0) return;
    this.stay();
    this.resolve(this.answers);
  }

  fail(reason: unknown): void {
    this.stay();
    this.reject(reason);
  }

  /** Stops listening for the departure of the caller. */
  private stay(): void {
    if (this.leave !== undefined) this.departure?.removeEventListener?.("abort", this.leave);
  }
}

/** Records what was refused of a command, and why, before its caller is told. */
export type NoteRefusal = (command: Command, refused: readonly RefusedOperation[]) => void;

/** A command of a group, as it waits in the queue. */
export class Member implements Pending {
  readonly orgId: string;
  readonly command: Command | null;
  readonly accounts: readonly AccountRef[];
  readonly bytes: number;
  readonly departure: Departure | undefined;
  since = 0;
  doubt: Doubt | undefined = undefined;
  retry: Retry | undefined = undefined;

  constructor(
    private readonly group: Group,
    private readonly index: number,
    of: Pick<Pending, "orgId" | "command" | "accounts" | "bytes">,
    private readonly note: NoteRefusal,
  ) {
    this.orgId = of.orgId;
    this.command = of.command;
    this.accounts = of.accounts;
    this.bytes = of.bytes;
    this.departure = group.departure;
  }

  resolve(answer: Answer): void {
    if (answer.outcome === "refused" && this.command !== null) this.note(this.command, answer.refused);
    this.group.answer(this.index, answer);
  }

  reject(reason: unknown): void {
    if (reason instanceof Refused) this.group.answer(this.index, reason);
    else this.group.fail(reason);
  }
}
