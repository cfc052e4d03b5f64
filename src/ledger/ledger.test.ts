import { v7 as uuidv7 } from "uuid";
import {
  brokenRules,
  commandTo,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { receiptFacts } from "../../test/support/receipt-facts.ts";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type {
  CaptureOperation,
  Command,
  HoldOperation,
  Receipt,
  RefundOperation,
} from "../domain/command.ts";
import { commandOperationsMax, type Ledger } from "./ledger.ts";

let test: TestLedger;
let ledger: Ledger;

beforeAll(async () => {
  test = await startLedger();
  ledger = test.ledger;
});

afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

/** A hold of 6 for a minute. */
function holdOn(
  { orgId, customerId }: { orgId: string; customerId: string },
  fields: Partial<HoldOperation> = {},
): Command & { readonly operations: readonly [HoldOperation] } {
  const words = { key: null, currency: "VC", source: "", description: "", userId: "", metadata: {} };
  const hold = { type: "hold", id: uuidv7(), customerId, amount: Amount.of("6"), ttlMs: 60_000 } as const;
  return { orgId, operations: [{ ...hold, ...words, ...fields }], dryRun: false };
}

type Change = { type: "release" } | { type: "extend"; ttlMs: number };

function changeOf({ orgId, operations: [hold] }: ReturnType<typeof holdOn>, change: Change): Command {
  const { customerId, currency } = hold;
  const facts = { id: uuidv7(), key: null, holdId: hold.id, customerId, currency };
  return { orgId, operations: [{ ...facts, ...change }], dryRun: false };
}

function captureOf(
  { orgId, operations: [hold] }: ReturnType<typeof holdOn>,
  fields: Partial<CaptureOperation>,
): Command {
  const { customerId, currency } = hold;
  const facts = { type: "capture", id: uuidv7(), key: null, holdId: hold.id, customerId, currency } as const;
  const how = { amount: null, final: false, overage: "reject", description: "", metadata: {} } as const;
  return { orgId, operations: [{ ...facts, ...how, ...fields }], dryRun: false };
}

function refundOf({ orgId, operations: [charge] }: Command, fields: Partial<RefundOperation>): Command {
  if (charge.type !== "transfer" || !("customerId" in charge.from)) throw new Error("not a charge");
  const facts = {
    refundOf: charge.id,
    customerId: charge.from.customerId,
    counterRole: "revenue",
    currency: "VC",
  };
  const words = { source: "", description: "", userId: "", metadata: {} };
  const refund = {
    type: "refund",
    id: uuidv7(),
    key: null,
    amount: null,
    ...facts,
    ...words,
    ...fields,
  } as const;
  return { orgId, operations: [refund], dryRun: false };
}

/** Waits until the hold of a receipt has expired by the database's clock. */
async function untilPast(receipt: Receipt | undefined): Promise<void> {
  const expiresAt = receipt?.change.hold?.expiresAt.toISOString() ?? "";
  const isPast = async () => {
    const [row] = await test.sql`select clock_timestamp() > ${expiresAt}::timestamptz as past`;
    return row?.["past"] === true;
  };
  while (!(await isPast()));
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

async function bookedCount(orgId: string): Promise<number> {
  const [row] = await test.sql<
    { n: number }[]
  >`select count(*)::int as n from transfers where org_id = ${orgId}`;
  return row?.n ?? 0;
}

it("books a command and answers with the accounts after it", async () => {
  const tenant = await test.tenant();
  const [receipt] = receiptsOf(await ledger.submit(commandTo("credit", tenant)));
  expect(receipt).toMatchObject({
    replay: false,
    change: { account: { owner: { customerId: tenant.customerId }, version: 1, currency: "VC" } },
  });
  const [second] = receiptsOf(
    await ledger.submit(commandTo("charge", { ...tenant, amount: Amount.of("3") })),
  );
  expect(second && balanceOf(second.change.account).toString()).toBe("7");
  expect(second?.change.account.version).toBe(2);
});

it("gives the first receipt again under a known id, whatever happened since", async () => {
  const tenant = await test.tenant();
  const metadata = {
    text: "é\u{1f600}",
    nested: { b: [1.5, 1e21, null], a: true },
    "": "",
    __proto__x: 1,
  };
  const asked = commandTo("credit", {
    ...tenant,
    key: "k",
    source: "s",
    description: "d",
    userId: "u",
    metadata,
  });
  const [first] = receiptsOf(await ledger.submit(asked));
  await ledger.submit(commandTo("charge", tenant));
  await test.sql`update customers set state = 'disabled' where id = ${tenant.customerId}`;
  const [again] = receiptsOf(await test.another().submit(asked));
  expect(again?.replay).toBe(true);
  expect(again && receiptFacts(again)).toEqual(first && receiptFacts(first));
  expect(await bookedCount(tenant.orgId)).toBe(2);
});

it("keeps every digit of an amount", async () => {
  const tenant = await test.tenant();
  const amount = Amount.of("9999999999999999998.999999999");
  await ledger.submit(commandTo("credit", { ...tenant, amount, currency: "USD" }));
  const last = commandTo("credit", { ...tenant, amount: Amount.of("0.000000001"), currency: "USD" });
  const [receipt] = receiptsOf(await ledger.submit(last));
  expect(receipt?.change.account.funded.toString()).toBe("9999999999999999999");
});

it("books a command whole or not at all", async () => {
  const tenant = await test.tenant();
  const operations = [
    operationTo("credit", tenant),
    operationTo("charge", { ...tenant, amount: Amount.of("11") }),
  ] as const;
  const verdict = await ledger.submit({ orgId: tenant.orgId, operations, dryRun: false });
  expect(verdict).toMatchObject({ outcome: "refused", refused: [{ index: 1 }] });
  expect(await bookedCount(tenant.orgId)).toBe(0);
});

it("books the largest command in one go, and takes no larger one", async () => {
  const tenant = await test.tenant();
  const first = operationTo("credit", tenant);
  const others = times(commandOperationsMax - 1).map(() => operationTo("credit", tenant));
  const largest = { orgId: tenant.orgId, operations: [first, ...others], dryRun: false } as const;
  expect(receiptsOf(await ledger.submit(largest))).toHaveLength(commandOperationsMax);
  const tooLarge = async () => ledger.submit({ ...largest, operations: [...largest.operations, first] });
  await expect(tooLarge()).rejects.toThrow("at most 1000 operations");
});

it("books one key once, however many instances it races through", async () => {
  const tenant = await test.tenant();
  const asked = commandTo("credit", tenant);
  const ledgers = [ledger, test.another(), test.another()];
  const verdicts = await Promise.all(
    times(30).map((n) => ledgers[n % 3]?.submit(asked) ?? ledger.submit(asked)),
  );
  const receipts = verdicts.flatMap(receiptsOf);
  expect(receipts.filter(({ replay }) => !replay)).toHaveLength(1);
  const [first] = receipts;
  for (const receipt of receipts) expect(receiptFacts(receipt)).toEqual(first && receiptFacts(first));
  expect(await bookedCount(tenant.orgId)).toBe(1);
});

it("gives the last credit to one of those who race for it", async () => {
  const tenant = await test.tenant();
  await ledger.submit(commandTo("credit", tenant));
  const ledgers = [ledger, test.another()];
  const verdicts = await Promise.all(
    times(20).map((n) =>
      (ledgers[n % 2] ?? ledger).submit(commandTo("charge", { ...tenant, amount: Amount.of("3") })),
    ),
  );
  expect(verdicts.filter(({ outcome }) => outcome === "done")).toHaveLength(3);
});

it("makes each account once, however many ask for it first", async () => {
  const tenants = await Promise.all(times(5).map(() => test.tenant()));
  const ledgers = [test.another(), test.another(), test.another()];
  await Promise.all(
    times(60).map((n) => {
      const tenant = tenants[n % 5];
      const each = ledgers[n % 3];
      if (tenant === undefined || each === undefined) throw new Error("none");
      return each.submit(commandTo("credit", tenant));
    }),
  );
  const orgIds = tenants.map(({ orgId }) => orgId);
  const rows = await test.sql`select org_id, customer_id, funded::int from accounts
    where org_id = any(${orgIds}) and customer_id is not null order by org_id`;
  expect(rows).toEqual(
    tenants.map(({ orgId, customerId }) => ({ org_id: orgId, customer_id: customerId, funded: 120 })),
  );
});

describe("a hold", () => {
  const outcomeOf = async (command: Command) => {
    const verdict = await ledger.submit(command);
    return verdict.outcome === "done" ? "done" : verdict.refused[0].refusal.reason;
  };

  it("sets aside, is charged in parts, and gives back what is left", async () => {
    const tenant = await test.tenant();
    await ledger.submit(commandTo("credit", tenant));
    const hold = holdOn(tenant);
    expect(await outcomeOf(hold)).toBe("done");
    expect(await outcomeOf(commandTo("charge", { ...tenant, amount: Amount.of("5") }))).toBe(
      "INSUFFICIENT_FUNDS",
    );
    const [part] = receiptsOf(await ledger.submit(captureOf(hold, { amount: Amount.of("2") })));
    expect(part && receiptFacts(part)).toMatchObject({
      ...{ posted: "-2", held: "-2", account: { funded: "10", spent: "2", held: "4" } },
      ...{
        hold: { state: "active", captured: "2", remaining: "4" },
        booked: { kind: "capture", amount: "2" },
      },
    });
    expect(await outcomeOf(captureOf(hold, { amount: Amount.of("5") }))).toBe("HOLD_EXCEEDED");
    const [last] = receiptsOf(await ledger.submit(captureOf(hold, { amount: Amount.of("1"), final: true })));
    expect(last && receiptFacts(last)).toMatchObject({
      ...{ account: { spent: "3", held: "0" }, hold: { state: "captured", captured: "3", remaining: "0" } },
    });
    expect(await outcomeOf(captureOf(hold, {}))).toBe("HOLD_NOT_ACTIVE");
  });

  it("answers every change of it again, as it was then, from any instance", async () => {
    const tenant = await test.tenant();
    await ledger.submit(commandTo("credit", tenant));
    const hold = holdOn(tenant);
    const commands = [
      hold,
      changeOf(hold, { type: "extend", ttlMs: 120_000 }),
      captureOf(hold, { amount: Amount.of("2") }),
      changeOf(hold, { type: "release" }),
    ];
    const first = [];
    for (const command of commands) first.push(...receiptsOf(await ledger.submit(command)));
    const again = [];
    for (const command of commands) again.push(...receiptsOf(await test.another().submit(command)));
    expect(first.map(({ replay }) => replay)).toEqual([false, false, false, false]);
    expect(again.map(({ replay }) => replay)).toEqual([true, true, true, true]);
    expect(again.map(receiptFacts)).toEqual(first.map(receiptFacts));
  });

  it("holds nothing from the moment on at which it expires, and is noted by the next batch", async () => {
    const tenant = await test.tenant();
    await ledger.submit(commandTo("credit", tenant));
    const [short, long] = [holdOn(tenant, { ttlMs: 1 }), holdOn(tenant, { amount: Amount.of("4") })];
    expect([await outcomeOf(short), await outcomeOf(long)]).toEqual(["done", "done"]);
    await untilPast(receiptsOf(await ledger.submit(short))[0]);
    expect(await outcomeOf(captureOf(short, {}))).toBe("HOLD_NOT_ACTIVE");
    expect(await outcomeOf(commandTo("charge", { ...tenant, amount: Amount.of("6") }))).toBe("done");
    expect(await outcomeOf(captureOf(long, {}))).toBe("done");
    const states = await test.sql`select state from holds where org_id = ${tenant.orgId} order by amount`;
    expect(states.map(({ state }) => state)).toEqual(["captured", "expired"]);
  });

  it("goes down on a dry run to what would be, and changes nothing", async () => {
    const tenant = await test.tenant();
    await ledger.submit(commandTo("credit", tenant));
    const tried = holdOn(tenant);
    const [receipt] = receiptsOf(await ledger.submit({ ...tried, dryRun: true }));
    expect(receipt && receiptFacts(receipt)).toMatchObject({ held: "6", hold: { state: "active" } });
    expect(await outcomeOf(commandTo("charge", tenant))).toBe("done");
    expect(await outcomeOf(tried)).toBe("INSUFFICIENT_FUNDS");
  });
});

it("gives a charge back in parts, up to what was charged and no more", async () => {
  const tenant = await test.tenant();
  await ledger.submit(commandTo("credit", tenant));
  const charge = commandTo("charge", tenant);
  await ledger.submit(charge);
  const ledgers = [ledger, test.another()];
  const refunds = times(10).map(() => refundOf(charge, { amount: Amount.of("3") }));
  const verdicts = await Promise.all(refunds.map((each, n) => (ledgers[n % 2] ?? ledger).submit(each)));
  expect(verdicts.filter(({ outcome }) => outcome === "done")).toHaveLength(3);
  const rest = refundOf(charge, { amount: null });
  const [receipt] = receiptsOf(await ledger.submit(rest));
  expect(receipt && receiptFacts(receipt)).toMatchObject({ posted: "1", account: { spent: "0" } });
  const [again] = receiptsOf(await test.another().submit(rest));
  expect(again && receiptFacts(again)).toEqual(receipt && receiptFacts(receipt));
});

it("writes nothing where one of a batch's statements fails", async () => {
  const tenant = await test.tenant();
  await test.sql.unsafe("alter table accounts add constraint unlucky check (funded <> 13)");
  const command = commandTo("credit", { ...tenant, amount: Amount.of("13") });
  await expect(ledger.submit(command)).rejects.toMatchObject({ code: "23514" });
  await test.sql.unsafe("alter table accounts drop constraint unlucky");
  expect(await bookedCount(tenant.orgId)).toBe(0);
  expect(receiptsOf(await ledger.submit(command))).toMatchObject([{ replay: false }]);
});

it("spreads a counter-account over stripes, which sum to what customers have", async () => {
  const { orgId } = await test.tenant();
  const customerIds = times(24).map((n) => `018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e${(n + 10).toString()}`);
  await test.sql`insert into customers (org_id, id) select ${orgId}, unnest(${customerIds}::uuid[])`;
  const verdicts = [];
  for (const customerId of customerIds) {
    verdicts.push(ledger.submit(commandTo("credit", { orgId, customerId })));
    // The next one comes when this one's batch is under way.
    await new Promise(setImmediate);
  }
  await Promise.all(verdicts);
  const [sums] = await test.sql`
    select count(*) filter (where role = 'funding')::int as stripes,
      sum(funded - spent) filter (where role = 'funding')::int as funding,
      sum(funded - spent) filter (where customer_id is not null)::int as customers
    from accounts where org_id = ${orgId}`;
  expect(sums).toMatchObject({ funding: -240, customers: 240 });
  expect(sums?.["stripes"]).toBeGreaterThan(1);
});

it.each(["transfers", "entries", "hold_events"])("never lets anyone change %s", async (table) => {
  const tenant = await test.tenant();
  await ledger.submit(commandTo("credit", tenant));
  await ledger.submit(holdOn(tenant));
  const changes = [`update ${table} set created_at = now()`, `delete from ${table}`, `truncate ${table}`];
  for (const change of changes) {
    await expect(test.sql.unsafe(change)).rejects.toThrow(`${table} is append-only`);
  }
});
