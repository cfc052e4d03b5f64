/** A list with at least one member. */
export type NonEmpty<T> = readonly [T, ...T[]];

export function isNonEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
  return list.length > 0;
}

/** The same for every member; what was not empty stays so. */
export function mapNonEmpty<T, U>(list: NonEmpty<T>, change: (member: T, index: number) => U): NonEmpty<U> {
  const changed = list.map(change);
  if (!isNonEmpty(changed)) throw new Error("a list became empty");
  return changed;
}
