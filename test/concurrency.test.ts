import { brokenRules } from "./support/ledger.ts";
import { connectClients, startService, type TestService } from "./support/service.ts";
import { withSql } from "./support/sql.ts";
import { Caller, grpcClient } from "./workload/calls.ts";
import { Journal } from "./workload/journal.ts";
import { Random, seedOf } from "./workload/random.ts";

const clientsMax = 4;
const callersPerClient = 6;
const callsMin = 250;
/** So many are enough for one of each kind to be answered, whatever the seed. */
const callsMax = 2_000;
const kinds = [
  "adjustment",
  "batch",
  "capture",
  "charge",
  "credit",
  "extend",
  "hold",
  "refund",
  "release",
  "transfer",
];
const refusals = ["INSUFFICIENT_FUNDS", "HOLD_NOT_ACTIVE"];
const callsPerLimit = 20;
/** For a machine that has much else to do; alone it takes a second. */
const patienceMs = 180_000;

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

it(
  "many clients do everything at once on few accounts, some of them in a hurry, and the books are right",
  async () => {
    const seed = seedOf("concurrency");
    const tenant = await service.tenant({ credits: 500 });
    const customers = [tenant.billingId, ...(await moreCustomers(tenant.orgId, 2))];
    const { ledger: admin } = connectClients(service.url, tenant.admin);
    const journal = new Journal();
    let calls = 0;
    /** What has not been answered yet, of all that is to be. */
    const missing = () => {
      const answered = [...journal.acknowledged.values()].map(({ call }) => call.name);
      const seen = new Set<string | undefined>([...answered, ...journal.refused.values()]);
      return [...kinds, ...refusals].filter((each) => !seen.has(each));
    };
    const isOver = () => calls >= callsMax || (calls >= callsMin && missing().length === 0);

    const randomLimit = new Random(seed);
    const setLimit = () => {
      const customer = randomLimit.pick(customers) ?? "";
      const minimumBalance = randomLimit.pick(["-200", "-50", "0", "20"]) ?? "";
      return admin.setLimit({ organization: tenant.orgId, customer, currency: "VC", minimumBalance });
    };
    const clients = Array.from({ length: clientsMax }, () => grpcClient(service.url, tenant.writer));
    const callers = clients.flatMap((client, index) => {
      const random = new Random(seed + index);
      const caller = new Caller(tenant.orgId, customers, random, `client-${index}`);
      return Array.from({ length: callersPerClient }, async () => {
        while (!isOver()) {
          calls += 1;
          if (calls % callsPerLimit === 0) await setLimit();
          const isHurried = random.below(5) === 0;
          const answer = await journal.attempt(
            caller.next(),
            client,
            isHurried ? 1 + random.below(30) : 10_000,
          );
          if (answer !== undefined) caller.learn(answer);
        }
      });
    });
    await Promise.all(callers);

    const client = grpcClient(service.url, tenant.writer);
    await journal.resolveDoubts(client);
    // First the log, because it says why.
    expect(service.logged.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
    expect(journal.unexpected).toEqual([]);
    expect(await journal.contradictions(client)).toEqual([]);
    expect(missing()).toEqual([]);
    expect(await brokenRules(service.databaseUrl)).toEqual([]);
    expect(await withSql(service.databaseUrl, (sql) => journal.surplus(sql, tenant.orgId))).toBe(0);
  },
  patienceMs,
);

async function moreCustomers(orgId: string, count: number): Promise<string[]> {
  return withSql(service.databaseUrl, async (sql) => {
    const rows = await sql<{ id: string }[]>`
      insert into customers (org_id, id) select ${orgId}, gen_random_uuid() from generate_series(1, ${count}) returning id`;
    return rows.map(({ id }) => id);
  });
}
