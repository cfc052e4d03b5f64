import { and, eq } from "drizzle-orm";
import { acts, customers } from "../schema.ts";
import { attempt, newCustomer, startStore, type TestStore } from "../store.fixture.ts";
import { acting } from "./act.ts";

let store: TestStore;
let id: string;
beforeAll(async () => {
  store = await startStore();
  id = await newCustomer(store);
});
afterAll(() => store.stop());

const isIt = () => and(eq(customers.orgId, store.orgId), eq(customers.id, id));
const phoneOf = async () => (await store.database.orm().select().from(customers).where(isIt()))[0]?.phone;

it("undoes what changed something and noted nothing", async () => {
  const forgetful = acting(store.database, attempt, ({ orm }) =>
    orm.update(customers).set({ phone: "1" }).where(isIt()),
  );
  await expect(forgetful).rejects.toThrow("changed something and noted no act");
  expect(await phoneOf()).toBe("");
});

it("records what was noted with what was done, and nothing of what failed", async () => {
  const target = `customers/${id}`;
  const noted = { verb: "customer.update", orgId: store.orgId, target, before: {}, after: {} } as const;
  const failing = acting(store.database, attempt, async ({ note }) => {
    note(noted);
    throw new Error("in the middle");
  });
  await expect(failing).rejects.toThrow("in the middle");
  await acting(store.database, attempt, async ({ orm, note }) => {
    await orm.update(customers).set({ phone: "2" }).where(isIt());
    note(noted);
  });
  const rows = await store.database.orm().select().from(acts).where(eq(acts.orgId, store.orgId));
  expect(rows.filter(({ verb }) => verb === "customer.update")).toMatchObject([
    { actor: "operator", method: "test", target },
  ]);
  expect(await phoneOf()).toBe("2");
});
