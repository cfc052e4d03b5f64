/** Most bytes of what callers wrote into one row of any table, in UTF-8. */
export const rowBytesMax = 192 * 1024;

/** Rows that one query reads of those that hold callers' words: of the largest 24 MiB, and most pages in one. */
export const portionRowsMax = 128;

/** Rows that one query of a listing looks at, whether or not they are wanted. */
export const looksMax = 10_000;

/** Some rows of a listing. */
export interface Portion<R, P> {
  readonly rows: readonly R[];
  /** The place that was looked to where that is what ended it: rows behind it may be wanted, too. */
  readonly lookedTo: P | undefined;
}

/** Of how many rows one is wanted, where a listing is read at once. */
const looksPerRow = 4;

/** Reads a listing whose index knows no more than its order: first where much of it is wanted, then as far as it may. */
export async function lookThrough<R, P>({
  rowsMax,
  edge,
  wanted,
}: {
  readonly rowsMax: number;
  /** The place of the last of so many rows; undefined where the listing ends before. */
  readonly edge: (looks: number) => Promise<P | undefined>;
  /** Reads what is wanted, up to a place, inclusive. */
  readonly wanted: (edge: P | undefined) => Promise<readonly R[]>;
}): Promise<Portion<R, P>> {
  for (const looks of [looksPerRow * rowsMax, looksMax]) {
    const lookedTo = await edge(looks);
    const rows = await wanted(lookedTo);
    if (rows.length === rowsMax || lookedTo === undefined) return { rows, lookedTo: undefined };
    if (looks >= looksMax) return { rows, lookedTo };
  }
  throw new Error("a listing was not looked through");
}
