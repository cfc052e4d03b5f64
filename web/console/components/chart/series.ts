/** Figures over time. */
export interface Series {
  readonly times: readonly Date[];
  readonly lines: readonly SeriesLine[];
}

export interface SeriesLine {
  readonly label: string;
  /** Where it runs, for pixels alone; null where nothing is known. */
  readonly heights: readonly (number | null)[];
  /** What is read of it. */
  readonly texts: readonly string[];
}

/** The colours of lines; those beyond are dashed. */
const coloursMax = 5;

/** How the line of that number looks, from 0. */
export function styleOf(line: number): { readonly colour: string; readonly isDashed: boolean } {
  return { colour: `--line-${(line % coloursMax) + 1}`, isDashed: line >= coloursMax };
}
