/** What the sides of a comparison came to, a figure a round. */
export type Figures<S extends string> = Readonly<Record<S, readonly number[]>>;

/**
 * Lets the sides take turns: A B A B …, so that what else the machine does meanwhile hits all of them. A round before the
 * counted ones warms everything up.
 */
export async function inTurn<S extends string>(
  rounds: number,
  sides: Readonly<Record<S, () => Promise<number>>>,
): Promise<Figures<S>> {
  const names = Object.keys(sides) as S[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<S, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const figure = await sides[name]();
      process.stderr.write(`  round ${round} ${name}: ${figure.toFixed(2)}\n`);
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** The median of the rounds' ratios: two sides of one round ran next to each other. */
export function ratioOf(side: readonly number[], other: readonly number[]): number {
  return median(side.map((figure, round) => figure / (other[round] ?? Number.NaN)));
}
