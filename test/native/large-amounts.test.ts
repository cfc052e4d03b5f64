import { Code } from "@connectrpc/connect";
import { OveragePolicy, TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf } from "../support/failure.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { allPages, holdIdOf, ledgerCalls, transferIdOf, violations } from "./ledger-calls.ts";

/** An operation of the largest amount leaves room for every other one, on each account that it touches. */

const { ADJUSTMENT, TRANSFER } = TransferKind;
const [currency, least] = ["USD", "0.000000001"];
const mostNanos = 10n ** 28n - 1n;
const most = times(1n);

/** So many of the largest amount, less so many of the smallest. */
function times(count: bigint, less = 0n): string {
  const nanos = count * mostNanos - less;
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, "0");
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
  return nanos < 0n ? `-${text}` : text;
}

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const outOfRange = { code: Code.OutOfRange, reason: "BALANCE_OUT_OF_RANGE", metadata: { currency, most } };

/** The ledger as the tenant's writer calls it about one of its customers, in dollars. */
function callsOf(customer: string, { url }: Pick<TestService, "url"> = service) {
  const calls = ledgerCalls({ url }, tenant);
  const mine = { customer, currency };
  return {
    ...calls,
    credit: (amount = most) => calls.credit(amount, mine),
    charge: (amount = most) => calls.charge(amount, mine),
    adjust: (amount: string) => calls.transfer({ ...mine, kind: ADJUSTMENT, amount }),
    pay: (toCustomer: string) => calls.transfer({ ...mine, kind: TRANSFER, amount: most, toCustomer }),
    hold: (amount = most) => calls.hold(amount, mine),
    balance: () => calls.ledger.getBalance({ ...mine, organization: tenant.orgId }),
    limit: (minimumBalance: string) =>
      connectClients(service.url, tenant.admin).ledger.setLimit({
        ...{ organization: tenant.orgId, ...mine, minimumBalance },
      }),
  };
}

/** What every counter-account comes to. */
async function counters(): Promise<Record<string, string>> {
  const { ledger } = connectClients(service.url, tenant.reader);
  const { accounts } = await ledger.listAccounts({ organization: tenant.orgId });
  return Object.fromEntries(
    accounts.flatMap(({ counterAccount, posted }) => (counterAccount ? [[counterAccount, posted]] : [])),
  );
}

type Calls = ReturnType<typeof callsOf>;
interface Round {
  /** Begins and ends with a balance of 0. */
  readonly play: (calls: Calls, other: string) => Promise<unknown>;
  /** What it adds to the totals of its customer, and to the balances of the counter-accounts, in the largest amount. */
  readonly totals: Readonly<Record<"funded" | "spent" | "withdrawn", bigint>>;
  readonly counters: Readonly<Record<string, bigint>>;
}

const rounds: Readonly<Record<string, Round>> = {
  "a credit and a charge": {
    play: async (calls) => {
      await calls.credit();
      await calls.charge();
    },
    totals: { funded: 1n, spent: 1n, withdrawn: 0n },
    counters: { funding: -1n, revenue: 1n },
  },
  "a refund": {
    play: async (calls) => {
      await calls.credit();
      await calls.refund(transferIdOf(await calls.charge()));
      await calls.charge();
    },
    totals: { funded: 1n, spent: 1n, withdrawn: 0n },
    counters: { funding: -1n, revenue: 1n },
  },
  "adjustments both ways": {
    play: async (calls) => {
      await calls.adjust(most);
      await calls.adjust(`-${most}`);
    },
    totals: { funded: 0n, spent: 0n, withdrawn: 0n },
    counters: { adjustments: 0n },
  },
  "a hold and its capture": {
    play: async (calls) => {
      await calls.credit();
      await calls.capture(holdIdOf(await calls.hold()));
    },
    totals: { funded: 1n, spent: 1n, withdrawn: 0n },
    counters: { funding: -1n, revenue: 1n },
  },
  "a reversal": {
    play: async (calls) => calls.reverse(transferIdOf(await calls.credit())),
    totals: { funded: 1n, spent: 0n, withdrawn: 1n },
    counters: { funding: 0n },
  },
  "a transfer between customers": {
    play: async (calls, other) => {
      await calls.credit();
      await calls.pay(other);
      await callsOf(other).charge();
    },
    totals: { funded: 1n, spent: 1n, withdrawn: 0n },
    counters: { funding: -1n, revenue: 1n },
  },
};

describe.each(Object.entries(rounds))("%s of the largest amount", (_name, round) => {
  it("can be done again, by the same customer and by another", async () => {
    const make = () => newCustomer(service, tenant);
    const [ann, bob, other] = [await make(), await make(), await make()];
    for (const customer of [ann, bob, ann]) await round.play(callsOf(customer), other);
    const { funded, spent, withdrawn } = round.totals;
    for (const [customer, count] of [
      [ann, 2n],
      [bob, 1n],
    ] as const) {
      expect(await callsOf(customer).balance()).toMatchObject({
        ...{ posted: "0", held: "0", funded: times(count * funded) },
        ...{ spent: times(count * spent), withdrawn: times(count * withdrawn) },
      });
    }
    const expected = Object.entries(round.counters).map(([name, count]) => [name, times(3n * count)]);
    expect(await counters()).toEqual(Object.fromEntries(expected));
    expect(await violations(service, tenant.orgId)).toEqual([]);
  });
});

it("adds up every digit of what lanes of two processes have booked", async () => {
  const another = await service.another();
  for (const at of [service, another, service, another]) {
    const calls = callsOf(await newCustomer(service, tenant), at);
    await calls.credit();
    await calls.charge();
  }
  expect(await counters()).toEqual({ funding: times(-4n), revenue: times(4n) });
  expect(await violations(service, tenant.orgId)).toEqual([]);
});

it("is in a statement, and in a balance as of a moment, with every digit", async () => {
  const ann = await newCustomer(service, tenant);
  const calls = callsOf(ann);
  const receipts = [
    await calls.credit(),
    await calls.charge(),
    await calls.credit(),
    await calls.charge("1"),
  ];
  const account = receipts[0]?.accountId ?? "";
  const { ledger } = calls;
  const page = await ledger.listEntries({ organization: tenant.orgId, account });
  expect(page.entries.map(({ amount, posted }) => [amount, posted])).toEqual([
    [most, most],
    [`-${most}`, "0"],
    [most, most],
    ["-1", times(1n, 10n ** 9n)],
  ]);
  expect(page).toMatchObject({ openingBalance: "0", closingBalance: times(1n, 10n ** 9n) });
  const readTime = receipts.at(-1)?.transfer?.createTime;
  if (readTime === undefined) throw new Error("nothing was booked");
  expect(
    await ledger.getBalance({ organization: tenant.orgId, customer: ann, currency, readTime }),
  ).toMatchObject({ posted: times(1n, 10n ** 9n), funded: times(2n), version: 4n });
  const transfers = await allPages(async (pageToken) => {
    const { transfers: rows, nextPageToken } = await ledger.listTransfers({
      ...{ organization: tenant.orgId, customer: ann, pageSize: 1, pageToken },
    });
    return { rows, nextPageToken };
  });
  expect(transfers.map(({ amount }) => amount)).toEqual(["1", most, most, most]);
});

describe("what is still out of range", () => {
  it("is a balance, on either side of 0, and nothing of it is booked", async () => {
    const calls = callsOf(await newCustomer(service, tenant));
    await calls.limit(`-${most}`);
    await calls.charge();
    const hold = holdIdOf(await calls.credit(least).then(() => calls.hold(least)));
    const asked = { organization: tenant.orgId, hold, amount: "1", overage: OveragePolicy.ALLOW_DEBT };
    const capture = connectClients(service.url, tenant.admin).ledger.captureHold(asked);
    expect(await failureOf(capture)).toMatchObject(outOfRange);
    expect(await calls.balance()).toMatchObject({ posted: times(-1n, -1n), held: least, version: 2n });
    await calls.credit();
    await calls.credit(times(1n, 1n));
    for (const above of [() => calls.credit(least), () => calls.adjust(least), () => calls.adjust(most)])
      expect(await failureOf(above())).toMatchObject({
        ...outOfRange,
        message: `a sum in USD would leave the range of -${most} to ${most}`,
      });
    expect(await calls.balance()).toMatchObject({ posted: most, version: 4n });
    expect(await violations(service, tenant.orgId)).toEqual([]);
  });

  it("is what a customer holds, and not what was captured of a hold", async () => {
    const calls = callsOf(await newCustomer(service, tenant));
    await calls.credit();
    await calls.limit(`-${most}`);
    const hold = holdIdOf(await calls.hold());
    expect(await failureOf(calls.hold(least))).toMatchObject(outOfRange);
    await calls.capture(hold, { amount: times(1n, 1n) });
    const asked = { amount: most, overage: OveragePolicy.ALLOW_DEBT };
    const { hold: after } = await calls.capture(hold, asked);
    expect(after).toMatchObject({ captured: times(2n, 1n), remaining: "0" });
    expect((await calls.ledger.getHold({ organization: tenant.orgId, hold })).hold).toEqual(after);
    expect(await calls.balance()).toMatchObject({ posted: times(-1n, -1n), held: "0" });
    expect(await violations(service, tenant.orgId)).toEqual([]);
  });

  it("is a total of more than 29 digits, which the database still holds", async () => {
    const ann = await newCustomer(service, tenant);
    const calls = callsOf(ann);
    await calls.credit("1");
    const total = "99999999999999999999999999998";
    await withSql(service.databaseUrl, async (sql) => {
      await sql`update accounts set funded = ${total}, spent = ${total} where customer_id = ${ann}`;
    });
    expect((await calls.credit("1")).after?.posted).toBe("1");
    expect(await failureOf(calls.credit("1"))).toMatchObject({
      ...{ code: Code.OutOfRange, reason: "BALANCE_OUT_OF_RANGE" },
      metadata: { currency, most: "99999999999999999999999999999.999999999" },
    });
    expect(await calls.balance()).toMatchObject({ posted: "1", funded: "99999999999999999999999999999" });
  });

  it("is an amount of more than 19 digits, which is none", async () => {
    const failure = await failureOf(callsOf(await newCustomer(service, tenant)).credit(`1${"0".repeat(19)}`));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
  });
});
