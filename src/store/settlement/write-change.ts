import { type SQL, sql } from "drizzle-orm";
import { uuidsText } from "../driver/statements/arrays.ts";
import { rowsOf } from "../driver/statements/rows.ts";
import { type Bound, statement } from "../driver/statements/statement.ts";
import { changeStatements } from "./change.ts";
import { holdRow } from "./hold-row.ts";
import { customerOf } from "./home.ts";
import type { Outcome } from "./outcome.ts";

const org = sql`${sql.placeholder("org")}::uuid`;
const wantedHolds = sql.placeholder("wantedHolds");

/**
 * The guard of accounts. The rows are locked, so a row that was not written has a lower sequence than it should, and none can have
 * a higher one. Hence the sum of sequences, and the number of rows, are right only where every row was written. Where they are not,
 * a text is cast to a number, and PostgreSQL's error quotes the text, which names what is wrong.
 */
export function wrongAccounts(of: { sequences: SQL; isWhole: SQL; written: SQL }): SQL {
  return sql`select case when ${of.sequences} = ${sql.placeholder("sequences")}::numeric
      and ${of.isWhole} then 0
    else ('accounts are not as written: their sequences come to ' || coalesce(${of.sequences}, 0))::integer end
  from ${of.written}`;
}

/** Read again, whether they were inserted or updated. */
const wrongReadAgain = wrongAccounts({
  sequences: sql`sum(sequence)`,
  isWhole: sql`count(*) = ${sql.placeholder("wantedAccounts")}::bigint`,
  written: sql`accounts where org_id = ${org} and id = any(${sql.placeholder("accounts")}::uuid[])`,
});

/** Looks each one up by its key: the planner may turn a plain join into a scan of the whole organization. */
export const wrongHolds = sql`select case when count(*) = ${wantedHolds}::bigint then 0
    else ('holds are not as written, but ' || count(*) || ' of ' || ${wantedHolds}::text)::integer end
  from ${rowsOf(holdRow)} as r
  cross join lateral (select from holds h where h.org_id = ${org} and h.id = r.id and h.captured = r.captured
    and h.remaining = r.remaining and h.state = r.state and h.expires_at = r.expires_at limit 1) as found`;

type Values = "org" | "customer" | "at" | "xid" | "position" | "operations" | "expired" | "accounts";
type Wanted = "sequences" | "wantedAccounts" | "rows" | "wantedHolds";

const ids = (name: Values) => sql`${sql.placeholder(name)}::uuid[]`;
const numbered = { xid: sql.placeholder("xid"), position: sql.placeholder("position") };

/** The statements of a change, whether it has its number already or takes one. */
function changeWhere(number: typeof numbered | null, operations: SQL, condition?: SQL) {
  return changeStatements({
    org: sql.placeholder("org"),
    customer: sql.placeholder("customer"),
    number,
    at: sql.placeholder("at"),
    operations,
    also: ["expired", ids("expired")],
    ...(condition && { condition }),
  });
}

/** The statement of a change that has its number, wherever its operations are named and it is asked whether something is wrong. */
export function numberedChange(operations: SQL): SQL {
  const [insert] = changeWhere(numbered, operations);
  return insert;
}

/** That nothing is wrong. */
export function isRight(wrong: readonly SQL[]): SQL {
  return sql.join(
    wrong.map((each) => sql`(${each}) = 0`),
    sql` and `,
  );
}

/** The statements of a change, with and without a number. */
function changes(wrong: readonly SQL[]) {
  const made = (statements: readonly SQL[]) => statements.map((each) => statement<Values | Wanted>(each));
  const written = isRight([wrongReadAgain, ...wrong]);
  const of = (number: typeof numbered | null) => made(changeWhere(number, ids("operations"), written));
  return { numbered: of(numbered), taking: of(null) };
}

const change = changes([]);
const changeOfHolds = changes([wrongHolds]);

/**
 * The last statements of a batch: they record what it did, and fail, with the whole transaction, where an account or a hold is not
 * as it should have been written. The row counts of statements cannot do that: they are known only after the COMMIT.
 */
export function changeOf(outcome: Outcome): Bound[] {
  const { moment, decision, accounts } = outcome;
  const { numbered, taking } = decision.holds.length === 0 ? change : changeOfHolds;
  const values = {
    ...changeValues(outcome),
    customer: customerOf(accounts, moment.number === null),
    accounts: idsText(accounts.map(({ account }) => account)),
    wantedAccounts: `${accounts.length}`,
  };
  if (moment.number === null)
    return taking.map((each, index) => ({ ...each(values), rows: 1, isTurn: index === 0 }));
  return numbered.map((each) => ({ ...each(values), rows: 1 }));
}

/** What is bound to the placeholders of every change of a batch. */
export function changeValues({ orgId, moment, decision, accounts, expired }: Outcome) {
  const { holds } = decision;
  return {
    org: orgId,
    at: moment.at.toISOString(),
    xid: moment.number?.xid ?? null,
    position: moment.number?.position ?? null,
    operations: idsText(decision.done),
    expired: uuidsText(expired),
    sequences: `${accounts.reduce((sum, { account }) => sum + BigInt(account.sequence), 0n)}`,
    rows: holds.length === 0 ? null : holdRow.text(holds),
    wantedHolds: `${holds.length}`,
  };
}

function idsText(rows: readonly { readonly id: string }[]): string {
  return uuidsText(rows.map(({ id }) => id));
}
