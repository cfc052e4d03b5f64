import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { migrate } from "../../src/store/driver/migrate.ts";
import { pairOf, pathsOf } from "../support/certificates.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";
import { type RunToEnd, inProcess as runInProcess } from "./outcome.ts";
import { outcomeOf } from "./program.ts";
import { end, endServers, newDataFolder, ready, startedDataFolder, startServer } from "./server.ts";

type Start = (settings: Record<string, string>) => ReturnType<RunToEnd>;
const byProgram: Start = (settings) => outcomeOf(startServer(settings));
const inProcess: Start = (settings) => runInProcess(["serve"], { PORT: "0", ...settings });

const secret = "a-secret-that-nobody-may-see";
const refusals: Record<string, { settings: Record<string, string>; line: RegExp; start?: Start }> = {
  HOST: { settings: { HOST: "not a host" }, line: /^HOST is "not a host", but must be / },
  PORT: { settings: { PORT: "65536" }, line: /^PORT is "65536", but must be /, start: byProgram },
  "DATABASE_URL that is none": {
    settings: { DATABASE_URL: `mysql://me:${secret}@localhost/db` },
    line: /^DATABASE_URL is mysql:\/\/…, but must be /,
  },
  "an admin's client id": {
    settings: { TALLYSTICK_ADMIN_CLIENT_ID: "a:b", TALLYSTICK_ADMIN_CLIENT_SECRET: secret },
    line: /^TALLYSTICK_ADMIN_CLIENT_ID is "a:b", but must be /,
  },
  "an admin's short secret": {
    settings: { TALLYSTICK_ADMIN_CLIENT_ID: "admin", TALLYSTICK_ADMIN_CLIENT_SECRET: secret.slice(0, 15) },
    line: /^TALLYSTICK_ADMIN_CLIENT_SECRET is a text of 15 characters, but must be /,
  },
  "an admin's secret without the id": {
    settings: { TALLYSTICK_ADMIN_CLIENT_SECRET: secret },
    line: /^TALLYSTICK_ADMIN_CLIENT_ID is unset, but TALLYSTICK_ADMIN_CLIENT_SECRET is set/,
  },
  "TLS_CERT without TLS_KEY": {
    settings: { TLS_CERT: "server.pem" },
    line: /^TLS_KEY is unset, but TLS_CERT is set: /,
  },
  "TLS_CLIENT_CA without TLS": {
    settings: { TLS_CLIENT_CA: "clients.pem" },
    line: /^TLS_CERT and TLS_KEY are unset, but TLS_CLIENT_CA is set: /,
  },
  "TLS_PLAINTEXT without TLS": {
    settings: { TLS_PLAINTEXT: "refuse" },
    line: /^TLS_CERT and TLS_KEY are unset, but TLS_PLAINTEXT is set: /,
  },
  TLS_PLAINTEXT: {
    settings: { TLS_PLAINTEXT: "both" },
    line: /^TLS_PLAINTEXT is "both", but must be one of refuse, allow\.$/,
  },
  "a key of another certificate": {
    settings: { TLS_CERT: pathsOf("server").cert, TLS_KEY: pathsOf("renewed").key },
    line: /^TLS_KEY \(.*renewed\.key\) is not the key of the certificate in TLS_CERT \(.*server\.pem\): /,
  },
  TALLYSTICK_WORKERS: {
    settings: { TALLYSTICK_WORKERS: "many" },
    line: /^TALLYSTICK_WORKERS is "many", but must be a whole number from 1 to 16, or auto /,
  },
  DATABASE_DISTRIBUTED: {
    settings: { DATABASE_DISTRIBUTED: "yes" },
    line: /^DATABASE_DISTRIBUTED is "yes", but must be citus, or unset\.$/,
  },
  "DATABASE_DISTRIBUTED without DATABASE_URL": {
    settings: { DATABASE_DISTRIBUTED: "citus", DATABASE_URL: "" },
    line: /^DATABASE_DISTRIBUTED is set, but DATABASE_URL is unset: /,
  },
  TALLYSTICK_METRICS_PORT: {
    settings: { TALLYSTICK_METRICS_PORT: "0" },
    line: /^TALLYSTICK_METRICS_PORT is "0", but must be a whole number from 1 to 65535 that is not PORT\.$/,
  },
  DATABASE_WAIT_SECONDS: {
    settings: { DATABASE_WAIT_SECONDS: "3601" },
    line: /^DATABASE_WAIT_SECONDS is "3601", but must be a whole number of seconds from 0 to 3600\.$/,
  },
  LOG_LEVEL: { settings: { LOG_LEVEL: "loud" }, line: /^LOG_LEVEL is "loud", but must be / },
  LOG_FORMAT: { settings: { LOG_FORMAT: "xml" }, line: /^LOG_FORMAT is "xml", but must be / },
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase("empty");
});
afterAll(async () => {
  await endServers();
  await database.drop();
});

describe("a start that cannot be is one line and exit code 1", () => {
  it.each(Object.entries(refusals))("%s", async (_name, { settings, line, start = inProcess }) => {
    // Nothing of it depends on the database, so that a setting that is taken by mistake harms nothing.
    const all = { DATABASE_URL: "postgres://127.0.0.1:1/none", ...settings };
    expect(await refusal(start, all)).toMatch(line);
  });

  it.each(["PORT", "TALLYSTICK_METRICS_PORT"])(
    "a %s that is taken, and no folder is left behind",
    async (name) => {
      const taken = createServer();
      const port = await listen(taken);
      const dataDir = newDataFolder();
      const line = await refusal(inProcess, { TALLYSTICK_DATA_DIR: dataDir, [name]: String(port) });
      expect(existsSync(dataDir)).toBe(false);
      expect(line).toMatch(
        new RegExp(`^${name} is taken: .* set another ${name} \\(.*127\\.0\\.0\\.1:${port}\\)`),
      );
      taken.close();
    },
  );

  it.each(["1", "2"])(
    "a database that is to be distributed and has no nodes, by %s processes",
    async (workers) => {
      const settings = {
        DATABASE_URL: database.url,
        DATABASE_DISTRIBUTED: "citus",
        TALLYSTICK_WORKERS: workers,
      };
      const line = await refusal(inProcess, settings);
      expect(line).toMatch(/^The database cannot be distributed: it(s server)? has no /);
    },
  );

  it("a host that is not this machine", async () => {
    // An address that is kept for documentation (RFC 5737).
    const line = await refusal(inProcess, { DATABASE_URL: database.url, HOST: "192.0.2.1" });
    expect(line).toMatch(/^HOST and PORT cannot be listened on: .*EADDRNOTAVAIL/);
  });

  it("a data folder that is a file, whatever may be done with that", async () => {
    const file = newDataFolder();
    writeFileSync(file, "");
    chmodSync(file, 0o777);
    expect(await refusal(inProcess, { TALLYSTICK_DATA_DIR: file })).toMatch(
      /^The data folder .* cannot be written \(ENOTDIR: not a directory\)/,
    );
  });

  it("a data folder where the system takes none", async () => {
    // By the program, because Node once tried for ever to make this one.
    expect(await refusal(byProgram, { TALLYSTICK_DATA_DIR: "/proc/tallystick/data" })).toMatch(
      /^The data folder \/proc\/tallystick\/data cannot be written \(/,
    );
  });

  it("a data folder that another server uses", async () => {
    const dataDir = startedDataFolder();
    const first = startServer({ TALLYSTICK_DATA_DIR: dataDir });
    await ready(first);
    const line = await refusal(inProcess, { TALLYSTICK_DATA_DIR: dataDir });
    expect(line).toContain(`is in use by another server (process ${first.pid})`);
    expect(await end(first, "SIGTERM")).toBe(0);
  });

  it("a credential file that holds none, and nothing of it is shown", async () => {
    const dataDir = newDataFolder();
    mkdirSync(dataDir, { mode: 0o700 });
    writeFileSync(join(dataDir, "credential.json"), `{"client_secret": "${secret}", `);
    expect(await refusal(inProcess, { TALLYSTICK_DATA_DIR: dataDir, LOG_LEVEL: "warn" })).toMatch(
      /credential\.json holds no client_id/,
    );
  });

  describe("an admin of the settings", () => {
    const clientId = "root";
    const settings = () => ({
      DATABASE_URL: database.url,
      TALLYSTICK_ADMIN_CLIENT_ID: clientId,
      TALLYSTICK_ADMIN_CLIENT_SECRET: secret,
      LOG_LEVEL: "fatal",
    });
    const secretHash = createHash("sha256").update(secret).digest("hex");
    const beforehand = (row: Record<string, string | Date | null>) =>
      withSql(
        database.url,
        (sql) =>
          sql`insert into credentials ${sql({ client_id: clientId, role: "admin", secret_hash: secretHash, ...row })}
            on conflict (client_id) do update set revoked_at = excluded.revoked_at, org_id = excluded.org_id,
              role = excluded.role, secret_hash = excluded.secret_hash, former_ends_at = excluded.former_ends_at,
              former_secret_hash = excluded.former_secret_hash, expires_at = excluded.expires_at`,
      );

    it.each([
      ["that was revoked", { revoked_at: new Date() }, /^TALLYSTICK_ADMIN_CLIENT_ID names .* was revoked, /],
      ["with other rights", { role: "reader" }, /^TALLYSTICK_ADMIN_CLIENT_ID names .* is no admin of the /],
      [
        "whose secret was rotated away",
        { secret_hash: "00", former_secret_hash: secretHash, former_ends_at: new Date(0) },
        /^TALLYSTICK_ADMIN_CLIENT_SECRET is a former secret, /,
      ],
      ["that has expired", { expires_at: new Date(0) }, /^TALLYSTICK_ADMIN_CLIENT_ID names .* has expired: /],
    ])("%s, which it leaves as it is", async (_what, row, line) => {
      const rowNow = () => withSql(database.url, (sql) => sql`select * from credentials`);
      await migrate(database.url);
      await beforehand({ revoked_at: null, former_secret_hash: null, former_ends_at: null, ...row });
      const before = await rowNow();
      expect(await refusal(inProcess, settings())).toMatch(line);
      expect(await rowNow()).toEqual(before);
    });

    it("whose secret a credential of another id had before two rotations and its end", async () => {
      await migrate(database.url);
      const credentials = async (...args: string[]) => {
        const { stdout } = await runInProcess(["credentials", ...args, "--json"], {
          DATABASE_URL: database.url,
        });
        return JSON.parse(stdout) as { credential: { clientId: string }; clientSecret: string };
      };
      const { credential, clientSecret: first } = await credentials("create", "--role", "admin");
      const secrets = [first];
      for (const _ of ["second", "third"])
        secrets.push((await credentials("rotate", credential.clientId, "--overlap", "0s")).clientSecret);
      await credentials("revoke", credential.clientId);
      for (const old of secrets) {
        const asked = { TALLYSTICK_ADMIN_CLIENT_ID: "another", TALLYSTICK_ADMIN_CLIENT_SECRET: old };
        expect(await refusal(inProcess, { ...settings(), ...asked })).toMatch(
          /^TALLYSTICK_ADMIN_CLIENT_SECRET is a former secret, /,
        );
      }
    });
  });

  it("a database where nothing listens, after its time", async () => {
    const closed = createServer();
    const port = await listen(closed);
    closed.close();
    const line = await refusal(inProcess, {
      DATABASE_URL: `postgres://me:${secret}@127.0.0.1:${port}/db`,
      DATABASE_WAIT_SECONDS: "0",
    });
    expect(line).toMatch(/^DATABASE_URL: the database cannot be reached: .* \(ECONNREFUSED\)\.$/);
  });

  it("a database whose certificate nobody trusts", async () => {
    const encrypted = createTlsServer(pairOf("server"));
    const database = createServer((socket) =>
      socket.once("data", () => {
        socket.write("S");
        encrypted.emit("connection", socket);
      }),
    );
    const url = `postgres://me:${secret}@127.0.0.1:${await listen(database)}/db?sslmode=verify-full`;
    expect(await refusal(inProcess, { DATABASE_URL: url })).toMatch(
      /^DATABASE_URL: the database's certificate is not trusted: .* \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\): .*NODE_EXTRA_CA_CERTS/,
    );
    database.close();
  });

  it("a database that does not exist", async () => {
    const url = new URL(database.url);
    url.pathname = "/no_such_database";
    const line = await refusal(inProcess, { DATABASE_URL: url.href });
    expect(line).toMatch(
      /^DATABASE_URL: PostgreSQL refused: database "no_such_database" does not exist \(3D000\)/,
    );
  });

  it("a user who does not exist", async () => {
    const url = database.url.replace(/\/\/[^@]*@/, `//nobody:${secret}@`);
    expect(await refusal(inProcess, { DATABASE_URL: url })).toMatch(
      /^DATABASE_URL: PostgreSQL refused: .*"nobody"/,
    );
  });

  it("a wrong password", async () => {
    const strict = createServer((socket) => socket.once("data", () => socket.end(passwordRefused())));
    const url = `postgres://me:${secret}@127.0.0.1:${await listen(strict)}/db`;
    const line = await refusal(inProcess, { DATABASE_URL: url });
    expect(line).toMatch(/^DATABASE_URL: PostgreSQL refused: password authentication failed .*28P01/);
    strict.close();
  });
});

/** The one line, without the program's name, of a start that must fail. */
async function refusal(start: Start, settings: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await start(settings);
  const [line = "", ...more] = stderr.split("\n");
  expect({ code, more, stdout }).toEqual({ code: 1, more: [""], stdout: "" });
  expect(line).not.toContain(secret.slice(0, 15));
  expect(line).toMatch(/^tallystick: .*\.$/);
  return line.replace("tallystick: ", "");
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

/** PostgreSQL's ErrorResponse: the test server asks for no passwords. */
function passwordRefused(): Buffer {
  const fields = 'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "me"\0\0';
  const message = Buffer.from(`E\0\0\0\0${fields}`);
  message.writeInt32BE(message.length - 1, 1);
  return message;
}
