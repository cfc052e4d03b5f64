import type { Sql } from "postgres";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { importFrontier } from "../../src/tools/frontier-import/frontier.ts";
import { readFrontier } from "../../src/tools/frontier-import/reading/database.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";
import { addAccount, addOrganization, addTransaction, createFrontier } from "./frontier-database.ts";

let frontier: TestDatabase;
let ours: TestDatabase;
let database: Database;
beforeEach(async () => {
  frontier = await createFrontier();
  ours = await createDatabase();
  database = openDatabase(ours.url);
});
afterEach(async () => {
  await database.close();
  await ours.drop();
  await frontier.drop();
});

const there = <T>(work: (sql: Sql) => Promise<T>) => withSql(frontier.url, work);
const here = <T>(work: (sql: Sql) => Promise<T>) => withSql(ours.url, work);

async function imported() {
  const report = await readFrontier(frontier.url, (snapshot) =>
    importFrontier(snapshot, database, { dryRun: false, onProgress: () => undefined }),
  );
  return { ...report, refused: report.refused.list };
}

describe("the journal after an import", () => {
  it("has one row a change with both sides, as their accounts were after it", async () => {
    const accountId = await there(async (sql) => {
      const orgId = await addOrganization(sql, { name: "acme" });
      const accountId = await addAccount(sql, orgId, { credit_min: -100 });
      const book = (type: "credit" | "debit", amount: number, day: number, row = {}) =>
        addTransaction(sql, {
          account_id: accountId,
          type,
          amount,
          created_at: new Date(Date.UTC(2024, 0, day)),
          ...row,
        });
      await book("credit", 50, 1);
      const usage = await book("debit", 30, 2);
      const metadata = sql.json({ revert_request_using: usage });
      await book("credit", 10, 3, { source: "system.revert.api", metadata });
      return accountId;
    });
    expect(await imported()).toMatchObject({ refused: [], balances: { equal: 1, movedOn: 0 } });
    const rows = await here(
      (sql) => sql`
        select kind, key, asked, created_by, trim_scale(returned)::text as returned, from_counter, to_counter,
          array[from_version, from_sequence, from_funded, from_spent]::text[] as "from",
          array[to_version, to_sequence, to_funded, to_spent]::text[] as "to",
          trim_scale(coalesce(from_minimum, to_minimum))::text as minimum, extract(day from created_at)::int as day
        from operations where ${accountId} in (from_customer_id, to_customer_id) order by created_at`,
    );
    const common = { key: "", created_by: "import", minimum: "-100", asked: null, returned: null };
    const at = (day: number, totals: Record<string, readonly (string | number)[]>) => ({
      day,
      ...Object.fromEntries(
        Object.entries(totals).map(([side, [version, sequence, ...amounts]]) => [
          side,
          [String(version), String(sequence), ...amounts.map((amount) => `${amount}.000000000`)],
        ]),
      ),
    });
    // The account's limit is the first of its sequence.
    expect(rows).toEqual([
      {
        ...{ ...common, kind: "credit", from_counter: "funding", to_counter: null },
        ...at(1, { from: [1, 1, 0, 50], to: [1, 2, 50, 0] }),
      },
      {
        ...{
          ...common,
          kind: "charge",
          from_counter: null,
          to_counter: "revenue",
          asked: null,
        },
        ...at(2, { from: [2, 3, 50, 30], to: [1, 1, 30, 0] }),
      },
      {
        ...{ ...common, kind: "refund", from_counter: "revenue", to_counter: null, returned: "10" },
        ...at(3, { from: [2, 2, 30, 10], to: [3, 4, 50, 20] }),
      },
    ]);
  });

  it("tells whoever follows what was done, in its order, and nothing when it is run again", async () => {
    const accountId = await there(async (sql) => {
      const orgId = await addOrganization(sql, { name: "acme" });
      const accountId = await addAccount(sql, orgId, { credit_min: 5 });
      for (const day of [1, 2, 3])
        await addTransaction(sql, {
          account_id: accountId,
          type: "credit",
          amount: day,
          created_at: `2024-01-0${day}`,
        });
      return accountId;
    });
    const changes = () =>
      here(
        (sql) => sql`
          select (select array_agg(trim_scale(o.amount)::text order by n) from unnest(c.operations) with ordinality as u (id, n)
            join operations o on o.id = u.id) as amounts,
            (select array_agg(a.customer_id) from unnest(c.limited) as l (id) join accounts a on a.id = l.id) as limited
          from changes c order by position`,
      );
    const limited = { amounts: null, limited: [accountId] };
    await imported();
    expect(await changes()).toEqual([limited, { amounts: ["1", "2", "3"], limited: null }]);
    await imported();
    expect(await changes()).toHaveLength(2);
    await there((sql) => sql`update billing_customers set credit_min = -5, updated_at = now()`);
    await imported();
    expect((await changes()).slice(2)).toEqual([limited]);
    const [account] = await here(
      (sql) => sql`select trim_scale(minimum_balance)::text as minimum, sequence, version from accounts
        where customer_id = ${accountId}`,
    );
    expect(account).toEqual({ minimum: "-5", sequence: "5", version: "3" });
  });

  it("keeps an id of another version as the key of a row, and finds it again", async () => {
    const id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    await there(async (sql) => {
      const orgId = await addOrganization(sql, { name: "acme" });
      const accountId = await addAccount(sql, orgId);
      const row = { account_id: accountId, amount: 4 };
      await addTransaction(sql, { ...row, type: "debit", created_at: "2024-01-01", id });
      const metadata = sql.json({ revert_request_using: id });
      await addTransaction(sql, { ...row, type: "credit", source: "system.revert.api", metadata });
    });
    expect(await imported()).toMatchObject({
      transactions: { charge: 1, refund: 1, present: 0 },
      balances: { equal: 1 },
    });
    expect(await here((sql) => sql`select kind from operations where key = ${id}`)).toEqual([
      { kind: "charge" },
    ]);
    expect(await imported()).toMatchObject({
      transactions: { charge: 0, refund: 0, present: 2 },
      refused: [],
    });
  });

  it("finds customers by every email that they had, and organizations by their names", async () => {
    const { orgId, accountId } = await there(async (sql) => {
      const orgId = await addOrganization(sql, { name: "acme" });
      return { orgId, accountId: await addAccount(sql, orgId, { email: "ΣΑΣ@Example.com" }) };
    });
    await imported();
    await there((sql) => sql`update billing_customers set email = 'two@example.com', updated_at = now()`);
    await imported();
    const names = await here((sql) => sql`select name, customer_id from customer_names order by name`);
    expect(names).toEqual(
      ["two@example.com", "σας@example.com"].map((name) => ({ name, customer_id: accountId })),
    );
    expect(await here((sql) => sql`select email, email_key from customers`)).toEqual([
      { email: "two@example.com", email_key: "two@example.com" },
    ]);
    expect(await here((sql) => sql`select * from organization_names`)).toEqual([
      { name: "acme", org_id: orgId },
    ]);
    const namesake = await there(async (sql) => {
      await sql`update organizations set name = 'renamed'`;
      return addOrganization(sql, { name: "acme" });
    });
    expect((await imported()).refused).toMatchObject([{ about: "organization", id: namesake }]);
  });

  it("has one row a change, however many imports run at once", async () => {
    await there(async (sql) => {
      const accountId = await addAccount(sql, await addOrganization(sql, { name: "acme" }));
      await sql`insert into billing_transactions (id, account_id, type, amount)
        select gen_random_uuid(), ${accountId}, case when n % 3 = 0 then 'debit' else 'credit' end, n
        from generate_series(1, 6_000) n`;
    });
    const runs = await Promise.all([imported(), imported(), imported()]);
    const booked = runs.map(({ transactions }) => transactions.credit + transactions.charge);
    expect(booked.reduce((sum, count) => sum + count, 0)).toBe(6_000);
    const [sums] = await here(
      (sql) => sql`select sum(funded - spent)::int as total, sum(version)::int as versions,
        (select sum(cardinality(operations))::int from changes) as followed from accounts`,
    );
    expect(sums).toEqual({ total: 0, versions: 12_000, followed: 6_000 });
  });

  it("does not write where an account is not as it was read", async () => {
    await there(async (sql) => {
      const accountId = await addAccount(sql, await addOrganization(sql, { name: "acme" }));
      await addTransaction(sql, {
        account_id: accountId,
        type: "credit",
        amount: 1,
        created_at: "2024-01-01",
      });
    });
    await here((sql) =>
      sql.unsafe(`create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger lose before update on accounts for each row execute function lose()`),
    );
    await expect(imported()).rejects.toThrow("0 of 2 rows were written: accounts");
    expect(await here((sql) => sql`select from operations`)).toHaveLength(0);
  });
});
