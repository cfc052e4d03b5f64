import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinaries } from "../../src/embedded/binaries.ts";
import { chooseLauncher } from "../../src/embedded/choose-launcher.ts";
import { clusterFolder, makeCluster, superuser } from "../../src/embedded/cluster.ts";
import { launch } from "../../src/embedded/program.ts";
import { authorityPath, pathsOf } from "../support/certificates.ts";
import { freePort } from "../support/free-port.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { byProgram } from "./outcome.ts";

const folder = mkdtempSync(join(tmpdir(), "tallystick-database-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a database is reached over TLS by those who know its authority, and doctor says so", async () => {
  const port = await freePort();
  const key = join(folder, "server.key");
  copyFileSync(pathsOf("server").key, key);
  // PostgreSQL takes no key that others may read.
  chmodSync(key, 0o600);
  const launcher = chooseLauncher(findBinaries(), folder);
  await makeCluster(launcher, false, () => undefined);
  const own = {
    ...{ fsync: "off", listen_addresses: "127.0.0.1", port: String(port), unix_socket_directories: "" },
    ...{ ssl: "on", ssl_cert_file: pathsOf("server").cert, ssl_key_file: key },
  };
  const args = Object.entries(own).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = launch(launcher, "postgres", ["-D", clusterFolder(launcher), ...args], () => undefined);
  const url = `postgres://${superuser}@localhost:${port}/postgres`;
  await until(() => withSql(url, (sql) => sql`select 1`).catch(() => undefined));
  const settings = { DATABASE_URL: `${url}?sslmode=verify-full` };
  const trusting = { ...settings, NODE_EXTRA_CA_CERTS: authorityPath };
  try {
    expect(await byProgram(["migrate"], trusting)).toMatchObject({ code: 0 });
    const { findings } = JSON.parse((await byProgram(["doctor", "--json"], trusting)).stdout);
    const tls = {
      check: "tls",
      state: "ok",
      says: "the connection speaks TLS, and looks at the certificate",
      todo: "",
    };
    expect(findings).toContainEqual(tls);
    const stranger = await byProgram(["doctor"], settings);
    expect(stranger).toMatchObject({ code: 3, stdout: "" });
    expect(stranger.stderr).toMatch(/certificate is not trusted: .*NODE_EXTRA_CA_CERTS/);
  } finally {
    server.signal("SIGQUIT");
    await server.ended;
  }
});
