import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/until.ts";
import { Caller, type LedgerClient } from "../workload/calls.ts";
import { Journal } from "../workload/journal.ts";
import type { Random } from "../workload/random.ts";

const callersPerInstance = 3;
const triesMax = 5;
const callMsMax = 3_000;
const retryPauseMs = 100;
/** How long an instance may take to answer again, also on a machine that is busy with other things. */
const recoveryMsMax = 45_000;

/** Callers that change the books without a pause, each by an instance of its own, until they are told to stop. */
export class Load {
  /** What they were told. */
  readonly journal = new Journal();
  /** How many answers each instance gave. */
  private readonly answers: number[];
  private readonly callers: Promise<unknown>;
  private isOver = false;

  constructor(
    tenant: { orgId: string; customers: readonly string[] },
    private readonly instances: readonly { readonly client: LedgerClient }[],
    private readonly random: Random,
  ) {
    this.answers = instances.map(() => 0);
    this.callers = Promise.all(
      instances.flatMap((_instance, index) => {
        const caller = new Caller(tenant.orgId, tenant.customers, random, `instance-${index}`);
        return Array.from({ length: callersPerInstance }, () => this.callOn(caller, index));
      }),
    );
    // Whoever waits hears of it; between two waits nobody does.
    this.callers.catch(() => undefined);
  }

  /** Waits until every instance has given so many more answers: it works, and it is at work. */
  async untilAnswered(count: number): Promise<void> {
    const enough = this.answers.map((answers) => answers + count);
    const areThere = async () => this.answers.every((answers, index) => answers >= (enough[index] ?? 0));
    await Promise.race([this.callers, until(areThere, recoveryMsMax)]);
  }

  /** Resolves when every caller has its last answer, or has given up waiting for it. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.callers;
  }

  private async callOn(caller: Caller, own: number): Promise<void> {
    while (!this.isOver) {
      const call = caller.next();
      // A caller that was left in doubt tries again, from the second time on with the next instance.
      for (let tries = 0; tries < triesMax; tries += 1) {
        const index = tries > 1 ? (own + 1) % this.instances.length : own;
        const instance = this.instances[index];
        if (instance === undefined) throw new Error("no instance");
        const answer = await this.journal.attempt(call, instance.client, callMsMax);
        if (answer !== undefined) caller.learn(answer);
        if (!this.journal.inDoubt.has(call.key)) {
          this.answers[index] = (this.answers[index] ?? 0) + 1;
          break;
        }
        await sleep(this.random.below(retryPauseMs));
      }
    }
  }
}
