/** What one of several processes, which have equal parts of a bound, has of it: as much as there must be at the least. */
export function partOf(bound: number, processes: number): number {
  return Math.ceil(bound / processes);
}
