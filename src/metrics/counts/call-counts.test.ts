import { CallCounts, type CountedMethod } from "./call-counts.ts";

const method = (name: string, methodKind = "unary"): CountedMethod => ({
  name,
  methodKind,
  parent: { typeName: "a.Service" },
});
const protocols = ["grpc", "rest"] as const;
const ended = { protocol: "grpc", code: 0, reason: undefined, durationMs: 2 } as const;

function seriesOf(counts: CallCounts<(typeof protocols)[number]>) {
  return [...counts.methods()].flatMap(([name, row]) =>
    [...counts.of(row)].map(({ code, protocol, count }) => [name, code, protocol, count]),
  );
}

it("counts calls by method, code and protocol", () => {
  const counts = new CallCounts(protocols);
  const [one, other] = [method("One"), method("Other")];
  counts.ended({ ...ended, method: one });
  counts.ended({ ...ended, method: one });
  counts.ended({ ...ended, method: one, protocol: "rest", code: 16, reason: "UNAUTHENTICATED" });
  counts.ended({ ...ended, method: other, code: 5, reason: "NOT_FOUND" });
  counts.ended({ ...ended, method: undefined, code: 12, reason: "RPC_NOT_FOUND" });
  expect(seriesOf(counts)).toEqual([
    ["unknown", 12, "grpc", 1],
    ["a.Service/One", 0, "grpc", 2],
    ["a.Service/One", 16, "rest", 1],
    ["a.Service/Other", 5, "grpc", 1],
  ]);
  expect(Object.fromEntries(counts.reasons.counts)).toEqual({
    ...{ UNAUTHENTICATED: 1, NOT_FOUND: 1, RPC_NOT_FOUND: 1 },
  });
});

it("times unary calls, in seconds, and not how long a caller keeps a stream", () => {
  const counts = new CallCounts(protocols);
  counts.ended({ ...ended, method: method("Get") });
  counts.ended({ ...ended, method: method("Watch", "server_streaming"), durationMs: 3_600_000 });
  const sums = Object.fromEntries(
    [...counts.methods()].map(([name, row]) => [name, counts.durations.row(row).sum]),
  );
  expect(sums).toEqual({ unknown: 0, "a.Service/Get": 0.002, "a.Service/Watch": 0 });
});

it("has a bound: however many methods there were, the rest are counted together", () => {
  const counts = new CallCounts(protocols);
  for (let index = 0; index < 1_000; index += 1) counts.ended({ ...ended, method: method(`M${index}`) });
  const series = seriesOf(counts);
  expect(series).toHaveLength(256);
  expect(series.reduce((sum, [, , , count]) => sum + Number(count), 0)).toBe(1_000);
});
