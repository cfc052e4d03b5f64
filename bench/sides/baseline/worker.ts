import type { Sql, TransactionSql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { closedLoop, type Outcome } from "../../load/loop.ts";
import { answerJobs } from "../../worker.ts";
import { connectTo } from "../cluster.ts";

/** A stretch of transfers of one unit, each between two of the accounts. */
export interface BaselineJob {
  readonly databaseUrl: string;
  readonly orgId: string;
  /** With two of them every transfer goes from the first to the second; with more between two at random. */
  readonly accountIds: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

interface Account {
  readonly id: string;
  readonly version: string;
  readonly funded: string;
  readonly spent: string;
  readonly allowed: boolean;
}

/**
 * The double-entry change as one usually writes it: a transaction a change, both accounts locked in one order, the limit
 * checked under the lock, the key by the unique index. No network service before it; the arithmetic is the database's.
 */
async function transfer(sql: TransactionSql, orgId: string, from: string, to: string): Promise<void> {
  const rows = await sql<Account[]>`
    select id, version, funded, spent, funded - spent - held - 1 >= coalesce(minimum_balance, 0) as allowed
    from accounts where org_id = ${orgId} and id in (${from}, ${to}) order by id for no key update`;
  const [payer, payee] = [rows.find(({ id }) => id === from), rows.find(({ id }) => id === to)];
  if (payer?.allowed !== true || payee === undefined) throw new Error("the payer has not enough");
  const id = uuidv7();
  const [fromVersion, toVersion] = [Number(payer.version) + 1, Number(payee.version) + 1];
  // Asked under the locks: the transaction's own time may be before that of an entry it waited for.
  const [booked] = await sql<{ createdAt: Date }[]>`
    insert into transfers (org_id, id, key, kind, amount, currency, from_account_id, from_version, to_account_id,
      to_version, source, description, user_id, metadata, created_at)
    values (${orgId}, ${id}, ${id}, 'charge', 1, 'VC', ${from}, ${fromVersion}, ${to}, ${toVersion}, '', '', '',
      '{}', clock_timestamp())
    on conflict do nothing returning created_at as "createdAt"`;
  if (booked === undefined) throw new Error("the key is known");
  await sql`
    insert into entries (org_id, account_id, version, transfer_id, amount, funded, spent, held, created_at)
    values (${orgId}, ${from}, ${fromVersion}, ${id}, -1, ${payer.funded}, ${payer.spent}::numeric + 1, 0,
        ${booked.createdAt}),
      (${orgId}, ${to}, ${toVersion}, ${id}, 1, ${payee.funded}::numeric + 1, ${payee.spent}, 0,
        ${booked.createdAt})`;
  await sql`
    update accounts set version = ${fromVersion}, spent = spent + 1, updated_at = ${booked.createdAt}
    where org_id = ${orgId} and id = ${from}`;
  await sql`
    update accounts set version = ${toVersion}, funded = funded + 1, updated_at = ${booked.createdAt}
    where org_id = ${orgId} and id = ${to}`;
}

function pickPair(accountIds: readonly string[]): readonly [string, string] {
  const [first = "", second = ""] = accountIds;
  if (accountIds.length === 2) return [first, second];
  const from = Math.floor(Math.random() * accountIds.length);
  const to = (from + 1 + Math.floor(Math.random() * (accountIds.length - 1))) % accountIds.length;
  return [accountIds[from] ?? first, accountIds[to] ?? second];
}

const pools = new Map<number, Sql>();

function poolOf({ databaseUrl, connections }: BaselineJob): Sql {
  const pool = pools.get(connections) ?? connectTo(databaseUrl, connections);
  pools.set(connections, pool);
  return pool;
}

answerJobs(async (job: BaselineJob): Promise<Outcome> => {
  const pool = poolOf(job);
  return closedLoop(
    (done) => {
      const [from, to] = pickPair(job.accountIds);
      pool
        .begin((sql) => transfer(sql, job.orgId, from, to))
        .then(
          () => done(true),
          () => done(false),
        );
    },
    { inFlight: job.connections, seconds: job.seconds },
  );
});
