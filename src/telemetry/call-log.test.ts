import type { DescMethod } from "@bufbuild/protobuf";
import { Code, createContextValues } from "@connectrpc/connect";
import pino from "pino";
import { Health } from "../../gen/health/v1/health_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { setCaller, setOrganization } from "../auth/caller.ts";
import type { CallEnd } from "../server/calls.ts";
import { CallLog, type CallLogOptions } from "./call-log.ts";

const { createTransfer, listTransfers } = LedgerService.method;

function end(of: Partial<CallEnd> = {}): CallEnd {
  const values = createContextValues();
  setCaller(values, { actor: "meter", orgId: "org-1", role: "charger" });
  return {
    ...{ method: createTransfer, protocol: "grpc", code: 0, reason: undefined, durationMs: 1.23456 },
    ...{ requestId: "r-1", address: "192.0.2.7", values, rest: undefined, header: () => undefined },
    ...of,
  };
}

const stranger = { values: createContextValues(), code: Code.Unauthenticated, reason: "UNAUTHENTICATED" };

/** What the log has of calls, without the time. */
function recordsOf(
  calls: readonly CallEnd[],
  options: Partial<CallLogOptions> = {},
): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) });
  const callLog = new CallLog({
    ...{ log, rates: { reads: 0, writes: 0 }, reads: new Set<DescMethod>([listTransfers]) },
    ...{ traceIdOf: () => undefined, ...options },
  });
  for (const call of calls) callLog.ended(call);
  return lines.map((line) => JSON.parse(line));
}

const levelsOf = (calls: readonly CallEnd[]) => recordsOf(calls).map(({ level }) => level);

it("says who asked what, and what came of it", () => {
  const [record] = recordsOf([end({ code: Code.Internal, reason: "INTERNAL" })], { traceIdOf: () => "t-1" });
  expect(record).toEqual({
    ...{ level: 50, msg: "call", method: "tallystick.v1.LedgerService/CreateTransfer", protocol: "grpc" },
    ...{ code: "INTERNAL", reason: "INTERNAL", ms: 1.235, orgId: "org-1", actor: "meter" },
    ...{ address: "192.0.2.7", requestId: "r-1", traceId: "t-1" },
  });
});

it("names the organization that a caller of the platform has asked for", () => {
  const values = createContextValues();
  setCaller(values, { actor: "root", orgId: null, role: "admin" });
  setOrganization(values, "org-2");
  expect(recordsOf([end({ values, code: Code.NotFound })])).toMatchObject([
    { actor: "root", orgId: "org-2" },
  ]);
});

it("has all that failed, by whose fault it was", () => {
  const codes = [Code.DataLoss, Code.Unknown, Code.Unavailable, Code.Aborted, Code.NotFound, Code.Canceled];
  expect(levelsOf(codes.map((code) => end({ code })))).toEqual([50, 50, 40, 40, 30, 30]);
  expect(recordsOf([end({ ...stranger, method: undefined })])).toMatchObject([
    { level: 30, method: "unknown", code: "UNAUTHENTICATED", reason: "UNAUTHENTICATED" },
  ]);
});

it("has some of the others, of reads and of the rest as many as it is told", () => {
  const read = end({ method: listTransfers });
  const refused = end({ code: Code.FailedPrecondition, reason: "INSUFFICIENT_FUNDS" });
  const calls = [end(), refused, read];
  expect(recordsOf(calls)).toEqual([]);
  const of = (rates: CallLogOptions["rates"], random: number) =>
    recordsOf(calls, { rates, random: () => random }).map(({ method, code }) => [method, code]);
  expect(of({ reads: 0, writes: 0.5 }, 0.49)).toEqual([
    ["tallystick.v1.LedgerService/CreateTransfer", "OK"],
    ["tallystick.v1.LedgerService/CreateTransfer", "FAILED_PRECONDITION"],
  ]);
  expect(of({ reads: 0, writes: 0.5 }, 0.5)).toEqual([]);
  expect(of({ reads: 1, writes: 0 }, 0.99)).toEqual([["tallystick.v1.LedgerService/ListTransfers", "OK"]]);
});

it("leaves out whoever watches the service, unless it fails", () => {
  const { check, watch } = Health.method;
  const rates = { reads: 1, writes: 1 };
  const [ok, unknown] = [end({ method: check }), end({ method: check, code: Code.NotFound })];
  expect(recordsOf([ok, unknown, end({ method: watch, code: Code.Canceled })], { rates })).toEqual([]);
  expect(recordsOf([end({ method: check, code: Code.Internal })])).toHaveLength(1);
});

it("is bounded, for strangers above all, and says how much it leaves out", () => {
  const strangers = Array.from({ length: 1_000 }, () => end(stranger));
  const failures = Array.from({ length: 1_000 }, () =>
    end({ code: Code.ResourceExhausted, reason: "OVERLOADED" }),
  );
  const records = recordsOf([...strangers, ...failures]);
  expect(records.filter(({ code }) => code === "UNAUTHENTICATED")).toHaveLength(20);
  expect(records.filter(({ code }) => code === "RESOURCE_EXHAUSTED")).toHaveLength(500);
  expect(records.filter(({ msg }) => msg === "calls failed that have no record")).toEqual([
    expect.objectContaining({ level: 40, UNAUTHENTICATED: 1, addresses: ["192.0.2.7"] }),
  ]);
});
