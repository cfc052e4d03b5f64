import {
  brokenRules,
  commandOf,
  commandTo,
  operationTo,
  receiptsOf,
  startLedger,
  type TestLedger,
  untilWaiting,
} from "../../test/support/ledger.ts";
import { Amount } from "../domain/amount.ts";
import {
  creditsTo,
  lockAccountsOf,
  moreCustomers,
  outcomeOf,
  reasonOf,
  type Tenant,
  times,
} from "./ledger.fixture.ts";
import type { Ledger } from "./ledger.ts";

let test: TestLedger;
let instances: readonly [Ledger, Ledger];

beforeAll(async () => {
  test = await startLedger();
  instances = [test.ledger, test.another()];
});

afterEach(async () => expect(await brokenRules(test.url)).toEqual([]));
afterAll(() => test.stop());

const one = (tenant: Tenant) => commandTo("charge", { ...tenant, amount: Amount.of("1") });

async function customersWith(amount: string, count: number): Promise<Tenant[]> {
  const tenant = await test.tenant();
  const customers = [tenant, ...(await moreCustomers(test.sql, tenant, count - 1))];
  await test.ledger.submit(creditsTo(customers, amount));
  return customers;
}

describe("accounts that another session has locked", () => {
  it("hold up nobody but those who need them, and those until they are free", async () => {
    const customers = await customersWith("1000", 23);
    const [locked, free] = [customers.slice(0, 3), customers.slice(3)];
    const elsewhere = await test.tenant();
    const lock = await lockAccountsOf(
      test.sql,
      locked[0]?.orgId ?? "",
      locked.map(({ customerId }) => customerId),
    );
    let answered = 0;
    const waiting = instances.flatMap((ledger) =>
      [...locked, ...locked].map(async (each) => {
        const verdict = await ledger.submit(one(each));
        answered += 1;
        return verdict;
      }),
    );
    const [shared = locked[0], other] = [locked[0], free[0]];
    if (shared === undefined || other === undefined) throw new Error("nobody");
    const both = test.ledger.submit(
      commandOf(shared.orgId, operationTo("charge", shared), operationTo("charge", other)),
    );
    // Neighbours, round after round, in the same batches and later ones, while the lock lasts.
    for (const round of times(5)) {
      const done = await Promise.all(
        instances.flatMap((ledger) => free.slice(1).map((each) => ledger.submit(one(each)))),
      );
      expect(done.flatMap(receiptsOf)).toHaveLength(38);
      const [ledger] = instances;
      expect(reasonOf(await ledger.submit(commandTo("credit", elsewhere)))).toBe("done");
      expect([round, answered]).toEqual([round, 0]);
    }
    await lock.letGo();
    const receipts = (await Promise.all([...waiting, both])).flatMap(receiptsOf);
    expect(receipts.map(({ replay }) => replay)).toEqual(Array(14).fill(false));
  });

  it("lose none of those who wait for one, and take none twice", async () => {
    const [tenant] = await customersWith("1000", 1);
    if (tenant === undefined) throw new Error("nobody");
    const lock = await lockAccountsOf(test.sql, tenant.orgId, [tenant.customerId]);
    const waiting = times(10).map(() => one(tenant));
    const verdicts = waiting.slice(0, 5).map((each) => test.ledger.submit(each));
    await untilWaiting(test.sql, 1);
    verdicts.push(...waiting.slice(5).map((each) => test.ledger.submit(each)));
    await lock.letGo();
    const versions = (await Promise.all(verdicts))
      .flatMap(receiptsOf)
      .map(({ recorded }) => recorded.from.account.version);
    expect([...versions].sort((a, b) => a - b)).toEqual(times(10).map((n) => n + 2));
  });

  it("end nobody's wait before its caller leaves", async () => {
    const [tenant] = await customersWith("1000", 1);
    if (tenant === undefined) throw new Error("nobody");
    const lock = await lockAccountsOf(test.sql, tenant.orgId, [tenant.customerId]);
    const reason = new Error("deadline exceeded");
    const abort = new AbortController();
    const waiting = test.ledger.submit(one(tenant), abort.signal);
    await untilWaiting(test.sql, 1);
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await lock.letGo();
    expect(reasonOf(await test.ledger.submit(one(tenant)))).toBe("done");
  });
});

it("two instances that contend for one account both get on, and lose nothing", async () => {
  const [tenant] = await customersWith("1000", 1);
  if (tenant === undefined) throw new Error("nobody");
  const done = [0, 0];
  const seen: string[] = [];
  await Promise.all(
    instances.map(async (ledger, index) => {
      for (const _ of times(20)) {
        const verdicts = await Promise.all(times(5).map(() => ledger.submit(one(tenant))));
        done[index] = (done[index] ?? 0) + verdicts.flatMap(receiptsOf).length;
        seen.push(`${index}`);
      }
    }),
  );
  expect(done).toEqual([100, 100]);
  // Neither has all of its turns before the other's first.
  expect(seen.slice(0, 20)).not.toEqual(Array(20).fill(seen[0]));
  const [account] =
    await test.sql`select version::int, spent::int from accounts where customer_id = ${tenant.customerId}`;
  expect(account).toEqual({ version: 201, spent: 200 });
});

it("an instance gets its turn on an account whose lock another one always has, for longer than it waits", async () => {
  const [tenant] = await customersWith("1000", 1);
  if (tenant === undefined) throw new Error("nobody");
  await test.sql.unsafe(`
    create function commit_slowly() returns trigger language plpgsql as $$ begin
      perform pg_sleep(0.15) where new.from_customer_id = '${tenant.customerId}' and new.description = 'slow';
      return null;
    end $$;
    create constraint trigger commit_slowly after insert on operations deferrable initially deferred
      for each row execute function commit_slowly()`);
  const slow = () => commandTo("charge", { ...tenant, amount: Amount.of("1"), description: "slow" });
  const [first, second] = instances;
  let isOver = false;
  const hog = async () => {
    while (!isOver) await outcomeOf(first, slow());
  };
  const hogs = times(2).map(hog);
  const outcomes: string[] = [];
  for (const _ of times(5)) {
    outcomes.push(await outcomeOf(second, one(tenant)).catch((error: unknown) => String(error)));
  }
  isOver = true;
  await Promise.all(hogs);
  expect(outcomes).toEqual(Array(5).fill("done"));
});
