import { lockWaits } from "../../../test/support/lock-waits.ts";
import { until } from "../../../test/support/until.ts";
import { Amount } from "../../domain/amount.ts";
import { retrying } from "../driver/transactions/retry.ts";
import { currencies } from "../schema.ts";
import { attempt, newCustomer, startStore, type TestStore } from "../store.fixture.ts";
import { lockCurrencies } from "../terms/currency-lock.ts";
import { isCurrency } from "../terms/currency-row.ts";
import { acting } from "../trail/act.ts";
import { Gate } from "./journal.fixture.ts";
import { LimitChanges } from "./limit-changes.ts";
import { clockOf } from "./moments.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

/** The books of a customer who owes in a currency that nobody has used before. */
async function postpaidIn(code: string) {
  const { orgId } = store;
  const customerId = await newCustomer(store);
  await store.sql((sql) => sql`update customers set billing_type = 'postpaid' where id = ${customerId}`);
  const currency = { orgId, code, displayName: code, isVirtual: false, places: 2, status: "active" as const };
  const terms = { creditLimit: Amount.zero, minimumTopUp: Amount.zero };
  await store.currencies.create({ ...currency, ...terms }, { force: true }, attempt);
  return { currency, books: { orgId, customerId, currency: code } };
}

it("waits for a change of a currency that has its time already and is not committed yet", async () => {
  const { database, orgId } = store;
  const { books, currency: usd } = await postpaidIn("USD");
  const [timed, gate] = [new Gate(), new Gate()];
  const change = acting(database, attempt, async ({ orm, note, lastly }) => {
    await lockCurrencies(orm, orgId);
    await orm.update(currencies).set({ creditLimit: "50" }).where(isCurrency(usd));
    const [before, after] = [{ creditLimit: "0" }, { creditLimit: "50" }];
    note({ verb: "currency.update", orgId, target: "currencies/USD", before, after });
    lastly(async () => {
      timed.open();
      await gate.isOpen;
    });
  });
  await timed.isOpen;
  const at = (await clockOf(database)).getTime();
  const history = retrying(() => new LimitChanges(database).of(books));
  const waits = until(() => store.sql(async (sql) => (await lockWaits(sql)).length > 0));
  await Promise.race([history, waits]);
  gate.open();
  await change;
  const final = (await new LimitChanges(database).of(books)).at(at);
  expect(final.minimum?.toString()).toBe("-50");
  expect((await history).at(at)).toEqual(final);
  await waits;
});

it("undoes changes of one moment in the order in which they were done, however many there are", async () => {
  const { database, orgId } = store;
  const { books, currency: gbp } = await postpaidIn("GBP");
  for (const changes of [2, 30]) {
    const since = (await clockOf(database)).getTime();
    await until(async () => (await clockOf(database)).getTime() > since);
    await acting(database, attempt, async ({ orm, note }) => {
      await lockCurrencies(orm, orgId);
      await orm
        .update(currencies)
        .set({ creditLimit: `${changes}` })
        .where(isCurrency(gbp));
      for (let n = 0; n < changes; n += 1) {
        const [before, after] = [{ creditLimit: `${n}` }, { creditLimit: `${n + 1}` }];
        note({ verb: "currency.update", orgId, target: "currencies/GBP", before, after });
      }
    });
    const history = await new LimitChanges(database).of(books);
    expect(history.at(since).minimum?.toString()).toBe("0");
    expect(history.at((await clockOf(database)).getTime()).minimum?.toString()).toBe(`-${changes}`);
  }
});
