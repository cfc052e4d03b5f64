import type { Stretch } from "./load/driver.ts";

/** What the sides of a comparison came to, a stretch a round. */
export type Stretches<S extends string> = Readonly<Record<S, readonly Stretch[]>>;

/**
 * Lets the sides take turns: A B, B A, A B, …, so that what else the machine does meanwhile hits all of them, and none is
 * always the first. A round before the counted ones warms everything up.
 */
export async function inTurn<S extends string>(
  rounds: number,
  sides: Readonly<Record<S, () => Promise<Stretch>>>,
): Promise<Stretches<S>> {
  const names = Object.keys(sides) as S[];
  const stretches = Object.fromEntries(names.map((name) => [name, [] as Stretch[]])) as Record<S, Stretch[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const stretch = await sides[name]();
      const [rate, p50] = [stretch.perSecond.toFixed(0), stretch.p50Ms.toFixed(2)];
      process.stderr.write(`  round ${round} ${name}: ${rate} /s, p50 ${p50} ms\n`);
      if (round > 0) stretches[name].push(stretch);
    }
  }
  return stretches;
}
