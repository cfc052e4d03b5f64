/** Lets so many tasks run at once; the others wait in the order in which they came, whosever they are (see Turns for parties). */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly runningMax: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running < this.runningMax) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      // A task that ends hands its place to the next one.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
