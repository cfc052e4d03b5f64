import { Code } from "@connectrpc/connect";
import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { inProcess } from "../lifecycle/outcome.ts";
import { startProgram } from "../lifecycle/program.ts";
import type { TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure.ts";
import { lockWaits } from "../support/lock-waits.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { seedOf } from "../workload/random.ts";
import { addTransaction, platformAccount } from "./frontier-database.ts";
import { makeFrontier } from "./world.ts";

/** A third is of one account: several pages of its transactions, and more than a page of ids. */
const changes = 10_000;
/** What a client reports to the service beside the import. */
const usage = { amount: 1n, source: "live", description: "", userId: "", type: "", customerId: "" };

// Much longer than it takes, for a machine that is busy with something else.
jest.setTimeout(120_000);

let frontier: TestDatabase;
let service: TestService;
beforeAll(async () => {
  frontier = await makeFrontier({ changes, seed: seedOf("import") });
  service = await startService();
});
afterAll(async () => {
  await service.stop();
  await frontier.drop();
});

const settings = () => ({ DATABASE_URL: service.databaseUrl });
const importArgs = (...args: string[]) => ["import", "frontier", "--from", frontier.url, ...args];
const importFrontier = (...args: string[]) => inProcess(importArgs(...args), settings());
const verify = () => inProcess(["verify"], settings());
const clients = () => connectClients(service.url, service.platform).frontier;
const here = <T>(work: (sql: Sql) => Promise<T>) => withSql(service.databaseUrl, work);
const there = <T>(work: (sql: Sql) => Promise<T>) => withSql(frontier.url, work);

/** The books of a customer in short. */
interface Books {
  readonly id: string;
  /** Of the organization. */
  readonly name: string;
  readonly balance: string;
  readonly count: string;
  /** A hash of all that transactions say. */
  readonly content: string | null;
}

function booksHere(): Promise<Books[]> {
  return here(
    (sql) => sql<Books[]>`
      select c.id, o.name, trim_scale(a.funded - a.spent)::text as balance, a.version::text as count,
        (select md5(string_agg(concat_ws('|', t.id, case when t.to_account_id = a.id then 'credit' else 'debit' end,
            t.amount::bigint, t.source, t.description, t.user_id, t.metadata::jsonb, extract(epoch from t.created_at)),
            ',' order by t.id))
          from operations t where t.org_id = a.org_id and a.id in (t.from_account_id, t.to_account_id)) as content
      from customers c join organizations o on o.id = c.org_id
      join accounts a on a.org_id = c.org_id and a.customer_id = c.id
      order by c.id`,
  );
}

/** What `booksHere` should answer. */
function booksThere(): Promise<Books[]> {
  return there(
    (sql) => sql<Books[]>`
      select c.id, o.name, coalesce(sum(case type when 'credit' then amount else -amount end), 0)::text as balance,
        count(t.id)::text as count,
        md5(string_agg(concat_ws('|', t.id, type, amount, lower(source), description, coalesce(user_id, ''),
          coalesce(nullif(t.metadata, 'null'), '{}'),
          extract(epoch from date_trunc('milliseconds', t.created_at)::timestamptz(3))), ',' order by t.id)) as content
      from billing_customers c join organizations o on o.id = c.org_id
      left join billing_transactions t on t.account_id = c.id
      group by c.id, o.name order by c.id`,
  );
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
      (select count(*) from accounts) as accounts, (select count(*) from operations) as transfers`,
  );

describe("tallystick import frontier", () => {
  it("says in a dry run what it would do, and writes nothing", async () => {
    const { code, stdout, stderr } = await importFrontier("--dry-run");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(
          `^Would import: 40 organizations, 80 billing accounts, ${changes} transactions ` +
            `\\(\\d+ credits, \\d+ charges, ${changes / 20} refunds\\)\\.\n`,
        ),
      ),
    });
    const line = `\\d+ of 40 organizations, \\d+ of ${changes} transactions\n`;
    expect(stderr).toMatch(new RegExp(`^(${line})*$`));
    expect(await counts()).toEqual([{ organizations: "0", customers: "0", accounts: "0", transfers: "0" }]);
  });

  it("goes on where it was interrupted, beside a service that charges", async () => {
    const interrupted = startProgram(importArgs(), settings());
    await here(async (sql) => {
      // Whoever brings in the second organization waits. In this transaction nobody is seen who connects after it.
      await sql`begin`;
      await sql`insert into organizations (id, name, display_name)
        values ('00000000-0000-4000-8000-000000000002', 'org-2', '')`;
      await until(async () => (await here(lockWaits)).length === 1, 60_000);
      interrupted.kill("SIGKILL");
      expect(await interrupted.ended).toBe("SIGKILL");
      await sql`rollback`;
    });
    const [before] = await counts();
    expect(Number(before?.["transfers"])).toBeGreaterThan(0);
    expect(Number(before?.["transfers"])).toBeLessThan(changes);
    expect(await verify()).toMatchObject({ code: 0 });

    const { orgId, accountId } = await accountOf("org-1");
    const { ledger } = connectClients(service.url, service.platform);
    await ledger.setLimit({
      organization: orgId,
      customer: accountId,
      currency: "VC",
      minimumBalance: "-1000000000",
    });
    const resumed = importFrontier();
    const usages = Array.from({ length: 100 }, () => ({ id: uuidv7(), ...usage }));
    for (const each of usages)
      await clients().createBillingUsage({ orgId, billingId: accountId, usages: [each] });
    const { code, stdout } = await resumed;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining("\n0 could not be imported.\n"),
    });
    expect(stdout).toContain("Checked: 79 balances equal Frontier's, 1 but for what was booked here.\n");
    expect(await verify()).toMatchObject({ code: 0 });

    const isUntouched = ({ name }: Books) => name !== "org-1";
    const [found, wanted] = [await booksHere(), await booksThere()];
    expect(found.filter(isUntouched)).toEqual(wanted.filter(isUntouched));
    const [charged, asked] = [found, wanted].map((books) => books.find(({ id }) => id === accountId));
    expect(charged?.balance).toBe(String(BigInt(asked?.balance ?? 0) - 100n));
    expect(charged?.count).toBe(String(BigInt(asked?.count ?? 0) + 100n));
  });

  it("adds what Frontier has got since, takes over what changed, and books nothing twice", async () => {
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
    expect(await importFrontier()).toMatchObject({
      code: 0,
      stdout: [
        "Imported: 0 organizations, 0 billing accounts, 1 transactions (0 credits, 1 charges, 0 refunds).",
        `Here already: 40 organizations, 79 billing accounts, ${changes} transactions; 1 billing accounts updated.`,
        "Otherwise than there: 0 transactions of amount 0 left out, 0 under a later or an earlier time.",
        "Checked: 79 balances equal Frontier's, 1 but for what was booked here.",
        "0 could not be imported.",
        "",
      ].join("\n"),
    });
    const place = { orgId, billingId: accountId };
    const { transactions } = await clients().listBillingTransactions({ ...place, pageSize: 1 });
    expect(transactions).toMatchObject([{ id: late, amount: 7n, type: "debit" }]);
    const account = { orgId, id: accountId, withBillingDetails: true };
    expect(await clients().getBillingAccount(account)).toMatchObject({
      billingAccount: { name: "Renamed" },
      billingDetails: { creditMin: -77n },
    });
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
    expect((await ledger.verifyLedger({ organization: orgId })).violations).toEqual([]);
  });
});
