import { ConnectError } from "@connectrpc/connect";
import type { Sql } from "postgres";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { failureOf } from "../support/failure.ts";
import type { Answer, Call, LedgerClient } from "./calls.ts";

/** What the books may answer to a change, beside a receipt. */
const refusals = [
  "INSUFFICIENT_FUNDS",
  "HOLD_NOT_ACTIVE",
  "HOLD_EXCEEDED",
  "REFUND_TOO_LARGE",
  "CEILING_EXCEEDED",
];
/** What tells that nobody knows whether the change was made. */
const doubts = ["UNAVAILABLE", "OVERLOADED", "DEADLINE_EXCEEDED"];

const patientMs = 10_000;
const parallel = 24;

/** What callers were told, to compare with what is there afterwards. */
export class Journal {
  readonly acknowledged = new Map<string, { call: Call; answer: Answer }>();
  readonly refused = new Map<string, string>();
  readonly inDoubt = new Map<string, Call>();
  /** How often somebody was told that the service is UNAVAILABLE. */
  unavailable = 0;
  /** What no caller should ever be told. */
  readonly unexpected: string[] = [];

  /** Makes a call once, and writes down what its caller learns of it. */
  async attempt(call: Call, client: LedgerClient, timeoutMs: number): Promise<Answer | undefined> {
    const isRetry = this.inDoubt.has(call.key);
    this.inDoubt.set(call.key, call);
    try {
      const answer = await call.send(client, timeoutMs);
      if (answer.isReplay && !isRetry) this.unexpected.push(`${call.name} is a replay at the first time`);
      this.inDoubt.delete(call.key);
      this.acknowledged.set(call.key, { call, answer });
      return answer;
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      const { reason, message } = await failureOf(Promise.reject(error));
      if (reason === "UNAVAILABLE") {
        this.unavailable += 1;
        if (error.findDetails(RetryInfoSchema).length === 0)
          this.unexpected.push(`${call.name}: no time to try again`);
      }
      if (refusals.includes(reason)) {
        this.inDoubt.delete(call.key);
        this.refused.set(call.key, reason);
      } else if (reason !== "" && !doubts.includes(reason)) this.unexpected.push(`${call.name}: ${message}`);
      return undefined;
    }
  }

  /** Retries what is in doubt by its key, until all is known. */
  async resolveDoubts(client: LedgerClient): Promise<void> {
    const giveUpAt = performance.now() + patientMs;
    while (this.inDoubt.size > 0) {
      await forEach([...this.inDoubt.values()], (call) => this.attempt(call, client, patientMs));
      if (this.inDoubt.size > 0 && performance.now() > giveUpAt)
        throw new Error(`${this.inDoubt.size} calls stay in doubt`);
    }
  }

  /** The keys under which there is anything else than what was acknowledged. */
  async contradictions(client: LedgerClient): Promise<string[]> {
    const found: string[] = [];
    await forEach([...this.acknowledged.values()], async ({ call, answer }) => {
      const again = await call.send(client, patientMs);
      if (!again.isReplay) found.push(`${call.name} ${call.key} was not there`);
      const [then, now] = [JSON.stringify(answer.content), JSON.stringify(again.content)];
      if (then !== now) found.push(`${call.name} ${call.key} was acknowledged as ${then}, and is ${now}`);
    });
    return found;
  }

  /** How many changes are there that nobody was told of, or less than none where some are missing. */
  async surplus(sql: Sql, orgId: string): Promise<number> {
    const [row] = await sql<{ done: number }[]>`
      select count(*)::int as done from operations where org_id = ${orgId} and key is not null`;
    const told = [...this.acknowledged.values()].flatMap(({ answer }) => answer.receipts);
    return (row?.done ?? 0) - told.length;
  }
}

/** Some at a time. */
async function forEach<T>(list: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  const left = [...list];
  const worker = async () => {
    for (let each = left.pop(); each !== undefined; each = left.pop()) await work(each);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
