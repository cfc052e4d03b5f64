import type { DescMethod } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { Logger } from "pino";
import { callerIn, organizationIn } from "../auth/caller.ts";
import { methodName } from "../bounds/method-name.ts";
import { Summary } from "../bounds/summary.ts";
import { codeName } from "../errors/explained.ts";
import type { CallEnd, CallObserver } from "../server/calls.ts";
import { openServices } from "../server/operations/open-services.ts";
import { LineBudget } from "./line-budget.ts";

type Severity = "error" | "warn" | "info";

/** Ours to mend, and what passes or needs more of something. All others are about the request. */
const severities: Readonly<Partial<Record<Code, Severity>>> = {
  [Code.Unknown]: "error",
  [Code.Internal]: "error",
  [Code.DataLoss]: "error",
  [Code.Unavailable]: "warn",
  [Code.ResourceExhausted]: "warn",
  [Code.DeadlineExceeded]: "warn",
  [Code.Aborted]: "warn",
};

/** The specification of gRPC has INTERNAL for what no call can be read of, too. */
function severityOf({ code, reason }: CallEnd): Severity {
  return reason === "MALFORMED_MESSAGE" ? "info" : (severities[code as Code] ?? "info");
}

/** Why a call may not go through: an answer to what was asked, and no failure. */
const answers: ReadonlySet<string | undefined> = new Set([
  ...["INSUFFICIENT_FUNDS", "CUSTOMER_DISABLED", "ORGANIZATION_DISABLED"],
]);

/** Records a second of calls that failed, of each process. */
const failuresMax = 500;
/** The same of callers who did not prove who they are. */
const strangersMax = 20;

export interface CallLogOptions {
  readonly log: Logger;
  /** Of which part of the calls that need no attention there is a record. */
  readonly rates: { readonly reads: number; readonly writes: number };
  /** Methods that change nothing. */
  readonly reads: ReadonlySet<DescMethod>;
  /** Undefined where a call is part of no trace. */
  readonly traceIdOf: (call: CallEnd) => string | undefined;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/**
 * Writes a record of each call that failed, and of some of the others. It says who asked what and what came of it, and
 * nothing of what was in the request or the answer.
 */
export class CallLog implements CallObserver {
  readonly #options: CallLogOptions;
  readonly #random: () => number;
  readonly #failures = new LineBudget(failuresMax);
  readonly #strangers = new LineBudget(strangersMax);
  readonly #unwritten: Summary;

  constructor(options: CallLogOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#unwritten = new Summary((record) => options.log.warn(record, "calls failed that have no record"));
  }

  ended(call: CallEnd): void {
    if (call.code === 0 || answers.has(call.reason)) {
      if (this.#random() < this.#rateOf(call)) this.#write("info", call);
      return;
    }
    const severity = severityOf(call);
    const isOpen = call.method !== undefined && openServices.has(call.method.parent.typeName);
    if (isOpen && severity !== "error") return;
    const isStranger = call.values === undefined || callerIn(call.values) === undefined;
    const budget = isStranger ? this.#strangers : this.#failures;
    if (budget.take(performance.now())) this.#write(severity, call);
    else this.#unwritten.note(call.reason ?? codeName(call.code as Code), { addresses: call.address });
  }

  #rateOf({ method }: CallEnd): number {
    const { rates, reads } = this.#options;
    if (method !== undefined && openServices.has(method.parent.typeName)) return 0;
    return method !== undefined && reads.has(method) ? rates.reads : rates.writes;
  }

  #write(severity: Severity, call: CallEnd): void {
    const { log, traceIdOf } = this.#options;
    if (!log.isLevelEnabled(severity)) return;
    const { method, protocol, code, reason, durationMs, requestId, address, values } = call;
    log[severity](
      {
        method: methodName(method),
        protocol,
        code: code === 0 ? "OK" : codeName(code),
        reason,
        ms: Math.round(durationMs * 1_000) / 1_000,
        orgId: values && organizationIn(values),
        actor: values && callerIn(values)?.actor,
        address,
        requestId,
        traceId: traceIdOf(call),
      },
      "call",
    );
  }
}
