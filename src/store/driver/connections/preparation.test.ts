import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { withSql } from "../../../../test/support/sql.ts";
import { Session } from "./session.ts";
import { callSettings } from "./settings.ts";

let created: TestDatabase;
let session: Session;
beforeEach(async () => {
  created = await createDatabase();
  session = new Session(created.url, callSettings, () => undefined);
});
afterEach(async () => {
  await session.close();
  await created.drop();
});

const ask = (text: string, ...parameters: unknown[]) => session.use(() => session.ask(text, parameters));

describe("a session that planned when a table was empty, and all of its indexes cost the same", () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ["at once", 0],
    ["after an hour in which it was idle", 3_600_000],
  ])("plans anew soon after the table was filled, %s", (_, idleMs) =>
    withSql(created.url, async (other) => {
      await other`create table grown (org int, at int, id int, primary key (org, id))`;
      await other`create index grown_at on grown (org, at)`;
      await other`analyze grown`;
      const read = async (): Promise<number> => {
        const [row] = await other`
          select idx_tup_read::int as read from pg_stat_user_indexes where indexrelname = 'grown_at'`;
        return row?.["read"];
      };
      const find = () => ask("select id from grown where org = $1 and id = $2", 1, 7);
      // On the session itself little is asked: it is not after so many queries that it plans anew.
      const walked = async (): Promise<number> => {
        const before = await read();
        await find();
        await ask("select pg_stat_force_next_flush()");
        return (await read()) - before;
      };
      await find();
      const now = performance.now.bind(performance);
      jest.spyOn(performance, "now").mockImplementation(() => now() + idleMs);
      await find();
      await other`insert into grown select 1, n, n from generate_series(1, 100000) n`;
      let rows = await walked();
      const filledAt = now();
      while (rows > 0 && now() - filledAt < 5_000) rows = await walked();
      expect(rows).toBe(0);
    }),
  );
});

it.each<[string, string | boolean]>([
  ["no type", "t"],
  ["a type", true],
])("prepares a statement once, however many ask for it at once with a value of %s", async (_, value) => {
  const all = Array.from({ length: 300 }, (_, n) => n);
  const rows = await Promise.all(all.map((n) => ask("select $1::int as n where $2::boolean", n, value)));
  expect(rows.map(([row]) => row?.["n"])).toEqual(all);
  expect(await ask("select name from pg_prepared_statements")).toHaveLength(1);
});

it("binds the same to a statement that is prepared with it, and to one whose types are known", async () => {
  const text = `select $1::boolean as truth, $2::jsonb as json, $3::timestamptz as at, $4::text as text,
    $5::bytea as bytes, $6::int as nothing`;
  const values = ["true", '{"a":[1]}', "2026-01-02T03:04:05.678Z", 1.5, "\\xff00", null];
  const expected = {
    truth: true,
    json: { a: [1] },
    at: "2026-01-02 03:04:05.678+00",
    text: "1.5",
    bytes: Buffer.from([255, 0]),
    nothing: null,
  };
  for (let times = 0; times < 2; times += 1) expect([...(await ask(text, ...values))]).toEqual([expected]);
});

it.each([Buffer.from([255]), new Date(0), ["a"], { a: 1 }])(
  "refuses what has no text of its own: %p",
  async (value) => {
    await expect(ask("select $1::text", value)).rejects.toThrow(TypeError);
  },
);
