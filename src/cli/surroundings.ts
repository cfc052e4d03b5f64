import { isatty } from "node:tty";

/** What the command line has around it: `process`, or what stands for it in tests that start no process. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output & { readonly isTTY?: boolean };
  readonly stderr: Output & { readonly fd: number };
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

interface Output {
  write(text: string): unknown;
}

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm and the terminal may each send a signal for the same key; whoever insists takes longer to. */
const sameSignalMs = 1_000;

interface EndingSignals {
  /** The first signal that asks for an end; a closed terminal is one. */
  readonly first: Promise<NodeJS.Signals>;
  /** One that asks for it again. */
  readonly insisting: Promise<NodeJS.Signals>;
}

export function endingSignals(
  surroundings: Surroundings,
  signals: readonly NodeJS.Signals[] = endings,
): EndingSignals {
  const first = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of signals) surroundings.on(signal, resolve);
  });
  const insisting = new Promise<NodeJS.Signals>((resolve) => {
    let firstAt: number | undefined;
    const take = (signal: NodeJS.Signals) => {
      const now = performance.now();
      firstAt ??= now;
      if (now - firstAt > sameSignalMs) resolve(signal);
    };
    for (const signal of signals) surroundings.on(signal, take);
  });
  return { first, insisting };
}

export function firstSignal(surroundings: Surroundings): Promise<NodeJS.Signals> {
  return endingSignals(surroundings).first;
}

/** Whether SIGHUP tells of a closed terminal, as there is one. */
export function hasTerminal({ stderr }: Surroundings): boolean {
  return [0, 1, stderr.fd].some((descriptor) => isatty(descriptor));
}
