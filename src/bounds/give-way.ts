import { setImmediate } from "node:timers/promises";

/** For how long one call works before others are served. */
const turnMsMax = 10;

/** Maps many rows, and lets others be served in between: what `map` reads must not change while it waits. */
export async function mapGivingWay<T, R>(
  rows: readonly T[],
  map: (row: T, index: number) => R,
): Promise<R[]> {
  const mapped: R[] = [];
  let since = performance.now();
  for (const [index, row] of rows.entries()) {
    if (performance.now() - since > turnMsMax) {
      await setImmediate();
      since = performance.now();
    }
    mapped.push(map(row, index));
  }
  return mapped;
}
