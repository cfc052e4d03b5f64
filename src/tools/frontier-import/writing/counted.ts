/** Counts the rows that a statement wrote: fewer than asked for means that something was not as it was read. */
export function mustWrite(written: { readonly count: number | null }, wanted: number, what: string): void {
  if (written.count !== wanted)
    throw new Error(`${written.count ?? 0} of ${wanted} rows were written: ${what}`);
}
