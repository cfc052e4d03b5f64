import type { TransactionSql } from "postgres";
import { until } from "../../../test/support/until.ts";
import { Amount } from "../../domain/amount.ts";
import { isLockTimeout } from "../driver/errors.ts";
import { Steps, type Work } from "../driver/transactions/attempt.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { attempt, newCustomer, putMoney, retry, startStore, type TestStore } from "../store.fixture.ts";
import type { By } from "../trail/by.ts";
import { currenciesMax, type NewCurrency } from "./currency-row.ts";

let store: TestStore;
beforeEach(async () => {
  store = await startStore();
});
afterEach(() => store.stop());

const careful = { force: false };

function currency(code: string, more: Partial<NewCurrency> = {}): NewCurrency {
  const amounts = { creditLimit: Amount.zero, minimumTopUp: Amount.zero };
  const { orgId } = store;
  return {
    orgId,
    code,
    displayName: code,
    isVirtual: false,
    places: 9,
    status: "active",
    ...amounts,
    ...more,
  };
}

const put = (code: string, more: Partial<NewCurrency> = {}, forcing = careful) =>
  store.currencies.write({ orgId: store.orgId, code }, () => currency(code, more), forcing, attempt);

const strands = (code: string, accounts: number) =>
  expect.objectContaining({ refusal: { reason: "CURRENCY_STRANDS", currency: code, accounts } });

async function withMoney(currencyCode: string, money: object): Promise<string> {
  const id = await newCustomer(store);
  await putMoney(store, id, { currency: currencyCode, ...money });
  return id;
}

describe("the first currency", () => {
  it("strands what is there in others: balances, debts and holds", async () => {
    await withMoney("USD", { funded: "98" });
    await withMoney("USD", { spent: "1" });
    await withMoney("VC", { held: "1", funded: "1", spent: "1" });
    await withMoney("EUR", { funded: "5" });
    await withMoney("JPY", { funded: "5", spent: "2", withdrawn: "3" });
    await expect(put("EUR")).rejects.toEqual(strands("EUR", 3));
    await expect(store.currencies.create(currency("EUR"), careful, attempt)).rejects.toEqual(
      strands("EUR", 3),
    );
    expect(await store.currencies.list(store.orgId)).toEqual([]);
    expect(await put("EUR", {}, { force: true })).toMatchObject({ code: "EUR" });
    // The second one narrows nothing.
    expect(await put("USD")).toMatchObject({ code: "USD" });
  });

  it("is configured where nobody has money in others", async () => {
    await withMoney("EUR", { funded: "5" });
    await withMoney("USD", {});
    expect(await put("EUR")).toMatchObject({ code: "EUR", captureOverdraft: null });
  });
});

describe("a currency", () => {
  it("with fewer places strands what they do not show, and is as it was then", async () => {
    await put("USD");
    await withMoney("USD", { funded: "1.005", spent: "1" });
    await withMoney("USD", { funded: "1", held: "0.001" });
    await withMoney("USD", { funded: "1.25" });
    await expect(put("USD", { places: 2 })).rejects.toEqual(strands("USD", 2));
    const narrow = () =>
      store.currencies.update({ orgId: store.orgId, code: "USD" }, { places: 0 }, careful, attempt);
    await expect(narrow()).rejects.toEqual(strands("USD", 3));
    expect(await store.currencies.find(store.orgId, "USD")).toHaveProperty("places", 9);
    expect(await put("USD", { places: 3 })).toHaveProperty("places", 3);
  });

  it("that becomes inactive strands what is there, once", async () => {
    await put("USD");
    const owner = await withMoney("USD", { funded: "1" });
    await expect(put("USD", { status: "inactive" })).rejects.toEqual(strands("USD", 1));
    expect(await put("USD", { status: "inactive" }, { force: true })).toHaveProperty("status", "inactive");
    // It is no worse then.
    expect(await put("USD", { status: "inactive", places: 0 })).toHaveProperty("places", 0);
    await putMoney(store, owner, { currency: "USD" });
    await put("USD");
    expect(await put("USD", { status: "inactive" })).toHaveProperty("status", "inactive");
  });

  it("keeps what is not said anew", async () => {
    await put("USD", { description: "dollars", captureOverdraft: Amount.of("5") });
    const kept = await put("USD", { places: 4 });
    expect(kept).toMatchObject({ description: "dollars", places: 4 });
    expect(`${kept?.captureOverdraft}`).toBe("5");
    expect(await put("USD", { captureOverdraft: null })).toHaveProperty("captureOverdraft", null);
  });

  it("is created once, and found created by a retry", async () => {
    const create = (as: typeof attempt, more: Partial<NewCurrency> = {}) =>
      store.currencies.create(currency("USD", more), careful, as);
    expect(await create(attempt)).toBe("created");
    expect(await create(attempt)).toBe("taken");
    expect(await create(retry)).toBe("created");
    expect(await create(retry, { places: 2 })).toBe("taken");
  });
});

it("is created and deleted by one of those who ask at once, however often each has to ask again", async () => {
  await put("USD");
  const which = [store.orgId, "EUR"] as const;
  expect(await contending(3, (asker) => store.currencies.create(currency("EUR"), careful, asker))).toEqual([
    "created",
    "taken",
    "taken",
  ]);
  expect(await contending(3, (asker) => store.currencies.delete(...which, asker))).toEqual([
    "deleted",
    "none",
    "none",
  ]);
});

/** What comes, sorted, of the same work of several who ask at once and at first all wait in vain for a decision to end. */
async function contending<T>(askers: number, work: (asker: By) => Promise<T>): Promise<T[]> {
  let waitedInVain = 0;
  const ask = () => {
    const steps = new Steps();
    let isFirst = true;
    return retrying(async () => {
      steps.begin();
      const asker = {
        ...attempt,
        once: <R>(name: string, step: Work<R>) => steps.once(name, step),
      };
      return work(asker).catch((error: unknown) => {
        if (isFirst) waitedInVain += 1;
        isFirst = false;
        throw error;
      });
    });
  };
  let asking: Promise<T>[] = [];
  await store.sql((sql) =>
    sql.begin(async (decision) => {
      await decide(decision);
      asking = Array.from({ length: askers }, ask);
      await until(async () => waitedInVain === askers);
    }),
  );
  return (await Promise.all(asking)).sort();
}

/** Keeps currencies from changing, as a decision does. */
const decide = (sql: TransactionSql) => sql`
  select pg_advisory_xact_lock_shared(7400003, hashtext(${store.orgId}))
  from (select count(*) from customers where org_id = ${store.orgId} and id is null) as home`;

it("changes while no decision is under way, and waits for none for long", async () => {
  await put("USD");
  const which = { orgId: store.orgId, code: "USD" };
  const changes = [
    () => put("USD", { places: 2 }),
    () => store.currencies.create(currency("EUR"), careful, attempt),
    () => store.currencies.update(which, { places: 2 }, { force: true }, attempt),
    () => store.currencies.delete(store.orgId, "USD", attempt),
  ];
  await store.sql((sql) =>
    sql.begin(async (decision) => {
      await decide(decision);
      for (const change of changes) {
        const error = await change().catch((thrown: unknown) => thrown);
        expect(isLockTimeout(error)).toBe(true);
      }
    }),
  );
  expect(await store.currencies.list(store.orgId)).toMatchObject([{ code: "USD", places: 9 }]);
  expect(await store.currencies.delete(store.orgId, "USD", attempt)).toBe("deleted");
});

it("of two that come at once for the last place the second is one too many", async () => {
  const { orgId, sql } = store;
  await sql(
    (client) => client`
      insert into currencies (org_id, code, display_name, is_virtual, places, status, credit_limit, minimum_top_up)
      select ${orgId}, 'C' || n, 'C', true, 0, 'active', 0, 0 from generate_series(1, ${currenciesMax - 1}) n`,
  );
  const create = (code: string) => retrying(() => store.currencies.create(currency(code), careful, attempt));
  const outcomes = await Promise.all([create("USD"), create("EUR")]);
  expect(outcomes.sort()).toEqual(["created", "too many"]);
});
