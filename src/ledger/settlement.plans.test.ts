import { v7 as uuidv7 } from "uuid";
import {
  brokenRules,
  commandOf,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import type { Ledger } from "./ledger.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.stop());

it("writes accounts in any order, whatever the database would have the planner do without", async () => {
  const { orgId } = await test.tenant();
  const customers = Array.from({ length: 30 }, () => uuidv7());
  await test.sql`insert into customers (org_id, id) select ${orgId}, unnest(${customers}::uuid[])`;
  const credit = async (ledger: Ledger, ids: readonly string[]) => {
    const [first, ...others] = ids.map((id) => operationTo("credit", { orgId, customerId: id }));
    if (first === undefined) throw new Error("nobody is credited");
    return receiptsOf(await ledger.submit(commandOf(orgId, first, ...others)));
  };
  await credit(test.ledger, customers);
  const name = new URL(test.url).pathname.slice(1);
  for (const way of ["enable_tidscan", "enable_nestloop"])
    await test.sql.unsafe(`alter database ${name} set ${way} = off`);
  const ledger = test.another();
  // Once it knows where they are, they are written in the order in which they are named.
  for (const ids of [customers, customers.toReversed(), customers])
    expect(await credit(ledger, ids)).toHaveLength(30);
  expect(await brokenRules(test.url)).toEqual([]);
});
