import { v7 as uuidv7 } from "uuid";
import { recordsMax } from "../driver/statements/counting.ts";
import { attempt, startStore, type TestStore } from "../store.fixture.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore({ groupsCountedMax: 2 });
});
afterAll(() => store.stop());

it("counts no more than so many", async () => {
  const { appGroups, orgId } = store;
  const counts = [await appGroups.count(orgId)];
  for (const name of ["a", "b", "c"]) {
    const fields = { displayName: "", channelId: "", channelUri: "", email: "", attributes: [] };
    await appGroups.create({ orgId, name, id: uuidv7() }, fields, attempt);
    counts.push(await appGroups.count(orgId));
  }
  expect(counts).toEqual([0, 1, 2, 2]);
  expect(recordsMax).toBe(100_000);
});
