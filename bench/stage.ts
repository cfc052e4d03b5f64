import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sql } from "postgres";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../src/embedded/embedded-postgres.ts";
import type { LoadJob } from "./load/client.ts";
import type { Outcome } from "./load/loop.ts";
import type { Options } from "./options.ts";
import type { BaselineJob } from "./sides/baseline.ts";
import type { EchoPath } from "./sides/echo.ts";
import { startTallystick, type Tallystick } from "./sides/tallystick.ts";
import { Worker } from "./worker.ts";
import { connectTo } from "./world.ts";

/** The processes of a run. Each is there from the beginning to the end and idle out of its turn. */
export interface Stage {
  readonly options: Options;
  readonly databaseUrl: string;
  readonly sql: Sql;
  readonly server: Tallystick;
  /** Puts load on a server for one turn. */
  load(job: Omit<LoadJob, "seconds" | "authorization">): Promise<Outcome>;
  /** Does the baseline's transactions for one turn. */
  baseline(job: Omit<BaselineJob, "seconds" | "databaseUrl">): Promise<Outcome>;
  /** The port of a server that does nothing but answer. */
  echo(path: EchoPath): Promise<number>;
  stop(): Promise<void>;
}

export async function startStage(options: Options): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  const server = await startTallystick(postgres.url, options.profile).catch(async (error: unknown) => {
    await end(postgres, folder);
    throw error;
  });
  const client = new Worker<LoadJob, Outcome>("load/client");
  const baseline = new Worker<BaselineJob, Outcome>("sides/baseline");
  const echoes = new Map<EchoPath, { worker: Worker<EchoPath, number>; port: Promise<number> }>();
  const sql = connectTo(postgres.url);
  const { seconds } = options;
  return {
    options,
    databaseUrl: postgres.url,
    sql,
    server,
    load: async (job) =>
      withoutFailure(await client.run({ ...job, seconds, authorization: server.authorization })),
    baseline: async (job) =>
      withoutFailure(await baseline.run({ ...job, seconds, databaseUrl: postgres.url })),
    echo: (path) => {
      const known = echoes.get(path);
      if (known !== undefined) return known.port;
      const worker = new Worker<EchoPath, number>("sides/echo");
      const port = worker.run(path);
      echoes.set(path, { worker, port });
      return port;
    },
    stop: async () => {
      for (const worker of [client, baseline, ...[...echoes.values()].map((echo) => echo.worker)])
        worker.stop();
      await server.stop();
      await sql.end();
      await end(postgres, folder);
    },
  };
}

async function end(postgres: EmbeddedPostgres, folder: string): Promise<void> {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A figure with refused calls in it is none. */
function withoutFailure(outcome: Outcome): Outcome {
  if (outcome.failures > 0) throw new Error(`${outcome.failures} calls failed`);
  return outcome;
}
