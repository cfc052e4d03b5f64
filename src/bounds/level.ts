/**
 * The level of a max-min fair division of `max`: whoever wants less than the level gets all of it, and everybody else gets the
 * level. Infinity where there is enough for all.
 */
export function levelOf(wants: readonly number[], max: number): number {
  let left = max;
  const rising = [...wants].sort((a, b) => a - b);
  for (const [index, want] of rising.entries()) {
    const part = left / (rising.length - index);
    if (want > part) return part;
    left -= want;
  }
  return Number.POSITIVE_INFINITY;
}
