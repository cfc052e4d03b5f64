import { sql } from "drizzle-orm";
import type { AccountAfter, AccountOwner } from "../../domain/account.ts";
import type { Recorded } from "../../domain/recorded.ts";
import { type Columns, columnTexts, names, tablePlaceholder } from "../driver/arrays.ts";
import { type Bound, type Statement, statement } from "../driver/statement.ts";
import { columnsOf } from "../driver/table-columns.ts";
import { operations } from "../schema.ts";

/** Columns that every operation has. */
const core: Columns<Recorded> = columnsOf(operations, {
  id: ({ id }) => id,
  key: ({ key }) => key,
  kind: ({ kind }) => kind,
  amount: ({ amount }) => amount.toString(),
  currency: ({ currency }) => currency,
  source: ({ source }) => source,
  description: ({ description }) => description,
  userId: ({ userId }) => userId,
  metadata: ({ metadata }) => JSON.stringify(metadata),
  createdBy: ({ createdBy }) => createdBy,
  fromAccountId: ({ from }) => from.account.id,
  fromCustomerId: ({ from }) => customerOf(from.account.owner),
  fromCounter: ({ from }) => counterOf(from.account.owner),
  fromVersion: ({ from }) => from.account.version,
  fromSequence: ({ from }) => from.account.sequence,
  fromAt: ({ from }) => from.at,
  fromFunded: ({ from }) => from.account.funded.toString(),
  fromSpent: ({ from }) => from.account.spent.toString(),
  fromWithdrawn: ({ from }) => ofCustomer(from.account, from.account.withdrawn),
  fromHeld: ({ from }) => ofCustomer(from.account, from.account.held),
  fromMinimum: ({ from }) => from.account.minimumBalance?.toString() ?? null,
});

/** Columns that only some have: where nothing in a batch has them, they are left out of its statement. */
const groups: Readonly<
  Record<string, { readonly has: (of: Recorded) => boolean; readonly columns: Columns<Recorded> }>
> = {
  to: {
    has: ({ to }) => to !== null,
    columns: columnsOf(operations, {
      toAccountId: ({ to }) => to?.account.id ?? null,
      toCustomerId: ({ to }) => to && customerOf(to.account.owner),
      toCounter: ({ to }) => to && counterOf(to.account.owner),
      toVersion: ({ to }) => to?.account.version ?? null,
      toSequence: ({ to }) => to?.account.sequence ?? null,
      toAt: ({ to }) => to?.at ?? null,
      toFunded: ({ to }) => to?.account.funded.toString() ?? null,
      toSpent: ({ to }) => to?.account.spent.toString() ?? null,
      toWithdrawn: ({ to }) => to && ofCustomer(to.account, to.account.withdrawn),
      toHeld: ({ to }) => to && ofCustomer(to.account, to.account.held),
      toMinimum: ({ to }) => to?.account.minimumBalance?.toString() ?? null,
    }),
  },
  asked: {
    has: ({ asked }) => asked !== null,
    columns: columnsOf(operations, { asked: ({ asked }) => asked && JSON.stringify(asked) }),
  },
  returned: {
    has: ({ refersTo }) => refersTo !== null,
    columns: columnsOf(operations, {
      refersTo: ({ refersTo }) => refersTo,
      returned: ({ returned }) => returned?.toString() ?? null,
    }),
  },
  hold: {
    has: ({ hold }) => hold !== null,
    columns: columnsOf(operations, {
      holdId: ({ hold }) => hold?.holdId ?? null,
      heldChange: ({ hold }) => hold?.heldChange.toString() ?? null,
      holdCaptured: ({ hold }) => hold?.captured.toString() ?? null,
      holdRemaining: ({ hold }) => hold?.remaining.toString() ?? null,
      holdState: ({ hold }) => hold?.state ?? null,
      holdExpiresAt: ({ hold }) => hold?.expiresAt ?? null,
    }),
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
