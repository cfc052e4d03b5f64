import postgres from "postgres";
import { takeForDistributed } from "../../test/support/distributed.ts";
import {
  brokenRules,
  commandTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { lockWaits } from "../../test/support/lock-waits.ts";
import { until } from "../../test/support/until.ts";
import { Amount } from "../domain/amount.ts";
import type { AskedCommand } from "../domain/command.ts";
import type { Transfer } from "../domain/recorded.ts";
import { socketHost } from "../embedded/connection.ts";
import { FollowedTransfers } from "../store/books/followed-transfers.ts";
import { attempt } from "../store/store.fixture.ts";
import { Limits } from "../store/terms/limits.ts";
import {
  bookedCount,
  captureOf,
  changeOf,
  holdOn,
  moreCustomers,
  outcomeOf,
  refundOf,
  reversalOf,
  type Tenant,
  untilPast,
} from "./ledger.fixture.ts";
import type { Ledger } from "./ledger.ts";

let test: TestLedger;
beforeEach(async () => {
  test = await startLedger();
  await takeForDistributed(test.url);
});
afterEach(async () => {
  try {
    expect(await brokenRules(test.url)).toEqual([]);
  } finally {
    await test.stop();
  }
});

const outcome = (command: AskedCommand) => outcomeOf(test.ledger, command);

it("does all that can be asked of it where the database may be distributed", async () => {
  const tenant = await test.tenant();
  const [credit, charge] = [commandTo("credit", tenant), commandTo("charge", tenant)];
  const [captured, released] = [holdOn(tenant), holdOn(tenant, { amount: Amount.of("1") })];
  const commands: AskedCommand[] = [
    ...[credit, charge, refundOf(charge, { amount: Amount.of("8") })],
    ...[captured, captureOf(captured, { amount: Amount.of("2") }), released],
    ...[changeOf(released, { type: "extend", ttlMs: 90_000 }), changeOf(released, { type: "release" })],
    ...[captureOf(captured, { final: true }), reversalOf(credit, { amount: Amount.of("1") })],
  ];
  for (const command of commands) expect(await outcome(command)).toBe("done");
  expect(await outcome(charge)).toBe("done");
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(6);
});

it("books what time alone has caused", async () => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  for (const onExpiry of ["release", "capture"] as const) {
    const hold = await test.ledger.submit(holdOn(tenant, { ttlMs: 1, onExpiry, amount: Amount.of("3") }));
    await untilPast(test.sql, receiptsOf(hold)[0]);
  }
  expect(await outcome(commandTo("charge", { ...tenant, amount: Amount.of("7") }))).toBe("done");
});

it("books for many at once, two instances among them, and one key once", async () => {
  const tenant = await test.tenant();
  const tenants = [tenant, ...(await moreCustomers(test.sql, tenant, 9))];
  const commands = tenants.flatMap((each) => [commandTo("credit", each), commandTo("credit", each)]);
  const other = test.another();
  const outcomes = await Promise.all(
    commands.flatMap((command) => [outcomeOf(test.ledger, command), outcomeOf(other, command)]),
  );
  expect(new Set(outcomes)).toEqual(new Set(["done"]));
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(commands.length);
  const numbers = await numbersOf(tenant);
  expect(numbers).toEqual(numbers.map((_, index) => ({ xid: index + 1, position: index + 1 })));
});

it("tells whoever follows of each transfer once, in the order of each account, whoever books meanwhile", async () => {
  const tenant = await test.tenant();
  const tenants = [tenant, ...(await moreCustomers(test.sql, tenant, 5))];
  const { database, ledger } = test.instance();
  const followed = new FollowedTransfers(database);
  let isOver = false;
  const book = async (by: Ledger, each: Tenant) => {
    for (let round = 0; round < 6; round += 1)
      expect(await outcomeOf(by, commandTo("credit", each))).toBe("done");
  };
  const booked = Promise.all(
    tenants.flatMap((each) => [book(test.ledger, each), book(ledger, each)]),
  ).finally(() => {
    isOver = true;
  });
  const seen: Transfer[] = [];
  for (let token = ""; ; ) {
    const isLast = isOver;
    const page = await followed.page({ orgId: tenant.orgId, filter: {}, token, ...pageBounds });
    seen.push(...page.transfers);
    token = page.nextToken;
    if (isLast && page.transfers.length === 0) break;
  }
  await booked;
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  expect(seen).toHaveLength(tenants.length * 12);
  const rows = await test.sql<{ id: string; account: string; version: string }[]>`
    select id, to_account_id as account, to_version as version from operations where org_id = ${tenant.orgId}`;
  const placeOf = new Map(rows.map((row) => [row.id, row]));
  const versions = new Map<string, number>();
  for (const { id } of seen) {
    const { account = "", version } = placeOf.get(id) ?? {};
    expect(Number(version)).toBe((versions.get(account) ?? 0) + 1);
    versions.set(account, Number(version));
  }
});

it("takes numbers above all that there was before it was distributed, whatever ids transactions have now", async () => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  await test.sql`update changes set xid = '900000000000', position = 40 where org_id = ${tenant.orgId}`;
  await test.ledger.submit(commandTo("charge", tenant));
  await test.sql`update changes set position = 950000000000 where org_id = ${tenant.orgId} and position > 40`;
  await test.ledger.submit(commandTo("credit", tenant));
  expect(await numbersOf(tenant)).toEqual([
    { xid: 900_000_000_000, position: 40 },
    { xid: 900_000_000_001, position: 950_000_000_000 },
    { xid: 950_000_000_001, position: 950_000_000_001 },
  ]);
  const followed = new FollowedTransfers(test.instance().database);
  const { transfers } = await followed.page({ orgId: tenant.orgId, filter: {}, token: "", ...pageBounds });
  expect(transfers.map(({ kind }) => kind)).toEqual(["credit", "charge", "credit"]);
});

it("waits for its turn with the whole of a batch, and keeps no other organization waiting", async () => {
  const [tenant, other] = [await test.tenant(), await test.tenant()];
  const tenants = [tenant, ...(await moreCustomers(test.sql, tenant, 3))];
  const begin = postgres(test.url, { ...socketHost(test.url), max: 1, onnotice: () => undefined });
  let waiting: Promise<string[]> = Promise.resolve([]);
  await begin.begin(async (holder) => {
    await holder`select pg_advisory_xact_lock(7400005, hashtext(${tenant.orgId})) from customers
      where org_id = ${tenant.orgId}::uuid and id = ${tenant.customerId}::uuid`;
    waiting = Promise.all(tenants.map((each) => outcome(commandTo("credit", each))));
    await until(async () => (await lockWaits(test.sql)).length > 0);
    expect(await outcome(commandTo("credit", other))).toBe("done");
    await until(async () => (await lockWaits(test.sql)).length === 0);
    expect(await outcome(commandTo("charge", other))).toBe("done");
    expect(await bookedCount(test.sql, tenant.orgId)).toBe(0);
  });
  await begin.end();
  expect(await waiting).toEqual(tenants.map(() => "done"));
});

it("commits a limit in its turn, too", async () => {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", tenant));
  const which = { orgId: tenant.orgId, customerId: tenant.customerId, currency: "VC" };
  const limits = new Limits(test.instance().database);
  await limits.set(which, { minimumBalance: Amount.of("-5"), endsAt: null }, { dryRun: false, by: attempt });
  await limits.set(which, { minimumBalance: Amount.of("-6"), endsAt: null }, { dryRun: true, by: attempt });
  await test.ledger.submit(commandTo("charge", tenant));
  expect(await numbersOf(tenant)).toEqual([1, 2, 3].map((each) => ({ xid: each, position: each })));
});

const pageBounds = { rowsMax: 7, bytesMax: 1_000_000, bytesOf: () => 1_000 };

/** Of all changes of an organization, in their order. */
async function numbersOf({ orgId }: Tenant): Promise<{ xid: number; position: number }[]> {
  const rows = await test.sql<{ xid: string; position: string }[]>`
    select xid::text as xid, position from changes where org_id = ${orgId} order by position`;
  return rows.map(({ xid, position }) => ({ xid: Number(xid), position: Number(position) }));
}
