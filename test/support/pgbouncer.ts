import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { socketHost } from "../../src/embedded/connection.ts";
import { freePort } from "./free-port.ts";
import { withSql } from "./sql.ts";
import { until } from "./until.ts";

/** PgBouncer before a database. */
export interface PgBouncer {
  /** The database's URL by way of it. */
  readonly url: string;
  stop(): Promise<void>;
}

export const hasPgBouncer = spawnSync("pgbouncer", ["--version"]).status === 0;

/** Starts the PgBouncer of the PATH with as many connections to the database as are said. */
export async function startPgBouncer(
  databaseUrl: string,
  connectionsMax: number,
  poolMode: "session" | "transaction" | "statement" = "session",
  more: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(databaseUrl);
  const host = socketHost(databaseUrl).host ?? hostname;
  const folder = mkdtempSync(join(tmpdir(), "tallystick-pgbouncer-"));
  const listenPort = await freePort();
  const [users, settings] = [join(folder, "users"), join(folder, "settings")];
  writeFileSync(users, `"${username}" "${password}"\n`);
  writeFileSync(
    settings,
    `[databases]
* = host=${host} port=${port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${poolMode}
default_pool_size = ${connectionsMax}
${Object.entries(more)
  .map(([name, value]) => `${name} = ${value}\n`)
  .join("")}`,
  );
  // It refuses to be root; in a user namespace it sees another user, and the socket's folder lets it in all the same.
  const [command = "", ...prefix] =
    process.getuid?.() === 0
      ? ["unshare", "--map-user=1000", "--map-group=1000", "--", "pgbouncer"]
      : ["pgbouncer"];
  const program = spawn(command, [...prefix, settings], { stdio: "ignore" });
  const url = new URL(databaseUrl.replace(/@%2F[^:/?#,]*/i, "@127.0.0.1"));
  url.host = `127.0.0.1:${listenPort}`;
  await until(() => withSql(url.href, (sql) => sql`select 1`).catch(() => undefined));
  return {
    url: url.href,
    async stop() {
      program.kill("SIGKILL");
      await once(program, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}
