import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { until } from "../support/until.ts";
import { type Call, Caller, type LedgerClient } from "../workload/calls.ts";
import { Journal } from "../workload/journal.ts";
import type { Random } from "../workload/random.ts";
import type { PlacedOrganization } from "./cluster-world.ts";

const callersOfEach = 2;
const callMsMax = 15_000;
/** Before a caller goes on that was left in doubt. */
const pauseMs = 100;
const recoveryMsMax = 45_000;

/** A call as its caller saw it. */
export interface Seen {
  /** Of any beginning, in milliseconds. */
  readonly at: number;
  readonly ms: number;
  /** `answered`, also by a refusal of the books; or what the error was. */
  readonly outcome: string;
}

/** Callers that change the books of one organization without a pause, until they are told to stop. */
export class OrganizationLoad {
  readonly journal = new Journal();
  readonly seen: Seen[] = [];
  private readonly callers: Promise<unknown>;
  private isOver = false;

  constructor(
    readonly organization: PlacedOrganization,
    private readonly client: LedgerClient,
    random: Random,
  ) {
    const { orgId, customers } = organization;
    this.callers = Promise.all(
      Array.from({ length: callersOfEach }, (_, n) =>
        this.callOn(new Caller(orgId, customers, random, `caller-${n}`)),
      ),
    );
    // Whoever waits hears of it; between two waits nobody does.
    this.callers.catch(() => undefined);
  }

  /** Waits until so many more calls were answered. */
  async untilAnswered(count: number): Promise<void> {
    const answered = () => this.seen.filter(({ outcome }) => outcome === "answered").length;
    const enough = answered() + count;
    await Promise.race([this.callers, until(async () => answered() >= enough, recoveryMsMax)]);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.callers;
  }

  private async callOn(caller: Caller): Promise<void> {
    while (!this.isOver) {
      const at = performance.now();
      let outcome = "answered";
      const call = caller.next();
      const answer = await this.journal.attempt(
        noting(call, (error) => {
          outcome = nameOf(error);
        }),
        this.client,
        callMsMax,
      );
      if (answer !== undefined) caller.learn(answer);
      const isInDoubt = this.journal.inDoubt.has(call.key);
      this.seen.push({ at, ms: performance.now() - at, outcome: isInDoubt ? outcome : "answered" });
      if (isInDoubt) await sleep(pauseMs);
    }
  }
}

function noting(call: Call, failed: (error: unknown) => void): Call {
  return {
    ...call,
    send: (client, timeoutMs) =>
      call.send(client, timeoutMs).catch((error: unknown) => {
        failed(error);
        throw error;
      }),
  };
}

export function nameOf(error: unknown): string {
  if (!(error instanceof ConnectError)) return String(error);
  return `${Code[error.code]}${error.findDetails(RetryInfoSchema).length > 0 ? " with RetryInfo" : ""}`;
}
