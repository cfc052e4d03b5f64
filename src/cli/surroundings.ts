/** What the command line has around it: `process`, or what stands for it in tests that start no process. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  readonly stderr: Output & { readonly fd: number };
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

interface Output {
  write(text: string): unknown;
}

/**
 * The first signal that asks for an end; a closed terminal is one. npm and the terminal may each send one, so further
 * ones change nothing.
 */
export function firstSignal(surroundings: Surroundings): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) surroundings.on(signal, resolve);
  });
}
