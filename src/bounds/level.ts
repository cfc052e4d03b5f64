/**
 * Up to how much each may have of what several want, so that all together have what there is and no more: who wants less than
 * that has it, and nobody else has less than another (max-min fairness). Infinity where there is enough for all.
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
