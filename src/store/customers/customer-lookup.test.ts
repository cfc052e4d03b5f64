import { newCustomer, startStore, type TestStore } from "../store.fixture.ts";
import { whileWideReadsWait } from "../wide-reads.fixture.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

it("finds a customer by any key while every connection for wide reads is taken", async () => {
  const { customers, orgId, database } = store;
  const id = await newCustomer(store, { email: "ann@example.com" });
  await whileWideReadsWait(database, async () => {
    const found = [
      await customers.find({ orgId, id }),
      await customers.findEver({ orgId, id }),
      await customers.findByEmail({ orgId, email: "Ann@Example.com" }),
      await customers.findAnywhere(id),
    ];
    expect(found.map((each) => each?.id)).toEqual([id, id, id, id]);
  });
});
