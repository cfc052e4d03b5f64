import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { balanceOf } from "../../domain/account.ts";
import { currencyOf } from "../../domain/currency.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import type { Cursor } from "../driver/statements/cursor.ts";
import { whileWideReadsWait } from "../wide-reads.fixture.ts";
import { Accounts } from "./account-reader.ts";
import { Balances } from "./balances.ts";
import { History } from "./history.ts";
import { Holds } from "./holds.ts";
import { connectTo, nothingDue, type TestAccount, TestJournal } from "./journal.fixture.ts";
import { Periods } from "./periods.ts";
import type { EntryPlace } from "./sides.ts";
import { TokenSearch } from "./token-search.ts";
import { type TransactionCriteria, TransactionSearch } from "./transaction-search.ts";
import { Transfers, type TransfersPage } from "./transfers.ts";
import { Wallets } from "./wallets.ts";

let created: TestDatabase;
let database: Database;
let sql: Sql;
let journal: TestJournal;
let ann: TestAccount;
let bob: TestAccount;
let funding: TestAccount;
let revenue: TestAccount;
/** In the order in which they were booked. */
let ids: string[];
let holdId: string;

/** Of two months ago, so that all of it is of no month that goes on. */
const month = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 2, 1);
const minute = (n: number) => new Date(month + n * 60_000);

beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  sql = connectTo(created.url);
  journal = await TestJournal.create(sql);
  ann = await journal.account({ customerId: await journal.customer({ isBillingAccount: true }) });
  bob = await journal.account({ customerId: await journal.customer({ email: "bob@example.com" }) });
  funding = await journal.account({ counter: "funding" });
  revenue = await journal.account({ counter: "revenue" });
  const otherStripe = await journal.account({ counter: "revenue", stripe: 1 });
  ids = [
    await journal.book({ kind: "credit", from: funding, to: ann, amount: 100, at: minute(1) }),
    await journal.book({ kind: "charge", from: ann, to: revenue, amount: 30, at: minute(2), source: "shop" }),
    await journal.book({ kind: "transfer", from: ann, to: bob, amount: 20, at: minute(2) }),
    await journal.book({ kind: "charge", from: bob, to: otherStripe, amount: 5, at: minute(3) }),
    await journal.book({ kind: "reversal", from: ann, to: funding, amount: 10, at: minute(4) }),
    // By the clock later than on the account, as what time has caused is.
    await journal.book({ kind: "charge", from: ann, to: revenue, at: minute(9), fromAt: minute(5) }),
  ];
  holdId = await journal.hold(ann, {
    amount: 5,
    expiresAt: new Date(Date.now() + 600_000),
    onExpiry: "release",
  });
});
afterAll(async () => {
  await Promise.all([database.close(), sql.end()]);
  await created.drop();
});

const numbersOf = (found: readonly string[]) => found.map((id) => ids.indexOf(id) + 1);
const books = (account: TestAccount) => ({
  orgId: journal.orgId,
  customerId: account.customerId as string,
  currency: "USD",
});

it("finds one transfer, hold or account while every connection for wide reads is taken", async () => {
  const { orgId } = journal;
  await whileWideReadsWait(database, async () => {
    const id = ids[0] ?? "";
    expect(await new Transfers(database).find({ orgId, id })).toMatchObject({ id });
    expect(await new Holds(database, nothingDue).find({ orgId, id: holdId })).toMatchObject({ id: holdId });
    expect(await new Accounts(database, nothingDue).find({ orgId, id: ann.id })).toMatchObject({
      id: ann.id,
    });
  });
});

describe("the history of an account", () => {
  it("runs from the newest line, by the account's own time", async () => {
    const history = new History(database);
    const read = async (rowsMax: number, period: { from?: Date; to?: Date } = {}) => {
      const numbers: number[] = [];
      let before: EntryPlace | undefined;
      for (;;) {
        const page = { ...period, orgId: journal.orgId, accountId: ann.id, before, rowsMax };
        const rows = await history.list(page);
        numbers.push(...numbersOf(rows.map(({ id }) => id)));
        const last = rows.at(-1);
        before = last && { at: last.createdAt, version: last.version };
        if (rows.length < rowsMax) return numbers;
      }
    };
    for (const rowsMax of [1, 2, 100]) expect(await read(rowsMax)).toEqual([6, 5, 3, 2, 1]);
    expect(await read(1, { from: minute(2), to: minute(2) })).toEqual([3, 2]);
    expect(await read(100, { to: minute(5) })).toEqual([6, 5, 3, 2, 1]);
  });
});

describe("transfers", () => {
  const transfers = () => new Transfers(database);

  async function list({ rowsMax = 100, ...of }: Partial<TransfersPage>) {
    const numbers: number[] = [];
    let past: Cursor | undefined;
    for (;;) {
      const { rows } = await transfers().list({ orgId: journal.orgId, filter: {}, past, rowsMax, ...of });
      numbers.push(...numbersOf(rows.map(({ transfer }) => transfer.id)));
      past = rows.at(-1)?.place;
      if (rows.length < rowsMax) return numbers;
    }
  }

  it("are found by id, and a change of a hold is none", async () => {
    const { orgId } = journal;
    expect(await transfers().find({ orgId, id: ids[2] as string })).toMatchObject({ kind: "transfer" });
    const [hold] = await sql`select id from holds where org_id = ${orgId}`;
    expect(await transfers().find({ orgId, id: hold?.["id"] })).toBeUndefined();
    expect(await transfers().find({ orgId: ann.id, id: ids[2] as string })).toBeUndefined();
  });

  it("are listed from the newest, of an organization and of accounts", async () => {
    const newest = [...ids].slice(1, 3).sort().reverse();
    const [second, third] = numbersOf(newest);
    for (const rowsMax of [1, 2, 100]) {
      expect(await list({ rowsMax })).toEqual([6, 5, 4, second, third, 1]);
      expect(await list({ rowsMax, accountIds: [ann.id] })).toEqual([6, 5, second, third, 1]);
      expect(await list({ rowsMax, accountIds: [bob.id] })).toEqual([4, 3]);
    }
    expect(await list({ rowsMax: 3, accountIds: [bob.id, funding.id] })).toEqual([5, 4, 3, 1]);
  });

  it("are filtered", async () => {
    expect(await list({ filter: { kind: "charge" } })).toEqual([6, 4, 2]);
    expect(await list({ filter: { source: "shop" }, accountIds: [ann.id] })).toEqual([2]);
    expect(await list({ filter: { from: minute(3), to: minute(4) } })).toEqual([4]);
    expect(await list({ filter: { from: minute(5) }, accountIds: [ann.id] })).toEqual([6]);
    const between = [{ customerId: bob.customerId as string }, { counter: "revenue" }];
    expect(await list({ filter: { between } })).toEqual([4]);
    expect(await list({ filter: { createdBy: "nobody" } })).toEqual([]);
  });
});

describe("the search of transactions", () => {
  async function find(criteria: Partial<TransactionCriteria>, page = { offset: 0, rowsMax: 100 }) {
    const search = new TransactionSearch(database, nothingDue);
    const of = { orgId: journal.orgId, ...criteria };
    const found = await search.list(of, page);
    return [numbersOf(found.map(({ transfer }) => transfer.id)), await search.count(of)];
  }

  it("counts all and answers a window, of an organization and of customers", async () => {
    expect(await find({ kinds: ["charge"] })).toEqual([[6, 4, 2], 3]);
    expect(await find({ kinds: ["charge"] }, { offset: 1, rowsMax: 1 })).toEqual([[4], 3]);
    const customerIds = [bob.customerId as string];
    expect(await find({ customerIds })).toEqual([[4, 3], 2]);
    expect(await find({ customerIds }, { offset: 1, rowsMax: 5 })).toEqual([[3], 2]);
    expect(await find({ customerIds, from: minute(3) })).toEqual([[4], 1]);
    expect(await find({ customerIds, currencies: ["EUR"] })).toEqual([[], 0]);
    expect(await find({ kinds: [] })).toEqual([[], 0]);
  });

  it("goes on after a place, whatever has come before it", async () => {
    const search = new TransactionSearch(database, nothingDue);
    for (const customerIds of [undefined, [ann.customerId as string]]) {
      const of = { orgId: journal.orgId, customerIds };
      const all = await search.list(of, { rowsMax: 100 });
      const seen = [];
      for (let past: { at: Date; id: string } | undefined; ; ) {
        const [next] = await search.list(of, { past, rowsMax: 1 });
        if (next === undefined) break;
        seen.push(next.transfer.id);
        past = { at: next.at, id: next.transfer.id };
      }
      expect(seen).toEqual(all.map(({ transfer }) => transfer.id));
      expect(seen.length).toBeGreaterThan(3);
    }
  });

  it("has a transfer between two of its customers once", async () => {
    const customerIds = [ann.customerId as string, bob.customerId as string];
    expect(await find({ customerIds, kinds: ["transfer"] })).toEqual([[3], 1]);
  });
});

it("searches tokens in the order of time and in any other", async () => {
  const currency = currencyOf("USD");
  if (currency === undefined) throw new Error("no dollar");
  const search = new TokenSearch(database, nothingDue);
  const plain = { filters: [], search: undefined, groupBy: [], order: [], offset: 0, rowsMax: 10 };
  const where = { orgId: journal.orgId, currency };
  const amounts = async (query: Partial<typeof plain> & object) => {
    const { rows, totalCount } = await search.find(where, { ...plain, ...query });
    return [rows.map(({ amount }) => amount.toString()), totalCount];
  };
  expect(await amounts({})).toEqual([["-1", "-10", "-20", "-30", "100"], 5]);
  expect(await amounts({ offset: 1, rowsMax: 2 })).toEqual([["-10", "-20"], 5]);
  const byAmount = [{ column: "amount", descending: true }] as never[];
  expect(await amounts({ order: byAmount })).toEqual([["100", "-30", "-20", "-10", "-1"], 5]);
  const isCredit = [{ column: "type", operator: "eq", text: "credit" }] as never[];
  expect(await amounts({ filters: isCredit })).toEqual([["100"], 1]);
  const { groups } = await search.find(where, { ...plain, groupBy: ["type"] });
  expect(groups).toEqual([
    { name: "credit", count: 1 },
    { name: "debit", count: 4 },
  ]);
});

it("reads what a customer did in a period, in which a reversal is no usage", async () => {
  const periods = new Periods(database, nothingDue);
  const of = async (period?: { from: Date; to: Date }) => {
    const [found] = await periods.list({ ...books(ann), period });
    if (found === undefined) throw new Error("no period");
    return [found.opening, found.closing].map(
      ({ funded, spent, withdrawn }) => `${funded} ${spent} ${withdrawn}`,
    );
  };
  expect(await of({ from: minute(0), to: minute(2) })).toEqual(["0 0 0", "100 0 0"]);
  expect(await of({ from: minute(2), to: minute(5) })).toEqual(["100 0 0", "100 50 10"]);
  expect(await of()).toEqual(["100 51 10", "100 51 10"]);
});

it("reads wallets with the time of the newest credit, which another customer may have given", async () => {
  const wallets = new Wallets(database, nothingDue);
  expect(await wallets.list(books(ann))).toMatchObject([{ currency: "USD", lastCreditAt: minute(1) }]);
  expect(await wallets.list(books(bob))).toMatchObject([{ currency: "USD", lastCreditAt: minute(2) }]);
  expect(await wallets.list({ ...books(bob), currency: "EUR" })).toEqual([]);
});

it("reads a counter-account as one, however many stripes it has", async () => {
  const accounts = new Accounts(database, nothingDue);
  const { orgId } = journal;
  const listed = await accounts.list({ orgId, rowsMax: 100 });
  const found = listed.find(({ owner }) => "counter" in owner && owner.counter === "revenue");
  expect(found).toMatchObject({ id: revenue.id, version: 3, sequence: 3 });
  expect(found && balanceOf(found).toString()).toBe("36");
  const rowIds = await accounts.rowIds({ orgId, owner: { counter: "revenue" }, currency: "USD" });
  expect(rowIds).toHaveLength(2);
  expect(await accounts.find({ orgId, id: rowIds[1] as string })).toMatchObject({ id: revenue.id });
  const [own] = await accounts.list({ orgId, customerId: ann.customerId as string, rowsMax: 100 });
  expect(own).toMatchObject({ id: ann.id, version: 5, sequence: 6 });
  expect([own && balanceOf(own).toString(), own?.held.toString()]).toEqual(["39", "5"]);
});

it("finds balances by id and by email, each organization for itself", async () => {
  const other = await TestJournal.create(sql);
  const namesake = await other.customer({ email: "bob@example.com" });
  const balances = new Balances(database, nothingDue);
  const find = (orgId: string, customer: string) => balances.find({ orgId, customer, currency: "USD" });
  const found = await Promise.all([
    find(journal.orgId, bob.customerId as string),
    find(journal.orgId, "BOB@example.com"),
    find(other.orgId, "bob@example.com"),
    find(other.orgId, bob.customerId as string),
    find(journal.orgId, "nobody@example.com"),
  ]);
  expect(found.map((balance) => balance?.customer.id)).toEqual([
    bob.customerId,
    bob.customerId,
    namesake,
    undefined,
    undefined,
  ]);
  expect(found.map((balance) => balance?.account && balanceOf(balance.account).toString())).toEqual([
    "15",
    "15",
    undefined,
    undefined,
    undefined,
  ]);
});
