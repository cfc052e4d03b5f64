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

/** The first signal that asks for an end; a closed terminal is one. */
export function firstSignal(
  surroundings: Surroundings,
  signals: readonly NodeJS.Signals[] = endings,
): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of signals) surroundings.on(signal, resolve);
  });
}

/** npm and the terminal may each send a signal for the same key; whoever insists takes longer to. */
const sameSignalMs = 1_000;

/** A signal that asks again for the end that another has asked for before. */
export function insistingSignal(
  surroundings: Surroundings,
  signals: readonly NodeJS.Signals[] = endings,
): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const take = (signal: NodeJS.Signals) => {
      const now = performance.now();
      firstAt ??= now;
      if (now - firstAt > sameSignalMs) resolve(signal);
    };
    for (const signal of signals) surroundings.on(signal, take);
  });
}

/** Whether SIGHUP tells of a closed terminal, as there is one. */
export function hasTerminal({ stderr }: Surroundings): boolean {
  return [0, 1, stderr.fd].some((descriptor) => isatty(descriptor));
}
