import { setTimeout } from "node:timers/promises";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { inProcess } from "./outcome.ts";
import { end, endServers, newDataFolder, ready, startServer, statusFor } from "./server.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase("empty");
});
afterAll(async () => {
  await endServers();
  await database.drop();
});

const clientId = "operator";
const [oldSecret, newSecret] = ["the-first-secret-of-all", "the-second-secret-of-all"];

function settings(clientSecret: string): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    TALLYSTICK_ADMIN_CLIENT_ID: clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: clientSecret,
    TALLYSTICK_DATA_DIR: newDataFolder(),
  };
}

describe("a server on a database that is not its own", () => {
  it("makes the credential of its settings, neither demo nor files, and no pages where these are off", async () => {
    const server = startServer({ ...settings(oldSecret), TALLYSTICK_PAGES: "off" });
    const url = await ready(server);
    const { organizations } = await connectClients(url, {
      clientId,
      clientSecret: oldSecret,
    }).organizations.listOrganizations({});
    expect(organizations).toEqual([]);
    expect(server.stdout).toBe("");
    for (const path of ["/", "/docs/", "/console/", "/openapi/native.json"]) {
      const answer = await fetch(`${url}${path}`, { headers: { accept: "text/html" } });
      expect([path, answer.status, await answer.json()]).toMatchObject([
        ...[path, 404, { details: [{ reason: "ROUTE_NOT_FOUND" }] }],
      ]);
    }
    expect(server.stderr).not.toContain(oldSecret);
    expect(await end(server, "SIGTERM")).toBe(0);
  });

  it("says how to make a first credential where there is none, and nothing once there is one", async () => {
    const { url, drop } = await createDatabase();
    const create = ["credentials", "create"];
    for (const said of [true, false]) {
      const server = startServer({ DATABASE_URL: url });
      const address = await ready(server);
      expect(server.stderr.includes("tallystick credentials create")).toBe(said);
      const { code, stdout } = await inProcess(create, { DATABASE_URL: url });
      const [, clientId = "", clientSecret = ""] =
        /^client id +(\S+)\nclient secret +(\S+)\n$/.exec(stdout) ?? [];
      expect({ code, status: await statusFor(address, clientId, clientSecret) }).toEqual({
        code: 0,
        status: 200,
      });
      expect(await end(server, "SIGTERM")).toBe(0);
    }
    await drop();
  });

  it("takes another secret at the next start, and refuses the old one", async () => {
    const server = startServer(settings(newSecret));
    const url = await ready(server);
    expect(await statusFor(url, clientId, newSecret)).toBe(200);
    expect(await statusFor(url, clientId, oldSecret)).toBe(401);
    expect(await end(server, "SIGTERM")).toBe(0);
  });

  it("stops at a signal also while it waits for another that migrates", async () => {
    await withSql(database.url, async (sql) => {
      await sql`begin`;
      await sql`lock table drizzle.__drizzle_migrations`;
      const server = startServer(settings(newSecret));
      while ((await waiting(sql)) === 0) await setTimeout(20);
      expect(await end(server, "SIGTERM")).toBe(0);
      await sql`rollback`;
    });
  });
});

/** Locks of this database that somebody waits for. */
async function waiting(sql: Sql): Promise<number> {
  const [row] = await sql`
    select count(*)::int as locks from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and not granted`;
  return row?.["locks"];
}
