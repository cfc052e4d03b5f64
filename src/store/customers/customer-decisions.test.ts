import type { TransactionSql } from "postgres";
import { isLockTimeout } from "../driver/errors.ts";
import { attempt, newCustomer, putMoney, startStore, type TestStore } from "../store.fixture.ts";

let store: TestStore;
let id: string;
beforeAll(async () => {
  store = await startStore();
});
beforeEach(async () => {
  id = await newCustomer(store);
});
afterAll(() => store.stop());

const which = () => ({ orgId: store.orgId, id });

/** The locks under which a batch decides about a customer: one with an account, and one without. */
const decisions: readonly [string, (sql: TransactionSql, orgId: string) => Promise<unknown>][] = [
  [
    "on an account",
    (sql, orgId) =>
      sql`select from accounts where org_id = ${orgId} and customer_id = ${id} for no key update`,
  ],
  [
    "on one that does not exist yet",
    (sql, orgId) => sql`select from customers where org_id = ${orgId} and id = ${id} for key share`,
  ],
];
const changes: readonly [string, () => Promise<unknown>][] = [
  ["disables", () => store.customers.setState(which(), "disabled", attempt)],
  ["disables a billing account", () => store.billingAccounts.disable(which(), attempt)],
  [
    "makes a developer inactive",
    () => store.developers.change(which(), () => ({ state: "disabled" }), attempt),
  ],
  [
    "makes postpaid",
    () => store.customers.update(which(), { billingType: "postpaid", attributes: [] }, attempt),
  ],
  ["deletes", () => store.customers.delete(which(), { erase: false }, attempt)],
];

it.each(
  changes.flatMap(([change, make]) => decisions.map(([where, lock]) => [change, where, make, lock] as const)),
)(
  "what %s waits for the decision %s that is under way, and not for long",
  async (_change, _where, make, lock) => {
    await putMoney(store, id, { currency: "USD" });
    await store.sql((sql) =>
      sql.begin(async (batch) => {
        await lock(batch, store.orgId);
        const error = await make().catch((thrown: unknown) => thrown);
        expect(isLockTimeout(error)).toBe(true);
      }),
    );
    await make();
  },
);
