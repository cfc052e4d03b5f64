import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { Refused } from "../../domain/refusal.ts";
import type { RefusalNote } from "../../domain/refusal-note.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { organizationRowsMax, RefusalLog, type RefusalLogOptions } from "./refusal-log.ts";
import { RefusalReader } from "./refusal-reader.ts";
import { refusalBounds } from "./refusal-retention.ts";

const [one, other] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
const customerId = "00000000-0000-4000-8000-00000000000c";
const at = new Date("2026-01-10T00:00:00.123Z");
const daysBefore = (days: number) => new Date(at.getTime() - days * 86_400_000);

let server: TestDatabase;
let database: Database;
let log: RefusalLog;
let reader: RefusalReader;
let dropped: number[];
beforeEach(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
  reader = new RefusalReader(database);
  log = openLog();
});
afterEach(async () => {
  await log.close();
  await database.close();
  await server.drop();
});

function openLog(options: Partial<RefusalLogOptions> = {}): RefusalLog {
  dropped = [];
  return new RefusalLog(database, { onDropped: (count) => dropped.push(count), ...options });
}

/** How often something was asked of a node that is not there. */
let askedInVain = 0;
const nodeLost = Object.assign(new Error("connection to the remote node failed"), { code: "08006" });

/** The database where only the node of one organization is there, and whoever asks another finds that out by an error. */
function onlyOf(orgId: string): Database {
  const orm = (signal?: AbortSignal) => {
    const whole = database.orm(signal);
    const execute: Orm["execute"] = (query) => {
      const { sql: text, params } = new PgDialect().sqlToQuery(query as SQL);
      if (text.includes("refusals") && !params.includes(orgId)) {
        askedInVain += 1;
        throw nodeLost;
      }
      return whole.execute(query);
    };
    return Object.assign(Object.create(whole), { execute });
  };
  return { ...database, orm };
}

/** The same where it is known that the other nodes are away. */
function onlyKnownOf(orgId: string): Database {
  const requireAll = async () => {
    throw new Refused({ reason: "UNAVAILABLE", because: "a node of the database that this needs is away" });
  };
  const requireFor = async (id: string) => (id === orgId ? undefined : requireAll());
  return { ...onlyOf(orgId), nodes: { ...database.nodes, requireAll, requireFor } };
}

function note(fields: Partial<RefusalNote> = {}): RefusalNote {
  return {
    reason: "INSUFFICIENT_FUNDS",
    figures: { available: "1", required: "2" },
    kind: "charge",
    customerId,
    key: "k",
    createdBy: "client",
    requestId: "request",
    at,
    ...fields,
  };
}

const keysOf = async (orgId: string, filter: Partial<Parameters<RefusalReader["list"]>[0]> = {}) =>
  (await reader.list({ orgId, rowsMax: 10_000, ...filter })).rows.map(({ key }) => key);

describe("refusals", () => {
  it("are kept with all that was noted", async () => {
    log.note(one, note());
    await log.flush();
    const [kept] = (await reader.list({ orgId: one, rowsMax: 10 })).rows;
    expect(kept).toEqual({ ...note(), id: expect.any(String) });
  });

  it("are written without being asked for", async () => {
    log.note(one, note());
    while ((await keysOf(one)).length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await keysOf(one)).toEqual(["k"]);
  });

  it("are listed newest first, those of one moment too, in pages and by what is asked", async () => {
    for (const key of ["a", "b", "c"]) log.note(one, note({ key }));
    log.note(one, note({ key: "old", at: daysBefore(1), customerId: undefined }));
    log.note(one, note({ key: "conflict", at: daysBefore(2), reason: "KEY_CONFLICT" }));
    log.note(other, note({ key: "other's" }));
    await log.flush();
    expect(await keysOf(one)).toEqual(["c", "b", "a", "old", "conflict"]);
    expect(await keysOf(one, { customerId })).toEqual(["c", "b", "a", "conflict"]);
    expect(await keysOf(one, { reason: "KEY_CONFLICT" })).toEqual(["conflict"]);
    const { rows: first } = await reader.list({ orgId: one, rowsMax: 2 });
    expect(await keysOf(one, { after: first.at(-1), rowsMax: 2 })).toEqual(["a", "old"]);
  });

  it("keep no more of what a caller wrote than fits, and nothing that is no text", async () => {
    const long = `${"x".repeat(255)}😀`;
    log.note(one, note({ key: long, figures: { name: `a\0${long}` }, requestId: long }));
    await log.flush();
    const [kept] = (await reader.list({ orgId: one, rowsMax: 1 })).rows;
    expect(kept).toMatchObject({
      key: "x".repeat(255),
      figures: { name: `a${"x".repeat(255)}` },
      requestId: "x".repeat(255),
    });
  });

  it("of one organization leave room for those of others", async () => {
    for (let index = 0; index < 2 * organizationRowsMax; index += 1) log.note(one, note());
    log.note(other, note());
    await log.flush();
    expect(await keysOf(one)).toHaveLength(organizationRowsMax);
    expect(await keysOf(other)).toHaveLength(1);
    expect(dropped).toEqual([organizationRowsMax]);
  });

  it("are dropped where the database is away, and that is told once a minute", async () => {
    let now = 0;
    const away = openDatabase("postgres://127.0.0.1:1/none");
    const lost = new RefusalLog(away, { onDropped: (count) => dropped.push(count), clock: () => now });
    for (const [seconds, told] of [
      [0, [1]],
      [59, [1]],
      [60, [1, 2]],
    ] as const) {
      now = seconds * 1_000;
      lost.note(one, note());
      await lost.flush();
      expect(dropped).toEqual(told);
    }
    lost.note(one, note());
    await lost.close();
    expect(dropped).toEqual([1, 2, 1]);
    await away.close();
  });

  it("are written when the log is closed, and not taken any more", async () => {
    log.note(one, note({ key: "last" }));
    await log.close();
    log.note(one, note({ key: "late" }));
    await log.flush();
    expect(await keysOf(one)).toEqual(["last"]);
    expect(dropped).toEqual([1]);
  });

  it("go after seven days, of every organization, in bounded steps", async () => {
    log = openLog({ bounds: { ...refusalBounds, chunkRows: 2, chunksMax: 3 } });
    for (const orgId of [one, other]) {
      for (const days of [9, 8, 7.5, 7.25]) log.note(orgId, note({ key: `${days}`, at: daysBefore(days) }));
      log.note(orgId, note({ key: "young", at: daysBefore(7) }));
    }
    await log.flush();
    await log.sweep(at);
    const left = async () => (await Promise.all([one, other].map((orgId) => keysOf(orgId)))).flat();
    expect((await left()).length).toBeGreaterThan(2);
    for (let sweeps = 0; sweeps < 5; sweeps += 1) await log.sweep(at);
    expect(await left()).toEqual(["young", "young"]);
  });

  it("go by the database's clock, however far that of the service is ahead", async () => {
    log = openLog();
    log.note(one, note({ at: new Date() }));
    await log.flush();
    jest.useFakeTimers({
      now: Date.now() + 30 * 86_400_000,
      doNotFake: ["nextTick", "setImmediate", "setTimeout"],
    });
    await log.sweep().finally(() => jest.useRealTimers());
    expect(await keysOf(one)).toHaveLength(1);
  });

  it.each([
    ["is not yet known", onlyOf, true],
    ["is known", onlyKnownOf, false],
  ])(
    "go after seven days where it %s that a node is away, of the organizations that are on others",
    async (_, only, isAsked) => {
      await withSql(server.url, async (sql) => {
        for (const id of [one, other])
          await sql`insert into organizations (id, name, display_name) values (${id}, ${id}, '')`;
      });
      askedInVain = 0;
      const bounds = { ...refusalBounds, chunksMax: 1 };
      log = new RefusalLog(only(other), { onDropped: () => undefined, bounds });
      const everybodys = openLog();
      for (const orgId of [one, other]) everybodys.note(orgId, note({ at: daysBefore(8) }));
      await everybodys.close();
      await log.sweep(at);
      await log.sweep(at);
      expect(askedInVain > 0).toBe(isAsked);
      expect([await keysOf(one), await keysOf(other)]).toEqual([["k"], []]);
    },
  );

  it("go, the oldest first, where an organization has too many", async () => {
    log = openLog({ bounds: { ...refusalBounds, rowsMax: 3, recountRows: 5, chunkRows: 2 } });
    for (const key of ["a", "b", "c", "d"]) log.note(one, note({ key }));
    log.note(other, note());
    await log.flush();
    await log.sweep(at);
    expect(await keysOf(one)).toHaveLength(4);
    log.note(one, note({ key: "e" }));
    await log.flush();
    await log.sweep(at);
    expect(await keysOf(one)).toEqual(["e", "d", "c"]);
    expect(await keysOf(other)).toHaveLength(1);
  });
});
