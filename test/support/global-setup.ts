import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { makeScratchFolder } from "./scratch-folder.ts";
import { makeTemplates } from "./templates.ts";

declare global {
  /** Takes away what the set-up made; the tear-down runs in the same process. */
  var stopTestPostgres: (() => Promise<void>) | undefined;
}

/** One PostgreSQL for the whole run, in TEST_DATABASE_URL; a server that is named there already is used instead. */
export default async function globalSetup(): Promise<void> {
  const scratch = makeScratchFolder();
  const stopServer = process.env["TEST_DATABASE_URL"] ? undefined : await startServer();
  const templates = await makeTemplates();
  const stop = async () => {
    await (stopServer?.() ?? Promise.all(templates.map(({ drop }) => drop())));
    scratch.remove();
  };
  globalThis.stopTestPostgres = stop;
  // Jest's own answer to Ctrl-C skips the tear-down.
  process.once("SIGINT", () => stop().finally(() => process.exit(130)));
}

async function startServer(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "tallystick-test-"));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    // Nobody needs these data after a power cut, and waiting for the disk would be most of the time of the tests.
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", shared_buffers: "128MB" },
  });
  process.env["TEST_DATABASE_URL"] = postgres.url;
  return postgres.stop;
}
