import { Audit, violationsMax } from "../../src/store/audit/audit.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { takeForDistributed } from "../support/distributed.ts";
import { startLedger, type TestLedger } from "../support/ledger.ts";
import { plant } from "./books.ts";
import { historyAccounts, historyEntries, makeHistory } from "./history.ts";

let test: TestLedger;
let database: Database;
let audit: Audit;
beforeEach(async () => {
  test = await startLedger();
  database = openDatabase(test.url);
  audit = new Audit(database);
});
afterEach(async () => {
  await database.close();
  await test.stop();
});

async function tenants(count: number): Promise<string[]> {
  const made: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const tenant = await test.tenant();
    await makeHistory(test.url, tenant);
    made.push(tenant.orgId);
  }
  return made.sort();
}

it("a distributed database is audited organization by organization, and all of it", async () => {
  const [first = "", , third = ""] = await tenants(3);
  await takeForDistributed(test.url);
  await plant(test.url, { damage: "an account holds more than its holds", orgId: third });
  await plant(test.url, { damage: "an account's version is another", orgId: first });
  const { violations, ...counted } = await audit.run();
  expect(violations.map(({ orgId, invariant }) => [orgId, invariant])).toEqual([
    [first, "ACCOUNT_VERSION"],
    [third, "ACCOUNT_HELD"],
  ]);
  expect(counted).toEqual({
    violationCount: 2,
    accounts: 3 * historyAccounts,
    entries: 3 * historyEntries,
  });
});

it("and lists the first thousand of what is broken in all of them, with their number", async () => {
  const broken = 600;
  const orgIds = await tenants(2);
  await takeForDistributed(test.url);
  for (const orgId of orgIds)
    await test.sql`insert into holds select ${orgId}, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'USD', 1, 1, 0,
      'captured', now(), 'release', now() from generate_series(1, ${broken})`;
  const { violations, violationCount } = await audit.run();
  expect({ listed: violations.length, violationCount }).toEqual({
    listed: violationsMax,
    violationCount: 2 * broken,
  });
});

it("and the numbers of an organization's batches are its own there, whatever the server has come to", async () => {
  const [orgId = ""] = await tenants(1);
  await plant(test.url, { damage: "a batch has the number of a transaction that is yet to come", orgId });
  expect((await audit.run()).violations.map(({ invariant }) => invariant)).toEqual(["CHANGE_TRANSACTION"]);
  await takeForDistributed(test.url);
  expect((await audit.run()).violations).toEqual([]);
});
