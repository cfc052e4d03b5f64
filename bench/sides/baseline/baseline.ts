import type { Sql } from "postgres";
import { withCosts } from "../../costs/costs.ts";
import { type Stretch, stretchOf } from "../../load/driver.ts";
import type { Outcome } from "../../load/loop.ts";
import { Worker } from "../../worker.ts";
import { type Cluster, connectTo, databaseOf } from "../cluster.ts";
import { schema } from "./schema.ts";
import type { BaselineJob } from "./worker.ts";

/** The same change written the usual way, in a database of its own beside the service's. */
export interface Baseline {
  readonly sql: Sql;
  /** Does its transactions for one turn. */
  load(job: Omit<BaselineJob, "seconds" | "databaseUrl">): Promise<Stretch>;
  /** @throws an Error where the books do not balance */
  verify(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBaseline(cluster: Cluster, seconds: number): Promise<Baseline> {
  await cluster.sql`create database baseline`;
  const databaseUrl = databaseOf(cluster.url, "baseline");
  const sql = connectTo(databaseUrl);
  await sql.unsafe(schema);
  const worker = new Worker<BaselineJob, Outcome>("sides/baseline/worker");
  return {
    sql,
    load: async (job) => {
      const measured = { serverPid: undefined, clientPid: worker.pid, cluster };
      const { result, costs } = await withCosts(measured, () => worker.run({ ...job, seconds, databaseUrl }));
      return stretchOf(result, costs, 1);
    },
    verify: () => verify(sql),
    stop: async () => {
      worker.stop();
      await sql.end();
    },
  };
}

async function verify(sql: Sql): Promise<void> {
  const broken = await sql`
    select from accounts group by org_id, currency having sum(funded - spent) <> 0
    union all
    select from accounts a left join entries e on e.org_id = a.org_id and e.account_id = a.id
    group by a.org_id, a.id, a.version
    having count(e.version) <> a.version or coalesce(max(e.version), 0) <> a.version
      or coalesce(sum(e.amount), 0) <> a.funded - a.spent`;
  if (broken.length > 0) throw new Error("the baseline's books do not balance");
}
