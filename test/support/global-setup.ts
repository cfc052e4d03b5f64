import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";

declare global {
  /** Stops what the set-up started; the tear-down runs in the same process. */
  var stopTestPostgres: (() => Promise<void>) | undefined;
}

/** One PostgreSQL for the whole run, in TEST_DATABASE_URL; a server that is named there already is used instead. */
export default async function globalSetup(): Promise<void> {
  if (process.env["TEST_DATABASE_URL"]) return;
  const dataDir = mkdtempSync(join(tmpdir(), "tallystick-test-"));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    // Nobody needs these data after a power cut, and waiting for the disk would be most of the time of the tests.
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", shared_buffers: "128MB" },
  });
  process.env["TEST_DATABASE_URL"] = postgres.url;
  const stop = async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  globalThis.stopTestPostgres = stop;
  // Jest's own answer to Ctrl-C skips the tear-down.
  process.once("SIGINT", () => stop().finally(() => process.exit(130)));
}
