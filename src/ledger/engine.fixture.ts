import type { Departure } from "../bounds/departure.ts";
import { defaultQueueBounds } from "../bounds/queue-bounds.ts";
import { customerAccount } from "../domain/account.ts";
import { asker, charge } from "../domain/decide.fixture.ts";
import type { Verdict } from "../domain/verdict.ts";
import { Engine, type EngineOptions } from "./engine.ts";
import type { Answer } from "./pending.ts";
import type { BatchAttempt, Settled, Settlement } from "./settlement.ts";

export const verdictOf = (id: string): Verdict =>
  ({ outcome: "done", receipts: [{ id }] }) as unknown as Verdict;
export const idsOf = ({ batch }: Pick<BatchAttempt, "batch">) =>
  batch.map(({ command }) => command?.operations[0].id ?? "settle");

interface Underway {
  readonly ids: readonly string[];
  readonly lane: number;
  /** Tells that its COMMIT is on its way. */
  send(): void;
  succeed(): void;
  fail(error: unknown): void;
}

/** A settlement that a test answers by hand, or at once where it is told how. */
export class ManualSettlement {
  readonly underWay: Underway[] = [];
  readonly batches: string[][] = [];
  readonly lanesMax = 3;
  isDistributed = false;
  /** When the node of every organization has answered the last time. */
  nodeAnsweredAt = Number.NEGATIVE_INFINITY;
  /** Throws, or answers for whom an account was taken. */
  automatic: ((attempt: BatchAttempt) => readonly string[] | undefined) | undefined;

  async hasNodeAnswered(_orgId: string, after: number): Promise<boolean> {
    return this.nodeAnsweredAt > after;
  }

  settle(attempt: BatchAttempt, sent: () => void): Promise<readonly Settled[]> {
    const ids = idsOf(attempt);
    this.batches.push(ids);
    const verdicts = ids.map(verdictOf);
    if (this.automatic !== undefined) {
      const decideHow = this.automatic;
      return new Promise((resolve) => setImmediate(resolve)).then(() => {
        const taken = decideHow(attempt) ?? [];
        return ids.map((id) => (taken.includes(id) ? "taken" : verdictOf(id)));
      });
    }
    return new Promise((resolve, reject) => {
      const leave = () => this.underWay.splice(this.underWay.indexOf(each), 1);
      const each: Underway = {
        ...{ ids, lane: attempt.lane, send: sent },
        succeed() {
          leave();
          resolve(verdicts);
        },
        fail(error) {
          leave();
          reject(error);
        },
      };
      this.underWay.push(each);
    });
  }
}

/** What the engine of a test settles by. */
export let settlement: ManualSettlement;
export let engine: Engine;
let waits: (() => void)[] = [];

/** What a test leaves in the queue is not refused when others run. */
const patient = { ...defaultQueueBounds, waitMsMax: 3_600_000 };

/** Begins a test with an engine of its own. */
export function newEngine(options: EngineOptions = {}): void {
  settlement = new ManualSettlement();
  waits = [];
  const whenSpare = (callback: () => void) => waits.push(callback);
  engine = new Engine(settlement as unknown as Settlement, { queue: patient, ...options, whenSpare });
}

/** Lets the time pass for which a batch waits for more operations. */
export function waitEnough(): void {
  for (const over of waits.splice(0)) over();
}

/** Submits a command of one operation on an account. */
export function submit(
  id: string,
  options: { account?: string; orgId?: string; departure?: Departure; bytes?: number } = {},
): Promise<Verdict> {
  const { account = "a", orgId = "org", departure, bytes = 1 } = options;
  const command = { orgId, operations: [charge(id, "1")] as const, dryRun: false, by: asker };
  const accounts = [customerAccount(account, "VC")];
  return new Promise((resolve, reject) => {
    const answer = (given: Answer) => (given.outcome === "settled" ? reject("no verdict") : resolve(given));
    engine.submit({ orgId, command, accounts, bytes, departure, resolve: answer, reject });
  });
}

export const turn = () => new Promise(setImmediate);

export async function untilUnderWay(ids: readonly string[]): Promise<void> {
  while (!settlement.underWay.some((each) => `${each.ids}` === `${ids}`)) await turn();
}
