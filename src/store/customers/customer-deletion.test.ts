import { v7 as uuidv7 } from "uuid";
import { attempt, newCustomer, putMoney, retry, startStore, type TestStore } from "../store.fixture.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

const remove = (id: string, erase = false, as = attempt) =>
  store.customers.delete({ orgId: store.orgId, id }, { erase }, as);

async function putHold(customerId: string, of: { expiresAt: string; onExpiry: string }) {
  await store.sql(async (sql) => {
    const [account] = await sql`
      update accounts set due_at = ${of.expiresAt} where customer_id = ${customerId} returning id, org_id, currency`;
    await sql`insert into holds ${sql({
      ...(account as object),
      id: uuidv7(),
      account_id: account?.["id"],
      customer_id: customerId,
      amount: "5",
      captured: "0",
      remaining: "5",
      state: "active",
      expires_at: of.expiresAt,
      on_expiry: of.onExpiry,
      created_at: "2020-01-01T00:00:00Z",
    })}`;
  });
}

it.each([
  ["credit", { funded: "5" }, "5", "0"],
  ["debt", { spent: "0.000000001" }, "-0.000000001", "0"],
  ["a reversal beyond what it had", { funded: "5", withdrawn: "7" }, "-2", "0"],
  ["a hold", { funded: "5", spent: "5", held: "2" }, "0", "2"],
])("refuses while there is %s", async (_what, money, balance, held) => {
  const id = await newCustomer(store);
  await putMoney(store, id, { currency: "USD", ...money });
  const outcome = await remove(id);
  if (outcome === undefined || !("unsettled" in outcome)) throw new Error("it was deleted");
  const { unsettled } = outcome;
  expect({ ...unsettled, balance: `${unsettled.balance}`, held: `${unsettled.held}` }).toEqual({
    customerId: id,
    currency: "USD",
    balance,
    held,
  });
  expect((await store.customers.find({ orgId: store.orgId, id }))?.id).toBe(id);
});

it("deletes one that has spent what it had, and one whose credit was reversed", async () => {
  const id = await newCustomer(store);
  await putMoney(store, id, { currency: "USD", funded: "7", spent: "4", withdrawn: "3" });
  expect(await remove(id)).toMatchObject({ id });
  expect(await store.customers.find({ orgId: store.orgId, id })).toBeUndefined();
  expect(await remove(id)).toBeUndefined();
  expect(await remove(id, false, retry)).toMatchObject({ id });
});

it("counts no hold that is due to be released, and settles first what is to be captured", async () => {
  const id = await newCustomer(store);
  await putMoney(store, id, { currency: "USD", held: "5" });
  const expiresAt = "2020-01-01T00:00:00Z";
  await putHold(id, { expiresAt, onExpiry: "capture" });
  expect(await remove(id)).toHaveProperty("unsettled.currency", "USD");
  expect(store.settled.map(({ key }) => key)).toEqual([`customer/${id}/USD`]);
  await store.sql((sql) => sql`update holds set on_expiry = 'release' where customer_id = ${id}`);
  expect(await remove(id)).toMatchObject({ id });
});

it("lets go of the customer while somebody else has an account of it locked", async () => {
  const id = await newCustomer(store);
  await putMoney(store, id, { currency: "USD" });
  await store.sql((sql) =>
    sql.begin(async (transaction) => {
      await transaction`select from accounts where org_id = ${store.orgId} and customer_id = ${id} for update`;
      await expect(remove(id)).rejects.toMatchObject({ cause: { code: "55P03" } });
      await transaction`select from customers where org_id = ${store.orgId} and id = ${id} for key share nowait`;
    }),
  );
  expect(await remove(id)).toMatchObject({ id });
});

it("erases personal data and names, of one that is deleted already, too", async () => {
  const { orgId } = store;
  const email = "erase@example.com";
  const id = await newCustomer(store, { email, name: "Ann" });
  await remove(id);
  const named = async () => (await store.names.resolveNames(orgId, [{ text: email, as: "email" }]))[0];
  expect(await named()).toEqual({ id: undefined, everNamed: [id] });
  expect(await remove(id, true)).toMatchObject({ id });
  expect(await named()).toEqual({ id: undefined, everNamed: [] });
  const [row] = await store.sql(
    (sql) => sql`select name, email, email_key, phone, address, attributes from customers where id = ${id}`,
  );
  expect(row).toEqual({ name: "", email: "", email_key: "", phone: "", address: null, attributes: [] });
  expect(await remove(uuidv7(), true)).toBeUndefined();
});

it("erases what there is of a developer", async () => {
  const { orgId, developers } = store;
  const id = uuidv7();
  const profile = { firstName: "Ann", lastName: "Bee", userName: "", appFamily: "", accessType: "" };
  const fields = { email: "dev@erase.example", name: "", profile, attributes: [] };
  await developers.create({ orgId, id }, fields, attempt);
  await remove(id, true);
  const left = await store.sql((sql) => sql`select from developers where customer_id = ${id}`);
  expect(left).toHaveLength(0);
});
