import { type SQL, sql } from "drizzle-orm";
import { uuidsText } from "../driver/arrays.ts";
import { rowsOf } from "../driver/rows.ts";
import type { Bound } from "../driver/statement.ts";
import { holdRow } from "./hold-row.ts";
import { customerOf, insertStatement } from "./home.ts";
import type { Outcome } from "./outcome.ts";

const org = sql`${sql.placeholder("org")}::uuid`;
const wantedHolds = sql.placeholder("wantedHolds");

/**
 * An account on which something was done and that was not written has a lower sequence than it should, for its row is
 * locked and none can have a higher one: so the sums are equal only where every such row is as it was written. A text is
 * no number: what PostgreSQL says of that names what is wrong.
 */
const wrongAccounts = sql`select case when sum(sequence) = ${sql.placeholder("sequences")}::numeric then 0
    else ('accounts are not as written: their sequences come to ' || coalesce(sum(sequence), 0))::integer end
  from accounts where org_id = ${org} and id = any(${sql.placeholder("accounts")}::uuid[])`;

/** Each is looked up by its key: of a plain join the planner may make a scan of all that the organization has. */
const wrongHolds = sql`select case when count(*) = ${wantedHolds}::bigint then 0
    else ('holds are not as written, but ' || count(*) || ' of ' || ${wantedHolds}::text)::integer end
  from ${rowsOf(holdRow)} as r
  cross join lateral (select from holds h where h.org_id = ${org} and h.id = r.id and h.captured = r.captured
    and h.remaining = r.remaining and h.state = r.state and h.expires_at = r.expires_at limit 1) as found`;

const insertWhere = (isAsWritten: SQL) =>
  insertStatement(
    (home) => sql`
  insert into changes (org_id, at, xid, position, operations, expired)
  select ${home.org}, r.at, ${sql.placeholder("xid")}::xid8, ${sql.placeholder("position")}::bigint,
    ${sql.placeholder("operations")}::uuid[], ${sql.placeholder("expired")}::uuid[]
  from ${home.before}unnest(array[${sql.placeholder("at")}::timestamptz]) as r (at) where ${isAsWritten}`,
  );

const insertChange = insertWhere(sql`(${wrongAccounts}) = 0`);
const insertChangeOfHolds = insertWhere(sql`(${wrongAccounts}) = 0 and (${wrongHolds}) = 0`);

/**
 * The last statement of a batch says what it did, and fails, and the transaction with it, where an account or a hold is
 * not as it was written. How many rows a statement concerned is answered together with the COMMIT, and comes too late to
 * undo anything.
 *
 * Whoever follows changes tells by the coordinator's transactions which of them he has seen. So where the tables are spread
 * over nodes a transaction that writes one writes on one node alone, which commits before the coordinator does; of two, or
 * what is prepared first, that comes after it. It writes no organization, no credential and no local table, nothing of
 * another organization, and no rows that the coordinator copies.
 */
export function changeStatement(
  { orgId, moment, decision, accounts, expired }: Outcome,
  isDistributed: boolean,
): Bound {
  const { holds } = decision;
  const change = {
    org: orgId,
    customer: customerOf(accounts, isDistributed),
    at: moment.at.toISOString(),
    xid: moment.xid,
    position: moment.position,
    operations: idsText(decision.done),
    expired: uuidsText(expired),
    accounts: idsText(accounts.map(({ account }) => account)),
    sequences: `${accounts.reduce((sum, { account }) => sum + BigInt(account.sequence), 0n)}`,
  };
  const bound =
    holds.length === 0
      ? insertChange(isDistributed)(change)
      : insertChangeOfHolds(isDistributed)({
          ...change,
          wantedHolds: `${holds.length}`,
          rows: holdRow.text(holds),
        });
  return { ...bound, rows: 1 };
}

function idsText(rows: readonly { readonly id: string }[]): string {
  return uuidsText(rows.map(({ id }) => id));
}
