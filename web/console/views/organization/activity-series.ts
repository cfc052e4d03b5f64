import type { ActivityBucket } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Series, SeriesLine } from "../../components/chart/series.ts";
import { amountText } from "../../money/amount-text.ts";
import { isZero, pixelValue } from "../../money/decimal.ts";
import { operationText } from "../../words/kinds.ts";
import { dateOf } from "../../words/time.ts";

/** What operations came to, a line a kind: of those that moved or set aside anything. */
export function volumeOver(buckets: readonly ActivityBucket[], places: number): Series {
  const kinds = [...new Set(buckets.flatMap((bucket) => bucket.kinds.map(({ kind }) => kind)))].sort(
    (one, other) => one - other,
  );
  const lines = kinds.map((kind): SeriesLine => {
    const found = buckets.map((bucket) => bucket.kinds.find((each) => each.kind === kind));
    return {
      label: operationText(kind),
      heights: found.map((each) => pixelValue(each?.amount ?? "0")),
      texts: found.map((each) =>
        each === undefined ? "0" : `${amountText(each.amount, places)} (${each.count})`,
      ),
    };
  });
  const moved = lines.filter((_, index) =>
    buckets.some(({ kinds: each }) =>
      each.some(({ kind, amount }) => kind === kinds[index] && !isZero(amount)),
    ),
  );
  return { times: timesOf(buckets), lines: moved };
}

/** How many operations were refused, a line a reason. */
export function refusalsOver(buckets: readonly ActivityBucket[]): Series {
  const reasons = [
    ...new Set(buckets.flatMap((bucket) => bucket.reasons.map(({ reason }) => reason))),
  ].sort();
  const lines = reasons.map((reason): SeriesLine => {
    const counts = buckets.map(
      (bucket) => bucket.reasons.find((each) => each.reason === reason)?.count ?? 0n,
    );
    return { label: reason, heights: counts.map(Number), texts: counts.map(String) };
  });
  return { times: timesOf(buckets), lines };
}

function timesOf(buckets: readonly ActivityBucket[]): Date[] {
  return buckets.map(({ startTime }) => dateOf(startTime) ?? new Date(0));
}
