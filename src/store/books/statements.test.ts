import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { lockWaits } from "../../../test/support/lock-waits.ts";
import { until } from "../../../test/support/until.ts";
import { Random, seedOf } from "../../../test/workload/random.ts";
import { balanceOf } from "../../domain/account.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import { isLockTimeout } from "../driver/errors.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { connectTo, Gate, nothingDue, type TestAccount, TestJournal } from "./journal.fixture.ts";
import type { EntryPlace } from "./sides.ts";
import { type LinesPage, Statements, type Totals } from "./statements.ts";
import type { TransferFilter } from "./transfer-filter.ts";

const random = new Random(seedOf("statements"));

let created: TestDatabase;
let database: Database;
let sql: Sql;
let journal: TestJournal;
let statements: Statements;

beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  sql = connectTo(created.url);
});
beforeEach(async () => {
  journal = await TestJournal.create(sql);
  statements = new Statements(database, nothingDue);
});
afterAll(async () => {
  await Promise.all([database.close(), sql.end()]);
  await created.drop();
});

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));

async function versionsOf({
  rowsMax = 100,
  ...page
}: Partial<LinesPage> & { accountId: string; ascending: boolean }) {
  const versions: number[] = [];
  let past: EntryPlace | undefined;
  for (;;) {
    const rows = await statements.lines({ orgId: journal.orgId, past, rowsMax, ...page });
    versions.push(...rows.map(({ version }) => version));
    past = rows.at(-1);
    if (rows.length < rowsMax) return versions;
  }
}

describe("a statement", () => {
  let account: TestAccount;
  let other: TestAccount;

  beforeEach(async () => {
    account = await journal.account({ customerId: await journal.customer() });
    other = await journal.account({ counter: "funding" });
    await journal.book({ kind: "credit", from: other, to: account, amount: 100, at: minute(1) });
    await journal.book({ from: account, to: other, amount: 30, at: minute(2), source: "shop" });
    await journal.book({ kind: "refund", from: other, to: account, amount: 10, at: minute(2) });
    await journal.book({ kind: "reversal", from: account, to: other, amount: 20, at: minute(3) });
    await journal.hold(account, { amount: 5, expiresAt: minute(10 ** 7), onExpiry: "release" });
  });

  it("has the entries of both sides in the order of their versions, and holds in none", async () => {
    for (const rowsMax of [1, 3, 100]) {
      expect(await versionsOf({ accountId: account.id, ascending: true, rowsMax })).toEqual([1, 2, 3, 4]);
      expect(await versionsOf({ accountId: account.id, ascending: false, rowsMax })).toEqual([4, 3, 2, 1]);
    }
    const rows = await statements.lines({
      rowsMax: 100,
      orgId: journal.orgId,
      accountId: account.id,
      ascending: true,
    });
    expect(rows.map(({ amount, posted }) => `${amount} ${posted}`)).toEqual([
      "100 100",
      "-30 70",
      "10 80",
      "-20 60",
    ]);
    expect(rows[0]?.transfer).toMatchObject({
      kind: "credit",
      from: { counter: "funding" },
      to: { customerId: account.customerId },
    });
  });

  it("is of a period, of a kind, and up to an entry", async () => {
    const of = { accountId: account.id, ascending: true };
    const searched = async (filter: TransferFilter) => {
      const page = { orgId: journal.orgId, accountId: account.id, rowsMax: 10, filter };
      return (await statements.search(page)).rows.map(({ version }) => version);
    };
    expect(await searched({ from: minute(2), to: minute(3) })).toEqual([3, 2]);
    expect(await searched({ kind: "refund" })).toEqual([3]);
    expect(await searched({ source: "shop" })).toEqual([2]);
    expect(await versionsOf({ ...of, last: { at: minute(2), version: 2 } })).toEqual([1, 2]);
  });

  it("has totals before any moment, in which reversals are no usage", async () => {
    const books = { orgId: journal.orgId, customerId: account.customerId as string, currency: "USD" };
    const totalsBefore = async (at: Date | undefined) => figures(await statements.totals(books, at));
    expect(await totalsBefore(minute(1))).toBe("none");
    expect(await totalsBefore(minute(2))).toBe("1: 100 0 0");
    expect(await totalsBefore(minute(3))).toBe("3: 100 20 0");
    expect(await totalsBefore(undefined)).toBe("4: 100 20 20");
    expect(figures((await statements.asOf(books, minute(2))).totals)).toBe("3: 100 20 0");
    expect(figures((await statements.asOf({ ...books, currency: "EUR" }, minute(2))).totals)).toBe("none");
  });
});

describe("totals as of a moment", () => {
  it("are refused ahead of the database's clock", async () => {
    const books = { orgId: journal.orgId, customerId: await journal.customer(), currency: "USD" };
    const ahead = new Date(Date.now() + 60_000);
    await expect(statements.asOf(books, ahead)).rejects.toMatchObject({
      refusal: { reason: "INVALID_FIELDS", violations: [{ field: "read_time" }] },
    });
    // A period may end ahead of it.
    expect(await statements.totals(books, ahead)).toBeUndefined();
  });

  it("wait for a batch that has its time and is not committed, on an account and on one that is new", async () => {
    const account = await journal.account({ customerId: await journal.customer() });
    const newcomer = await journal.customer();
    const revenue = [1, 2].map((stripe) => journal.account({ counter: "revenue", stripe }));
    const [one, two] = (await Promise.all(revenue)) as [TestAccount, TestAccount];
    const gate = new Gate();
    const begun = [new Gate(), new Gate()] as const;
    const own = [connectTo(created.url), connectTo(created.url)] as const;
    const pause = (which: 0 | 1) => () => {
      begun[which].open();
      return gate.isOpen;
    };
    const batches = [
      journal.batch(own[0], [{ kind: "credit", from: one, to: account }], { pause: pause(0) }),
      journal.firstBatch(own[1], { customerId: newcomer, from: two, pause: pause(1) }),
    ];
    await Promise.all(begun.map(({ isOpen }) => isOpen));
    const at = await clock();
    const waited = new Set<string>();
    const reads = [account.customerId as string, newcomer].map((customerId) =>
      retrying(() =>
        statements.asOf({ orgId: journal.orgId, customerId, currency: "USD" }, at).catch((error: unknown) => {
          if (isLockTimeout(error)) waited.add(customerId);
          throw error;
        }),
      ),
    );
    await until(async () => waited.size === reads.length);
    gate.open();
    await Promise.all(batches);
    expect((await Promise.all(reads)).map(({ totals }) => figures(totals))).toEqual(["1: 1 0 0", "1: 1 0 0"]);
    await Promise.all(own.map((each) => each.end()));
  });

  it("leave with their caller", async () => {
    const account = await journal.account({ customerId: await journal.customer() });
    const revenue = await journal.account({ counter: "revenue" });
    const gate = new Gate();
    const begun = new Gate();
    const own = connectTo(created.url);
    const pause = () => {
      begun.open();
      return gate.isOpen;
    };
    const batch = journal.batch(own, [{ kind: "credit", from: revenue, to: account }], { pause });
    await begun.isOpen;
    const left = new AbortController();
    const books = { orgId: journal.orgId, customerId: account.customerId as string, currency: "USD" };
    const at = await clock();
    // Again and again, as a lock is waited for only for a moment, in which a busy machine may not look.
    const read = retrying(() => statements.asOf(books, at, left.signal));
    await until(async () => (await lockWaits(sql)).length > 0);
    left.abort(new Error("left"));
    await expect(read).rejects.toMatchObject({ cause: left.signal.reason });
    gate.open();
    await batch;
    await own.end();
  });

  it("never change, however young they were when they were asked for first", async () => {
    const customers = await Promise.all([0, 1, 2, 3, 4, 5].map(() => journal.customer()));
    const known = new Map<string, TestAccount>();
    const answers: { customerId: string; at: Date; figures: string }[] = [];
    let writing = 2;
    const write = async (stripe: number) => {
      const own = connectTo(created.url);
      const revenue = await journal.account({ counter: "revenue", stripe });
      const pause = () => sleep(random.below(4) * 2);
      // Each writer has customers of its own, of whom each is new once.
      for (let batch = 0; batch < 40; batch += 1) {
        const customerId = random.pick(customers.filter((_, index) => index % 2 === stripe)) as string;
        const account = known.get(customerId);
        if (account) await journal.batch(own, [{ kind: "credit", from: revenue, to: account }], { pause });
        else known.set(customerId, await journal.firstBatch(own, { customerId, from: revenue, pause }));
      }
      writing -= 1;
      await own.end();
    };
    const read = async () => {
      while (writing > 0) {
        const customerId = random.pick(customers) as string;
        const at = new Date((await clock()).getTime() - (random.pick([0, 0, 1, 3, 1_000]) ?? 0));
        const books = { orgId: journal.orgId, customerId, currency: "USD" };
        // As a call does it: on a busy machine whoever has the lock may keep it for long.
        const { totals } = await retrying(() => statements.asOf(books, at));
        answers.push({ customerId, at, figures: figures(totals) });
      }
    };
    await Promise.all([write(0), write(1), read(), read(), read()]);
    expect(answers.length).toBeGreaterThan(50);
    for (const { customerId, at, figures: then } of answers) {
      const now = await statements.asOf({ orgId: journal.orgId, customerId, currency: "USD" }, at);
      expect(figures(now.totals)).toBe(then);
    }
  });
});

function figures(totals: Totals | undefined): string {
  if (totals === undefined) return "none";
  expect(balanceOf(totals).toString()).toBe(
    totals.funded.minus(totals.spent).minus(totals.withdrawn).toString(),
  );
  return `${totals.version}: ${totals.funded} ${totals.spent} ${totals.withdrawn}`;
}

async function clock(): Promise<Date> {
  const [row] = await sql`select date_trunc('milliseconds', clock_timestamp())::text as at`;
  return new Date(row?.["at"]);
}
