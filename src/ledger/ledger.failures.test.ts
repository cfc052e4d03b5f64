import { setMaxListeners } from "node:events";
import { type CommitProxy, startCommitProxy } from "../../test/support/commit-proxy.ts";
import {
  brokenRules,
  commandTo,
  receiptsOf,
  startLedger,
  type TestLedger,
  untilWaiting,
} from "../../test/support/ledger.ts";
import type { AskedCommand } from "../domain/command.ts";
import { captureOf, creditsTo, holdOn, moreCustomers } from "./ledger.fixture.ts";

let test: TestLedger;

beforeAll(async () => {
  test = await startLedger();
  // A deadlock is found by who waits longest, and that must be the ledger.
  await test.sql.unsafe(
    `alter database ${new URL(test.url).pathname.slice(1)} set deadlock_timeout = '50ms'`,
  );
});

// One signal ends dozens of calls here.
setMaxListeners(0);

afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

async function bookedIds(orgId: string): Promise<string[]> {
  const rows = await test.sql<
    { id: string }[]
  >`select id from operations where org_id = ${orgId} order by created_at`;
  return rows.map(({ id }) => id);
}

function idsOf({ operations }: AskedCommand): string[] {
  return operations.map(({ id }) => id);
}

/** Books a first credit, so that the accounts are there, and then holds their locks until told to let go. */
async function holdAccounts(tenant: { orgId: string; customerId: string }) {
  const first = commandTo("credit", tenant);
  await test.ledger.submit(first);
  const connection = await test.sql.reserve();
  await connection`begin`;
  await connection`select from accounts where org_id = ${tenant.orgId} for update`;
  return {
    first,
    async letGo() {
      await connection`rollback`;
      connection.release();
    },
  };
}

describe("a connection that is lost at COMMIT", () => {
  let proxy: CommitProxy;
  beforeEach(async () => {
    proxy = await startCommitProxy(test.url);
  });
  afterEach(() => proxy.close());

  it.each(["before COMMIT", "after COMMIT"] as const)(
    "(%s) books once, and is no replay to its own caller",
    async (where) => {
      const tenant = await test.tenant();
      const ledger = test.another(proxy.url);
      const asked = commandTo("credit", tenant);
      proxy.cutOnce(where);
      expect(receiptsOf(await ledger.submit(asked))).toMatchObject([{ replay: false }]);
      expect(proxy.cuts).toBe(1);
      expect(await bookedIds(tenant.orgId)).toEqual(idsOf(asked));
      expect(receiptsOf(await ledger.submit(asked))).toMatchObject([{ replay: true }]);
    },
  );

  it("is no replay to those who booked, though their batch is split when it is tried again", async () => {
    const tenant = await test.tenant();
    const [other = tenant, poor = tenant] = await moreCustomers(test.sql, tenant, 2);
    await test.ledger.submit(creditsTo([tenant, other, poor], "1"));
    // Whoever writes beside the poor one lifts its limit, so that it is refused at first and fails alone afterwards.
    await test.sql.unsafe(`
      create function lend() returns trigger language plpgsql as $$ begin
        if new.from_customer_id = '${poor.customerId}' then raise exception 'poison' using errcode = '22003'; end if;
        update accounts set minimum_balance = -100 where customer_id = '${poor.customerId}';
        return new;
      end $$;
      create trigger lend before insert on operations for each row execute function lend()`);
    const ledger = test.another(proxy.url);
    proxy.cutOnce("after COMMIT");
    const booked = [commandTo("credit", tenant), commandTo("credit", other)];
    const verdicts = booked.map((each) => ledger.submit(each));
    const poison = ledger.submit(commandTo("charge", poor));
    await expect(poison).rejects.toMatchObject({ code: "22003" });
    expect((await Promise.all(verdicts)).flatMap(receiptsOf).map(({ replay }) => replay)).toEqual([
      false,
      false,
    ]);
    expect(proxy.cuts).toBe(1);
    const again = await Promise.all(booked.map((each) => ledger.submit(each)));
    expect(again.flatMap(receiptsOf).map(({ replay }) => replay)).toEqual([true, true]);
    await test.sql.unsafe("drop trigger lend on operations; drop function lend()");
  });
});

it("goes on after its connection was ended while it waited for a lock", async () => {
  const tenant = await test.tenant();
  const held = await holdAccounts(tenant);
  const asked = commandTo("charge", tenant);
  const submitted = test.ledger.submit(asked);
  const [pid = 0] = await untilWaiting(test.sql, 1);
  await test.sql`select pg_terminate_backend(${pid}::int)`;
  await held.letGo();
  expect(receiptsOf(await submitted)).toMatchObject([{ replay: false }]);
  expect(await bookedIds(tenant.orgId)).toEqual([...idsOf(held.first), ...idsOf(asked)]);
});

it("goes on when all its connections were ended while it was idle", async () => {
  const tenant = await test.tenant();
  const ledger = test.another();
  await Promise.all(Array.from({ length: 20 }, () => ledger.submit(commandTo("credit", tenant))));
  await test.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'tallystick'`;
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, () => ledger.submit(commandTo("credit", tenant))),
  );
  expect(verdicts.flatMap(receiptsOf)).toHaveLength(20);
});

it("tries again after a deadlock, of which it was the victim", async () => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  const other = await test.sql.reserve();
  await other`set deadlock_timeout = '60s'`;
  await other`begin`;
  await other`select from accounts where org_id = ${tenant.orgId} and customer_id is null for update`;
  const submitted = test.ledger.submit(commandTo("credit", tenant));
  await untilWaiting(test.sql, 1);
  await other`select from accounts where org_id = ${tenant.orgId} and customer_id is not null for update`;
  await other`commit`;
  other.release();
  expect(receiptsOf(await submitted)).toMatchObject([{ replay: false }]);
});

describe("an error of the database that passes", () => {
  beforeAll(() =>
    test.sql.unsafe(`
      create sequence attempts;
      create table weather (state text, says text not null default 'bad weather');
      create function be_unlucky() returns trigger language plpgsql as $$
      declare bad text := (select state from weather);
      begin
        if bad is not null and nextval('attempts') % 3 <> 0 then
          raise exception using errcode = bad, message = (select says from weather);
        end if;
        return new;
      end $$;
      create trigger be_unlucky before insert on operations for each row execute function be_unlucky()`),
  );
  afterEach(() => test.sql`delete from weather`);

  it.each([
    ["a serialization failure", "40001"],
    ["a deadlock", "40P01"],
    ["a lock that was not available", "55P03"],
    ["a request to cancel that was meant for another query", "57014"],
    ["a shutdown", "57P01"],
    ["a lost connection", "08006"],
  ])("is tried again: %s (%s)", async (_, state) => {
    const tenant = await test.tenant();
    await test.sql`insert into weather values (${state})`;
    const asked = commandTo("credit", tenant);
    expect(receiptsOf(await test.ledger.submit(asked))).toMatchObject([{ replay: false }]);
    expect(await bookedIds(tenant.orgId)).toEqual(idsOf(asked));
  });

  it.each([
    ["aborted behind a node's end", "25P02", "current transaction is aborted"],
    [
      "not committed on a node",
      "XX000",
      "could not commit transaction for shard 1 on at least one active node",
    ],
  ])("is tried again where a transaction is %s", async (_, state, says) => {
    const tenant = await test.tenant();
    await test.sql`insert into weather values (${state}, ${says})`;
    const asked = commandTo("credit", tenant);
    expect(receiptsOf(await test.ledger.submit(asked))).toMatchObject([{ replay: false }]);
    expect(await bookedIds(tenant.orgId)).toEqual(idsOf(asked));
  });

  it("is thrown as it is where trying again cannot help", async () => {
    const tenant = await test.tenant();
    await test.sql`insert into weather values ('22003')`;
    await expect(test.ledger.submit(commandTo("credit", tenant))).rejects.toMatchObject({ code: "22003" });
    expect(await bookedIds(tenant.orgId)).toEqual([]);
  });
});

it.each(["accounts", "holds"] as const)("commits nothing where an update of %s gets lost", async (table) => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  const hold = holdOn(tenant);
  await test.ledger.submit(hold);
  await test.sql.unsafe(`
    create function lose() returns trigger language plpgsql as $$ begin
      return case when new.customer_id = '${tenant.customerId}' then null else new end;
    end $$;
    create trigger lose before update on ${table} for each row execute function lose()`);
  const neighbour = await test.tenant();
  const asked = captureOf(hold);
  const [lost, done] = await Promise.allSettled([
    test.ledger.submit(asked),
    test.ledger.submit(commandTo("credit", neighbour)),
  ]);
  expect([lost.status, done.status]).toEqual(["rejected", "fulfilled"]);
  expect(await bookedIds(tenant.orgId)).not.toEqual(expect.arrayContaining(idsOf(asked)));
  await test.sql.unsafe(`drop trigger lose on ${table}; drop function lose()`);
  expect(receiptsOf(await test.ledger.submit(asked))).toMatchObject([{ replay: false }]);
  expect(await bookedIds(tenant.orgId)).toEqual(expect.arrayContaining(idsOf(asked)));
});

describe("a deadline that passes", () => {
  const reason = new Error("deadline exceeded");

  it("while a batch waits for a lock ends its caller's wait at once", async () => {
    const tenant = await test.tenant();
    const held = await holdAccounts(tenant);
    const abort = new AbortController();
    const asked = commandTo("charge", tenant);
    const submitted = expect(test.ledger.submit(asked, abort.signal)).rejects.toBe(reason);
    await untilWaiting(test.sql, 1);
    abort.abort(reason);
    await submitted;
    await held.letGo();
    // It may have been booked: a retry with the same id finds out.
    expect(receiptsOf(await test.ledger.submit(asked))).toHaveLength(1);
    expect(await bookedIds(tenant.orgId)).toEqual([...idsOf(held.first), ...idsOf(asked)]);
  });

  it("before the batch has begun means that nothing is booked, and others go on", async () => {
    const tenant = await test.tenant();
    const held = await holdAccounts(tenant);
    const first = commandTo("credit", tenant);
    const begun = test.ledger.submit(first);
    await untilWaiting(test.sql, 1);
    const abort = new AbortController();
    const late = Array.from({ length: 30 }, () =>
      test.ledger.submit(commandTo("charge", tenant), abort.signal),
    );
    const credits = Array.from({ length: 30 }, () => test.ledger.submit(commandTo("credit", tenant)));
    abort.abort(reason);
    const outcomes = await Promise.allSettled(late);
    for (const outcome of outcomes) expect(outcome).toEqual({ status: "rejected", reason });
    await held.letGo();
    expect((await Promise.all([begun, ...credits])).flatMap(receiptsOf)).toHaveLength(31);
    expect(await bookedIds(tenant.orgId)).toHaveLength(32);
  });
});

describe("a pool whose connections die at any moment", () => {
  const killRounds = 500;

  it("never keeps a slot that nothing comes back from", async () => {
    const tenants = await Promise.all(Array.from({ length: 4 }, () => test.tenant()));
    const ledger = test.another();
    let isOver = false;
    const killing = (async () => {
      for (let round = 0; round < killRounds; round += 1) {
        await test.sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'tallystick' and random() < 0.5`;
      }
      isOver = true;
    })();
    let booked = 0;
    await Promise.all(
      tenants.map(async (tenant) => {
        while (!isOver) {
          const verdict = await ledger.submit(commandTo("credit", tenant)).catch(() => undefined);
          booked += verdict?.outcome === "done" ? 1 : 0;
        }
      }),
    );
    await killing;
    expect(booked).toBeGreaterThan(0);
    const after = await Promise.all(
      tenants.flatMap((tenant) =>
        Array.from({ length: 50 }, () => ledger.submit(commandTo("credit", tenant))),
      ),
    );
    expect(after.flatMap(receiptsOf)).toHaveLength(200);
  });
});
