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
  const written = name.toLowerCase();
  let nearest: string | undefined;
  let most = Math.min(changesMax, Math.max(1, Math.floor(name.length / 3)));
  for (const candidate of names) {
    if (most < 0) break;
    const changes = changesBetween(written, candidate.toLowerCase(), most);
    if (changes !== undefined) [nearest, most] = [candidate, changes - 1];
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

/**
 * Letters to add, leave out, replace, or swap with their neighbour (Damerau and Levenshtein, without later edits of a swap);
 * undefined where they are more than `most`. Anybody may ask for many long names to be compared, so it looks at nothing that
 * takes more: no places further apart than `most`, and no row behind one in which all do.
 */
function changesBetween(a: string, b: string, most: number): number | undefined {
  if (Math.abs(a.length - b.length) > most) return undefined;
  const beyond = most + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next: number[] = [];
    const [first, last] = [Math.max(0, i - most), Math.min(b.length, i + most)];
    let least = beyond;
    for (let j = first; j <= last; j += 1) {
      const replaced = (row[j - 1] ?? beyond) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? beyond) + 1 : beyond;
      const changes =
        j === 0 ? i : Math.min((row[j] ?? beyond) + 1, (next[j - 1] ?? beyond) + 1, replaced, swapped);
      next[j] = changes;
      least = Math.min(least, changes);
    }
    if (least > most) return undefined;
    [before, row] = [row, next];
  }
  const changes = row[b.length] ?? beyond;
  return changes > most ? undefined : changes;
}
