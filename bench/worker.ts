import { type ChildProcess, fork } from "node:child_process";

type Answer<R> = { readonly result: R } | { readonly failure: string };

/** A process of its own that does one job after another. */
export class Worker<J extends object | string, R> {
  private readonly child: ChildProcess;
  private answer: (answer: Answer<R>) => void = () => undefined;

  /** `module` calls `answerJobs`; its path is relative to this file, without an ending. */
  constructor(module: string) {
    this.child = fork(new URL(`${module}.js`, import.meta.url));
    this.child.on("message", (answer: Answer<R>) => this.answer(answer));
    this.child.on("exit", () => this.answer({ failure: `${module} ended` }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  run(job: J): Promise<R> {
    return new Promise((resolve, reject) => {
      this.answer = (answer) => {
        if ("failure" in answer) reject(new Error(answer.failure));
        else resolve(answer.result);
      };
      this.child.send(job);
    });
  }

  stop(): void {
    this.child.kill();
  }
}

/** Makes this process do the jobs that its parent sends. */
export function answerJobs<J, R>(work: (job: J) => Promise<R>): void {
  process.on("message", (job: J) => {
    work(job).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ failure: String(error) }),
    );
  });
}
