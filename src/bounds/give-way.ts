import { setImmediate } from "node:timers/promises";

/** For how long one call works before others are served. */
const turnMsMax = 10;
/** So many rows take a fraction of that, and the clock is looked at once for them. */
const rowsOfOneLook = 16;

/** Maps many rows, and lets others be served in between: what `map` reads must not change while it waits. */
export async function mapGivingWay<T, R>(
  rows: readonly T[],
  map: (row: T, index: number) => R,
): Promise<R[]> {
  const mapped: R[] = [];
  let since = performance.now();
  for (let start = 0; start < rows.length; start += rowsOfOneLook) {
    if (performance.now() - since > turnMsMax) {
      await setImmediate();
      since = performance.now();
    }
    rows.slice(start, start + rowsOfOneLook).forEach((row, index) => {
      mapped.push(map(row, start + index));
    });
  }
  return mapped;
}
