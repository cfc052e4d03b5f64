import { v7 as uuidv7 } from "uuid";
import { lockWaits } from "../../../../test/support/lock-waits.ts";
import { until } from "../../../../test/support/until.ts";
import { startStore, type TestStore } from "../../../store/store.fixture.ts";
import { lockOrganization } from "../../../store/tenants/organization-lock.ts";
import { ImportedAccounts } from "./billing-accounts.ts";

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

it("takes turns with whoever creates or enables a billing account", async () => {
  const { database, orgId, sql } = store;
  const events: string[] = [];
  const who = { id: uuidv7(), name: "", email: "", phone: "", address: null, taxData: [] };
  const state = { state: "active", dueInDays: "0", metadata: null, deletedAt: null } as const;
  const times = { createdAt: "2024-01-01T00:00:00Z", updatedAt: "2024-01-01T00:00:00Z" };
  const account = { ...who, ...state, ...times, invoiceCurrency: "usd", minimumBalance: null };
  let writing: Promise<unknown> | undefined;
  await database.transaction(async (orm) => {
    await lockOrganization(orm, orgId);
    writing = new ImportedAccounts(database)
      .write({ orgId, currency: "USD" }, [account], () => ({ writes: [account] }))
      .then(() => events.push("written"));
    await until(() => sql(async (other) => (await lockWaits(other)).length > 0));
    events.push("created");
  });
  await writing;
  expect(events).toEqual(["created", "written"]);
});
