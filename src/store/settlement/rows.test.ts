import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import type { AccountState } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { account } from "../../domain/decide.fixture.ts";
import type { Hold } from "../../domain/hold.ts";
import type { Recorded } from "../../domain/recorded.ts";
import type { Given, RowType } from "../driver/statements/rows.ts";
import { accountRow, changedAccountRow } from "./account-row.ts";
import { holdRow } from "./hold-row.ts";
import { numberedOperationRow, operationRow } from "./operation-row.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** What PostgreSQL reads of a row. */
function read<T, G>(type: RowType<T, G>, row: T, ...given: Given<G>): Promise<Record<string, unknown>> {
  return withSql(database.url, async (sql) => {
    const [found] = await sql.unsafe(`select * from unnest($1::${type.name}[]) as r`, [
      type.text([row], ...given),
    ]);
    return { ...found };
  });
}

/** No two cells of a row are alike, so none can stand in the place of another. */
let next = 0;
const amount = () => {
  next += 1;
  return Amount.of(`${next}.5`);
};
const moment = () => {
  next += 1;
  return new Date(Date.UTC(2026, 0, 1, 0, 0, next));
};
const ids = Array.from({ length: 8 }, () => uuidv7());
const id = (place: number) => ids[place] ?? "";

const stateOf = (owner: AccountState["owner"], at: string): AccountState =>
  account(owner, {
    id: at,
    currency: "USD",
    version: 101 + next,
    sequence: 102 + next,
    funded: amount(),
    spent: amount(),
    withdrawn: amount(),
    held: amount(),
    minimumBalance: amount(),
    dueAt: moment(),
    newestAt: moment(),
  });

const expected = (state: AccountState, prefix: "from" | "to") => ({
  [`${prefix}_account_id`]: state.id,
  [`${prefix}_customer_id`]: "customerId" in state.owner ? state.owner.customerId : null,
  [`${prefix}_counter`]: "counter" in state.owner ? state.owner.counter : null,
  [`${prefix}_version`]: `${state.version}`,
  [`${prefix}_sequence`]: `${state.sequence}`,
  [`${prefix}_funded`]: `${state.funded}`,
  [`${prefix}_spent`]: `${state.spent}`,
  [`${prefix}_withdrawn`]: "customerId" in state.owner ? `${state.withdrawn}` : null,
  [`${prefix}_held`]: "customerId" in state.owner ? `${state.held}` : null,
  [`${prefix}_minimum`]: "customerId" in state.owner ? `${state.minimumBalance}` : null,
});

const customer = stateOf({ customerId: id(0) }, id(1));
const other = stateOf({ customerId: id(2) }, id(3));
const counter = stateOf({ counter: "revenue" }, id(4));

const recorded: Recorded = {
  id: id(5),
  key: "key",
  kind: "capture",
  amount: amount(),
  currency: "USD",
  source: "source",
  description: "description",
  userId: "user",
  metadata: { metadata: true },
  asked: { transferKey: "asked" } as unknown as Recorded["asked"],
  refersTo: id(6),
  returned: amount(),
  from: { account: customer, at: moment() },
  to: { account: other, at: moment() },
  hold: {
    holdId: id(7),
    heldChange: amount(),
    captured: amount(),
    remaining: amount(),
    state: "active",
    expiresAt: moment(),
  },
  createdBy: "creator",
  createdAt: moment(),
};

const expectedOf = ({ from, to, hold, ...of }: Recorded) => ({
  id: of.id,
  key: of.key,
  kind: of.kind,
  amount: `${of.amount}`,
  currency: of.currency,
  source: of.source,
  description: of.description,
  user_id: of.userId,
  metadata: of.metadata,
  asked: of.asked,
  refers_to: of.refersTo,
  returned: of.returned && `${of.returned}`,
  ...expected(from.account as AccountState, "from"),
  from_at: from.at,
  ...(to && { ...expected(to.account as AccountState, "to"), to_at: to.at }),
  hold_id: hold?.holdId,
  held_change: hold && `${hold.heldChange}`,
  hold_captured: hold && `${hold.captured}`,
  hold_remaining: hold && `${hold.remaining}`,
  hold_state: hold?.state,
  hold_expires_at: hold?.expiresAt,
  created_by: of.createdBy,
});

it.each([
  ["between customers", recorded],
  ["to a counter-account", { ...recorded, to: { account: counter, at: moment() } }],
  ["from one", { ...recorded, from: { account: counter, at: moment() } }],
])("hands an operation %s over with each cell in its own place", async (_, each) => {
  expect(await read(operationRow, each)).toEqual(expectedOf(each));
});

it.each([
  ["between customers", recorded],
  ["to a counter-account", { ...recorded, to: { account: counter, at: moment() } }],
  ["of one side", { ...recorded, to: null }],
])("hands an operation %s over with numbers of its accounts", async (_, each) => {
  const accounts = [other, counter, customer];
  const numbers = new Map(accounts.map((account, index) => [account.id, index + 1]));
  const isNamed = ([name]: [string, unknown]) => !/^id$|(account|customer)_id$/.test(name);
  expect(await read(numberedOperationRow, each, numbers)).toEqual({
    ...Object.fromEntries(Object.entries(await read(operationRow, each)).filter(isNamed)),
    from_account: 3,
    to_account: each.to === null ? null : numbers.get(each.to.account.id),
  });
});

it("refuses an operation on an account that is not written", () => {
  const numbers = new Map([[customer.id, 1]]);
  expect(() => numberedOperationRow.text([recorded], numbers)).toThrow(`account ${other.id} is not written`);
});

it("hands over no time of a side that is the operation's own", async () => {
  const at = new Date(recorded.createdAt);
  const own = { ...recorded, from: { account: customer, at }, to: { account: other, at } };
  expect(await read(operationRow, own)).toEqual({ ...expectedOf(own), from_at: null, to_at: null });
});

it("hands over nothing for what an operation has not", async () => {
  const bare = { ...recorded, key: null, asked: null, refersTo: null, returned: null, to: null, hold: null };
  const row = await read(operationRow, bare);
  const none = Object.keys(row).filter((name) => row[name] === null);
  const wanted = ["key", "asked", "refers_to", "returned", "from_counter", "hold_id", "held_change"];
  expect(none).toEqual(expect.arrayContaining(wanted));
  expect(none.filter((name) => name.startsWith("to_") || name.startsWith("hold"))).toHaveLength(16);
});

const figuresOf = (state: AccountState) => ({
  id: state.id,
  version: `${state.version}`,
  sequence: `${state.sequence}`,
  funded: `${state.funded}`,
  spent: `${state.spent}`,
  withdrawn: `${state.withdrawn}`,
  held: `${state.held.plus(state.overdue)}`,
  due_at: state.dueAt,
  updated_at: state.newestAt,
  sequence_before: "7",
});

it("hands a new account over with each cell in its own place", async () => {
  for (const known of [{ ...customer, overdue: amount() }, counter]) {
    const state = { ...known, isNew: true };
    expect(await read(accountRow, { account: state, sequenceBefore: 7, stripe: 3, tuple: null })).toEqual({
      ...figuresOf(state),
      customer_id: "customerId" in state.owner ? state.owner.customerId : null,
      counter: "counter" in state.owner ? state.owner.counter : null,
      stripe: 3,
      currency: state.currency,
    });
  }
});

it("hands an account over that has a row without what never changes", async () => {
  for (const state of [
    { ...customer, overdue: amount(), isNew: false },
    { ...counter, isNew: false },
  ]) {
    expect(await read(accountRow, { account: state, sequenceBefore: 7, stripe: 3, tuple: null })).toEqual({
      ...figuresOf(state),
      ...{ customer_id: null, counter: null, stripe: null, currency: null },
    });
  }
});

it("hands over what changes of an account, and a time that is not the batch's", async () => {
  const state = { ...customer, overdue: amount(), isNew: false };
  const changed = { account: state, sequenceBefore: 7, stripe: 3, tuple: "(4,2)" };
  const { id, ...figures } = figuresOf(state);
  expect(await read(changedAccountRow, changed, moment())).toEqual({ ...figures, tuple: "(4,2)" });
  const own = new Date(state.newestAt);
  expect(await read(changedAccountRow, changed, own)).toEqual({
    ...figures,
    tuple: "(4,2)",
    updated_at: null,
  });
});

it("hands a hold over with each cell in its own place", async () => {
  const hold = {
    id: id(0),
    accountId: id(1),
    customerId: id(2),
    currency: "USD",
    amount: amount(),
    captured: amount(),
    remaining: amount(),
    state: "active",
    expiresAt: moment(),
    onExpiry: "release",
    createdAt: moment(),
  } as unknown as Hold;
  expect(await read(holdRow, hold)).toEqual({
    id: hold.id,
    account_id: hold.accountId,
    customer_id: hold.customerId,
    currency: hold.currency,
    amount: `${hold.amount}`,
    captured: `${hold.captured}`,
    remaining: `${hold.remaining}`,
    state: hold.state,
    expires_at: hold.expiresAt,
    on_expiry: hold.onExpiry,
    created_at: hold.createdAt,
  });
});
