/** From one moment to a later one. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
/** How far apart people put marks on a line of time, in milliseconds. Of the longest a few reach from the year 1 to 9999. */
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((each) => each * second),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * minute),
  ...[1, 2, 3, 6, 12].map((each) => each * hour),
  ...[1, 10, 100, 1_000, 10_000, 100_000].flatMap((tens) => [1, 2, 5].map((each) => each * tens * day)),
];

/** The shortest step, in milliseconds, by whose multiples a span falls into no more than so many parts. */
export function stepFor(span: Span, partsMax: number): number {
  const step = steps.find((each) => insideCount(span, each) < partsMax);
  if (step === undefined) throw new Error(`no step makes ${partsMax} parts`);
  return step;
}

/** The multiples of a step since 1970 that lie inside a span, its ends not among them. */
export function multiplesInside(span: Span, step: number): Date[] {
  const first = firstAfter(span.from, step);
  return Array.from({ length: insideCount(span, step) }, (_, index) => new Date((first + index) * step));
}

function insideCount({ from, to }: Span, step: number): number {
  return Math.max(0, Math.ceil(to.getTime() / step) - firstAfter(from, step));
}

function firstAfter(from: Date, step: number): number {
  return Math.floor(from.getTime() / step) + 1;
}
