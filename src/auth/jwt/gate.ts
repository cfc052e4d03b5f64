/** Lets so many through at once; the others wait in line. */
export class Gate {
  private within = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly withinMax: number) {}

  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.within < this.withinMax) this.within += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever leaves hands its place on.
      const next = this.waiting.shift();
      if (next === undefined) this.within -= 1;
      else next();
    }
  }
}
