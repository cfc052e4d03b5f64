import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { GetBalanceResponse } from "../../gen/tallystick/v1/ledger_pb.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { Random, seedOf } from "../workload/random.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const random = new Random(seedOf("moments"));

type Calls = ReturnType<typeof ledgerCalls>;

let service: TestService;
let proxy: CommitProxy;
let tenant: Tenant;
/** Two instances, of which the second can be made to commit late. */
let instances: readonly [Calls, Calls];
beforeAll(async () => {
  service = await startService();
  const reach = async (url: string) => {
    proxy = await startCommitProxy(url);
    return proxy.url;
  };
  tenant = await service.tenant();
  const other = await service.another({ reach });
  instances = [ledgerCalls(service, tenant), ledgerCalls(other, tenant)];
});
afterAll(async () => {
  await service.stop();
  await proxy.close();
});

async function newCustomer(): Promise<string> {
  const { customers } = connectClients(service.url, tenant.writer);
  return (await customers.createCustomer({ organization: tenant.orgId })).customer?.id ?? "";
}

/** A balance as of a moment, as it was asked for. */
interface Read {
  readonly customer: string;
  readonly atMs: number;
  readonly answer: GetBalanceResponse;
}

async function read(as: Calls, customer: string, atMs: number): Promise<Read> {
  const organization = tenant.orgId;
  const at = timestampFromMs(atMs);
  return {
    customer,
    atMs,
    answer: await as.ledger.getBalance({ organization, customer, currency: "VC", at }),
  };
}

/** Asks again for all of them, and says which have changed. */
async function changed(reads: readonly Read[]): Promise<Read[]> {
  const again: Read[] = [];
  for (const each of reads) {
    const { answer } = await read(random.pick(instances) ?? instances[0], each.customer, each.atMs);
    if (JSON.stringify(answer, bigints) !== JSON.stringify(each.answer, bigints)) again.push(each);
  }
  return again;
}

const bigints = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

it("what is answered for a moment never changes, however young it was, while two instances write", async () => {
  const customers = await Promise.all([newCustomer(), newCustomer(), newCustomer()]);
  let writing = 4;
  const writers = Array.from({ length: writing }, async (_, writer) => {
    for (let n = 0; n < 30; n += 1) {
      const customer = random.pick(customers) ?? "";
      await (instances[writer % 2] ?? instances[0]).credit(String(1 + random.below(9)), { customer });
    }
    writing -= 1;
  });
  const reads: Read[] = [];
  while (writing > 0 || reads.length < 50) {
    const [as, customer] = [random.pick(instances) ?? instances[0], random.pick(customers) ?? ""];
    const ageMs = random.pick([0, 1, 1_000]) ?? 0;
    reads.push(await read(as, customer, Date.now() - ageMs));
  }
  await Promise.all(writers);
  expect(await changed(reads)).toEqual([]);
});

it("waits for a batch that has its moment and commits late, on an account that is new and on one that is not", async () => {
  for (const isNew of [true, false]) {
    const customer = await newCustomer();
    const [reader, slow] = instances;
    if (!isNew) await reader.credit("1", { customer });
    const letGo = proxy.keepBack();
    const booked = slow.credit("10", { customer });
    await withSql(service.databaseUrl, async (sql) => {
      await until(async () => {
        const [isWriting] = await sql`select from pg_locks where relation = 'operations'::regclass
          and mode = 'RowExclusiveLock'`;
        return isWriting;
      });
      const asked = read(reader, customer, Date.now());
      await until(async () => {
        const [isWaiting] = await sql`select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        return isWaiting;
      });
      letGo();
      await booked;
      const found = await asked;
      expect(found.answer.posted).toBe(isNew ? "10" : "11");
      expect(await changed([found])).toEqual([]);
    });
  }
});
