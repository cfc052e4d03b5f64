import { sql } from "drizzle-orm";
import type { AccountAfter, AccountOwner } from "../../domain/account.ts";
import type { Recorded } from "../../domain/recorded.ts";
import { type Columns, columnTexts, names, tablePlaceholder } from "../arrays.ts";
import { type Bound, type Statement, statement } from "../driver/statement.ts";

/** Columns that every operation has. */
const core: Columns<Recorded> = {
  id: ["uuid", ({ id }) => id],
  key: ["text", ({ key }) => key],
  kind: ["text", ({ kind }) => kind],
  amount: ["numeric", ({ amount }) => amount.toString()],
  currency: ["text", ({ currency }) => currency],
  source: ["text", ({ source }) => source],
  description: ["text", ({ description }) => description],
  user_id: ["text", ({ userId }) => userId],
  metadata: ["json", ({ metadata }) => JSON.stringify(metadata)],
  created_by: ["text", ({ createdBy }) => createdBy],
  from_account_id: ["uuid", ({ from }) => from.account.id],
  from_customer_id: ["uuid", ({ from }) => customerOf(from.account.owner)],
  from_counter: ["text", ({ from }) => counterOf(from.account.owner)],
  from_version: ["bigint", ({ from }) => from.account.version],
  from_sequence: ["bigint", ({ from }) => from.account.sequence],
  from_at: ["timestamptz", ({ from }) => from.at],
  from_funded: ["numeric", ({ from }) => from.account.funded.toString()],
  from_spent: ["numeric", ({ from }) => from.account.spent.toString()],
  from_withdrawn: ["numeric", ({ from }) => ofCustomer(from.account, from.account.withdrawn)],
  from_held: ["numeric", ({ from }) => ofCustomer(from.account, from.account.held)],
  from_minimum: ["numeric", ({ from }) => from.account.minimumBalance?.toString() ?? null],
};

/** Columns that only some have: where nothing in a batch has them, they are left out of its statement. */
const groups: Readonly<
  Record<string, { readonly has: (of: Recorded) => boolean; readonly columns: Columns<Recorded> }>
> = {
  to: {
    has: ({ to }) => to !== null,
    columns: {
      to_account_id: ["uuid", ({ to }) => to?.account.id ?? null],
      to_customer_id: ["uuid", ({ to }) => to && customerOf(to.account.owner)],
      to_counter: ["text", ({ to }) => to && counterOf(to.account.owner)],
      to_version: ["bigint", ({ to }) => to?.account.version ?? null],
      to_sequence: ["bigint", ({ to }) => to?.account.sequence ?? null],
      to_at: ["timestamptz", ({ to }) => to?.at ?? null],
      to_funded: ["numeric", ({ to }) => to?.account.funded.toString() ?? null],
      to_spent: ["numeric", ({ to }) => to?.account.spent.toString() ?? null],
      to_withdrawn: ["numeric", ({ to }) => to && ofCustomer(to.account, to.account.withdrawn)],
      to_held: ["numeric", ({ to }) => to && ofCustomer(to.account, to.account.held)],
      to_minimum: ["numeric", ({ to }) => to?.account.minimumBalance?.toString() ?? null],
    },
  },
  asked: {
    has: ({ asked }) => asked !== null,
    columns: { asked: ["json", ({ asked }) => asked && JSON.stringify(asked)] },
  },
  returned: {
    has: ({ refersTo }) => refersTo !== null,
    columns: {
      refers_to: ["uuid", ({ refersTo }) => refersTo],
      returned: ["numeric", ({ returned }) => returned?.toString() ?? null],
    },
  },
  hold: {
    has: ({ hold }) => hold !== null,
    columns: {
      hold_id: ["uuid", ({ hold }) => hold?.holdId ?? null],
      held_change: ["numeric", ({ hold }) => hold?.heldChange.toString() ?? null],
      hold_captured: ["numeric", ({ hold }) => hold?.captured.toString() ?? null],
      hold_remaining: ["numeric", ({ hold }) => hold?.remaining.toString() ?? null],
      hold_state: ["text", ({ hold }) => hold?.state ?? null],
      hold_expires_at: ["timestamptz", ({ hold }) => hold?.expiresAt ?? null],
    },
  },
};

/** The statement that writes operations into the journal, in one go. */
export function operationStatement(
  batch: { readonly org: string; readonly at: string },
  done: readonly Recorded[],
): Bound {
  const present = Object.keys(groups).filter((name) => done.some((each) => groups[name]?.has(each)));
  const { columns, insert } = insertOf(present);
  return { ...insert({ ...batch, ...columnTexts(done, columns) }), rows: done.length };
}

interface Insert {
  readonly columns: Columns<Recorded>;
  readonly insert: Statement<string>;
}

const made = new Map<string, Insert>();

function insertOf(present: readonly string[]): Insert {
  const name = present.join();
  const known = made.get(name);
  if (known !== undefined) return known;
  const columns = Object.assign({}, core, ...present.map((group) => groups[group]?.columns));
  const insert = statement<string>(sql`
    insert into operations (org_id, created_at, ${names(columns)})
    select ${sql.placeholder("org")}::uuid, ${sql.placeholder("at")}::timestamptz, ${names(columns)}
    from ${tablePlaceholder("r", columns)}`);
  const fresh = { columns, insert };
  made.set(name, fresh);
  return fresh;
}

function customerOf(owner: AccountOwner): string | null {
  return "customerId" in owner ? owner.customerId : null;
}

function counterOf(owner: AccountOwner): string | null {
  return "counter" in owner ? owner.counter : null;
}

/** What only a customer's side has. */
function ofCustomer({ owner }: AccountAfter, amount: AccountAfter["held"]): string | null {
  return "customerId" in owner ? amount.toString() : null;
}
