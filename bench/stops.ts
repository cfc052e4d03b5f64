/** Something that runs beside this process. */
interface Stoppable {
  stop(): void | Promise<void>;
}

/** What has been started, and is stopped in the reverse order, however far a run came. */
export class Stops {
  private readonly started: Stoppable[] = [];
  private stopping: Promise<void> | undefined;

  add<T extends Stoppable>(started: T): T {
    this.started.push(started);
    return started;
  }

  /** A signal and the failure that it causes may both ask for it; all of them wait for the end. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (let last = this.started.pop(); last !== undefined; last = this.started.pop()) await last.stop();
  }
}
