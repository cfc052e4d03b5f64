import cluster, { type Worker } from "node:cluster";
import type { Logger } from "pino";
import type { Address } from "../../server/connections/port.ts";
import type { Certificates } from "../../server/tls/certificates.ts";
import { metricsOfPrimary } from "../../service-metrics.ts";
import { Gathering } from "./gathering.ts";
import { closeUntaken } from "./handed-connections.ts";
import { Pulse } from "./pulse.ts";
import { WorkerFailure } from "./worker-failure.ts";
import type { WorkerMessage, WorkerOrder } from "./worker-messages.ts";

/** So many may end within the window and be replaced; one more, and what ends them is no accident. */
const ends = { max: 10, windowMs: 60_000 };
/** What goes before a worker is replaced, longer each time while they go on ending. */
const pause = { firstMs: 50, longestMs: 1_000 };
/** Beyond the grace of running calls: the connections to the database close, too. */
const closingMsMax = 15_000;

export interface WorkersOptions {
  readonly count: number;
  /** Settings that workers have instead of the ones of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** They get it from here, and not from its files: all have the same, and one that begins while those do not fit has it, too. */
  readonly certificates: Certificates | undefined;
  /** What running calls get to end, unless told otherwise. */
  readonly graceMs: number;
  readonly log: Logger;
}

/**
 * Processes that serve one port, and that are replaced when they end, or are killed because they hang. This one accepts their
 * connections and hands them round, so that the few and long ones of HTTP/2 come to all of them alike; of what is on a
 * connection it sees nothing.
 */
export class Workers {
  /** Resolves with a reason when workers end again and again. */
  readonly failed: Promise<string>;
  private fail: (reason: string) => void = () => undefined;
  private readonly running = new Set<Worker>();
  /** Those of them that have begun to, and were not told to stop. */
  private readonly serving = new Set<Worker>();
  private readonly replacing = new Set<NodeJS.Timeout>();
  private readonly metrics: Gathering;
  private endedAt: number[] = [];
  private endedCount = 0;
  private state: "starting" | "serving" | "stopping" = "starting";
  /** What each of them is told, also one that comes later. */
  private readonly standing: WorkerOrder[] = [];

  constructor(private readonly options: WorkersOptions) {
    this.metrics = new Gathering({
      reporters: () => this.reporters(),
      own: metricsOfPrimary({ serving: () => this.serving.size, ended: () => this.endedCount }),
    });
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
    options.certificates?.onChange(() => {
      for (const worker of this.running) this.certify(worker);
    });
  }

  /**
   * Resolves with where they listen once all of them do.
   *
   * @throws WorkerFailure where one of them cannot
   */
  async start(): Promise<Address> {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ args: ["worker"] });
    const starts = Array.from({ length: this.options.count }, () => this.begin());
    const [address] = await Promise.all(starts);
    if (address === undefined) throw new Error("there are no workers");
    if (this.state === "starting") this.state = "serving";
    return address;
  }

  /** None of them is ready from now on, and all of them serve. */
  leave(): void {
    this.orderAll({ kind: "leave" });
  }

  /** Lets each of them end what runs, at once; one that takes much longer than it may is killed. */
  async stop(graceMs = this.options.graceMs): Promise<void> {
    this.state = "stopping";
    this.serving.clear();
    for (const timer of this.replacing) clearTimeout(timer);
    const ended = [...this.running].map((worker) => endOf(worker, graceMs + closingMsMax));
    this.orderAll({ kind: "stop", graceMs });
    await Promise.all(ended);
  }

  private orderAll(message: WorkerOrder): void {
    this.standing.push(message);
    for (const worker of this.running) order(worker, message);
  }

  /** Resolves when a new worker serves, and rejects when it ends before that or cannot begin. */
  private begin(): Promise<Address> {
    try {
      return this.follow(cluster.fork(this.options.env));
    } catch (error) {
      // Node throws some reasons why there can be no other process, and tells of others as of an end.
      const reason = `A worker could not begin: ${(error as Error).message}.`;
      if (this.state === "serving") this.replace({ reason });
      return Promise.reject(new WorkerFailure(reason));
    }
  }

  private follow(worker: Worker): Promise<Address> {
    const { log } = this.options;
    closeUntaken(worker);
    const { id } = worker;
    const { pid } = worker.process;
    this.running.add(worker);
    const pulse = new Pulse(() => {
      log.error({ worker: id, pid }, "a worker hangs, and is killed");
      worker.process.kill("SIGKILL");
    });
    return new Promise((resolve, reject) => {
      let why: string | undefined;
      worker.on("message", (message: WorkerMessage) => {
        pulse.beat();
        if (message.kind === "listening") this.instruct(worker);
        else if (message.kind === "failed") why = message.reason;
        else if (message.kind === "serving") {
          this.serving.add(worker);
          log.info({ worker: id, pid }, "a worker serves");
          resolve(message.address);
        } else if (message.kind === "report") this.metrics.report(id, message.question, message.metrics);
        else if (message.kind === "gather") void this.tellMetrics(worker, message.question);
      });
      const ended = (how: string) => {
        if (!this.running.delete(worker)) return;
        const hasServed = this.serving.delete(worker);
        pulse.stop();
        this.metrics.leave(id);
        this.endedCount += 1;
        const reason = why ?? `A worker ended: ${how}.`;
        reject(new WorkerFailure(reason));
        // Of those that cannot serve at the start the start tells.
        if (this.state === "serving" || (this.state === "starting" && hasServed))
          this.replace({ worker: id, pid, reason });
      };
      worker.on("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
      worker.on("error", (error) => {
        // There can be no other process. Whatever else it is, such as a message to one that ends, its end says more.
        if (pid === undefined) ended(error.message);
      });
    });
  }

  private *reporters() {
    for (const worker of this.serving)
      yield { id: worker.id, ask: (question: number) => order(worker, { kind: "report", question }) };
  }

  private async tellMetrics(worker: Worker, question: number): Promise<void> {
    order(worker, { kind: "gathered", question, metrics: await this.metrics.gather() });
  }

  /** Tells one that has begun to listen what it has missed. */
  private instruct(worker: Worker): void {
    this.certify(worker);
    for (const message of this.standing) order(worker, message);
  }

  private certify(worker: Worker): void {
    const { certificates } = this.options;
    if (certificates !== undefined) order(worker, { kind: "certificate", material: certificates.material });
  }

  private replace(ended: { worker?: number; pid?: number | undefined; reason: string }): void {
    const now = performance.now();
    this.endedAt = [...this.endedAt.filter((at) => now - at < ends.windowMs), now];
    const count = this.endedAt.length;
    if (count > ends.max) {
      this.fail(`Workers end again and again, ${count} times in a minute. The last time: ${ended.reason}`);
      return;
    }
    const pauseMs = Math.min(pause.firstMs * 2 ** (count - 1), pause.longestMs);
    this.options.log.error({ ...ended, pauseMs }, "a worker ended, and is replaced");
    const timer = setTimeout(() => {
      this.replacing.delete(timer);
      // That it did not come to serve was noted when it ended.
      this.begin().catch(() => undefined);
    }, pauseMs);
    this.replacing.add(timer);
  }
}

async function endOf(worker: Worker, patienceMs: number): Promise<void> {
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  const patience = setTimeout(() => worker.process.kill("SIGKILL"), patienceMs);
  await ended;
  clearTimeout(patience);
}

/** One that has just ended hears nothing. */
function order(worker: Worker, message: WorkerOrder): void {
  worker.send(message, () => undefined);
}
