import { failureOf, faultyFields } from "../support/failure.ts";
import { rowsRead } from "../support/rows-read.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const configured = 1_000;
const charges = 20;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1_000 });
  // As many as an organization may have, of which the first in any order are inactive.
  await withSql(service.databaseUrl, async (sql) => {
    await sql`insert into currencies (org_id, code, display_name, is_virtual, places, status, credit_limit, minimum_top_up)
      select ${tenant.orgId}, 'A' || n, 'A' || n, true, 0, case when n < ${configured - 20} then 'inactive' else 'active' end, 0, 0
      from generate_series(1, ${configured - 1}::int) n`;
    await sql`insert into currencies (org_id, code, display_name, is_virtual, places, status, credit_limit, minimum_top_up)
      values (${tenant.orgId}, 'VC', 'VC', true, 0, 'active', 0, 0)`;
  });
});
afterAll(() => service.stop());

it("a charge reads few of the thousand currencies of its organization", async () => {
  const before = await rowsRead(service.databaseUrl, "currencies");
  const { charge } = ledgerCalls(service, tenant);
  for (let count = 0; count < charges; count += 1) await charge("1");
  const read = (await rowsRead(service.databaseUrl, "currencies")) - before;
  expect(read).toBeGreaterThan(0);
  expect(read / charges).toBeLessThan(configured / 10);
});

it("a refusal names some that may be used, however many may not", async () => {
  const failure = await failureOf(ledgerCalls(service, tenant).charge("1", { currency: "A1" }));
  expect(failure.reason).toBe("CURRENCY_NOT_USABLE");
  expect(faultyFields(failure)).toEqual(["currency"]);
  expect(JSON.stringify(failure)).toContain("A980, A981, A982");
});
