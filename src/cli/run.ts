import { startupFailure } from "../startup-failure.ts";

/** Does what the program was started for, and ends the process: with the exit code that comes of it, or 1 and one line. */
export function run(work: () => Promise<number>, exitCodeOfFailure = 1): Promise<void> {
  return work().then(
    (exitCode) => process.exit(exitCode),
    (error: unknown) => {
      process.stderr.write(`tallystick: ${startupFailure(error)}\n`);
      process.exit(exitCodeOfFailure);
    },
  );
}

/** A signal's own answer is to end at once, which would leave an embedded database running. */
export function exitOnSignals(exitCode: number): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => process.exit(exitCode));
}
