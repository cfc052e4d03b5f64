import { type SQL, sql } from "drizzle-orm";

/** The condition on a table, by its alias, that keeps to what is audited: one organization, or everything. */
export type Scope = (alias: string) => SQL;

/** Something that must be true of a row. A condition that is null is not broken. */
export interface Rule {
  readonly broken: SQL;
  /** What was expected and what is there, as text. */
  readonly says: SQL;
}

/** Rows that are read once, and what must be true of each, by the name of the invariant. */
export interface Inspection {
  /** A query with columns `org_id`, `account_id` and `transfer_id`, and whatever the rules ask for. */
  readonly rows: (scope: Scope) => SQL;
  readonly rules: Readonly<Record<string, Rule>>;
}

/** A broken invariant. */
export type Violation = {
  readonly invariant: string;
  readonly orgId: string;
  readonly accountId: string | null;
  /** Of the operation. */
  readonly transferId: string | null;
  readonly description: string;
};

/** One broken rule of one row, and how many its inspection found in all. */
export type Finding = Violation & { readonly total: string };

export function scopeOf(orgId: string | undefined): Scope {
  return (alias) => (orgId === undefined ? sql`true` : sql`${sql.raw(alias)}.org_id = ${orgId}::uuid`);
}

/**
 * The query of what an inspection finds, at most so many rows. What is fine is dropped before a word is made of it, so
 * a sound ledger costs the reading and nothing more.
 */
export function findings({ rows, rules }: Inspection, scope: Scope, rowsMax: number): SQL {
  const broken = Object.values(rules).map((rule) => sql`(${rule.broken}) is true`);
  const verdicts = Object.entries(rules).map(
    ([name, rule]) =>
      sql`(${sql.raw(`'${name}'`)}, (${rule.broken}) is true, case when (${rule.broken}) is true then ${rule.says} end)`,
  );
  return sql`
    select rule.invariant, r.org_id as "orgId", r.account_id as "accountId", r.transfer_id as "transferId",
      rule.description, count(*) over () as total
    from (${rows(scope)}) as r
    cross join lateral (values ${sql.join(verdicts, sql`, `)}) as rule (invariant, is_broken, description)
    where (${sql.join(broken, sql` or `)}) and rule.is_broken
    order by r.org_id, r.account_id, r.transfer_id, rule.invariant, rule.description
    limit ${sql.raw(String(rowsMax))}`;
}
