import type { AccountRef } from "../domain/account.ts";
import type { AskedCommand, Command, Known, RefusedOperation, Verdict } from "../domain/command.ts";
import type { Database } from "../store/driver/database.ts";
import { JournalLookup } from "../store/journal/lookup.ts";
import { customerAccounts } from "./customer-accounts.ts";
import { Engine } from "./engine.ts";
import { type Answer, bytesOf, type Departure, type Pending } from "./pending.ts";
import { type LookUps, resolve } from "./resolve.ts";
import { Settlement } from "./settlement.ts";

/** Operations that one command may hold. */
export const commandOperationsMax = 1_000;

export interface LedgerOptions {
  readonly names: LookUps["names"];
  /** Told what was refused of a command, and why, before its caller is. */
  readonly refused: (command: Command, refused: readonly RefusedOperation[]) => void;
}

/** The one way by which balances change. */
export class Ledger {
  private readonly engine: Engine;
  private readonly lookUps: LookUps;
  private readonly journal: JournalLookup;

  constructor(
    database: Database,
    private readonly options: LedgerOptions,
  ) {
    this.journal = new JournalLookup(database);
    this.engine = new Engine(new Settlement(database));
    this.lookUps = { known: (orgId, ids) => this.known(orgId, ids), names: options.names };
  }

  /**
   * Does a command, whole or not at all; what its keys stand for already is answered before anything that may have
   * changed is looked at. The verdict is a value; thrown are only OVERLOADED, ACCOUNT_BUSY, UNAVAILABLE and the reason of
   * a departure, at once where it has listeners; then the caller learns by a retry with the same keys whether it was
   * done.
   */
  async submit(command: AskedCommand, departure?: Departure): Promise<Verdict> {
    if (command.operations.length > commandOperationsMax) {
      throw new Error(`a command holds at most ${commandOperationsMax} operations`);
    }
    const resolved = await resolve(command, this.lookUps);
    const verdict = resolved.verdict ?? (await this.decide(resolved.command, departure));
    if (verdict.outcome === "refused") this.options.refused(resolved.command, verdict.refused);
    return verdict;
  }

  /**
   * Books what time alone has caused on accounts: captures of holds that are due. As many as fit a batch; false where it
   * came to none.
   */
  async settleDue(orgId: string, accounts: readonly AccountRef[], departure?: Departure): Promise<boolean> {
    if (accounts.length === 0) return false;
    const answer = await this.wait({ orgId, command: null, accounts, bytes: 0 }, departure);
    return answer.outcome === "settled" && answer.hasBooked;
  }

  /** What was done under ids, whoever asked for it. */
  async known(orgId: string, ids: readonly string[]): Promise<Map<string, Known>> {
    const found = await Promise.all(ids.map((id) => this.journal.get({ orgId, id })));
    return new Map(found.flatMap((known) => (known === undefined ? [] : [[known.recorded.id, known]])));
  }

  private async decide(command: Command, departure: Departure | undefined): Promise<Verdict> {
    const accounts = customerAccounts(command);
    const { orgId } = command;
    const verdict = await this.wait({ orgId, command, accounts, bytes: bytesOf(command) }, departure);
    if (verdict.outcome === "settled") throw new Error("a command was left without a verdict");
    return verdict;
  }

  private wait(
    of: Pick<Pending, "orgId" | "command" | "accounts" | "bytes">,
    departure: Departure | undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const answers = departure?.addEventListener
        ? untilLeaving(departure, { resolve, reject })
        : { resolve, reject };
      this.engine.submit({ ...of, signal: departure, resolve: answers.resolve, reject: answers.reject });
    });
  }
}

type Answers = Pick<Pending, "resolve" | "reject">;

/** Rejects as soon as the caller leaves, whatever comes later. */
function untilLeaving(departure: Departure, { resolve, reject }: Answers): Answers {
  const leave = () => reject(departure.reason);
  departure.addEventListener?.("abort", leave, { once: true });
  const arrive = <A>(answer: (value: A) => void) => {
    return (value: A) => {
      departure.removeEventListener?.("abort", leave);
      answer(value);
    };
  };
  return { resolve: arrive(resolve), reject: arrive(reject) };
}
