import { setImmediate } from "node:timers/promises";

/** How long one call works before others are served. */
const turnMsMax = 10;
/** The clock is read once for so many rows, which take a fraction of that time. */
const rowsOfOneLook = 16;

/** Maps many rows and lets other calls be served in between. What `map` reads must not change meanwhile. */
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
