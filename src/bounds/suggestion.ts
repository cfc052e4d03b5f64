/** Longer names are compared with nothing. */
const charactersMax = 100;
const changesMax = 3;

/** The name that was probably meant, as the end of a sentence: `; did you mean …?`. Empty where none is similar. */
export function suggestion(name: string, names: Iterable<string>): string {
  const all = [...names];
  const nearest = nearestOf(name, all) ?? shorterOf(name, all);
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}

/** The most similar name: at most three letters differ, and at most a third of them. The first one of several. */
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

/** The longest name whose words are the first or the last words of the given one, as `key` of `idempotencyKey`. */
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
 * The edit distance of two texts (optimal string alignment: Levenshtein's with swaps of neighbours); undefined where it is more
 * than `most`. Anybody may have many long names compared, so it computes no cell that is further than `most` from the diagonal,
 * and stops at a row whose cells are all above `most`.
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
