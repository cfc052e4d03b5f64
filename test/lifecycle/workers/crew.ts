import { v7 as uuidv7 } from "uuid";
import { processIdentity } from "../../../src/embedded/process-identity.ts";
import { createDatabase, type TestDatabase } from "../../support/database.ts";
import { withSql } from "../../support/sql.ts";
import { until } from "../../support/until.ts";
import type { Program } from "../program.ts";
import { ready, startServer } from "../server.ts";

export const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };

/** A server of two workers on a database of its own. */
export interface Crew {
  readonly server: Program;
  readonly url: string;
  readonly database: TestDatabase;
}

export async function startCrew(settings: Record<string, string> = {}): Promise<Crew> {
  const database = await createDatabase("empty");
  const server = startServer({
    DATABASE_URL: database.url,
    TALLYSTICK_WORKERS: "2",
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
    ...settings,
  });
  return { server, url: await ready(server), database };
}

/** What a server has logged with a message. */
export function logged({ stderr }: Program, message: string): Record<string, unknown>[] {
  const records = stderr
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return records.filter(({ msg }) => msg === message);
}

/** Process ids of the workers that have begun to serve, in the order in which they did. */
export function pidsOf(server: Program): number[] {
  return logged(server, "a worker serves").map(({ pid }) => Number(pid));
}

/** Waits until a worker serves that is none of these, and answers its process id. */
export function replacement(server: Program, former: readonly number[]): Promise<number> {
  return until(async () => pidsOf(server).find((pid) => !former.includes(pid)), 30_000);
}

export async function untilGone(pids: readonly number[]): Promise<void> {
  await until(async () => pids.every((pid) => processIdentity(pid) === undefined));
}

/** An organization with a few customers. */
export async function makeTenant(databaseUrl: string): Promise<{ orgId: string; customers: string[] }> {
  const [orgId, customers] = [uuidv7(), [uuidv7(), uuidv7(), uuidv7()]];
  await withSql(databaseUrl, async (sql) => {
    await sql`insert into organizations (id, name, display_name) values (${orgId}, ${orgId}, '')`;
    for (const id of customers) await sql`insert into customers (org_id, id) values (${orgId}, ${id})`;
  });
  return { orgId, customers };
}
