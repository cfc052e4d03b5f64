import { isatty } from "node:tty";
import { SingleBar } from "cli-progress";
import type { Surroundings } from "./surroundings.ts";

/** How far long work has come. */
export interface Place {
  readonly done: number;
  /** Left out where nobody knows; what is only estimated may change. */
  readonly total?: number;
  /** The same in words. */
  readonly says: string;
}

/** Least time before the first line, and between two. Short work has none. */
const usualLineMs = 1_000;

/**
 * Shows on standard error how far long work has come: on a terminal in one line, with a rate and where the end is known a bar and
 * the time that is left; elsewhere in a line now and then.
 */
export class ProgressDisplay {
  readonly #stderr: Surroundings["stderr"];
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #isTerminal: boolean;
  readonly #lineMs: number;
  #nextLineAt: number;
  #bar: SingleBar | undefined;

  constructor(
    { stderr }: Pick<Surroundings, "stderr">,
    { now = () => performance.now(), isTerminal = isatty(stderr.fd), lineMs = usualLineMs } = {},
  ) {
    this.#stderr = stderr;
    this.#now = now;
    this.#isTerminal = isTerminal;
    this.#startedAt = now();
    this.#lineMs = lineMs;
    this.#nextLineAt = this.#startedAt + lineMs;
  }

  show(place: Place): void {
    if (this.#isTerminal) this.#draw(place);
    else if (this.#now() >= this.#nextLineAt) {
      this.#nextLineAt = this.#now() + this.#lineMs;
      this.#stderr.write(`${place.says}\n`);
    }
  }

  /** Leaves the line for what comes of the work. */
  end(): void {
    this.#bar?.stop();
  }

  #draw({ done, total, says }: Place): void {
    const seconds = Math.max((this.#now() - this.#startedAt) / 1_000, 0.001);
    const shown = { says, rate: Math.round(done / seconds) };
    if (this.#bar !== undefined) {
      if (total !== undefined) this.#bar.setTotal(total);
      this.#bar.update(done, shown);
      return;
    }
    const end = total === undefined ? "" : ", {eta_formatted} left";
    const bar = total === undefined ? "" : "[{bar}] {percentage}% ";
    this.#bar = new SingleBar({
      format: `${bar}{says}, {rate}/s${end}`,
      stream: this.#stderr as unknown as NodeJS.WriteStream,
      clearOnComplete: true,
      linewrap: true,
    });
    this.#bar.start(total ?? 0, done, shown);
  }
}
