/** The equal part of a bound that one of several processes applies, rounded up. */
export function partOf(bound: number, processes: number): number {
  return Math.ceil(bound / processes);
}
