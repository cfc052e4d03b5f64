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

/** Reads a listing whose index knows no more than its order. */
export async function lookThrough<R, P>(listing: {
  readonly rowsMax: number;
  /** The place of the last of the first `looksMax` rows; undefined where it ends before. */
  readonly edge: () => Promise<P | undefined>;
  /** Reads what is wanted, up to a place, inclusive. */
  readonly wanted: (edge: P | undefined) => Promise<readonly R[]>;
}): Promise<Portion<R, P>> {
  const edge = await listing.edge();
  const rows = await listing.wanted(edge);
  return { rows, lookedTo: rows.length < listing.rowsMax ? edge : undefined };
}
