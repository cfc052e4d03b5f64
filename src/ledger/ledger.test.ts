import {
  brokenRules,
  commandTo,
  receiptsOf,
  startLedger,
  type TestLedger,
} from "../../test/support/ledger.ts";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Entry, Receipt } from "../domain/transfer.ts";
import { commandTransfersMax, type Ledger } from "./ledger.ts";

let test: TestLedger;
let ledger: Ledger;

beforeAll(async () => {
  test = await startLedger();
  ledger = test.ledger;
});

afterEach(async () => expect(await brokenRules(test.sql)).toEqual([]));
afterAll(() => test.stop());

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

async function bookedCount(orgId: string): Promise<number> {
  const [row] = await test.sql<
    { n: number }[]
  >`select count(*)::int as n from transfers where org_id = ${orgId}`;
  return row?.n ?? 0;
}

/** All that a receipt tells, but for whether it is a replay. */
function contentOf(receipt: Receipt | undefined) {
  if (receipt === undefined) throw new Error("no receipt");
  const entryOf = ({ account, amount }: Entry) => {
    const { id, owner, currency, version, funded, spent, held, minimumBalance } = account;
    return { amount, id, owner, currency, version, funded, spent, held, minimumBalance };
  };
  const { id, key, kind, amount, currency, from, to, source, description, userId, metadata, createdAt } =
    receipt.transfer;
  const transfer = {
    id,
    key,
    kind,
    amount,
    currency,
    from,
    to,
    source,
    description,
    userId,
    metadata,
    createdAt,
  };
  return { transfer, from: entryOf(receipt.from), to: entryOf(receipt.to) };
}

it("books a command and answers with the accounts after it", async () => {
  const tenant = await test.tenant();
  const [receipt] = receiptsOf(await ledger.submit(commandTo("credit", tenant)));
  expect(receipt).toMatchObject({
    replay: false,
    to: { account: { owner: { customerId: tenant.customerId }, version: 1, currency: "VC" } },
  });
  const [second] = receiptsOf(
    await ledger.submit(commandTo("charge", { ...tenant, amount: Amount.of("3") })),
  );
  expect(second && balanceOf(second.from.account).toString()).toBe("7");
  expect(second?.from.account.version).toBe(2);
});

it("gives the first receipt again under a known id, whatever happened since", async () => {
  const tenant = await test.tenant();
  const metadata = {
    text: "é\u{1f600}",
    nested: { b: [1.5, 1e21, null], a: true },
    "": "",
    __proto__x: 1,
  };
  const asked = commandTo("credit", {
    ...tenant,
    key: "k",
    source: "s",
    description: "d",
    userId: "u",
    metadata,
  });
  const [first] = receiptsOf(await ledger.submit(asked));
  await ledger.submit(commandTo("charge", tenant));
  await test.sql`update customers set state = 'disabled' where id = ${tenant.customerId}`;
  const [again] = receiptsOf(await test.another().submit(asked));
  expect(again?.replay).toBe(true);
  expect(contentOf(again)).toEqual(contentOf(first));
  expect(await bookedCount(tenant.orgId)).toBe(2);
});

it("keeps every digit of an amount", async () => {
  const tenant = await test.tenant();
  const amount = Amount.of("9999999999999999998.999999999");
  await ledger.submit(commandTo("credit", { ...tenant, amount, currency: "USD" }));
  const last = commandTo("credit", { ...tenant, amount: Amount.of("0.000000001"), currency: "USD" });
  const [receipt] = receiptsOf(await ledger.submit(last));
  expect(receipt?.to.account.funded.toString()).toBe("9999999999999999999");
});

it("books a command whole or not at all", async () => {
  const tenant = await test.tenant();
  const [credit] = commandTo("credit", tenant).transfers;
  const [charge] = commandTo("charge", { ...tenant, amount: Amount.of("11") }).transfers;
  const verdict = await ledger.submit({ orgId: tenant.orgId, transfers: [credit, charge] });
  expect(verdict).toMatchObject({ outcome: "refused", refused: [{ index: 1 }] });
  expect(await bookedCount(tenant.orgId)).toBe(0);
});

it("books the largest command in one go, and takes no larger one", async () => {
  const tenant = await test.tenant();
  const [first] = commandTo("credit", tenant).transfers;
  const others = times(commandTransfersMax - 1).map(() => commandTo("credit", tenant).transfers[0]);
  const transfers = [first, ...others] as const;
  expect(receiptsOf(await ledger.submit({ orgId: tenant.orgId, transfers }))).toHaveLength(
    commandTransfersMax,
  );
  const tooLarge = async () => ledger.submit({ orgId: tenant.orgId, transfers: [...transfers, first] });
  await expect(tooLarge()).rejects.toThrow("at most 1000 transfers");
});

it("books one key once, however many instances it races through", async () => {
  const tenant = await test.tenant();
  const asked = commandTo("credit", tenant);
  const ledgers = [ledger, test.another(), test.another()];
  const verdicts = await Promise.all(
    times(30).map((n) => ledgers[n % 3]?.submit(asked) ?? ledger.submit(asked)),
  );
  const receipts = verdicts.flatMap(receiptsOf);
  expect(receipts.filter(({ replay }) => !replay)).toHaveLength(1);
  for (const receipt of receipts) expect(contentOf(receipt)).toEqual(contentOf(receipts[0]));
  expect(await bookedCount(tenant.orgId)).toBe(1);
});

it("gives the last credit to one of those who race for it", async () => {
  const tenant = await test.tenant();
  await ledger.submit(commandTo("credit", tenant));
  const ledgers = [ledger, test.another()];
  const verdicts = await Promise.all(
    times(20).map((n) =>
      (ledgers[n % 2] ?? ledger).submit(commandTo("charge", { ...tenant, amount: Amount.of("3") })),
    ),
  );
  expect(verdicts.filter(({ outcome }) => outcome === "booked")).toHaveLength(3);
});

it("makes each account once, however many ask for it first", async () => {
  const tenants = await Promise.all(times(5).map(() => test.tenant()));
  const ledgers = [test.another(), test.another(), test.another()];
  await Promise.all(
    times(60).map((n) => {
      const tenant = tenants[n % 5];
      const each = ledgers[n % 3];
      if (tenant === undefined || each === undefined) throw new Error("none");
      return each.submit(commandTo("credit", tenant));
    }),
  );
  const orgIds = tenants.map(({ orgId }) => orgId);
  const rows = await test.sql`select org_id, customer_id, funded::int from accounts
    where org_id = any(${orgIds}) and customer_id is not null order by org_id`;
  expect(rows).toEqual(
    tenants.map(({ orgId, customerId }) => ({ org_id: orgId, customer_id: customerId, funded: 120 })),
  );
});

it("spreads a counter-account over stripes, which sum to what customers have", async () => {
  const { orgId } = await test.tenant();
  const customerIds = times(24).map((n) => `018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e${(n + 10).toString()}`);
  await test.sql`insert into customers (org_id, id) select ${orgId}, unnest(${customerIds}::uuid[])`;
  await Promise.all(
    customerIds.map((customerId) => ledger.submit(commandTo("credit", { orgId, customerId }))),
  );
  const [sums] = await test.sql`
    select count(*) filter (where role = 'funding')::int as stripes,
      sum(funded - spent) filter (where role = 'funding')::int as funding,
      sum(funded - spent) filter (where customer_id is not null)::int as customers
    from accounts where org_id = ${orgId}`;
  expect(sums).toMatchObject({ funding: -240, customers: 240 });
  expect(sums?.["stripes"]).toBeGreaterThan(1);
});

it.each(["transfers", "entries"])("never lets anyone change %s", async (table) => {
  await ledger.submit(commandTo("credit", await test.tenant()));
  const changes = [`update ${table} set amount = 1`, `delete from ${table}`, `truncate ${table}`];
  for (const change of changes) {
    await expect(test.sql.unsafe(change)).rejects.toThrow(`${table} is append-only`);
  }
});
