import { type SQL, sql } from "drizzle-orm";
import { uuidsText } from "../driver/arrays.ts";
import { rowsOf } from "../driver/rows.ts";
import { type Bound, statement } from "../driver/statement.ts";
import { accountRow } from "./account-row.ts";
import { updateOfAccounts } from "./account-update.ts";
import { changeStatements } from "./change.ts";
import { holdRow } from "./hold-row.ts";
import { customerOf } from "./home.ts";
import type { Outcome } from "./outcome.ts";

const org = sql`${sql.placeholder("org")}::uuid`;
const wantedHolds = sql.placeholder("wantedHolds");

/**
 * An account on which something was done and that was not written has a lower sequence than it should, for its row is
 * locked and none can have a higher one: so the sums, and the numbers, are equal only where every such row is as it was
 * written. A text is no number: what PostgreSQL says of that names what is wrong.
 */
function wrongAccounts(written: SQL): SQL {
  return sql`select case when sum(sequence) = ${sql.placeholder("sequences")}::numeric
      and count(*) = ${sql.placeholder("wantedAccounts")}::bigint then 0
    else ('accounts are not as written: their sequences come to ' || coalesce(sum(sequence), 0))::integer end
  from ${written}`;
}

/** Read again, whether they were inserted or updated. */
const readAgain = sql`accounts where org_id = ${org} and id = any(${sql.placeholder("accounts")}::uuid[])`;

/** As the update answers them that the statement begins with: to find each row once more is most of what a look costs. */
const asUpdated = sql`updated`;
const update = sql`with updated as (${updateOfAccounts(org, "changedAccounts")} returning a.sequence)`;

/** Each is looked up by its key: of a plain join the planner may make a scan of all that the organization has. */
const wrongHolds = sql`select case when count(*) = ${wantedHolds}::bigint then 0
    else ('holds are not as written, but ' || count(*) || ' of ' || ${wantedHolds}::text)::integer end
  from ${rowsOf(holdRow)} as r
  cross join lateral (select from holds h where h.org_id = ${org} and h.id = r.id and h.captured = r.captured
    and h.remaining = r.remaining and h.state = r.state and h.expires_at = r.expires_at limit 1) as found`;

type Values =
  | ("org" | "customer" | "at" | "xid" | "position" | "operations" | "expired")
  | ("accounts" | "changedAccounts" | "sequences" | "wantedAccounts" | "rows" | "wantedHolds");

const ids = (name: Values) => sql`${sql.placeholder(name)}::uuid[]`;

/** The statements of a change that has its number or takes one, and of which these conditions hold. */
function changeWhere(number: Parameters<typeof changeStatements>[0]["number"], conditions: readonly SQL[]) {
  return changeStatements({
    org: sql.placeholder("org"),
    customer: sql.placeholder("customer"),
    number,
    at: sql.placeholder("at"),
    operations: ids("operations"),
    also: ["expired", ids("expired")],
    condition: sql.join(
      conditions.map((each) => sql`(${each}) = 0`),
      sql` and `,
    ),
  });
}

/** The statements of a change, by what has become of its accounts before. */
function changes(conditions: readonly SQL[]) {
  const number = { xid: sql.placeholder("xid"), position: sql.placeholder("position") };
  const made = (statements: readonly SQL[]) => statements.map((each) => statement<Values>(each));
  const written = [wrongAccounts(readAgain), ...conditions];
  const updating = changeWhere(number, [wrongAccounts(asUpdated), ...conditions]);
  return {
    numbered: made(changeWhere(number, written)),
    taking: made(changeWhere(null, written)),
    updating: made(updating.map((each) => sql`${update}${each}`)),
  };
}

const change = changes([]);
const changeOfHolds = changes([wrongHolds]);

/**
 * The last statements of a batch say what it did. They fail, and the transaction with them, where an account or a hold is
 * not as it was written: how many rows a statement concerned is answered together with the COMMIT, and comes too late to
 * undo anything.
 *
 * @param isUpdating whether they write the accounts, too, all of which exist; else that was done before
 */
export function changeOf(
  { orgId, moment, decision, accounts, expired }: Outcome,
  isUpdating: boolean,
): Bound[] {
  const { holds } = decision;
  const { number } = moment;
  const { numbered, taking, updating } = holds.length === 0 ? change : changeOfHolds;
  const values = {
    org: orgId,
    customer: customerOf(accounts, number === null),
    at: moment.at.toISOString(),
    xid: number?.xid ?? null,
    position: number?.position ?? null,
    operations: idsText(decision.done),
    expired: uuidsText(expired),
    accounts: isUpdating ? null : idsText(accounts.map(({ account }) => account)),
    changedAccounts: isUpdating ? accountRow.text(accounts) : null,
    sequences: `${accounts.reduce((sum, { account }) => sum + BigInt(account.sequence), 0n)}`,
    wantedAccounts: `${accounts.length}`,
    rows: holds.length === 0 ? null : holdRow.text(holds),
    wantedHolds: `${holds.length}`,
  };
  if (number === null)
    return taking.map((each, index) => ({ ...each(values), rows: 1, isTurn: index === 0 }));
  return (isUpdating ? updating : numbered).map((each) => ({ ...each(values), rows: 1 }));
}

function idsText(rows: readonly { readonly id: string }[]): string {
  return uuidsText(rows.map(({ id }) => id));
}
