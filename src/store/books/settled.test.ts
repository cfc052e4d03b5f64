import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { balanceOf } from "../../domain/account.ts";
import { Amount, totalDigitsMax } from "../../domain/amount.ts";
import { currencyOf } from "../../domain/currency.ts";
import { Ledger } from "../../ledger/ledger.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import { AccountCredits } from "./account-credits.ts";
import { Accounts } from "./account-reader.ts";
import { availableIn, Balances } from "./balances.ts";
import { Holds } from "./holds.ts";
import { connectTo, type TestAccount, TestJournal } from "./journal.fixture.ts";
import { Periods } from "./periods.ts";
import type { Settler } from "./settler.ts";
import { Statements } from "./statements.ts";
import { TokenSearch } from "./token-search.ts";
import { Wallets } from "./wallets.ts";

let created: TestDatabase;
let database: Database;
let sql: Sql;
let ledger: Ledger;

beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  sql = connectTo(created.url);
  ledger = new Ledger(database, { names: async () => [], refused: () => undefined });
});
afterAll(async () => {
  await Promise.all([database.close(), sql.end()]);
  await created.drop();
});

/** A customer with 100, a minute ago, of which 30 are held, which was due half a minute ago. */
async function customerWithHold(onExpiry: "release" | "capture") {
  const journal = await TestJournal.create(sql);
  const account = await journal.account({ customerId: await journal.customer({ isBillingAccount: true }) });
  const funding = await journal.account({ counter: "funding" });
  const creditedAt = new Date(Date.now() - 60_000);
  await journal.book({ kind: "credit", from: funding, to: account, amount: 100, at: creditedAt });
  const expiresAt = new Date(Date.now() - 30_000);
  const holdId = await journal.hold(account, { amount: 30, expiresAt, onExpiry });
  return { journal, account, expiresAt, holdId };
}

type Books = Awaited<ReturnType<typeof customerWithHold>>;

function key({ journal, account }: { journal: TestJournal; account: TestAccount }) {
  return { orgId: journal.orgId, customerId: account.customerId as string, currency: "USD" };
}

/** What each reader says of the balance. */
const readers: readonly [string, (settler: Settler, books: Books) => Promise<string | undefined>][] = [
  [
    "balances",
    async (settler, books) => {
      const { customerId: customer, ...of } = key(books);
      const balance = await new Balances(database, settler).find({ ...of, customer });
      return balance && availableIn(balance).toString();
    },
  ],
  [
    "accounts",
    async (settler, { journal, account }) => {
      const found = await new Accounts(database, settler).find({ orgId: journal.orgId, id: account.id });
      return found && balanceOf(found).minus(found.held).toString();
    },
  ],
  [
    "credit limits",
    async (settler, books) => {
      const [credit] = await new AccountCredits(database, settler).list(key(books));
      return credit && balanceOf(credit.account).minus(credit.account.held).toString();
    },
  ],
  [
    "wallets",
    async (settler, books) => {
      const [wallet] = await new Wallets(database, settler).list(key(books));
      return wallet?.balance.toString();
    },
  ],
  [
    "periods",
    async (settler, books) => {
      const [period] = await new Periods(database, settler).list(key(books));
      return period && balanceOf(period.closing).toString();
    },
  ],
  [
    "totals as of the moment at which it was due",
    async (settler, books) => {
      const { totals } = await new Statements(database, settler).asOf(key(books), books.expiresAt);
      return totals && balanceOf(totals).toString();
    },
  ],
  [
    "the totals of a statement",
    async (settler, books) => {
      const totals = await new Statements(database, settler).totals(key(books), undefined);
      return totals && balanceOf(totals).toString();
    },
  ],
  [
    "tokens",
    async (settler, { journal }) => {
      const currency = currencyOf("USD");
      if (currency === undefined) throw new Error("no dollar");
      const query = { filters: [], search: undefined, groupBy: [], order: [], offset: 0, rowsMax: 10 };
      const { rows } = await new TokenSearch(database, settler).find(
        { orgId: journal.orgId, currency },
        query,
      );
      const [newest, ...older] = rows.map(({ amount }) => amount);
      return newest && older.reduce((sum, amount) => sum.plus(amount), newest).toString();
    },
  ],
];

it.each(readers)("%s book a capture that is due before they read", async (_, read) => {
  const books = await customerWithHold("capture");
  const settler = { settleDue: jest.fn(ledger.settleDue.bind(ledger)) };
  expect(await read(settler, books)).toBe("70");
  expect(settler.settleDue).toHaveBeenCalledTimes(1);
  expect(await read(settler, books)).toBe("70");
  expect(settler.settleDue).toHaveBeenCalledTimes(1);
});

it.each(readers)("%s take a hold that is released for what it is, and write nothing", async (_, read) => {
  const books = await customerWithHold("release");
  const settler = { settleDue: jest.fn(ledger.settleDue.bind(ledger)) };
  expect(await read(settler, books)).toBe("100");
  expect(settler.settleDue).not.toHaveBeenCalled();
});

it("reads a balance as it was right before the capture was due, once it is booked", async () => {
  const books = await customerWithHold("capture");
  const statements = new Statements(database, ledger);
  const before = new Date(books.expiresAt.getTime() - 1);
  expect((await statements.asOf(key(books), before)).totals?.spent.toString()).toBe("0");
  expect((await statements.asOf(key(books), books.expiresAt)).totals?.spent.toString()).toBe("30");
  expect((await statements.asOf(key(books), before)).totals?.spent.toString()).toBe("0");
});

describe("holds", () => {
  it("that are due are captured or expired, by id and in lists", async () => {
    for (const [onExpiry, state] of [
      ["capture", "captured"],
      ["release", "expired"],
    ] as const) {
      const { journal, holdId } = await customerWithHold(onExpiry);
      const holds = new Holds(database, ledger);
      const found = { state, onExpiry, description: "held" };
      const page = { orgId: journal.orgId, rowsMax: 10 };
      // By its state before it was found, so nothing is settled yet.
      const { rows: listed } = await holds.list({ ...page, state });
      expect(listed).toMatchObject([found]);
      expect(listed[0]?.remaining.toString()).toBe("0");
      expect(await holds.find({ orgId: journal.orgId, id: holdId })).toMatchObject(found);
      expect((await holds.list({ ...page, state: "active" })).rows).toEqual([]);
    }
  });

  it("are listed in pages, the newest first", async () => {
    const { journal, account, holdId } = await customerWithHold("release");
    const later = await journal.hold(account, {
      amount: 1,
      expiresAt: new Date(Date.now() + 60_000),
      onExpiry: "release",
    });
    const holds = new Holds(database, ledger);
    const page = { orgId: journal.orgId, customerId: account.customerId as string, rowsMax: 1 };
    const { rows: first } = await holds.list(page);
    expect(first.map(({ id }) => id)).toEqual([later]);
    const [last] = first;
    const { rows: next } = await holds.list({ ...page, after: last && { at: last.createdAt, id: last.id } });
    expect(next.map(({ id }) => id)).toEqual([holdId]);
  });
});

it.each(readers)("%s take a capture that cannot be booked for what is held", async (_, read) => {
  const books = await customerWithHold("capture");
  // What it has spent in all is as much as can be stored.
  const most = `${Amount.largest(totalDigitsMax).minus(Amount.of("1"))}`;
  await sql`update accounts set funded = ${most}, spent = ${most} where id = ${books.account.id}`;
  const settler = { settleDue: jest.fn(ledger.settleDue.bind(ledger)) };
  expect(await read(settler, books)).toBeDefined();
  expect(settler.settleDue).toHaveBeenCalledTimes(1);
  const [hold] = await sql`select state from holds where id = ${books.holdId}`;
  expect(hold).toEqual({ state: "active" });
});

it("reads as often as it is settled, and is unavailable where that has no end", async () => {
  const books = await customerWithHold("capture");
  const settleDue = jest.fn(async () => true);
  const accounts = new Accounts(database, { settleDue });
  const find = accounts.find({ orgId: books.journal.orgId, id: books.account.id });
  await expect(find).rejects.toMatchObject({ refusal: { reason: "UNAVAILABLE" } });
  expect(settleDue).toHaveBeenCalledTimes(100);
});
