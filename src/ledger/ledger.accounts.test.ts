import type { TransactionSql } from "postgres";
import {
  brokenRules,
  commandTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { asReplica, earlier } from "../../test/support/replica.ts";
import { until } from "../../test/support/until.ts";
import { customerAccount } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { customerSide } from "../domain/recorded.ts";
import { allConnections } from "../store/driver/connections/shares.ts";
import {
  bookedCount,
  creditsTo,
  holdOn,
  loseBooks,
  moreCustomers,
  reasonOf,
  type Tenant,
  times,
  untilPast,
} from "./ledger.fixture.ts";

let test: TestLedger;

beforeAll(async () => {
  test = await startLedger();
});

afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

async function balances({ orgId }: Tenant): Promise<Record<string, number>> {
  const rows = await test.sql<{ owner: string; balance: number }[]>`
    select coalesce('customer ' || customer_id, 'counter ' || counter) as owner, sum(funded - spent - withdrawn)::int as balance
    from accounts where org_id = ${orgId} group by 1`;
  return Object.fromEntries(rows.map(({ owner, balance }) => [owner, balance]));
}

describe("a counter-account that is named like a customer's id", () => {
  it.each(["before", "after"])(
    "is another account than that customer's, which comes into being %s it",
    async (when) => {
      const a = await test.tenant();
      const [b = a] = await moreCustomers(test.sql, a, 1);
      const own = commandTo("credit", a);
      const named = commandTo("credit", {
        ...b,
        amount: Amount.of("1000"),
        other: { counter: a.customerId },
      });
      for (const command of when === "before" ? [own, named] : [named, own])
        expect(reasonOf(await test.ledger.submit(command))).toBe("done");
      const both = await Promise.all(
        [
          commandTo("charge", { ...a, amount: Amount.of("4") }),
          commandTo("charge", { ...b, other: { counter: a.customerId } }),
        ].map((each) => test.ledger.submit(each)),
      );
      expect(both.map(reasonOf)).toEqual(["done", "done"]);
      expect(await balances(a)).toEqual({
        [`customer ${a.customerId}`]: 6,
        [`customer ${b.customerId}`]: 990,
        [`counter ${a.customerId}`]: -990,
        "counter funding": -10,
        "counter revenue": 4,
      });
    },
  );
});

describe("an account that a failover has lost", () => {
  it("is made again, with its counter-accounts, by whoever knew it", async () => {
    const tenant = await test.tenant();
    await test.ledger.submit(commandTo("credit", tenant));
    await test.ledger.submit(commandTo("charge", tenant));
    await loseBooks(test.sql, tenant.orgId);
    for (const n of [1, 2]) {
      const [receipt] = receiptsOf(await test.ledger.submit(commandTo("credit", tenant)));
      expect(receipt && customerSide(receipt.recorded).account.version).toBe(n);
    }
  });

  it("is nobody's whose customer was lost, too", async () => {
    const tenant = await test.tenant();
    await test.ledger.submit(commandTo("credit", tenant));
    await loseBooks(test.sql, tenant.orgId);
    await test.sql`delete from customers where org_id = ${tenant.orgId}`;
    for (const command of [commandTo("credit", tenant), commandTo("charge", tenant), holdOn(tenant)])
      expect(reasonOf(await test.ledger.submit(command))).toBe("NOT_FOUND");
  });

  it("has another id after it was made again by another instance", async () => {
    const tenant = await test.tenant();
    const other = test.another();
    await test.ledger.submit(commandTo("credit", tenant));
    await loseBooks(test.sql, tenant.orgId);
    await other.submit(commandTo("credit", tenant));
    const [receipt] = receiptsOf(await test.ledger.submit(commandTo("credit", tenant)));
    expect(receipt && customerSide(receipt.recorded).account).toMatchObject({ version: 2 });
  });
});

it("a counter-account that was lost is forgotten, though only a capture that is due needs it", async () => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  await test.ledger.submit(commandTo("charge", tenant));
  await loseBooks(test.sql, tenant.orgId);
  const other = test.another();
  await other.submit(commandTo("credit", tenant));
  const hold = holdOn(tenant, { ttlMs: 1, onExpiry: "capture" });
  const [held] = receiptsOf(await other.submit(hold));
  await untilPast(test.sql, held);
  await test.ledger.settleDue(tenant.orgId, [customerAccount(tenant.customerId, "VC")]);
  const [row] = await test.sql`select state from holds where id = ${hold.operations[0].id}`;
  expect(row).toEqual({ state: "captured" });
});

describe("a locked row that is not what it was locked for", () => {
  it("is not booked on", async () => {
    const a = await test.tenant();
    const [b = a] = await moreCustomers(test.sql, a, 1);
    await test.ledger.submit(commandTo("credit", a));
    const give = (from: Tenant, to: Tenant) =>
      test.sql`update accounts set customer_id = ${to.customerId} where org_id = ${a.orgId} and customer_id = ${from.customerId}`;
    await give(a, b);
    await expect(test.ledger.submit(commandTo("charge", a))).rejects.toThrow("and was locked as");
    await give(b, a);
    expect(await bookedCount(test.sql, a.orgId)).toBe(1);
    expect(reasonOf(await test.ledger.submit(commandTo("charge", a)))).toBe("done");
  });

  it("is not booked on where somebody else has changed it meanwhile", async () => {
    const tenant = await test.tenant();
    await test.ledger.submit(commandTo("credit", tenant));
    await test.sql.unsafe(`create function meddle() returns trigger language plpgsql as $$
      begin new.sequence := old.sequence; return null; end $$`);
    await test.sql.unsafe(
      "create trigger meddle before update on accounts for each row execute function meddle()",
    );
    await expect(test.ledger.submit(commandTo("charge", tenant))).rejects.toThrow("as written");
    await test.sql.unsafe("drop trigger meddle on accounts; drop function meddle()");
    expect(await bookedCount(test.sql, tenant.orgId)).toBe(1);
  });
});

describe("the rows of a batch", () => {
  it.each([
    ["operations", "rows and not"],
    ["accounts", "as written"],
    ["holds", "as written"],
    ["changes", "rows and not"],
  ])("are counted before it is acknowledged: %s", async (table, complaint) => {
    const tenant = await test.tenant();
    const [other = tenant] = await moreCustomers(test.sql, tenant, 1);
    await test.ledger.submit(commandTo("credit", tenant));
    await test.sql.unsafe(
      `create function swallow() returns trigger language plpgsql as 'begin return null; end'`,
    );
    await test.sql.unsafe(
      `create trigger swallow before insert on ${table} for each row execute function swallow()`,
    );
    const asked = table === "holds" ? holdOn(tenant) : commandTo("credit", other);
    await expect(test.ledger.submit(asked)).rejects.toThrow(complaint);
    await test.sql.unsafe(`drop trigger swallow on ${table}; drop function swallow()`);
    await loseBooks(test.sql, tenant.orgId);
  });
});

const later = (sql: TransactionSql, column: string) => sql.unsafe(earlier(column, "interval '-2 hours'"));

describe("a clock that was once ahead", () => {
  it("is the past of the account that it was on, and of nobody else", async () => {
    const ahead = await test.tenant();
    const [other = ahead] = await moreCustomers(test.sql, ahead, 1);
    await test.ledger.submit(creditsTo([ahead, other], "10"));
    await test.ledger.submit(commandTo("credit", ahead));
    const { customerId, orgId } = ahead;
    await asReplica(test.sql, async (sql) => {
      const [batch] = await sql<{ id: string; counter: string }[]>`
        update operations set created_at = ${later(sql, "created_at")}, from_at = ${later(sql, "from_at")},
          to_at = ${later(sql, "to_at")}
        where org_id = ${orgId} and to_customer_id = ${customerId} and to_version = 2
        returning id, from_account_id as counter`;
      await sql`update changes set at = ${later(sql, "at")} where org_id = ${orgId} and ${batch?.id ?? ""} = any(operations)`;
      await sql`update accounts set updated_at = ${later(sql, "updated_at")}
        where org_id = ${orgId} and (customer_id = ${customerId} or id = ${batch?.counter ?? ""})`;
    });
    const [{ now } = { now: new Date() }] = await test.sql<{ now: Date }[]>`select clock_timestamp() as now`;
    const isSoon = (moment: Date | undefined) => {
      return moment !== undefined && Math.abs(moment.getTime() - now.getTime()) < 3_600_000;
    };
    const [charged] = receiptsOf(
      await test.ledger.submit(commandTo("charge", { ...ahead, amount: Amount.of("1") })),
    );
    expect([isSoon(charged?.recorded.createdAt), isSoon(charged?.recorded.from.at)]).toEqual([true, false]);
    const [held] = receiptsOf(await test.ledger.submit(holdOn(ahead, { ttlMs: 5_000 })));
    expect(isSoon(held?.hold?.expiresAt)).toBe(true);
    const credits = await Promise.all(times(6).map(() => test.ledger.submit(commandTo("credit", other))));
    const sides = credits.flatMap(receiptsOf).map(({ recorded }) => recorded.to?.at);
    expect(sides.map(isSoon)).toEqual(Array(6).fill(true));
    const [again] = receiptsOf(await test.ledger.submit(commandTo("credit", ahead)));
    expect(again?.recorded.to?.at.getTime()).toBeGreaterThanOrEqual(charged?.recorded.from.at.getTime() ?? 0);
  });
});

describe("the stripes of a counter-account", () => {
  const locks = async () => {
    const [row] =
      await test.sql`select count(*)::int as n from pg_locks join pg_database on pg_database.oid = database
      where datname = current_database() and locktype = 'advisory'`;
    return row?.["n"];
  };

  /** As many commands at once as make use of every lane. */
  async function useLanes(
    instance: ReturnType<TestLedger["instance"]>,
    customers: readonly Tenant[],
  ): Promise<void> {
    const verdicts = [];
    for (const each of customers) {
      verdicts.push(instance.ledger.submit(commandTo("credit", each)));
      await new Promise(setImmediate);
    }
    await Promise.all(verdicts);
  }

  async function stripesOf({ orgId }: Tenant): Promise<string[]> {
    const rows = await test.sql<
      { id: string }[]
    >`select id from accounts where org_id = ${orgId} and counter = 'funding'`;
    return rows.map(({ id }) => id);
  }

  it("are shared by no two instances: neither waits for the other there", async () => {
    const tenant = await test.tenant();
    const customers = await moreCustomers(test.sql, tenant, 24);
    const [one, other] = [test.instance(), test.instance()];
    await useLanes(one, customers.slice(0, 12));
    const first = await stripesOf(tenant);
    const connection = await test.sql.reserve();
    await connection`begin`;
    await connection`select from accounts where org_id = ${tenant.orgId} and id = any(${first}) for update`;
    await useLanes(other, customers.slice(12));
    await connection`rollback`;
    connection.release();
    const all = await stripesOf(tenant);
    expect(all.length).toBeGreaterThan(first.length);
    expect(first.length).toBeGreaterThan(1);
    await Promise.all([one, other].map(({ database }) => database.close()));
  });

  it("are never more than lanes, however often an instance starts", async () => {
    const tenant = await test.tenant();
    const customers = await moreCustomers(test.sql, tenant, 6);
    const before = await locks();
    for (const _ of times(20)) {
      const instance = test.instance();
      await useLanes(instance, customers);
      await instance.database.close();
      await until(async () => (await locks()) === before);
    }
    expect((await stripesOf(tenant)).length).toBeLessThanOrEqual(allConnections.lanes);
  });
});
