import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type ActivityBucket, ActivityBucketSchema } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { OperationKind } from "../../../../gen/tallystick/v1/refusal_pb.ts";
import { refusalsOver, volumeOver } from "./activity-series.ts";

type Said = Omit<Exclude<MessageInitShape<typeof ActivityBucketSchema>, ActivityBucket>, "startTime">;
const bucket = (seconds: number, more: Said) =>
  create(ActivityBucketSchema, { startTime: { seconds: BigInt(seconds) }, ...more });
const buckets = [
  bucket(60, {
    kinds: [
      { kind: OperationKind.CHARGE, count: 2n, amount: "12.5" },
      { kind: OperationKind.RELEASE, count: 1n, amount: "0" },
    ],
  }),
  bucket(120, { reasons: [{ reason: "INSUFFICIENT_FUNDS", count: 3n }] }),
  bucket(180, { kinds: [{ kind: OperationKind.CREDIT, count: 1n, amount: "1000" }] }),
];
const times = [60, 120, 180].map((seconds) => new Date(seconds * 1_000));

it("draws a line a kind that moved anything, and reads its exact sum", () => {
  expect(volumeOver(buckets, 2)).toEqual({
    times,
    lines: [
      { label: "credit", heights: [0, 0, 1_000], texts: ["0", "0", "1,000.00 (1)"] },
      { label: "charge", heights: [12.5, 0, 0], texts: ["12.50 (2)", "0", "0"] },
    ],
  });
});

it("counts refusals by reason", () => {
  expect(refusalsOver(buckets)).toEqual({
    times,
    lines: [{ label: "INSUFFICIENT_FUNDS", heights: [0, 3, 0], texts: ["0", "3", "0"] }],
  });
  expect(refusalsOver([])).toEqual({ times: [], lines: [] });
});
