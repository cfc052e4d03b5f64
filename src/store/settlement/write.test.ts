import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { takeForDistributed } from "../../../test/support/distributed.ts";
import { withSql } from "../../../test/support/sql.ts";
import { Amount } from "../../domain/amount.ts";
import { account, at, charge, command, hold, orgId, stateOf } from "../../domain/decide.fixture.ts";
import { type Decision, decide } from "../../domain/decide.ts";
import type { Side } from "../../domain/recorded.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import type { Lane } from "../driver/transactions/lane.ts";
import { momentOf } from "./moment.ts";
import type { WrittenAccount } from "./outcome.ts";
import { writesOf } from "./write.ts";

let created: TestDatabase;
let database: Database;
let lane: Lane;

/** A charge and a hold, decided on accounts that are nowhere but here. */
function decided() {
  const customerId = uuidv7();
  const state = stateOf(account({ customerId }, { funded: Amount.of("10"), isNew: true }));
  const accounts = [...state.accounts].map(
    ([key, each]) => [key, { ...each, id: uuidv7(), isNew: true }] as const,
  );
  return decide({ ...state, accounts: new Map(accounts) }, [
    command(charge(uuidv7(), "1", { customerId })),
    command(hold(uuidv7(), "2", { customerId })),
  ]);
}

/** Writes what was decided, in a transaction of its own. */
async function write(
  decision: Decision,
  accounts: readonly WrittenAccount[],
  expired: readonly string[] = [],
) {
  await lane.transaction(async (transaction) => {
    const { number } = await momentOf(transaction, orgId);
    const moment = { at, number };
    const outcome = { orgId, moment, decision, accounts, knownHolds: new Set<string>(), expired };
    await transaction.commit(writesOf(outcome, transaction.isDistributed));
  });
}

function written(): Promise<object> {
  return withSql(created.url, async (other) => {
    const [counts] = await other`select (select count(*)::int from operations) as operations,
      (select count(*)::int from accounts) as accounts, (select count(*)::int from holds) as holds,
      (select count(*)::int from changes) as changes`;
    return { ...counts };
  });
}

async function sequencesOf(accounts: readonly { readonly id: string }[]): Promise<number[]> {
  return withSql(created.url, async (other) => {
    const rows = await other`select id, sequence::int from accounts`;
    const byId = new Map(rows.map(({ id, sequence }) => [id, sequence]));
    return accounts.map(({ id }) => byId.get(id));
  });
}

const asWritten = (decision: Decision, sequenceBefore: number): WrittenAccount[] =>
  decision.accounts.map((each) => ({ account: each, sequenceBefore, stripe: 0, tuple: null }));

/** Whose sides operations have. */
const sides = ({ id, from, to }: Decision["done"][number]) => ({
  id,
  ...{ fromId: from.account.id, from: ownerOf(from), toId: to?.account.id ?? null, to: to && ownerOf(to) },
});

const ownerOf = ({ account: { owner } }: Side) => ("customerId" in owner ? owner.customerId : owner.counter);

/** The same as the journal has them, in the order in which the newest change names them. */
function sidesOf({ done }: Decision): Promise<unknown[]> {
  return withSql(created.url, async (other) => [
    ...(await other`
      select o.id, from_account_id as "fromId", coalesce(from_customer_id::text, from_counter) as from,
        to_account_id as "toId", coalesce(to_customer_id::text, to_counter) as to
      from (select operations from changes order by position desc limit 1) as newest
      cross join unnest(newest.operations) with ordinality as named (id, place)
      join operations o on o.id = named.id
      where cardinality(newest.operations) = ${done.length} order by place`),
  ]);
}

/** Where the rows of accounts are. */
async function tuples(): Promise<Map<string, string>> {
  return withSql(created.url, async (other) => {
    const rows = await other<{ id: string; tuple: string }[]>`select id, ctid::text as tuple from accounts`;
    return new Map(rows.map(({ id, tuple }) => [id, tuple]));
  });
}

describe.each([
  ["alone, with accounts found where they are", false, true],
  ["alone, with accounts found by their ids", false, false],
  ["that may be distributed", true, false],
])("in a database %s", (_, isDistributed, isInPlace) => {
  beforeAll(async () => {
    created = await createDatabase();
    if (isDistributed) await takeForDistributed(created.url);
    database = openDatabase(created.url);
    lane = database.lane();
  });

  afterAll(async () => {
    await database.close();
    await created.drop();
  });

  it("writes a row for each that was done and was changed, and one for the batch", async () => {
    await withSql(created.url, async (other) => {
      await other`insert into organizations (id, name, display_name) values (${orgId}, 'one', '')`;
    });
    const decision = decided();
    const [customer] = decision.accounts;
    if (customer === undefined || !("customerId" in customer.owner)) throw new Error("no customer");
    const { customerId } = customer.owner;
    await withSql(
      created.url,
      (other) => other`insert into customers (org_id, id) values (${orgId}, ${customerId})`,
    );
    await write(decision, asWritten(decision, 0));
    const all = { operations: 2, accounts: 2, holds: 1, changes: 1 };
    expect(await written()).toEqual(all);
    await expect(write(decision, asWritten(decision, 0))).rejects.toMatchObject({ code: "23505" });
    expect(await written()).toEqual(all);
  });

  it("writes the time of the batch on a side that has none of its own, and none where there is no side", async () => {
    const times = await withSql(
      created.url,
      (other) => other`select kind, from_at, to_at, created_at from operations order by kind`,
    );
    expect([...times]).toEqual([
      { kind: "charge", from_at: at, to_at: at, created_at: at },
      { kind: "hold", from_at: at, to_at: null, created_at: at },
    ]);
  });

  it("writes nothing where an account is not there as it was before", async () => {
    const { accounts, ...decision } = decided();
    const gone = { ...decision, accounts: accounts.map((each) => ({ ...each, isNew: false })), holds: [] };
    const before = await written();
    await expect(write(gone, asWritten(gone, 7))).rejects.toThrow("accounts are not as written");
    expect(await written()).toEqual(before);
  });

  it("writes accounts that exist, and nothing where one of them is not as it was before", async () => {
    const first = decided();
    const { accounts } = first;
    const customer =
      accounts.flatMap(({ owner }) => ("customerId" in owner ? owner.customerId : [])).at(0) ?? "";
    await withSql(
      created.url,
      (other) => other`insert into customers (org_id, id) values (${orgId}, ${customer})`,
    );
    const onStripe = (written: WrittenAccount[]) => written.map((each) => ({ ...each, stripe: 5 }));
    await write({ ...first, done: [], holds: [] }, onStripe(asWritten(first, 0)));
    const later = accounts.map((each) => ({ ...each, isNew: false, sequence: each.sequence + 1 }));
    const again = { ...first, accounts: later };
    const places = await tuples();
    const from = (isStale: (index: number) => boolean) =>
      later.map((account, index) => ({
        account,
        sequenceBefore: account.sequence - (isStale(index) ? 2 : 1),
        stripe: 5,
        tuple: isInPlace ? (places.get(account.id) ?? null) : null,
      }));
    const before = await written();
    const sequences = await sequencesOf(accounts);
    for (const stale of [[0], [1], [0, 1]]) {
      const rows = from((index) => stale.includes(index));
      await expect(write(again, rows)).rejects.toThrow("accounts are not as written");
      // Also where holds have expired and no operation was done.
      const undone = write({ ...again, done: [], holds: [] }, rows, [uuidv7()]);
      await expect(undone).rejects.toThrow("accounts are not as written");
    }
    expect(await written()).toEqual(before);
    expect(await sequencesOf(accounts)).toEqual(sequences);
    await write(
      again,
      from(() => false),
    );
    expect(await sidesOf(again)).toEqual(again.done.map(sides));
    const raised = await sequencesOf(accounts);
    expect(raised).toEqual(later.map(({ sequence }) => sequence));
    await expect(
      write(
        again,
        from(() => false),
      ),
    ).rejects.toMatchObject({ code: "23505" });
    expect(await sequencesOf(accounts)).toEqual(raised);
  });
});
