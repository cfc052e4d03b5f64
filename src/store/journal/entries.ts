import { type SQL, sql } from "drizzle-orm";

/**
 * The entries of accounts, a row a side of a booking: what `operations` says of that account. `isWanted` is a condition
 * on one side, given the prefix of its columns, so that each side is read through its own index:
 * (account, time, version).
 */
export function entries(alias: string, isWanted: (side: "from" | "to") => SQL, each: SQL = sql``): SQL {
  const side = (
    name: "from" | "to",
  ) => sql`(select o.org_id, o.id, o.key, o.kind, o.currency, o.source, o.description,
      o.user_id, o.metadata, o.refers_to, o.hold_id, o.created_by, o.created_at,
      ${sql.raw(name === "from" ? "-o.amount" : "o.amount")} as amount,
      ${sql.raw(`o.${name}_account_id as account_id, o.${name}_version as version, o.${name}_sequence as sequence,
      o.${name}_at as at, o.${name}_funded as funded, o.${name}_spent as spent, coalesce(o.${name}_withdrawn, 0) as withdrawn,
      o.${name}_held as held, o.${name}_minimum as minimum`)}
    from operations o where o.to_account_id is not null and ${isWanted(name)} ${each})`;
  return sql`(${side("from")} union all ${side("to")}) as ${sql.raw(alias)}`;
}
