import { grown, together } from "../../metrics/exposition.ts";
import type { MetricValues } from "../../metrics/registry.ts";

/** How long is waited for the metrics of one worker: more than it waits itself to find out whether it is ready. */
const reportMsMax = 4_000;

type Report = readonly MetricValues[];

/** A worker that can be asked for its metrics. */
interface Reporter {
  readonly id: number;
  /** Asks for a report that names the question. */
  ask(question: number): void;
}

interface Question {
  readonly missing: Set<number>;
  readonly answered: () => void;
}

export interface GatheringOptions {
  /** Those that serve now. */
  readonly reporters: () => Iterable<Reporter>;
  /** The metrics of this process; is told how many have not reported in time. */
  readonly own: (silent: number) => Promise<Report>;
  readonly msMax?: number;
}

/**
 * The metrics of several processes as those of one service. What only grows never goes back: of a worker that does not
 * answer, or is not asked because it stops, counts what it said last, and so of one that has ended. What it has counted since is lost with it.
 */
export class Gathering {
  private readonly newest = new Map<number, Report>();
  private readonly questions = new Map<number, Question>();
  private readonly options: GatheringOptions;
  /** Of all that have ended. */
  private ended: Report = [];
  private ending: Promise<void> = Promise.resolve();
  private asked = 0;

  constructor(options: GatheringOptions) {
    this.options = options;
  }

  async gather(): Promise<Report> {
    const { answered, silent } = await this.ask();
    await this.ending;
    const reports = [...this.newest].map(([id, report]) => (answered.has(id) ? report : grown(report)));
    return together([...reports, this.ended, await this.options.own(silent)]);
  }

  /** What a worker answers. */
  report(id: number, question: number, report: Report): void {
    const of = this.questions.get(question);
    // One that comes late may be older than the newest.
    if (of?.missing.delete(id) !== true) return;
    this.newest.set(id, report);
    if (of.missing.size === 0) of.answered();
  }

  /** A worker has ended. */
  leave(id: number): void {
    const report = this.newest.get(id);
    this.newest.delete(id);
    for (const { missing, answered } of this.questions.values())
      if (missing.delete(id) && missing.size === 0) answered();
    if (report !== undefined) this.ending = this.ending.then(() => this.keep(report));
  }

  private async keep(report: Report): Promise<void> {
    this.ended = await together([this.ended, grown(report)]);
  }

  /** Has all that serve report: who has, and how many have not in time. */
  private async ask(): Promise<{ readonly answered: ReadonlySet<number>; readonly silent: number }> {
    this.asked += 1;
    const question = this.asked;
    const reporters = [...this.options.reporters()];
    const asked = new Set(reporters.map(({ id }) => id));
    const missing = new Set(asked);
    if (missing.size === 0) return { answered: asked, silent: 0 };
    await new Promise<void>((resolve) => {
      const patience = setTimeout(resolve, this.options.msMax ?? reportMsMax);
      const answered = () => {
        clearTimeout(patience);
        resolve();
      };
      this.questions.set(question, { missing, answered });
      for (const reporter of reporters) reporter.ask(question);
    });
    this.questions.delete(question);
    return { answered: new Set([...asked].filter((id) => !missing.has(id))), silent: missing.size };
  }
}
