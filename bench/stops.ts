/** Something that runs beside this process. */
interface Stoppable {
  stop(): void | Promise<void>;
}

/** What has been started, and is stopped in the reverse order, however far a run came. */
export class Stops {
  private readonly started: Stoppable[] = [];

  add<T extends Stoppable>(started: T): T {
    this.started.push(started);
    return started;
  }

  async stop(): Promise<void> {
    for (let last = this.started.pop(); last !== undefined; last = this.started.pop()) await last.stop();
  }
}
