/** Most bytes of a column as JSON, so that all of them fit a row (driver/statements/portion.ts). */
const bytesMax = 65_536;

/** Why what holds any number of a caller's texts does not fit its column; undefined where it does. */
export function sizeProblem(value: unknown): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
  return bytes > bytesMax ? `would have ${bytes} bytes as JSON; at most ${bytesMax} fit` : undefined;
}
