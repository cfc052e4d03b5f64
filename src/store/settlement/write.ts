import { sql } from "drizzle-orm";
import type { Hold } from "../../domain/hold.ts";
import { type Columns, columnTexts, names, tablePlaceholder } from "../driver/arrays.ts";
import { type Bound, statement } from "../driver/statement.ts";
import { columnsOf } from "../driver/table-columns.ts";
import { accounts, holds } from "../schema.ts";
import type { Outcome, WrittenAccount } from "./outcome.ts";
import { changeStatement } from "./write-change.ts";
import { operationStatement } from "./write-operations.ts";

/**
 * The statements that write what a batch came to: a constant number of them, however large it is, each with the number
 * of rows that it must write. Where another batch has done one of the operations since the known ones were read, the
 * journal's primary key is violated and nothing stands.
 */
export function writesOf(outcome: Outcome): Bound[] {
  const { orgId, moment, decision, accounts, knownHolds, expired } = outcome;
  const at = moment.at.toISOString();
  const batch = { org: orgId, at };
  const [created, changed] = split(accounts, ({ account }) => account.isNew);
  const [known, made] = split(decision.holds, ({ id }) => knownHolds.has(id));
  const hasChanged = decision.done.length > 0 || expired.length > 0;
  return [
    ...(decision.done.length > 0 ? [operationStatement(batch, decision.done)] : []),
    ...(created.length > 0
      ? [counted(insertAccounts({ ...batch, ...columnTexts(created, newAccountColumns) }), created)]
      : []),
    ...(changed.length > 0
      ? [counted(updateAccounts({ org: orgId, ...columnTexts(changed, accountColumns) }), changed)]
      : []),
    ...(made.length > 0
      ? [counted(insertHolds({ org: orgId, ...columnTexts(made, holdColumns) }), made)]
      : []),
    ...(known.length > 0
      ? [counted(updateHolds({ org: orgId, ...columnTexts(known, holdStateColumns) }), known)]
      : []),
    ...(hasChanged ? [changeStatement(outcome)] : []),
  ];
}

/** A statement that must write a row for each. */
function counted(bound: Bound, rows: readonly unknown[]): Bound {
  return { ...bound, rows: rows.length };
}

const org = sql`${sql.placeholder("org")}::uuid`;
const now = sql`${sql.placeholder("at")}::timestamptz`;

const accountColumns: Columns<WrittenAccount> = {
  sequence_before: ["bigint", ({ sequenceBefore }) => sequenceBefore],
  ...columnsOf(accounts, {
    id: ({ account }) => account.id,
    version: ({ account }) => account.version,
    sequence: ({ account }) => account.sequence,
    funded: ({ account }) => account.funded.toString(),
    spent: ({ account }) => account.spent.toString(),
    withdrawn: ({ account }) => account.withdrawn.toString(),
    held: ({ account }) => account.held.plus(account.overdue).toString(),
    dueAt: ({ account }) => account.dueAt,
    updatedAt: ({ account }) => account.newestAt,
  }),
};

/** Each change of an account raises its sequence, so that before tells whether anybody else has changed it. */
const updateAccounts = statement(sql`
  update accounts as a set version = r.version, sequence = r.sequence, funded = r.funded, spent = r.spent,
    withdrawn = r.withdrawn, held = r.held, due_at = r.due_at, updated_at = r.updated_at
  from ${tablePlaceholder("r", accountColumns)}
  where a.org_id = ${org} and a.id = r.id and a.sequence = r.sequence_before`);

const newAccountColumns: Columns<WrittenAccount> = columnsOf(accounts, {
  id: ({ account }) => account.id,
  customerId: ({ account: { owner } }) => ("customerId" in owner ? owner.customerId : null),
  counter: ({ account: { owner } }) => ("counter" in owner ? owner.counter : null),
  stripe: ({ stripe }) => stripe,
  currency: ({ account }) => account.currency,
  version: ({ account }) => account.version,
  sequence: ({ account }) => account.sequence,
  funded: ({ account }) => account.funded.toString(),
  spent: ({ account }) => account.spent.toString(),
  withdrawn: ({ account }) => account.withdrawn.toString(),
  held: ({ account }) => account.held.toString(),
  dueAt: ({ account }) => account.dueAt,
  updatedAt: ({ account }) => account.newestAt,
});

const insertAccounts = statement(sql`
  insert into accounts (org_id, created_at, ${names(newAccountColumns)})
  select ${org}, ${now}, ${names(newAccountColumns)} from ${tablePlaceholder("r", newAccountColumns)}`);

const holdColumns: Columns<Hold> = columnsOf(holds, {
  id: ({ id }) => id,
  accountId: ({ accountId }) => accountId,
  customerId: ({ customerId }) => customerId,
  currency: ({ currency }) => currency,
  amount: ({ amount }) => amount.toString(),
  captured: ({ captured }) => captured.toString(),
  remaining: ({ remaining }) => remaining.toString(),
  state: ({ state }) => state,
  expiresAt: ({ expiresAt }) => expiresAt,
  onExpiry: ({ onExpiry }) => onExpiry,
  createdAt: ({ createdAt }) => createdAt,
});

const insertHolds = statement(sql`
  insert into holds (org_id, ${names(holdColumns)})
  select ${org}, ${names(holdColumns)} from ${tablePlaceholder("r", holdColumns)}`);

const holdStateColumns: Columns<Hold> = columnsOf(holds, {
  id: ({ id }) => id,
  captured: ({ captured }) => captured.toString(),
  remaining: ({ remaining }) => remaining.toString(),
  state: ({ state }) => state,
  expiresAt: ({ expiresAt }) => expiresAt,
});

const updateHolds = statement(sql`
  update holds as h set captured = r.captured, remaining = r.remaining, state = r.state, expires_at = r.expires_at
  from ${tablePlaceholder("r", holdStateColumns)} where h.org_id = ${org} and h.id = r.id`);

function split<T>(list: readonly T[], isFirst: (member: T) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  for (const member of list) (isFirst(member) ? first : second).push(member);
  return [first, second];
}
