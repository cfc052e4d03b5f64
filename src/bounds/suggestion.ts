/** Longer names are compared with nothing. */
const charactersMax = 100;
const changesMax = 3;

/** Which of the names somebody probably meant, as an end of a sentence; empty where none is near. */
export function suggestion(name: string, names: Iterable<string>): string {
  const all = [...names];
  const nearest = nearestOf(name, all) ?? shorterOf(name, all);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}

/** The name that takes the fewest changes of a letter: three at the most, and up to a third of them; the first of several. */
export function nearestOf(name: string, names: Iterable<string>): string | undefined {
  if (name.length > charactersMax) return undefined;
  let nearest: string | undefined;
  let least = Math.min(changesMax, Math.max(1, Math.floor(name.length / 3))) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const changes = changesBetween(name.toLowerCase(), candidate.toLowerCase());
    if (changes < least) [nearest, least] = [candidate, changes];
  }
  return nearest;
}

/** The longest name of which the words begin or end the one that was written, as `key` ends `idempotencyKey`. */
function shorterOf(name: string, names: readonly string[]): string | undefined {
  if (name.length > charactersMax) return undefined;
  const written = `_${inWords(name)}_`;
  return names
    .filter((each) => written.startsWith(`_${inWords(each)}_`) || written.endsWith(`_${inWords(each)}_`))
    .reduce<string | undefined>(
      (longest, each) => (each.length > (longest?.length ?? 0) ? each : longest),
      undefined,
    );
}

/** `idempotencyKey` and `idempotency-key` as `idempotency_key`. */
function inWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/-/g, "_")
    .toLowerCase();
}

/** Letters to add, leave out, replace, or swap with their neighbour (Damerau and Levenshtein, without later edits of a swap). */
function changesBetween(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = isSwap ? Math.min(least, (before[j - 2] ?? 0) + 1) : least;
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
