import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { BalancePointSchema } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { timestampOf } from "../../words/time.ts";
import { drawn, firstSeen, pointAt } from "./points.ts";

const pointOf = (ms: number, posted: string, held: string) =>
  create(BalancePointSchema, {
    readTime: timestampOf(new Date(ms)),
    posted,
    held,
    minimumBalance: "-5",
    lowestAvailable: ms === 1_000 ? "3" : "",
  });
const points = [pointOf(1_000, "12.5", "0"), pointOf(2_500, "-1", "")];

it("draws what is known", () => {
  expect(drawn(points, true).at(-1)).toEqual([3, null]);
  expect(drawn(points, false)).toEqual([
    [1, 2.5],
    [12.5, -1],
    [0, null],
    [-5, -5],
  ]);
});

it.each([
  [0, 0],
  [1_000, 0],
  [2_499, 0],
  [2_500, 1],
  [9_000, 1],
])("at %i ms the point %i says what was so", (ms, index) => {
  expect(pointAt(points, new Date(ms))).toBe(index);
});

it("is seen from a little before the first change, where each has a point", () => {
  const changes = [pointOf(0, "0", "0"), pointOf(50_000, "5", "0"), pointOf(60_000, "5", "0")];
  expect(firstSeen({ points: changes })).toEqual(new Date(49_000));
  expect(firstSeen({ points: changes, step: create(DurationSchema, { seconds: 10n }) })).toBeUndefined();
  expect(firstSeen({ points })).toBeUndefined();
});
