import { processorSeconds } from "./processor-time.ts";

/** The workers have ended by now, so that all of them and their children are counted. */
export default async function globalTeardown(): Promise<void> {
  const before = processorSeconds();
  await globalThis.stopTestPostgres?.();
  const after = processorSeconds();
  process.stderr.write(
    before === undefined || after === undefined
      ? "Processor seconds: not measured on this system.\n"
      : `Processor seconds: ${after.toFixed(0)}, of them PostgreSQL ${(after - before).toFixed(0)}.\n`,
  );
}
