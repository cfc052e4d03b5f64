import { sql } from "drizzle-orm";
import { names, type RowType, rowsOf } from "../driver/statements/rows.ts";
import { type Bound, type Statement, statement } from "../driver/statements/statement.ts";
import { accountRow } from "./account-row.ts";
import { updateOfAccounts } from "./account-update.ts";
import { holdRow } from "./hold-row.ts";
import { customerOf, insertStatement } from "./home.ts";
import { operationRow } from "./operation-row.ts";
import type { Outcome } from "./outcome.ts";
import { sideTimes } from "./side-times.ts";
import { changeOf } from "./write-change.ts";
import { togetherOf } from "./write-together.ts";

/**
 * The statements that write the outcome of a batch: a constant number, however large the batch is, each with the number of rows
 * that it must write. Where another batch has done one of the operations since the known ones were read, the primary key of the
 * journal is violated, and nothing is written.
 */
export function writesOf(outcome: Outcome, isDistributed: boolean): Bound[] {
  const { orgId, moment, decision, accounts, knownHolds, expired } = outcome;
  const [created, changed] = split(accounts, ({ account }) => account.isNew);
  const [known, made] = split(decision.holds, ({ id }) => knownHolds.has(id));
  const at = moment.at.toISOString();
  const writes: Bound[] = [];
  const write = <T>(rows: readonly T[], type: RowType<T>, into: Write) => {
    if (rows.length > 0)
      writes.push({
        ...into({ org: orgId, at, customer: customerOf(accounts, isDistributed), rows: type.text(rows) }),
        rows: rows.length,
      });
  };
  const isChange = decision.done.length > 0 || expired.length > 0;
  const isTogether = isChange && !isDistributed && accounts.every(({ tuple }) => tuple !== null);
  if (!isTogether) {
    write(decision.done, operationRow, insertOperations(isDistributed));
    write(created, accountRow, insertAccounts(isDistributed));
    write(changed, accountRow, updateAccounts);
  }
  write(made, holdRow, insertHolds(isDistributed));
  write(known, holdRow, updateHolds);
  if (isTogether) writes.push(togetherOf(outcome));
  else if (isChange) writes.push(...changeOf(outcome));
  return writes;
}

type Values = "org" | "at" | "customer" | "rows";
type Write = Statement<Values>;

const org = sql`${sql.placeholder("org")}::uuid`;
const now = sql`${sql.placeholder("at")}::timestamptz`;

const insertOperations = insertStatement<Values>(
  (home) => sql`
  insert into operations (org_id, created_at, ${names(operationRow)})
  select ${home.org}, ${now}, ${names(operationRow, sideTimes(now, sql`to_account_id`))} from ${home.before}${rowsOf(operationRow)} as r`,
);

const insertAccounts = insertStatement<Values>(
  (home) => sql`
  insert into accounts (org_id, created_at, id, customer_id, counter, stripe, currency, version, sequence, funded,
    spent, withdrawn, held, due_at, updated_at)
  select ${home.org}, ${now}, id, customer_id, counter, stripe, currency, version, sequence, funded,
    spent, withdrawn, held, due_at, updated_at
  from ${home.before}${rowsOf(accountRow)} as r`,
);

const updateAccounts: Write = statement(updateOfAccounts(org));

const insertHolds = insertStatement<Values>(
  (home) => sql`
  insert into holds (org_id, ${names(holdRow)})
  select ${home.org}, ${names(holdRow)} from ${home.before}${rowsOf(holdRow)} as r`,
);

const updateHolds: Write = statement(sql`
  update holds as h set captured = r.captured, remaining = r.remaining, state = r.state, expires_at = r.expires_at
  from ${rowsOf(holdRow)} as r where h.org_id = ${org} and h.id = r.id`);

function split<T>(list: readonly T[], isFirst: (member: T) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  for (const member of list) (isFirst(member) ? first : second).push(member);
  return [first, second];
}
