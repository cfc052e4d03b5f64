import { type SQL, sql } from "drizzle-orm";
import { arrayText } from "../driver/statements/arrays.ts";
import { names, rowsOf } from "../driver/statements/rows.ts";
import { type Bound, statement } from "../driver/statements/statement.ts";
import { changedAccountRow } from "./account-row.ts";
import { updateInPlace } from "./account-update.ts";
import { numberedOperationRow, operationRow } from "./operation-row.ts";
import type { Outcome } from "./outcome.ts";
import { sideTimes } from "./side-times.ts";
import { changeValues, isRight, numberedChange, wrongAccounts, wrongHolds } from "./write-change.ts";

const org = sql`${sql.placeholder("org")}::uuid`;
const at = sql`${sql.placeholder("at")}::timestamptz`;

/**
 * The ids that the rows of operations refer to by number: those of accounts and customers, and their own, by position. A
 * counter-account has its own id in place of a customer's, because PostgreSQL finds an element of an array with nulls only by
 * going through the array.
 */
const ids: Readonly<Record<string, SQL>> = {
  id: sql`done[r.ordinality]`,
  from_account_id: sql`ids[from_account]`,
  from_customer_id: sql`case when from_counter is null then customers[from_account] end`,
  to_account_id: sql`ids[to_account]`,
  to_customer_id: sql`case when to_counter is null then customers[to_account] end`,
};

/** Also checks that accounts are returned in the order in which they were given, because only the order tells them apart. */
const wrongUpdated = wrongAccounts({
  sequences: sql`sequences`,
  isWhole: sql`numbers = ${sql.placeholder("numbers")}::bigint[]`,
  written: sql`listed`,
});

type Values = keyof ReturnType<typeof changeValues> | "numbers" | "changedAccounts" | "numbered";

/**
 * The guard is evaluated before any operation is inserted. PostgreSQL parses a parameter again for each placeholder, so the ids of
 * the operations occur once.
 */
function together(wrong: readonly SQL[]) {
  return statement<Values>(sql`
  with updated as (${updateInPlace({ org, at, rows: "changedAccounts" })}
    returning a.id, a.customer_id, a.sequence, r.ordinality),
  listed as (
    select array_agg(id) as ids, array_agg(coalesce(customer_id, id)) as customers, array_agg(ordinality) as numbers,
      sum(sequence) as sequences, ${sql.placeholder("operations")}::uuid[] as done, ${org} as org, ${at} as now
    from updated),
  changed as (${numberedChange(sql`(select done from listed)`)})
  insert into operations (org_id, created_at, ${names(operationRow)})
  select org, now, ${names(operationRow, { ...ids, ...sideTimes(sql`now`, sql`to_account`) })}
  from listed cross join ${rowsOf(numberedOperationRow, "numbered")} with ordinality as r
  where ${isRight([wrongUpdated, ...wrong])}`);
}

const written = together([]);
const writtenWithHolds = together([wrongHolds]);

/**
 * Writes everything of a batch but its holds in one statement, which gets each id once. It needs accounts that exist and tables
 * that are not spread. The update of the accounts returns their ids and those of their customers. The guard is that of
 * write-change.ts.
 */
export function togetherOf(outcome: Outcome): Bound {
  const { moment, decision, accounts } = outcome;
  const numbers = new Map(accounts.map(({ account }, index) => [account.id, index + 1]));
  const one = decision.holds.length === 0 ? written : writtenWithHolds;
  const bound = one({
    ...changeValues(outcome),
    numbers: arrayText([...numbers.values()], "bigint"),
    changedAccounts: changedAccountRow.text(accounts, moment.at),
    numbered: numberedOperationRow.text(decision.done, numbers),
  });
  return { ...bound, rows: decision.done.length };
}
