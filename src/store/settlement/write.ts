import { sql } from "drizzle-orm";
import type { Hold } from "../../domain/hold.ts";
import { type Columns, columnTexts, names, tablePlaceholder } from "../arrays.ts";
import { type Bound, statement } from "../driver/statement.ts";
import type { Outcome, WrittenAccount } from "./outcome.ts";
import { guardsOf } from "./write-guards.ts";
import { operationStatement } from "./write-operations.ts";

/**
 * The statements that write what a batch came to: a constant number of them, however large it is, each with the number
 * of rows that it must write, and the guards that read it again. Where another batch has done one of the operations since the known ones were read, the
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
    ...(hasChanged
      ? [
          counted(
            insertChange({
              ...batch,
              xid: moment.xid,
              position: moment.position,
              operations: arrayOf(decision.done.map(({ id }) => id)),
              expired: arrayOf(expired),
            }),
            [outcome],
          ),
        ]
      : []),
    ...guardsOf(outcome),
  ];
}

/** A statement that must write a row for each. */
function counted(bound: Bound, rows: readonly unknown[]): Bound {
  return { ...bound, rows: rows.length };
}

const org = sql`${sql.placeholder("org")}::uuid`;
const now = sql`${sql.placeholder("at")}::timestamptz`;

const accountColumns = {
  id: ["uuid", ({ account }) => account.id],
  sequence_before: ["bigint", ({ sequenceBefore }) => sequenceBefore],
  version: ["bigint", ({ account }) => account.version],
  sequence: ["bigint", ({ account }) => account.sequence],
  funded: ["numeric", ({ account }) => account.funded.toString()],
  spent: ["numeric", ({ account }) => account.spent.toString()],
  withdrawn: ["numeric", ({ account }) => account.withdrawn.toString()],
  held: ["numeric", ({ account }) => account.held.plus(account.overdue).toString()],
  due_at: ["timestamptz", ({ account }) => account.dueAt],
  updated_at: ["timestamptz", ({ account }) => account.newestAt],
} satisfies Columns<WrittenAccount>;

/** Each change of an account raises its sequence, so that before tells whether anybody else has changed it. */
const updateAccounts = statement<"org" | keyof typeof accountColumns>(sql`
  update accounts as a set version = r.version, sequence = r.sequence, funded = r.funded, spent = r.spent,
    withdrawn = r.withdrawn, held = r.held, due_at = r.due_at, updated_at = r.updated_at
  from ${tablePlaceholder("r", accountColumns)}
  where a.org_id = ${org} and a.id = r.id and a.sequence = r.sequence_before`);

const newAccountColumns = {
  id: ["uuid", ({ account }) => account.id],
  customer_id: ["uuid", ({ account: { owner } }) => ("customerId" in owner ? owner.customerId : null)],
  counter: ["text", ({ account: { owner } }) => ("counter" in owner ? owner.counter : null)],
  stripe: ["smallint", ({ stripe }) => stripe],
  currency: ["text", ({ account }) => account.currency],
  version: ["bigint", ({ account }) => account.version],
  sequence: ["bigint", ({ account }) => account.sequence],
  funded: ["numeric", ({ account }) => account.funded.toString()],
  spent: ["numeric", ({ account }) => account.spent.toString()],
  withdrawn: ["numeric", ({ account }) => account.withdrawn.toString()],
  held: ["numeric", ({ account }) => account.held.toString()],
  due_at: ["timestamptz", ({ account }) => account.dueAt],
  updated_at: ["timestamptz", ({ account }) => account.newestAt],
} satisfies Columns<WrittenAccount>;

const insertAccounts = statement<"org" | "at" | keyof typeof newAccountColumns>(sql`
  insert into accounts (org_id, created_at, ${names(newAccountColumns)})
  select ${org}, ${now}, ${names(newAccountColumns)} from ${tablePlaceholder("r", newAccountColumns)}`);

const holdColumns = {
  id: ["uuid", ({ id }) => id],
  account_id: ["uuid", ({ accountId }) => accountId],
  customer_id: ["uuid", ({ customerId }) => customerId],
  currency: ["text", ({ currency }) => currency],
  amount: ["numeric", ({ amount }) => amount.toString()],
  captured: ["numeric", ({ captured }) => captured.toString()],
  remaining: ["numeric", ({ remaining }) => remaining.toString()],
  state: ["text", ({ state }) => state],
  expires_at: ["timestamptz", ({ expiresAt }) => expiresAt],
  on_expiry: ["text", ({ onExpiry }) => onExpiry],
  created_at: ["timestamptz", ({ createdAt }) => createdAt],
} satisfies Columns<Hold>;

const insertHolds = statement<"org" | keyof typeof holdColumns>(sql`
  insert into holds (org_id, ${names(holdColumns)})
  select ${org}, ${names(holdColumns)} from ${tablePlaceholder("r", holdColumns)}`);

const holdStateColumns = {
  id: ["uuid", ({ id }) => id],
  captured: ["numeric", ({ captured }) => captured.toString()],
  remaining: ["numeric", ({ remaining }) => remaining.toString()],
  state: ["text", ({ state }) => state],
  expires_at: ["timestamptz", ({ expiresAt }) => expiresAt],
} satisfies Columns<Hold>;

const updateHolds = statement<"org" | keyof typeof holdStateColumns>(sql`
  update holds as h set captured = r.captured, remaining = r.remaining, state = r.state, expires_at = r.expires_at
  from ${tablePlaceholder("r", holdStateColumns)} where h.org_id = ${org} and h.id = r.id`);

const insertChange = statement<"org" | "at" | "xid" | "position" | "operations" | "expired">(sql`
  insert into changes (org_id, at, xid, position, operations, expired)
  values (${org}, ${now}, ${sql.placeholder("xid")}::xid8, ${sql.placeholder("position")}::bigint,
    ${sql.placeholder("operations")}::uuid[], ${sql.placeholder("expired")}::uuid[])`);

function arrayOf(ids: readonly string[]): string {
  return `{${ids.join(",")}}`;
}

function split<T>(list: readonly T[], isFirst: (member: T) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  for (const member of list) (isFirst(member) ? first : second).push(member);
  return [first, second];
}
