import { setImmediate as turn } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { attempt, newCustomer, startStore, type TestStore } from "../store.fixture.ts";
import { whileWideReadsWait } from "../wide-reads.fixture.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

it("finds a customer by any key while every connection for wide reads is taken", async () => {
  const { customers, developers, appGroups, orgId, database } = store;
  const id = await newCustomer(store, { email: "ann@example.com" });
  const group = uuidv7();
  const fields = { displayName: "", attributes: [], channelId: "", channelUri: "", email: "" };
  await appGroups.create({ orgId, id: group, name: "payers" }, fields, attempt);
  await whileWideReadsWait(database, async () => {
    const found = [
      await customers.find({ orgId, id }),
      await customers.findEver({ orgId, id }),
      await customers.findByEmail({ orgId, email: "Ann@Example.com" }),
      await customers.findAnywhere(id),
    ];
    expect(found.map((each) => each?.id)).toEqual([id, id, id, id]);
    for (const idOrEmail of [id, "Ann@Example.com"])
      expect((await developers.find({ orgId, idOrEmail }))?.customer.id).toBe(id);
    for (const name of [group, "payers"])
      expect((await appGroups.find({ orgId, name }))?.customer.id).toBe(group);
    expect(await developers.find({ orgId, idOrEmail: group })).toBeUndefined();
    expect(await appGroups.find({ orgId, name: id })).toBeUndefined();
    expect(await appGroups.nameOf({ orgId, id: group })).toBe("payers");
  });
});

it("finds what is said of a currency while every connection for wide reads is taken", async () => {
  const { currencies, ceilings, orgId, database } = store;
  await whileWideReadsWait(database, async () => {
    expect(await currencies.find(orgId, "EUR")).toBeUndefined();
    expect(await ceilings.find({ orgId, currency: "EUR" })).toBeUndefined();
  });
});

it("finds many by their emails with a part of the connections: others find theirs meanwhile", async () => {
  const { customers, orgId, database } = store;
  const ids: string[] = [];
  for (const name of ["ben", "cid"]) ids.push(await newCustomer(store, { email: `${name}@example.com` }));
  const emails = ["BEN@example.com", "cid@example.com", "nobody@example.com", "ben@example.com"];
  const asked = Array.from({ length: 60 }, (_, index) => emails[index] ?? `${index}@example.com`);
  let isFound = false;
  const finding = Promise.all(asked.map((email) => customers.findByEmail({ orgId, email }))).finally(() => {
    isFound = true;
  });
  let most = 0;
  while (!isFound) {
    await turn();
    const { busy, waiting } = database.figures().keyed;
    most = Math.max(most, busy + waiting);
  }
  const [ben, cid] = ids;
  expect((await finding).slice(0, 5).map((each) => each?.id)).toEqual([ben, cid, undefined, ben, undefined]);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2);
});
