import { methodName } from "../../bounds/method-name.ts";
import { Tally } from "../../bounds/tally.ts";
import { Histogram } from "./histogram.ts";

/** A method, as its descriptor has it. */
export interface CountedMethod {
  readonly name: string;
  readonly methodKind: string;
  readonly parent: { readonly typeName: string };
}

/** A call that has ended. */
export interface CountedCall<Protocol extends string> {
  readonly method: CountedMethod | undefined;
  readonly protocol: Protocol;
  readonly code: number;
  readonly reason: string | undefined;
  readonly durationMs: number;
}

/** More than there are; each comes with a descriptor, so that no caller makes one up. */
const methodsMax = 256;
/** Those of google.rpc.Code. */
const codes = 17;
/** More than there are in the table of errors. */
const reasonsMax = 200;
/** From half a millisecond to ten seconds. */
const secondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How many calls ended, by method, code and protocol, and how long they took. */
export class CallCounts<Protocol extends string> {
  /** Of unary calls, in seconds, a row a method. For how long a stream lasts is its caller's affair. */
  readonly durations = new Histogram(secondsBounds, methodsMax);
  /** Why calls failed. */
  readonly reasons = new Tally(reasonsMax);
  readonly #protocols: readonly Protocol[];
  readonly #ended: Float64Array;
  /** The row of each method that was called; the first is of calls of none that there is. */
  readonly #rows = new Map<CountedMethod | undefined, number>([[undefined, 0]]);

  constructor(protocols: readonly Protocol[]) {
    this.#protocols = protocols;
    this.#ended = new Float64Array(methodsMax * codes * protocols.length);
  }

  ended(call: CountedCall<Protocol>): void {
    const { method, code } = call;
    const row = this.#rows.get(method) ?? this.#begin(method);
    const at = this.#index(row, code, this.#protocols.indexOf(call.protocol));
    this.#ended[at] = (this.#ended[at] as number) + 1;
    if (method?.methodKind === "unary") this.durations.add(call.durationMs / 1_000, row);
    if (code !== 0) this.reasons.add(call.reason ?? "");
  }

  /** The methods that were called, each with its row. */
  *methods(): Iterable<readonly [name: string, row: number]> {
    for (const [method, row] of this.#rows) yield [methodName(method), row];
  }

  /** How many calls of a row ended with each code and over each protocol, where there were any. */
  *of(row: number): Iterable<{ readonly code: number; readonly protocol: Protocol; readonly count: number }> {
    for (let code = 0; code < codes; code += 1) {
      for (const [index, protocol] of this.#protocols.entries()) {
        const count = this.#ended[this.#index(row, code, index)] as number;
        if (count > 0) yield { code, protocol, count };
      }
    }
  }

  #index(row: number, code: number, protocol: number): number {
    return (row * codes + code) * this.#protocols.length + protocol;
  }

  #begin(method: CountedMethod | undefined): number {
    const row = this.#rows.size < methodsMax ? this.#rows.size : 0;
    if (row > 0) this.#rows.set(method, row);
    return row;
  }
}
