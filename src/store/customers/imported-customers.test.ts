import { v7 as uuidv7 } from "uuid";
import { isContention } from "../driver/errors.ts";
import { startStore, type TestStore } from "../store.fixture.ts";
import { type ImportedCustomer, putImportedCustomers } from "./imported-customers.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

const time = "2020-01-01T00:00:00Z";
const fields: Omit<ImportedCustomer, "id" | "name" | "email"> = {
  ...{ phone: "", address: null, taxData: [], invoiceCurrency: "usd", dueInDays: "3", metadata: '{"a":"1"}' },
  ...{ state: "disabled", createdAt: time, updatedAt: time, deletedAt: null },
};
const imported = (name: string): ImportedCustomer => ({
  ...fields,
  id: uuidv7(),
  name,
  email: `${name}@x.example`,
});
const put = (customers: readonly ImportedCustomer[]) =>
  store.database.transaction((orm) => putImportedCustomers(orm, store.orgId, customers));

it("are inserted, and replaced, all of them", async () => {
  const customers = ["ann", "ben"].map(imported);
  await put(customers);
  const changed = customers.map((each) => ({ ...each, name: `${each.name} the second` }));
  const last = { ...imported("cem"), address: { city: "Kyoto" } as ImportedCustomer["address"] };
  await put([...changed, last]);
  const kept = await store.sql(
    (sql) => sql`
    select name, email, address, metadata, tax_data from customers where org_id = ${store.orgId} order by email`,
  );
  const rest = { metadata: { a: "1" }, tax_data: [] };
  expect([...kept]).toEqual([
    { name: "ann the second", email: "ann@x.example", address: null, ...rest },
    { name: "ben the second", email: "ben@x.example", address: null, ...rest },
    { name: "cem", email: "cem@x.example", address: { city: "Kyoto" }, ...rest },
  ]);
});

it("of which somebody else changes one wait for it briefly, which may be tried again", async () => {
  const customer = imported("dee");
  await put([customer]);
  await store.sql((sql) =>
    sql.begin(async (other) => {
      await other`select from customers where org_id = ${store.orgId} and id = ${customer.id} for update`;
      const failure = await put([imported("eve"), customer]).catch((error: unknown) => error);
      expect([isContention(failure), failure]).toMatchObject([true, expect.anything()]);
    }),
  );
  await put([customer]);
});
