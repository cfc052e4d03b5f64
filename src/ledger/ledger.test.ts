import fc from "fast-check";
import {
  brokenRules,
  commandOf,
  commandTo,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { receiptFacts } from "../../test/support/receipt-facts.ts";
import { seedOf } from "../../test/workload/random.ts";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { AskedCommand } from "../domain/command.ts";
import { identityOf, newIdentity } from "../domain/operation-id.ts";
import { customerSide } from "../domain/recorded.ts";
import {
  bookedCount,
  captureOf,
  changeOf,
  creditsTo,
  holdOn,
  moreCustomers,
  outcomeOf,
  refundOf,
  reversalOf,
  times,
  untilPast,
} from "./ledger.fixture.ts";
import { commandOperationsMax, type Ledger } from "./ledger.ts";

let test: TestLedger;
let ledger: Ledger;

beforeAll(async () => {
  test = await startLedger();
  ledger = test.ledger;
});

afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

it("books a command and answers with the accounts after it", async () => {
  const tenant = await test.tenant();
  const [receipt] = receiptsOf(await ledger.submit(commandTo("credit", tenant)));
  expect(receipt).toMatchObject({
    replay: false,
    recorded: { to: { account: { owner: { customerId: tenant.customerId }, version: 1, currency: "VC" } } },
  });
  const [second] = receiptsOf(
    await ledger.submit(commandTo("charge", { ...tenant, amount: Amount.of("3") })),
  );
  expect(second && balanceOf(second.recorded.from.account).toString()).toBe("7");
  expect(second?.recorded.from.account.version).toBe(2);
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
    ...identityOf(tenant.orgId, "k"),
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
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(2);
});

it("keeps every digit of an amount", async () => {
  const tenant = await test.tenant();
  const amount = Amount.of("9999999999999999998.999999999");
  await ledger.submit(commandTo("credit", { ...tenant, amount, currency: "USD" }));
  const last = commandTo("credit", { ...tenant, amount: Amount.of("0.000000001"), currency: "USD" });
  const [receipt] = receiptsOf(await ledger.submit(last));
  expect(receipt && customerSide(receipt.recorded).account.funded.toString()).toBe("9999999999999999999");
});

it("books a command whole or not at all", async () => {
  const tenant = await test.tenant();
  const operations = [
    operationTo("credit", tenant),
    operationTo("charge", { ...tenant, amount: Amount.of("11") }),
  ] as const;
  const verdict = await ledger.submit(commandOf(tenant.orgId, ...operations));
  expect(verdict).toMatchObject({ outcome: "refused", refused: [{ index: 1 }] });
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(0);
});

it("books the largest command in one go, and takes no larger one", async () => {
  const tenant = await test.tenant();
  const first = operationTo("credit", tenant);
  const others = times(commandOperationsMax - 1).map(() => operationTo("credit", tenant));
  const largest = commandOf(tenant.orgId, first, ...others);
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
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(1);
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
  it("sets aside, is charged in parts, and gives back what is left", async () => {
    const tenant = await test.tenant();
    await ledger.submit(commandTo("credit", tenant));
    const hold = holdOn(tenant);
    expect(await outcomeOf(ledger, hold)).toBe("done");
    expect(await outcomeOf(ledger, commandTo("charge", { ...tenant, amount: Amount.of("5") }))).toBe(
      "INSUFFICIENT_FUNDS",
    );
    const [part] = receiptsOf(await ledger.submit(captureOf(hold, { amount: Amount.of("2") })));
    expect(part && receiptFacts(part)).toMatchObject({
      ...{ posted: "-2", heldChange: "-2", account: { funded: "10", spent: "2", held: "4" } },
      ...{ hold: { state: "active", captured: "2", remaining: "4" }, kind: "capture", amount: "2" },
    });
    expect(await outcomeOf(ledger, captureOf(hold, { amount: Amount.of("5") }))).toBe("HOLD_EXCEEDED");
    const [last] = receiptsOf(await ledger.submit(captureOf(hold, { amount: Amount.of("1"), final: true })));
    expect(last && receiptFacts(last)).toMatchObject({
      ...{ account: { spent: "3", held: "0" }, hold: { state: "captured", captured: "3", remaining: "0" } },
    });
    expect(await outcomeOf(ledger, captureOf(hold))).toBe("HOLD_NOT_ACTIVE");
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
    expect([await outcomeOf(ledger, short), await outcomeOf(ledger, long)]).toEqual(["done", "done"]);
    await untilPast(test.sql, receiptsOf(await ledger.submit(short))[0]);
    expect(await outcomeOf(ledger, captureOf(short))).toBe("HOLD_NOT_ACTIVE");
    expect(await outcomeOf(ledger, commandTo("charge", { ...tenant, amount: Amount.of("6") }))).toBe("done");
    expect(await outcomeOf(ledger, captureOf(long))).toBe("done");
    const states = await test.sql`select state from holds where org_id = ${tenant.orgId} order by amount`;
    expect(states.map(({ state }) => state)).toEqual(["captured", "expired"]);
  });

  it("goes down on a dry run to what would be, and changes nothing", async () => {
    const tenant = await test.tenant();
    await ledger.submit(commandTo("credit", tenant));
    const tried = holdOn(tenant);
    const [receipt] = receiptsOf(await ledger.submit({ ...tried, dryRun: true }));
    expect(receipt && receiptFacts(receipt)).toMatchObject({ heldChange: "6", hold: { state: "active" } });
    expect(await outcomeOf(ledger, commandTo("charge", tenant))).toBe("done");
    expect(await outcomeOf(ledger, tried)).toBe("INSUFFICIENT_FUNDS");
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
  expect(await bookedCount(test.sql, tenant.orgId)).toBe(0);
  expect(receiptsOf(await ledger.submit(command))).toMatchObject([{ replay: false }]);
});

it("spreads a counter-account over stripes, which sum to what customers have", async () => {
  const tenant = await test.tenant();
  const { orgId } = tenant;
  // More than one batch takes, and enough that the next one waits for nothing.
  const customers = await moreCustomers(test.sql, tenant, 700);
  await Promise.all(customers.map((each) => ledger.submit(commandTo("credit", each))));
  const [sums] = await test.sql`
    select count(*) filter (where counter = 'funding')::int as stripes,
      sum(funded - spent) filter (where counter = 'funding')::int as funding,
      sum(funded - spent) filter (where customer_id is not null)::int as customers
    from accounts where org_id = ${orgId}`;
  expect(sums).toMatchObject({ funding: -7_000, customers: 7_000 });
  expect(sums?.["stripes"]).toBeGreaterThan(1);
});

it("never lets anyone change what was done", async () => {
  const tenant = await test.tenant();
  await ledger.submit(commandTo("credit", tenant));
  await ledger.submit(holdOn(tenant));
  for (const change of [
    "update operations set created_at = now()",
    "delete from operations",
    "truncate operations",
  ]) {
    await expect(test.sql.unsafe(change)).rejects.toThrow(/^operations is append-only: /);
  }
});

it("answers operations of every kind again as they were, whatever words they have", async () => {
  const seed = seedOf("ledger: words");
  const text = fc.string({ unit: "grapheme" }).filter((each) => !each.includes("\0"));
  const worded = fc.record({
    key: fc.option(text),
    source: text,
    description: text,
    userId: text,
    metadata: fc.dictionary(text, fc.jsonValue()).map((metadata) => JSON.parse(JSON.stringify(metadata))),
  });
  for (const { key, ...words } of fc.sample(worded, { numRuns: 10, seed })) {
    const tenant = await test.tenant();
    const [other] = await moreCustomers(test.sql, tenant, 1);
    const { source: _, userId: __, ...ofCapture } = words;
    const keys = times(20).map((n) => `${key} ${n}`);
    const identity = () => (key === null ? newIdentity() : identityOf(tenant.orgId, keys.pop() ?? key));
    const to = (kind: "credit" | "charge", fields: Partial<Parameters<typeof commandTo>[1]>) =>
      commandTo(kind, { ...tenant, ...identity(), ...words, ...fields });
    const paid = { customer: { text: other?.customerId ?? "", as: "id" } } as const;
    const amount = Amount.of("500");
    const credit = to("credit", { amount: Amount.of("100") });
    const charge = to("charge", {});
    const hold = holdOn(tenant, { ...identity(), ...words, onExpiry: "capture" });
    const short = holdOn(tenant, { ...identity(), amount, minimumAmount: Amount.of("1"), ttlMs: null });
    const commands: AskedCommand[] = [
      credit,
      charge,
      to("charge", { amount: Amount.zero }),
      to("credit", { kind: "adjustment", other: { counter: "desk" } }),
      to("charge", { kind: "transfer", other: paid }),
      refundOf(charge, { ...identity(), ...words, source: null }),
      reversalOf(credit, { ...identity(), ...words, amount: Amount.of("3"), debt: "any" }),
      hold,
      captureOf(hold, { ...identity(), ...ofCapture, amount: Amount.of("2") }),
      captureOf(hold, { ...identity(), amount: Amount.zero, final: true }),
      short,
      changeOf(short, { type: "extend", ttlMs: 120_000 }),
      changeOf(short, { type: "release" }),
    ];
    const first = [];
    for (const command of commands) first.push(...receiptsOf(await ledger.submit(command)));
    const again = await Promise.all(
      commands.map(async (command) => receiptsOf(await ledger.submit(command))),
    );
    expect(again.flat().map(({ replay }) => replay)).toEqual(commands.map(() => true));
    expect(again.flat().map(receiptFacts)).toEqual(first.map(receiptFacts));
  }
});

it("takes a credit back in parts, up to what was credited and once, and not what was spent", async () => {
  const tenant = await test.tenant();
  const credit = commandTo("credit", tenant);
  await ledger.submit(credit);
  const ledgers = [ledger, test.another()];
  const parts = times(10).map(() => reversalOf(credit, { amount: Amount.of("3") }));
  const verdicts = await Promise.all(parts.map((each, n) => (ledgers[n % 2] ?? ledger).submit(each)));
  expect(verdicts.filter(({ outcome }) => outcome === "done")).toHaveLength(3);
  await ledger.submit(commandTo("charge", { ...tenant, amount: Amount.of("1") }));
  expect(await outcomeOf(ledger, reversalOf(credit))).toBe("INSUFFICIENT_FUNDS");
  const [owing] = receiptsOf(await ledger.submit(reversalOf(credit, { debt: "any" })));
  expect(owing && receiptFacts(owing)).toMatchObject({
    account: { funded: "10", spent: "1", withdrawn: "10" },
    returned: "10",
  });
  expect(await outcomeOf(ledger, reversalOf(credit))).toBe("REVERSAL_TOO_LARGE");
});

it("numbers what is done on an account without a gap, whoever does it", async () => {
  const tenant = await test.tenant();
  const [other = tenant] = await moreCustomers(test.sql, tenant, 1);
  await ledger.submit(creditsTo([tenant, other], "1000"));
  const ledgers = [ledger, test.another()];
  await Promise.all(
    times(60).map((n) => {
      const own =
        n % 3 === 0
          ? holdOn(tenant)
          : commandTo(n % 3 === 1 ? "charge" : "credit", n % 2 === 0 ? tenant : other);
      return (ledgers[n % 2] ?? ledger).submit(own);
    }),
  );
  const rows = await test.sql<{ sequences: number[] }[]>`
    select array_agg(sequence order by sequence)::int[] as sequences from (
      select from_account_id as account, from_sequence as sequence from operations where org_id = ${tenant.orgId}
      union all select to_account_id, to_sequence from operations where org_id = ${tenant.orgId} and to_account_id is not null
    ) as sides group by account`;
  expect(rows.length).toBeGreaterThan(3);
  for (const { sequences } of rows) expect(sequences).toEqual(sequences.map((_, index) => index + 1));
});
