import { misspelledSettings } from "../misspelled-settings.ts";
import { firstSignal, type Surroundings } from "./surroundings.ts";
import { visible } from "./visible.ts";

/** As grep has it: 0 and 1 are answers, and 2 says that there is none. */
export const exitCodeWithoutAnswer = 2;

/** Does what the program was started for. The exit code is what comes of it, or `codeOfFailure` with one line. */
export async function run(
  work: () => Promise<number>,
  { stderr }: Surroundings,
  codeOfFailure = 1,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    // It knows every kind of failure, of the database's, too: no command waits for that before it has failed.
    const { startupFailure } = await import("../startup-failure.ts");
    stderr.write(`tallystick: ${visible(startupFailure(error))}\n`);
    return codeOfFailure;
  }
}

/** As `run`, but first names what may be misspelled, for which the service has its log, and ends at once with `codeOfFailure` at a signal, whose own answer would leave an embedded database running. */
export function runUntilSignal(
  work: () => Promise<number>,
  surroundings: Surroundings,
  codeOfFailure = 1,
): Promise<number> {
  for (const sentence of misspelledSettings(surroundings.env))
    surroundings.stderr.write(`tallystick: ${sentence}\n`);
  const signalled = firstSignal(surroundings).then(() => codeOfFailure);
  return Promise.race([signalled, run(work, surroundings, codeOfFailure)]);
}
