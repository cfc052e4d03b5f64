import {
  brokenRules,
  commandOf,
  commandTo,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { availableOf, customerAccount } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { derivedId } from "../domain/operation-id.ts";
import { customerSide } from "../domain/recorded.ts";
import { wholeOf } from "../store/journal/known.ts";
import {
  captureOf,
  changeOf,
  holdOn,
  moreCustomers,
  reasonOf,
  type Tenant,
  times,
  untilPast,
} from "./ledger.fixture.ts";

const count = 10_000;
/** Each is written by itself, where the others are noted as one. */
const captured = 3_000;

let test: TestLedger;

beforeAll(async () => {
  test = await startLedger();
});

// Once, because of how much there is to look at.
afterAll(async () => {
  try {
    expect((await brokenRules(test.url)).slice(0, 10)).toEqual([]);
  } finally {
    await test.stop();
  }
});

/** Sets 1 aside so many times, an hour ago and for half of one, as batches before have written it. */
async function insertExpiredHolds(
  { orgId, customerId }: Tenant,
  onExpiry: "release" | "capture",
  holds: number,
): Promise<void> {
  const policy = onExpiry === "capture" ? { on_expiry: "capture" } : {};
  await test.sql.begin(async (sql) => {
    await sql`create temporary table made on commit drop as
      select n, gen_random_uuid() as id, now() - interval '30 minutes' + n * interval '1 millisecond' as expires_at
      from generate_series(1, ${holds}) as n`;
    await sql`insert into operations (org_id, id, kind, amount, currency, source, description, user_id, metadata, asked,
        from_account_id, from_customer_id, from_version, from_sequence, from_at, from_funded, from_spent, from_withdrawn,
        from_held, from_minimum, hold_id, held_change, hold_captured, hold_remaining, hold_state, hold_expires_at,
        created_by, created_at)
      select a.org_id, m.id, 'hold', 1, a.currency, '', '', '', '{}', (${JSON.stringify(policy)}::text::jsonb || jsonb_build_object('ttl', (1800000 + n)::text))::json,
        a.id, a.customer_id, a.version, a.sequence + n, a.updated_at, funded, spent, withdrawn, n, 0,
        m.id, 1, 0, 1, 'active', expires_at, 'tests', now() - interval '1 hour'
      from accounts a, made m where a.org_id = ${orgId} and a.customer_id = ${customerId}`;
    await sql`insert into holds (org_id, id, account_id, customer_id, currency, amount, captured, remaining, state,
        expires_at, on_expiry, created_at)
      select a.org_id, m.id, a.id, a.customer_id, a.currency, 1, 0, 1, 'active', expires_at, ${onExpiry},
        now() - interval '1 hour'
      from accounts a, made m where a.org_id = ${orgId} and a.customer_id = ${customerId}`;
    await sql`insert into changes (org_id, xid, position, at, operations)
      select ${orgId}, pg_current_xact_id(), nextval('positions'), now() - interval '1 hour', array_agg(id order by n) from made`;
    await sql`update accounts set held = ${holds}, sequence = sequence + ${holds},
      due_at = (select min(expires_at) from made) where org_id = ${orgId} and customer_id = ${customerId}`;
  });
}

async function tenantWithHolds(onExpiry: "release" | "capture", holds = count): Promise<Tenant> {
  const tenant = await test.tenant();
  await test.ledger.submit(commandTo("credit", { ...tenant, amount: Amount.of(String(2 * count)) }));
  await insertExpiredHolds(tenant, onExpiry, holds);
  return tenant;
}

const charge = (tenant: Tenant, amount: number) =>
  commandTo("charge", { ...tenant, amount: Amount.of(String(amount)) });

/** What a charge may take, as a refusal tells. */
async function available(tenant: Tenant): Promise<string> {
  const verdict = await test.ledger.submit({ ...charge(tenant, 10 * count), dryRun: true });
  const refusal = verdict.outcome === "refused" ? verdict.refused[0].refusal : undefined;
  return refusal?.reason === "INSUFFICIENT_FUNDS" ? String(refusal.available) : "";
}

/** What the newest batch of an organization wrote. */
async function newestChange({ orgId }: Tenant) {
  const [row] = await test.sql<{ operations: number; expired: number }[]>`
    select cardinality(operations) as operations, cardinality(expired) as expired from changes
    where org_id = ${orgId} order by position desc limit 1`;
  return row;
}

async function activeHolds({ customerId }: Tenant): Promise<number> {
  const [row] =
    await test.sql`select count(*)::int as n from holds where customer_id = ${customerId} and state = 'active'`;
  return row?.["n"];
}

describe("ten thousand holds that have expired on one account", () => {
  it("hold nothing from the first batch on, and are noted so many a batch", async () => {
    const tenant = await tenantWithHolds("release");
    expect(await available(tenant)).toBe(String(2 * count));
    for (const n of times(10)) {
      const [receipt] = receiptsOf(await test.ledger.submit(charge(tenant, 1)));
      const after = receipt && availableOf(customerSide(receipt.recorded).account);
      expect([String(after), await available(tenant)]).toEqual(Array(2).fill(String(2 * count - n - 1)));
      expect(await newestChange(tenant)).toEqual({ operations: 1, expired: 1_000 });
      expect(await activeHolds(tenant)).toBe(count - 1_000 * (n + 1));
    }
    expect(reasonOf(await test.ledger.submit(charge(tenant, 2 * count - 10)))).toBe("done");
    expect(await newestChange(tenant)).toEqual({ operations: 1, expired: 0 });
  });

  it("are touched by no charge of a neighbour", async () => {
    const tenant = await tenantWithHolds("release");
    const [neighbour = tenant] = await moreCustomers(test.sql, tenant, 1);
    await test.ledger.submit(commandTo("credit", neighbour));
    expect(reasonOf(await test.ledger.submit(charge(neighbour, 1)))).toBe("done");
    expect(await newestChange(tenant)).toEqual({ operations: 1, expired: 0 });
    expect(await activeHolds(tenant)).toBe(count);
  });

  it("are over for whoever names one that no batch has noted yet", async () => {
    const tenant = await tenantWithHolds("release", 1_500);
    const [last] = await test.sql<
      { id: string }[]
    >`select id from holds where customer_id = ${tenant.customerId}
      order by expires_at desc limit 1`;
    const named = { orgId: tenant.orgId, operations: [{ id: last?.id ?? "" }] } as const;
    expect(reasonOf(await test.ledger.submit(captureOf(named)))).toBe("HOLD_NOT_ACTIVE");
    expect(reasonOf(await test.ledger.submit(changeOf(named, { type: "release" })))).toBe("HOLD_NOT_ACTIVE");
    const [row] = await test.sql`select state, remaining::int from holds where id = ${last?.id ?? ""}`;
    expect(row).toEqual({ state: "expired", remaining: 0 });
    const late = captureOf(named, { amount: Amount.of("3"), overage: "allow_debt" });
    expect(receiptsOf(await test.ledger.submit(late))).toMatchObject([{ hold: { state: "captured" } }]);
    expect(await available(tenant)).toBe(String(2 * count - 3));
  });
});

it("the largest holds that there are stand side by side where one has expired and no batch has noted it", async () => {
  const tenant = await tenantWithHolds("release", 3_003);
  const largest = "9999999999999999999";
  const rest = Amount.of(largest).minus(Amount.of(String(2 * count)));
  await test.ledger.submit(commandTo("credit", { ...tenant, amount: rest }));
  const held = (ttlMs: number) => holdOn(tenant, { amount: Amount.of(largest), ttlMs });
  const [first] = receiptsOf(await test.ledger.submit(held(1)));
  await untilPast(test.sql, first);
  const [second] = receiptsOf(await test.ledger.submit(held(60_000)));
  expect(second && String(customerSide(second.recorded).account.held)).toBe(largest);
  const [row] = await test.sql`select held from accounts where customer_id = ${tenant.customerId}`;
  expect(row).toEqual({ held: "20000000000000000001.000000000" });
});

describe("thousands of holds to be captured that have expired on one account", () => {
  it("are captured where they say so, the oldest first, so many a batch, and are held until then", async () => {
    const tenant = await tenantWithHolds("capture", captured);
    const [neighbour = tenant] = await moreCustomers(test.sql, tenant, 1);
    await test.ledger.submit(commandTo("credit", neighbour));
    expect(await activeHolds(tenant)).toBe(captured);
    const accounts = [customerAccount(tenant.customerId, "VC")];
    for (const n of times(captured / 200)) {
      await test.ledger.settleDue(tenant.orgId, accounts);
      expect(await newestChange(tenant)).toEqual({ operations: 200, expired: 0 });
      if (n % 5 === 0) expect(await available(tenant)).toBe(String(2 * count - captured));
    }
    expect(await activeHolds(tenant)).toBe(0);
    await test.ledger.settleDue(tenant.orgId, accounts);
    const [order] = await test.sql`
      select count(*)::int as captures, bool_and(from_at = hold_expires_at or from_at > hold_expires_at) as late,
        bool_and(created_by = '') as nobodys, count(distinct to_account_id)::int as stripes,
        bool_and(before is null or before <= hold_expires_at) as ordered
      from (select *, lag(hold_expires_at) over (order by from_version) as before from operations
        where org_id = ${tenant.orgId} and kind = 'capture') as o`;
    expect(order).toMatchObject({ captures: captured, late: true, nobodys: true, ordered: true });
    expect(reasonOf(await test.ledger.submit(charge(tenant, 2 * count - captured)))).toBe("done");
  });
});

it("a hold to be captured is over for whoever names it, however many are due before it", async () => {
  const tenant = await tenantWithHolds("capture", 403);
  const ids = await test.sql<{ id: string }[]>`select id from holds where customer_id = ${tenant.customerId}
    order by expires_at desc limit 2`;
  const changes = [{ type: "release" }, { type: "extend", ttlMs: 60_000 }] as const;
  for (const [index, change] of changes.entries()) {
    const named = { orgId: tenant.orgId, operations: [{ id: ids[index]?.id ?? "" }] } as const;
    expect(reasonOf(await test.ledger.submit(changeOf(named, change)))).toBe("HOLD_NOT_ACTIVE");
    const [row] = await test.sql`select state, captured::int from holds where id = ${named.operations[0].id}`;
    expect(row).toEqual({ state: "captured", captured: 1 });
  }
});

describe("a hold that is captured when its time has passed", () => {
  it("is captured by the next batch on its account, at the moment of its effect, under an id of its own", async () => {
    const tenant = await test.tenant();
    await test.ledger.submit(commandTo("credit", tenant));
    const hold = holdOn(tenant, { ttlMs: 1, onExpiry: "capture", source: "api", description: "30 calls" });
    const [held] = receiptsOf(await test.ledger.submit(hold));
    await untilPast(test.sql, held);
    expect(reasonOf(await test.ledger.submit(charge(tenant, 5)))).toBe("INSUFFICIENT_FUNDS");
    const id = derivedId(["capture by expiry", hold.operations[0].id]);
    const known = (await test.ledger.known(tenant.orgId, [wholeOf(id)])).get(id);
    expect(known?.recorded).toMatchObject({
      kind: "capture",
      key: null,
      createdBy: "",
      source: "api",
      description: "30 calls",
    });
    expect(known?.recorded.from.at).toEqual(held?.hold?.expiresAt);
    expect(known?.recorded.to?.at).toEqual(known?.recorded.createdAt);
    expect(known?.hold).toMatchObject({ state: "captured" });
    expect(reasonOf(await test.ledger.submit(charge(tenant, 4)))).toBe("done");
    expect(reasonOf(await test.ledger.submit(captureOf(hold)))).toBe("HOLD_NOT_ACTIVE");
  });

  it("is captured once, however many settle it at once", async () => {
    const tenant = await test.tenant();
    await test.ledger.submit(commandTo("credit", tenant));
    const hold = holdOn(tenant, { ttlMs: 1, onExpiry: "capture" });
    await untilPast(test.sql, receiptsOf(await test.ledger.submit(hold))[0]);
    const other = test.another();
    const accounts = [customerAccount(tenant.customerId, "VC")];
    await Promise.all(
      times(20).map((n) => (n % 2 === 0 ? test.ledger : other).settleDue(tenant.orgId, accounts)),
    );
    const [row] =
      await test.sql`select count(*)::int as n from operations where org_id = ${tenant.orgId} and kind = 'capture'`;
    expect(row).toEqual({ n: 1 });
  });

  it("is no account's that only its neighbours use", async () => {
    const tenant = await test.tenant();
    const [neighbour = tenant] = await moreCustomers(test.sql, tenant, 1);
    await test.ledger.submit(
      commandOf(tenant.orgId, operationTo("credit", tenant), operationTo("credit", neighbour)),
    );
    const hold = holdOn(tenant, { ttlMs: 1, onExpiry: "capture" });
    await untilPast(test.sql, receiptsOf(await test.ledger.submit(hold))[0]);
    await test.ledger.submit(charge(neighbour, 1));
    expect(await activeHolds(tenant)).toBe(1);
  });
});
