import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import postgres, { type Sql } from "postgres";
import type { GetBalanceResponse } from "../../gen/tallystick/v1/ledger_pb.ts";
import { socketHost } from "../../src/embedded/connection.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { newCustomer } from "../support/customer.ts";
import { isWritten, lockWaits } from "../support/lock-waits.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { Random, seedOf } from "../workload/random.ts";
import { ledgerCalls } from "./ledger-calls.ts";

const random = new Random(seedOf("moments"));

/** How often another session has an account locked while somebody writes to it and somebody reads it. */
const locksMin = 3;

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

/** A balance as of a moment, as it was asked for. */
interface Read {
  readonly customer: string;
  readonly atMs: number;
  readonly answer: GetBalanceResponse;
}

async function read(as: Calls, customer: string, atMs: number): Promise<Read> {
  const organization = tenant.orgId;
  const readTime = timestampFromMs(atMs);
  return {
    customer,
    atMs,
    answer: await as.ledger.getBalance({ organization, customer, currency: "VC", readTime }),
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

it("what is answered for a moment never changes, while two instances write and another session locks accounts", async () => {
  const customers = await Promise.all([
    newCustomer(service, tenant),
    newCustomer(service, tenant),
    newCustomer(service, tenant),
  ]);
  for (const customer of customers) await instances[0].credit("1", { customer });
  const sql = postgres(service.databaseUrl, { ...socketHost(service.databaseUrl), max: 2 });
  const locks = new Locks(sql, tenant.orgId, customers);
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; !locks.isOver && (n < 8 || locks.waitedFor < locksMin); n += 1) {
      const [as, customer] = [instances[writer % 2] ?? instances[0], random.pick(customers) ?? ""];
      await locks.among(customer, as.credit(String(1 + random.below(9)), { customer }));
    }
  });
  const end = () => locks.end();
  const writing = Promise.all(writers).finally(end);
  const locking = locks.take().finally(end);
  const reads: Read[] = [];
  while (!locks.isOver || reads.length < 30) {
    const [as, customer] = [random.pick(instances) ?? instances[0], random.pick(customers) ?? ""];
    const ageMs = random.pick([0, 1, 1_000]) ?? 0;
    reads.push(await read(as, customer, Date.now() - ageMs));
  }
  await Promise.all([writing, locking]);
  await sql.end();
  expect(await changed(reads)).toEqual([]);
});

/** Another session that locks one account after the other, each until somebody writes to it and somebody reads it. */
class Locks {
  isOver = false;
  /** How many were. */
  waitedFor = 0;
  private readonly writes = new Map<string, number>();

  constructor(
    private readonly sql: Sql,
    private readonly orgId: string,
    private readonly customers: readonly string[],
  ) {}

  end(): void {
    this.isOver = true;
  }

  /** Notes that a write to a customer's account is under way. */
  async among(customer: string, write: Promise<unknown>): Promise<void> {
    const count = (change: number) => this.writes.set(customer, (this.writes.get(customer) ?? 0) + change);
    count(1);
    await write.finally(() => count(-1));
  }

  async take(): Promise<void> {
    while (!this.isOver) {
      const customer = random.pick(this.customers) ?? "";
      await this.sql.begin(async (sql) => {
        await sql`select from accounts where org_id = ${this.orgId} and customer_id = ${customer} for update`;
        await until(
          async () => this.isOver || ((this.writes.get(customer) ?? 0) > 0 && (await this.isReadWaiting())),
        );
      });
      if (!this.isOver) this.waitedFor += 1;
    }
  }

  private async isReadWaiting(): Promise<boolean> {
    return (await lockWaits(this.sql)).some(({ query }) => query.toLowerCase().includes("for share"));
  }
}

it("waits for a batch that has its moment and commits late, on an account that is new and on one that is not", async () => {
  for (const isNew of [true, false]) {
    const customer = await newCustomer(service, tenant);
    const [reader, slow] = instances;
    if (!isNew) await reader.credit("1", { customer });
    const letGo = proxy.keepBack();
    const booked = slow.credit("10", { customer });
    await withSql(service.databaseUrl, async (sql) => {
      await until(() => isWritten(sql, "operations"));
      const asked = read(reader, customer, Date.now());
      await until(async () => {
        return (await lockWaits(sql)).length > 0;
      });
      letGo();
      await booked;
      const found = await asked;
      expect(found.answer.posted).toBe(isNew ? "10" : "11");
      expect(await changed([found])).toEqual([]);
    });
  }
});
