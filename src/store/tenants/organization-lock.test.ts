import { v7 as uuidv7 } from "uuid";
import { Amount } from "../../domain/amount.ts";
import { attempt, startStore, type TestStore } from "../store.fixture.ts";

let store: TestStore;
beforeEach(async () => {
  store = await startStore();
});
afterEach(() => store.stop());

it("takes no lock of the organization's row, which another change of the organization may have", async () => {
  const { orgId, customers, billingAccounts, currencies } = store;
  const id = uuidv7();
  const fields = {
    ...{ name: "Acme", email: "", phone: "", address: null, taxData: [], metadata: null },
    invoiceCurrency: "VC",
  };
  const code = { orgId, code: "USD", displayName: "USD", isVirtual: false, places: 2 };
  const terms = { status: "active", creditLimit: Amount.zero, minimumTopUp: Amount.zero } as const;
  await store.sql((sql) =>
    sql.begin(async (other) => {
      await other`select from organizations where id = ${orgId} for no key update`;
      expect(await customers.createBillingAccount({ orgId, id, fields }, attempt)).toMatchObject({ id });
      expect(await billingAccounts.disable({ orgId, id }, attempt)).toBe(true);
      expect(await billingAccounts.enable({ orgId, id }, attempt)).toBe("enabled");
      expect(await currencies.create({ ...code, ...terms }, { force: false }, attempt)).toBe("created");
    }),
  );
});
