import { type CommitProxy, startCommitProxy } from "../../test/support/commit-proxy.ts";
import { commandTo, startLedger, type TestLedger } from "../../test/support/ledger.ts";
import { until } from "../../test/support/until.ts";
import { allConnections } from "../store/driver/connections/shares.ts";
import { isReadOnly } from "../store/driver/errors.ts";
import { outcomeOf, type Tenant, times } from "./ledger.fixture.ts";

let test: TestLedger;
let proxy: CommitProxy;
beforeAll(async () => {
  test = await startLedger();
  proxy = await startCommitProxy(test.url);
});
afterAll(async () => {
  await test.stop();
  await proxy.close();
});

async function takeChanges(are: "on" | "off"): Promise<void> {
  const name = new URL(test.url).pathname.slice(1);
  await test.sql`set default_transaction_read_only = off`;
  await test.sql.unsafe(
    `alter database ${name} set default_transaction_read_only = ${are === "on" ? "off" : "on"}`,
  );
}

it("a database that takes no changes is asked for few connections, and is found when it does again", async () => {
  const tenants: Tenant[] = [];
  for (const _ of times(200)) tenants.push(await test.tenant());
  const { ledger } = test.instance(proxy.url);
  await takeChanges("off");
  const begunAt = performance.now();
  const asked = tenants.map((each) => outcomeOf(ledger, commandTo("credit", each)).catch(isReadOnly));
  expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
  // Each is given up after a second at the earliest, so where all this takes longer there may be another in its place.
  const seconds = Math.floor((performance.now() - begunAt) / 1_000);
  const atOnce = Object.values(allConnections).reduce((sum, each) => sum + each);
  expect(proxy.connections).toBeLessThanOrEqual(atOnce * (1 + seconds));
  await takeChanges("on");
  const [tenant] = tenants;
  if (tenant === undefined) throw new Error("nobody");
  await until(
    async () => (await outcomeOf(ledger, commandTo("credit", tenant)).catch(isReadOnly)) === "done",
  );
});
