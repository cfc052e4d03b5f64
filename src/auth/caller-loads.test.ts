import { createContextValues } from "@connectrpc/connect";
import { callerLimitsOfOne } from "../bounds/caller-limits.ts";
import { Refused } from "../domain/refusal.ts";
import { CallerLoads, type CallKind } from "./caller-loads.ts";

let nowMs: number;
beforeEach(() => {
  nowMs = 1_000;
});

/** Begins a call, and answers what ends it, or the refusal. */
function begin(loads: CallerLoads, actor = "a", kind: CallKind = "change") {
  const values = createContextValues();
  try {
    loads.begin(values, actor, kind);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return () => loads.ended({ values });
}

const atOnce = { reason: "TOO_MANY_CALLS_AT_ONCE" };

describe("calls at once", () => {
  const limits = { callsMax: 2, rate: undefined };

  it("are so many of one caller, whose reads go on, as do other callers' calls", () => {
    const loads = new CallerLoads(limits);
    const [first] = [begin(loads), begin(loads)];
    expect(begin(loads)).toEqual(atOnce);
    expect([begin(loads, "a", "read"), begin(loads, "b")]).toEqual([
      expect.any(Function),
      expect.any(Function),
    ]);
    if (typeof first === "function") first();
    expect([begin(loads), begin(loads)]).toEqual([expect.any(Function), atOnce]);
    expect(loads.refused).toEqual({ atOnce: 2, tooOften: 0 });
  });

  it("are as many reads", () => {
    const loads = new CallerLoads(limits);
    const reads = [1, 2, 3].map(() => begin(loads, "a", "read"));
    expect(reads).toEqual([expect.any(Function), expect.any(Function), atOnce]);
  });

  it("are few streams, beside which both go on", () => {
    const loads = new CallerLoads(limits);
    const streams = Array.from({ length: 9 }, () => begin(loads, "a", "stream"));
    expect(streams.map((each) => typeof each === "function")).toEqual([...Array(8).fill(true), false]);
    expect([begin(loads, "a", "read"), begin(loads)]).toEqual([expect.any(Function), expect.any(Function)]);
    if (typeof streams[0] === "function") streams[0]();
    expect(begin(loads, "a", "stream")).toEqual(expect.any(Function));
  });

  it("count no call that was refused, or that ended before it was known whose it is", () => {
    const loads = new CallerLoads(limits);
    const [first, second] = [begin(loads), begin(loads)];
    const refused = createContextValues();
    expect(() => loads.begin(refused, "a", "change")).toThrow(Refused);
    loads.ended({ values: refused });
    loads.ended({ values: undefined });
    expect(begin(loads)).toEqual(atOnce);
    for (const end of [first, second]) if (typeof end === "function") end();
    for (let n = 0; n < 5; n += 1) {
      const gone = createContextValues();
      loads.ended({ values: gone });
      loads.begin(gone, "a", "change");
    }
    expect([begin(loads), begin(loads), begin(loads)]).toEqual([
      ...[expect.any(Function), expect.any(Function), atOnce],
    ]);
  });
});

describe("calls a second", () => {
  const loadsOf = (perSecond: number, burst: number) =>
    new CallerLoads({ callsMax: 1_000, rate: { perSecond, burst } }, () => nowMs);
  const tooOften = (retryAfterMs: number) => ({ reason: "TOO_MANY_CALLS_A_SECOND", retryAfterMs });

  it("are a burst, and then so many, of each caller", () => {
    const loads = loadsOf(10, 3);
    for (let n = 0; n < 3; n += 1) expect(begin(loads)).toEqual(expect.any(Function));
    expect(begin(loads)).toEqual(tooOften(100));
    expect(begin(loads, "b")).toEqual(expect.any(Function));
    nowMs += 60;
    expect(begin(loads)).toEqual(tooOften(40));
    nowMs += 40;
    expect([begin(loads), begin(loads)]).toEqual([expect.any(Function), tooOften(100)]);
    nowMs += 1_000_000;
    for (let n = 0; n < 3; n += 1) expect(begin(loads)).toEqual(expect.any(Function));
    expect(begin(loads)).toEqual(tooOften(100));
  });

  it("are let in after the delay that was told, and not before", () => {
    const loads = loadsOf(3, 1);
    begin(loads);
    for (let n = 0; n < 50; n += 1) {
      const refusal = begin(loads);
      if (typeof refusal === "function" || refusal.reason !== "TOO_MANY_CALLS_A_SECOND")
        throw new Error("let in");
      nowMs += refusal.retryAfterMs - 1;
      expect(begin(loads)).toEqual(tooOften(1));
      nowMs += 1;
      expect(begin(loads)).toEqual(expect.any(Function));
    }
  });
});

it("have equal parts with each of several processes", () => {
  expect(callerLimitsOfOne({ callsMax: 10, rate: { perSecond: 9, burst: 4 } }, 3)).toEqual({
    callsMax: 4,
    rate: { perSecond: 3, burst: 2 },
  });
});
