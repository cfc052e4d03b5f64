export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** The median of the rounds' ratios: in a round the two sides ran next to each other. */
export function ratioOf(side: readonly number[], other: readonly number[]): number {
  return median(side.map((figure, round) => figure / (other[round] ?? Number.NaN)));
}

/**
 * Bounds between which the median of all possible figures lies with a chance of at least 95 %, whatever their distribution:
 * the k-th smallest and the k-th largest, since each falls below that median with a chance of one half, as in
 * a sign test. Of nine figures they are the second and the last but one. Undefined below six figures, which allow none, and
 * where a figure is none.
 */
export function medianInterval(figures: readonly number[]): readonly [number, number] | undefined {
  if (!figures.every(Number.isFinite)) return undefined;
  const sorted = [...figures].sort((a, b) => a - b);
  const count = sorted.length;
  let [below, ways, outside] = [0, 1, 0];
  // `outside` is the chance that no more than so many figures are below: a sum of binomial coefficients over 2 to the count.
  while (below < count / 2) {
    outside += ways / 2 ** count;
    if (outside > 0.025) break;
    ways = (ways * (count - below)) / (below + 1);
    below += 1;
  }
  const [low, high] = [sorted[below - 1], sorted[count - below]];
  return low === undefined || high === undefined ? undefined : [low, high];
}
