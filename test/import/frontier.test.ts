import { Code } from "@connectrpc/connect";
import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { outcomeOf, startProgram } from "../lifecycle/program.ts";
import type { TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { seedOf } from "../workload/random.ts";
import { addTransaction, platformAccount } from "./frontier-database.ts";
import { makeFrontier } from "./world.ts";

const changes = 100_000;
/** The amount of a usage that nothing in this Frontier covers, but money does. */
const usage = { amount: 1n, source: "live", description: "", userId: "", type: "", customerId: "" };

let frontier: TestDatabase;
let service: TestService;
beforeAll(async () => {
  frontier = await makeFrontier({ changes, seed: seedOf("import") });
  service = await startService();
}, 60_000);
afterAll(async () => {
  await service.stop();
  await frontier.drop();
});

const settings = () => ({ DATABASE_URL: service.databaseUrl });
const startImport = (...args: string[]) =>
  startProgram(["import", "frontier", "--from", frontier.url, ...args], settings());
const verify = () => outcomeOf(startProgram(["verify"], settings()));
const clients = () => connectClients(service.url, service.platform).frontier;
const here = <T>(work: (sql: Sql) => Promise<T>) => withSql(service.databaseUrl, work);
const there = <T>(work: (sql: Sql) => Promise<T>) => withSql(frontier.url, work);

/** The transfers of each customer in short; `timed` says of which also the times. */
function booked(timed: (name: string) => boolean) {
  return here(async (sql) => {
    const rows = await sql`
      select c.id, o.name, a.funded - a.spent as balance, a.version as count,
        (select md5(string_agg(concat_ws('|', t.id, case when t.to_account_id = a.id then 'credit' else 'debit' end,
            t.amount::bigint, t.source, t.description, t.user_id, t.metadata::jsonb), ',' order by t.id)) as content
          from transfers t where t.org_id = a.org_id and a.id in (t.from_account_id, t.to_account_id)),
        (select md5(string_agg(t.id || extract(epoch from t.created_at)::text, ',' order by t.id)) as times
          from transfers t where t.org_id = a.org_id and a.id in (t.from_account_id, t.to_account_id))
      from customers c join organizations o on o.id = c.org_id
      join accounts a on a.org_id = c.org_id and a.customer_id = c.id
      order by c.id`;
    return rows.map(({ times, balance, ...row }) => ({
      ...row,
      balance: Number(balance),
      ...(timed(row["name"]) && { times }),
    }));
  });
}

/** What `booked` should answer. */
function expected(timed: (name: string) => boolean) {
  return there(async (sql) => {
    const rows = await sql`
      select c.id, o.name, coalesce(sum(case type when 'credit' then amount else -amount end), 0) as balance,
        count(t.id) as count,
        md5(string_agg(concat_ws('|', t.id, type, amount, lower(source), description, coalesce(user_id, ''),
          coalesce(nullif(t.metadata, 'null'), '{}')), ',' order by t.id)) as content,
        md5(string_agg(t.id || extract(epoch from date_trunc('milliseconds', t.created_at)::timestamptz(3))::text, ','
          order by t.id)) as times
      from billing_customers c join organizations o on o.id = c.org_id
      left join billing_transactions t on t.account_id = c.id
      group by c.id, o.name order by c.id`;
    return rows.map(({ times, balance, ...row }) => ({
      ...row,
      balance: Number(balance),
      ...(timed(row["name"]) && { times }),
    }));
  });
}

async function accountOf(name: string): Promise<{ orgId: string; accountId: string }> {
  const rows = await there(
    (sql) => sql`select c.org_id, c.id from billing_customers c join organizations o on o.id = c.org_id
      where o.name = ${name} and c.state = 'active'`,
  );
  return { orgId: rows[0]?.["org_id"], accountId: rows[0]?.["id"] };
}

const counts = () =>
  here(
    (
      sql,
    ) => sql`select (select count(*) from organizations) as organizations, (select count(*) from customers) as customers,
      (select count(*) from accounts) as accounts, (select count(*) from transfers) as transfers`,
  );

describe("tallystick import frontier", () => {
  it("says in a dry run what it would do, and writes nothing", async () => {
    const { code, stdout, stderr } = await outcomeOf(startImport("--dry-run"));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Would import: 40 organizations, 80 billing accounts, 100000 transactions \(\d+ credits, \d+ charges, 5000 refunds\)\.\n/,
      ),
    });
    expect(stderr).toMatch(/^\d+ of 40 organizations, \d+ of 100000 transactions\n/);
    expect(stderr).toMatch(/\n40 of 40 organizations, 100000 of 100000 transactions\n$/);
    expect(await counts()).toEqual([{ organizations: "0", customers: "0", accounts: "0", transfers: "0" }]);
  });

  it("goes on where it was interrupted, beside another import and a service that charges", async () => {
    const interrupted = startImport();
    await interrupted.until(/ [1-9]\d* of 100000 transactions/);
    interrupted.kill("SIGKILL");
    expect(await interrupted.ended).toBe("SIGKILL");
    expect(await verify()).toMatchObject({ code: 0 });
    const [before] = await counts();
    expect(Number(before?.["transfers"])).toBeGreaterThan(0);
    expect(Number(before?.["transfers"])).toBeLessThan(changes);

    const { orgId, accountId } = await accountOf("org-1");
    await here((sql) => sql`update accounts set minimum_balance = -1e12 where customer_id = ${accountId}`);
    const imports = [outcomeOf(startImport()), outcomeOf(startImport())];
    let isOver = false;
    const over = Promise.all(imports).then((outcomes) => {
      isOver = true;
      return outcomes;
    });
    let charged = 0;
    while (!isOver) {
      await clients().createBillingUsage({
        orgId,
        billingId: accountId,
        usages: [{ id: uuidv7(), ...usage }],
      });
      charged += 1;
    }
    for (const { code, stdout } of await over) {
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringContaining("\n0 could not be imported.\n"),
      });
      expect(stdout).toContain("Checked: 79 balances equal Frontier's, 1 but for what was booked here.\n");
    }
    expect(await verify()).toMatchObject({ code: 0 });
    const live = { count: charged, balance: -charged };
    const isElsewhere = (name: string) => name !== "org-1";
    const [found, wanted] = [await booked(isElsewhere), await expected(isElsewhere)];
    for (const [index, account] of found.entries()) {
      const { content: _found, ...row } = account;
      const { content: _wanted, ...asked } = wanted[index] ?? {};
      if (row.id !== accountId) expect(account).toEqual(wanted[index]);
      else {
        expect(row).toEqual({
          ...asked,
          count: String(Number(asked.count) + live.count),
          balance: Number(asked.balance) + live.balance,
        });
      }
    }
  }, 60_000);

  it("books nothing twice", async () => {
    const before = await counts();
    const { code, stdout } = await outcomeOf(startImport());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        "Imported: 0 organizations, 0 billing accounts, 0 transactions (0 credits, 0 charges, 0 refunds).",
        "Here already: 40 organizations, 80 billing accounts, 100000 transactions; 0 billing accounts updated.",
        "Otherwise than there: 0 transactions of amount 0 left out, 0 under a later time.",
        "Checked: 79 balances equal Frontier's, 1 but for what was booked here.",
        "0 could not be imported.",
        "",
      ].join("\n"),
    });
    expect(await counts()).toEqual(before);
  });

  it("adds what Frontier has got since, and takes over what changed", async () => {
    const { orgId, accountId } = await accountOf("org-2");
    const late = await there(async (sql) => {
      await sql`update billing_customers set credit_min = -77, name = 'Renamed', updated_at = now() where id = ${accountId}`;
      const row = {
        account_id: accountId,
        type: "debit",
        amount: 7,
        created_at: "2025-06-01T00:00:00.123456Z",
      } as const;
      return addTransaction(sql, row);
    });
    const { code, stdout } = await outcomeOf(startImport());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(
        "Imported: 0 organizations, 0 billing accounts, 1 transactions (0 credits, 1 charges, 0 refunds).\n" +
          "Here already: 40 organizations, 79 billing accounts, 100000 transactions; 1 billing accounts updated.\n",
      ),
    });
    const { transactions } = await clients().listBillingTransactions({
      orgId,
      billingId: accountId,
      pageSize: 1,
    });
    expect(transactions).toMatchObject([{ id: late, amount: 7n, type: "debit" }]);
    const { billingAccount, billingDetails } = await clients().getBillingAccount({
      orgId,
      id: accountId,
      withBillingDetails: true,
    });
    expect(billingAccount?.name).toBe("Renamed");
    expect(billingDetails?.creditMin).toBe(-77n);
    expect(await verify()).toMatchObject({ code: 0 });
  });

  it("leaves ids that Frontier's clients can go on with", async () => {
    const [row] = await there(
      (
        sql,
      ) => sql`select t.id, t.account_id, t.amount, t.description, t.metadata, c.org_id from billing_transactions t
        join billing_customers c on c.id = t.account_id
        where type = 'debit' and t.amount > 1 and t.account_id <> ${platformAccount} and c.state = 'active'
          and not exists (select from billing_transactions r where r.metadata ->> 'revert_request_using' = t.id::text) limit 1`,
    );
    const { orgId, billingId } = { orgId: row?.["org_id"], billingId: row?.["account_id"] };
    const again = { id: row?.["id"], ...usage, amount: BigInt(row?.["amount"]) };
    const refused = await failureOf(clients().createBillingUsage({ orgId, billingId, usages: [again] }));
    expect(refused.code).toBe(Code.AlreadyExists);

    const { ledger } = connectClients(service.url, service.platform);
    const whole = { organization: orgId, transfer: row?.["id"] };
    await ledger.refundTransfer({ ...whole, amount: "1" });
    const { receipt } = await ledger.refundTransfer(whole);
    expect(receipt?.transfer?.amount).toBe(String(Number(row?.["amount"]) - 1));
    expect((await failureOf(ledger.refundTransfer({ ...whole, amount: "1" }))).code).toBe(
      Code.FailedPrecondition,
    );
    expect(await verify()).toMatchObject({ code: 0 });
  });
});
