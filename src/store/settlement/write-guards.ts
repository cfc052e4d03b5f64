import { sql } from "drizzle-orm";
import type { Hold } from "../../domain/hold.ts";
import { arrayText, type Columns, columnTexts, tablePlaceholder } from "../driver/arrays.ts";
import { type Bound, statement } from "../driver/statement.ts";
import { columnsOf } from "../driver/table-columns.ts";
import { holds } from "../schema.ts";
import type { Outcome } from "./outcome.ts";

const holdColumns: Columns<Hold> = columnsOf(holds, {
  id: ({ id }) => id,
  captured: ({ captured }) => captured.toString(),
  remaining: ({ remaining }) => remaining.toString(),
  state: ({ state }) => state,
  expiresAt: ({ expiresAt }) => expiresAt,
});

const org = sql`${sql.placeholder("org")}::uuid`;
const wanted = sql.placeholder("wanted");

/**
 * A text is no number: what PostgreSQL says of that names both counts. Each row is looked up by its key: of a plain join
 * the planner may make a scan of all that the organization has.
 */
const failUnlessAll = sql`select case when count(*) = ${wanted}::bigint then 0
  else (count(*) || ' rows are as written, and not ' || ${wanted}::text)::integer end`;

/**
 * An account that was not written has a lower sequence than it should, for its row is locked and none can have a higher
 * one: so the sums are equal only where every one is as it was written.
 */
const requireAccounts = statement<"org" | "ids" | "sequences">(sql`
  select case when sum(sequence) = ${sql.placeholder("sequences")}::numeric then 0
    else ('accounts are not as written: their sequences come to ' || coalesce(sum(sequence), 0))::integer end
  from accounts where org_id = ${org} and id = any(${sql.placeholder("ids")}::uuid[])`);

const requireHolds = statement(sql`${failUnlessAll}
  from ${tablePlaceholder("r", holdColumns)}
  cross join lateral (select from holds h where h.org_id = ${org} and h.id = r.id and h.captured = r.captured
    and h.remaining = r.remaining and h.state = r.state and h.expires_at = r.expires_at limit 1) as found`);

/**
 * Statements that fail, and the transaction with them, where an account or a hold is not as it was written. How many rows
 * a statement concerned is answered together with the COMMIT, and comes too late to undo anything.
 */
export function guardsOf({ orgId, accounts, decision: { holds } }: Outcome): Bound[] {
  const guard = { org: orgId };
  return [
    ...(accounts.length > 0
      ? [
          requireAccounts({
            ...guard,
            sequences: `${accounts.reduce((sum, { account }) => sum + BigInt(account.sequence), 0n)}`,
            ids: arrayText(
              accounts.map(({ account }) => account.id),
              "uuid",
            ),
          }),
        ]
      : []),
    ...(holds.length > 0
      ? [requireHolds({ ...guard, wanted: `${holds.length}`, ...columnTexts(holds, holdColumns) })]
      : []),
  ];
}
