import type { Departure } from "../bounds/departure.ts";
import type { QueueBounds } from "../bounds/queue-bounds.ts";
import { type AccountRef, distinct } from "../domain/account.ts";
import type { AskedCommand, Command } from "../domain/command.ts";
import { isNonEmpty, type NonEmpty } from "../domain/non-empty.ts";
import { Refused } from "../domain/refusal.ts";
import type { Known, Verdict } from "../domain/verdict.ts";
import type { Database } from "../store/driver/database.ts";
import { type Wanted, widest } from "../store/journal/known.ts";
import { JournalLookup } from "../store/journal/lookup.ts";
import type { BatchObserver } from "./batch-observer.ts";
import { customerAccounts } from "./customer-accounts.ts";
import { Engine, type EngineFigures } from "./engine.ts";
import { type Answered, Group, Member, type NoteRefusal } from "./group.ts";
import { bytesOf } from "./pending.ts";
import { type LookUps, type Resolved, resolve } from "./resolve.ts";
import { Settlement } from "./settlement.ts";

/** Operations that one command may hold. */
export const commandOperationsMax = 1_000;

export interface LedgerOptions {
  readonly names: LookUps["names"];
  readonly refused: NoteRefusal;
  /** False where other workers change the same accounts. */
  readonly isAlone?: boolean;
  readonly queue?: QueueBounds;
  readonly observer?: BatchObserver;
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
    this.engine = new Engine(new Settlement(database, options.observer), options);
    this.lookUps = { known: (orgId, wanted) => this.known(orgId, wanted), names: options.names };
  }

  /**
   * Does a command, whole or not at all. Where its keys are known already, what they stand for is answered, whatever has
   * changed since.
   *
   * @throws Refused with OVERLOADED, ACCOUNT_BUSY or UNAVAILABLE; every other refusal is a verdict
   * @throws the reason of the departure, once the caller has gone; a retry with the same keys tells whether it was done
   */
  submit(command: AskedCommand, departure?: Departure): Promise<Verdict> {
    return this.submitEach([command], departure).then(onlyVerdict);
  }

  /** Does commands of one organization, each by itself. What `submit` would throw for one is its answer. */
  submitEach(commands: NonEmpty<AskedCommand>, departure?: Departure): Promise<NonEmpty<Verdict | Refused>> {
    if (commands.some(({ operations }) => operations.length > commandOperationsMax))
      return Promise.reject(new Error(`a command holds at most ${commandOperationsMax} operations`));
    const resolved = resolve(commands, this.lookUps);
    return resolved instanceof Promise
      ? resolved.then((each) => this.enter(each, departure))
      : this.enter(resolved, departure);
  }

  private enter(
    resolved: NonEmpty<Resolved | Refused>,
    departure: Departure | undefined,
  ): Promise<NonEmpty<Verdict | Refused>> {
    const group = new Group(resolved.length, departure);
    resolved.forEach((each, index) => {
      if (each instanceof Refused) {
        group.answer(index, each);
        return;
      }
      const member = new Member(group, index, waiting(each.command), this.options.refused);
      if (each.verdict === undefined) this.engine.submit(member);
      else member.resolve(each.verdict);
    });
    return group.answered.then(verdictsOf);
  }

  /** Books captures of holds that are due on accounts, as many as fit into one batch. False where there were none. */
  async settleDue(orgId: string, accounts: readonly AccountRef[], departure?: Departure): Promise<boolean> {
    if (accounts.length === 0) return false;
    const group = new Group(1, departure);
    const due = { orgId, command: null, accounts: distinct(accounts), bytes: 0 };
    this.engine.submit(new Member(group, 0, due, this.options.refused));
    const [answer] = await group.answered;
    if (answer instanceof Refused) throw answer;
    return answer?.outcome === "settled" && answer.hasBooked;
  }

  figures(): EngineFigures {
    return this.engine.figures();
  }

  /** The operations that were done under ids, whoever asked for them. */
  async known(orgId: string, wanted: readonly Wanted[]): Promise<Map<string, Known>> {
    // Each id once: a shorter reading of the same operation may come from another query, and would be taken for the whole.
    const found = await Promise.all(widest(wanted).map((each) => this.journal.get(orgId, each)));
    return new Map(found.flatMap((known) => (known === undefined ? [] : [[known.recorded.id, known]])));
  }
}

function onlyVerdict([answer]: NonEmpty<Verdict | Refused>): Verdict {
  if (answer instanceof Refused) throw answer;
  return answer;
}

function verdictsOf(answers: readonly Answered[]): NonEmpty<Verdict | Refused> {
  if (!areVerdicts(answers) || !isNonEmpty(answers)) throw new Error("a command was left without a verdict");
  return answers;
}

function areVerdicts(answers: readonly Answered[]): answers is readonly (Verdict | Refused)[] {
  return answers.every((answer) => answer instanceof Refused || answer.outcome !== "settled");
}

/** What the queue needs to know of a command. */
function waiting(command: Command) {
  return {
    orgId: command.orgId,
    command,
    accounts: customerAccounts(command),
    bytes: bytesOf(command),
  };
}
