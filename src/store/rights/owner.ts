import type { Sql, TransactionSql } from "postgres";
import { grantsTo, missingRights } from "./rights.ts";

/** The role of a connection, and who owns the ledger's tables or, where there are none, the database. */
export interface Roles {
  /** As they are, and as SQL writes it. */
  readonly role: string;
  readonly roleInSql: string;
  readonly owner: string;
}

/** What only the owner of the tables can do for a role that serves. The message is one line that says how. */
export class NeedsOwner extends Error {
  override readonly name = "NeedsOwner";

  constructor(reason: string, roles: Roles, statements: readonly string[] = []) {
    const by = statements.map((each) => `\`${each}\``).join("; ");
    super(
      `${reason}: run ${grantCommand(roles)} with DATABASE_URL naming the owner of the tables, ` +
        `${roles.owner}${by === "" ? "." : `; or, as that role, ${by}.`}`,
    );
  }
}

/** By what the owner gives a role the rights to serve, as a sentence names it. */
export function grantCommand({ role }: Pick<Roles, "role">): string {
  return `\`tallystick migrate --grant-to ${shellWord(role)}\``;
}

/** @throws NeedsOwner where this role may not do all that serving needs */
export async function requireRights(sql: Sql | TransactionSql): Promise<void> {
  const roles = await readRoles(sql);
  const grants = grantsTo(roles.roleInSql, await missingRights(sql, roles.role));
  if (grants.length > 0)
    throw new NeedsOwner(`Role ${roles.roleInSql} lacks rights that serving needs`, roles, grants);
}

export async function readRoles(sql: Sql | TransactionSql): Promise<Roles> {
  const [row] = await sql<Roles[]>`
    select current_user as role, quote_ident(current_user) as "roleInSql", pg_get_userbyid(coalesce(
      (select relowner from pg_class where relname = 'operations'
        and relnamespace = (select oid from pg_namespace where nspname = 'public')),
      (select datdba from pg_database where datname = current_database()))) as owner
    limit 1`;
  if (row === undefined) throw new Error("the database does not know the role that asks");
  return row;
}

/** As a shell reads it as one word. */
function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
