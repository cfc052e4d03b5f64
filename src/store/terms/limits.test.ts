import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { until } from "../../../test/support/until.ts";
import { Amount } from "../../domain/amount.ts";
import { temporaryLimitsMax } from "../../domain/limit.ts";
import type { Account } from "../books/account.ts";
import { isLockTimeout } from "../driver/errors.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { attempt, newCustomer, startStore, type TestStore } from "../store.fixture.ts";
import type { By } from "../trail/by.ts";
import { Trail } from "../trail/trail.ts";
import { lockCurrencies } from "./currency-lock.ts";

let store: TestStore;
let customerId: string;
beforeAll(async () => {
  store = await startStore();
});
beforeEach(async () => {
  customerId = await newCustomer(store);
});
afterAll(() => store.stop());

const hour = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hour);
const isAsAsked = () => false;
const bounded: By = { ...attempt, isBounded: true };
const asked = { dryRun: false, by: bounded };
const postpaid = { billingType: "postpaid", attributes: [] } as const;
const customer = () => ({ orgId: store.orgId, id: customerId });
const account = (currency = "USD") => ({ orgId: store.orgId, customerId, currency });

async function set(minimum: string, endsAt: Date | null = null, dryRun = false): Promise<Account> {
  const limit = { minimumBalance: Amount.of(minimum), endsAt } as const;
  const outcome = await store.limits.set(account(), limit as never, { dryRun, by: attempt });
  if (typeof outcome !== "object") throw new Error(`refused: ${outcome}`);
  return outcome;
}

/** The row as it is stored, with its limits as numbers of hours that they still hold. */
async function row() {
  const [found] = await store.sql(
    (
      rows,
    ) => rows`select id, sequence::int, minimum_balance::float::text as lasting, credit_limit::float::text as credit,
      capture_overdraft::float::text as overdraft, temporary_limits as temporary from accounts where customer_id = ${customerId}`,
  );
  return found;
}

const minimumOf = ({ minimumBalance }: Account) => minimumBalance?.toString();

it("lets the newest limit that has not ended hold, then the one before it, then the lasting one", async () => {
  await set("-1");
  const [long, short] = [inHours(3), inHours(1)];
  expect(minimumOf(await set("-30", long))).toBe("-30");
  expect(minimumOf(await set("-10", short))).toBe("-10");
  expect(await row()).toMatchObject({
    lasting: "-1",
    temporary: [
      { minimum: "-10", ends_at: short.toISOString() },
      { minimum: "-30", ends_at: long.toISOString() },
    ],
  });
  // As if the newest had ended.
  const ended = [
    { minimum: "-10", ends_at: "2020-01-01T00:00:00Z" },
    { minimum: "-30", ends_at: long },
  ];
  await store.sql(
    (sql) =>
      sql`update accounts set temporary_limits = ${sql.json(ended as never)} where customer_id = ${customerId}`,
  );
  expect(minimumOf(await set("-20", short))).toBe("-20");
  // What has ended is gone, and what ends before the newest would hold at no moment.
  expect((await row())?.["temporary"]).toHaveLength(2);
  expect(minimumOf(await set("-40", inHours(4)))).toBe("-40");
  expect((await row())?.["temporary"]).toHaveLength(1);
  expect(minimumOf(await set("-2"))).toBe("-2");
  expect(await row()).toMatchObject({ lasting: "-2", temporary: null });
});

it("refuses an end that has passed, and more limits than may wait", async () => {
  const limit = (endsAt: Date) => ({ minimumBalance: Amount.of("-1"), endsAt });
  const outcome = (endsAt: Date) =>
    store.limits.set(account(), limit(endsAt), { dryRun: false, by: attempt });
  expect(await outcome(inHours(-1))).toBe("ended");
  expect(await row()).toBeUndefined();
  const first = Date.now() + 1_000 * hour;
  for (let index = 0; index < temporaryLimitsMax; index += 1) await set("-1", new Date(first - index));
  const before = await row();
  expect(await outcome(inHours(1))).toBe("too many");
  expect(await row()).toEqual(before);
  expect(await outcome(new Date(first + 1))).toMatchObject({ customer: "active" });
});

it("counts as a change of the account, which whoever follows sees", async () => {
  const { sequence } = await set("-1");
  expect(sequence).toBe(1);
  expect((await set("-2")).sequence).toBe(2);
  await store.creditLimits.set(account(), Amount.of("7"), attempt);
  await store.billingTerms.set(
    account(),
    { minimumBalance: Amount.of("-3"), isAsAsked, dueInDays: 5 },
    attempt,
  );
  const found = await row();
  expect(found).toMatchObject({ sequence: 4, lasting: "-3", credit: null });
  const changes = await store.sql(
    (sql) =>
      sql`select operations, expired, limited from changes where ${found?.["id"] ?? null}::uuid = any(limited) order by position`,
  );
  expect([...changes]).toEqual(
    Array.from({ length: 4 }, () => ({ operations: [], expired: [], limited: [found?.["id"]] })),
  );
});

it("changes nothing where it stands there already, and is no act", async () => {
  const endsAt = inHours(1);
  const changes: [string, () => Promise<unknown>][] = [
    ["limit.set", () => set("-1")],
    ["limit.set", () => set("-2", endsAt)],
    ["limit.set", () => store.creditLimits.set(account(), Amount.of("7"), attempt)],
    [
      "ceiling.update",
      () => store.ceilings.change({ orgId: store.orgId, currency: "EUR" }, { debt: Amount.of("1") }, attempt),
    ],
    ["customer.update", () => store.customers.update(customer(), { name: "A", attributes: [] }, attempt)],
    [
      "organization.update",
      () => store.organizations.update(store.orgId, { displayName: customerId }, attempt),
    ],
    ["currency.create", () => currencyWithDebt("2")],
  ];
  const trail = new Trail(store.database);
  const state = async () => {
    const { rows: acts } = await trail.list({ orgId: store.orgId, filter: {}, rowsMax: 1_000 });
    return { row: await row(), acts };
  };
  for (const [verb, change] of changes) {
    await change();
    const before = await state();
    expect(before.acts.map((each) => each.verb)).toContain(verb);
    await change();
    expect(await state()).toEqual(before);
  }
});

it("on a dry run changes nothing, and leaves no account", async () => {
  expect(minimumOf(await set("-5", null, true))).toBe("-5");
  expect(await row()).toBeUndefined();
  await set("-1");
  const before = await row();
  expect(minimumOf(await set("-5", inHours(1), true))).toBe("-5");
  expect(await row()).toEqual(before);
});

it("is set for no customer that is deleted, or that there is not, and leaves no account", async () => {
  await store.customers.delete({ orgId: store.orgId, id: customerId }, { erase: false }, attempt);
  const limit = { minimumBalance: null, endsAt: null };
  expect(await store.limits.set(account(), limit, { dryRun: false, by: attempt })).toBeUndefined();
  expect(await store.creditLimits.set(account(), Amount.of("1"), attempt)).toBe(false);
  const terms = { minimumBalance: Amount.zero, isAsAsked, dueInDays: 1 };
  expect(await store.billingTerms.set(account(), terms, attempt)).toBe(false);
  expect(await row()).toBeUndefined();
  expect(
    await store.limits.set({ ...account(), customerId: uuidv7() }, limit, { dryRun: false, by: attempt }),
  ).toBeUndefined();
});

it("says how far captures may go, and keeps that where nothing is said", async () => {
  const limit = { minimumBalance: null, endsAt: null };
  const overdraft = async (captureOverdraft?: Amount | null) => {
    await store.limits.set(account(), { ...limit, captureOverdraft }, { dryRun: false, by: attempt });
    return (await row())?.["overdraft"];
  };
  expect(await overdraft(Amount.of("2.5"))).toBe("2.5");
  expect(await overdraft()).toBe("2.5");
  expect(await overdraft(null)).toBeNull();
});

it("keeps every limit where only the overdraft is said", async () => {
  await set("-1");
  await set("-9", inHours(1));
  const before = await row();
  await store.limits.set(account(), { captureOverdraft: Amount.of("5") }, { dryRun: false, by: attempt });
  expect(await row()).toEqual({ ...before, overdraft: "5", sequence: 3 });
});

it("of ten that come at once each is a change of its own", async () => {
  const limits = await Promise.all(
    // As handlers do, because a wait for a lock ends after a moment.
    Array.from({ length: 10 }, (_, index) => retrying(() => set(`-${index}`, inHours(index + 1)))),
  );
  expect(limits.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

describe("a credit limit", () => {
  it("takes the place of every limit, and is cleared once", async () => {
    await set("-1");
    await set("-9", inHours(1));
    expect(await store.creditLimits.set(account(), Amount.of("7"), attempt)).toBe(true);
    expect(await row()).toMatchObject({ lasting: null, temporary: null, credit: "7" });
    expect(await store.creditLimits.clear(account(), attempt)).toBe(true);
    expect(await store.creditLimits.clear(account(), attempt)).toBe(false);
    expect(await row()).toMatchObject({ sequence: 4, credit: null });
  });
});

it.each([
  [
    "sets a limit",
    () => store.limits.set(account(), { minimumBalance: Amount.of("-40"), endsAt: null }, asked),
  ],
  ["makes a customer postpaid", () => store.customers.update(customer(), postpaid, bounded)],
  [
    "creates a postpaid customer",
    () => store.customers.create({ ...customer(), id: uuidv7(), ...postpaid, name: "", email: "" }, bounded),
  ],
])("whoever is bounded and %s while a ceiling is lowered goes by the lower one", async (_what, work) => {
  const { orgId } = store;
  await currencyWithDebt("40");
  let waitedInVain = false;
  const { asking } = await store.database.transaction(async (change) => {
    await lockCurrencies(change, orgId);
    await change.execute(sql`update ceilings set debt = 5 where org_id = ${orgId}`);
    const asking = retrying<unknown>(() =>
      work().catch((error: unknown) => {
        waitedInVain ||= isLockTimeout(error);
        throw error;
      }),
    ).catch((error: unknown) => error);
    await Promise.race([asking, until(async () => waitedInVain)]);
    return { asking };
  });
  expect(await asking).toMatchObject({ refusal: { reason: "CEILING_EXCEEDED", ceiling: "debt" } });
  expect(waitedInVain).toBe(true);
});

it("no credit limit of a prepaid customer's own gives way to a currency's beyond the ceiling", async () => {
  await currencyWithDebt("30");
  await store.creditLimits.set(account(), Amount.zero, attempt);
  const exceeded = { refusal: { reason: "CEILING_EXCEEDED", ceiling: "debt" } };
  for (const minimumBalance of [null, Amount.zero]) {
    const clearing = store.limits.set(account(), { minimumBalance, endsAt: null }, asked);
    await expect(clearing).rejects.toMatchObject(exceeded);
  }
  await store.limits.set(account(), { minimumBalance: Amount.zero, endsAt: inHours(1) }, asked);
  expect(await row()).toMatchObject({ credit: "0" });
  await store.ceilings.change({ orgId: store.orgId, currency: "USD" }, { debt: Amount.of("40") }, attempt);
  await store.limits.set(account(), { minimumBalance: null, endsAt: null }, asked);
  expect(await row()).toMatchObject({ credit: null });
});

/** A currency in which a postpaid customer may owe 40, and bounded callers let customers owe so much. */
async function currencyWithDebt(debt: string) {
  const { orgId } = store;
  const terms = { displayName: "", isVirtual: false, places: 2, status: "active" } as const;
  const amounts = { creditLimit: Amount.of("40"), minimumTopUp: Amount.zero };
  const which = { orgId, code: "USD" };
  await store.currencies.write(which, () => ({ ...which, ...terms, ...amounts }), { force: true }, attempt);
  await store.ceilings.change({ orgId, currency: "USD" }, { debt: Amount.of(debt) }, attempt);
}
