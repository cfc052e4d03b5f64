import type { Transport } from "@connectrpc/connect";
import { misspelledSettings } from "../misspelled-settings.ts";
import type { LedgerOptions } from "./remote/ledger.ts";
import { firstSignal, type Surroundings } from "./surroundings.ts";
import { visible } from "./visible.ts";

/** What commands work with. */
export interface Surrounded {
  readonly surroundings: Surroundings;
  /** Gets the exit code. */
  readonly done: (exitCode: number) => void;
}

/** Asks the ledger that the options mean, and prints what comes of it. A signal ends it at once. */
export async function ask(
  { surroundings, done }: Surrounded,
  options: LedgerOptions,
  work: (ledger: Transport) => Promise<string>,
): Promise<void> {
  const answer = answering(surroundings, async () => {
    const { withLedger } = await import("./remote/ledger.ts");
    surroundings.stdout.write(await withLedger(options, surroundings, work));
    return 0;
  });
  const signalled = firstSignal(surroundings).then(() => 1);
  done(await Promise.race([signalled, answer]));
}

/** Does the work; what goes wrong is one line, and an exit code that says what kind of failure it is. */
export async function answering(surroundings: Surroundings, work: () => Promise<number>): Promise<number> {
  const { env, stderr } = surroundings;
  for (const sentence of misspelledSettings(env)) stderr.write(`tallystick: ${sentence}\n`);
  try {
    return await work();
  } catch (error) {
    const { failureOf } = await import("./remote/failure.ts");
    const { line, code } = failureOf(error);
    stderr.write(`tallystick: ${visible(line)}\n`);
    return code;
  }
}

/** Follows the ledger that the options mean until a signal, which is no failure. */
export async function follow(
  { surroundings, done }: Surrounded,
  options: LedgerOptions,
  work: (ledger: Transport, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  void firstSignal(surroundings).then(() => ending.abort());
  const followed = async () => {
    const { withLedger } = await import("./remote/ledger.ts");
    await withLedger(options, surroundings, (ledger) => work(ledger, ending.signal));
    return 0;
  };
  done(await answering(surroundings, followed));
}
