import type { Sql, TransactionSql } from "postgres";
import { isForbidden } from "../driver/errors.ts";
import { withMigrationLock } from "../driver/migrate.ts";
import { readRoles } from "./owner.ts";
import { grantsTo, missingRights, needlessRights, revokesFrom } from "./rights.ts";

/** A role cannot be given what serving needs, and no more. The message is one line that says what to do. */
export class CannotGrant extends Error {
  override readonly name = "CannotGrant";
}

const ownRole = "serve as a role of its own, made by `create role … login password '…'`.";

/**
 * Gives a role what serving needs, and takes from it whatever else it may do with the ledger. It may be done again: what a
 * later version needs is then given. Each time it is done wholly or not at all.
 *
 * @returns whether there was anything to do
 * @throws CannotGrant where there is no such role, where it may do more by being another one, or where this role may not
 */
export function grantServing(url: string, role: string): Promise<boolean> {
  return withMigrationLock(url, async (connection) => {
    const { role: self, owner } = await readRoles(connection);
    const roleInSql = await requireRole(connection, role, owner);
    const { grants, revokes } = await statementsFor(connection, role, roleInSql);
    const mayNot = () =>
      new CannotGrant(
        `Role ${self} may not grant what serving needs: name the owner of the tables, ${owner}, in DATABASE_URL.`,
      );
    try {
      await connection.begin(async (sql) => {
        for (const statement of [...grants, ...revokes]) await sql.unsafe(statement);
        await requireNoMore(sql, role, roleInSql);
        // Who may grant some of it, or has it himself, is warned and not refused.
        if ((await statementsFor(sql, role, roleInSql)).grants.length > 0) throw mayNot();
      });
    } catch (error) {
      throw isForbidden(error) ? mayNot() : error;
    }
    return grants.length + revokes.length > 0;
  });
}

/** The role by its name in SQL. */
async function requireRole(sql: Sql, role: string, owner: string): Promise<string> {
  const [row] = await sql<{ roleInSql: string; isThere: boolean }[]>`
    select quote_ident(wanted) as "roleInSql", exists (select 1 from pg_roles where rolname = wanted) as "isThere"
    from (select ${role}::text as wanted) as w limit 1`;
  const { roleInSql = role, isThere = false } = { ...row };
  if (!isThere)
    throw new CannotGrant(
      `There is no role ${roleInSql}: as a superuser, run \`create role ${roleInSql} login password '…'\`.`,
    );
  const powers = await powersOf(sql, role, owner);
  if (powers.length > 0)
    throw new CannotGrant(
      `Role ${roleInSql} is ${powers.join(" and ")}, or a member of such a role, and may change whatever it likes: ${ownRole}`,
    );
  return roleInSql;
}

/**
 * What lets a role do more than any right says, or makes it a member of what does. Whoever owns the database is a member of
 * pg_database_owner, to which its schema public belongs.
 */
async function powersOf(sql: Sql, role: string, owner: string): Promise<string[]> {
  const rows = await sql<{ power: string }[]>`
    with acted_as as (select * from pg_roles where pg_has_role(${role}::name, oid, 'member'))
    select 'a superuser' as power where exists (select 1 from acted_as where rolsuper)
    union all select 'the owner of the tables' where pg_has_role(${role}::name, ${owner}::name, 'member')
    union all select 'the owner of the database' from pg_database
      where datname = current_database() and pg_has_role(${role}::name, datdba, 'member')
    union all select 'the owner of the schema ' || nspname from pg_namespace
      where nspname in ('public', 'drizzle') and pg_has_role(${role}::name, nspowner, 'member')
    union all select 'one with CREATEROLE, which before PostgreSQL 16 makes itself a member of others'
      where current_setting('server_version_num')::int < 160000
        and exists (select 1 from acted_as where rolcreaterole)
    union all select rolname || ', which reaches the files of the server' from acted_as
      where rolname in ('pg_execute_server_program', 'pg_write_server_files')
    limit 8`;
  // A superuser is a member of all.
  const powers = rows.map(({ power }) => power);
  return powers.includes("a superuser") ? powers.slice(0, 1) : powers;
}

async function statementsFor(sql: Sql | TransactionSql, role: string, roleInSql: string) {
  const [database] = await sql<{ name: string; mayConnect: boolean }[]>`
    select quote_ident(current_database()) as name,
      has_database_privilege(${role}::name, current_database(), 'connect') as "mayConnect" limit 1`;
  const connecting =
    database === undefined || database.mayConnect
      ? []
      : [`grant connect on database ${database.name} to ${roleInSql}`];
  return {
    grants: [...connecting, ...grantsTo(roleInSql, await missingRights(sql, role))],
    revokes: revokesFrom(roleInSql, await needlessRights(sql, role)),
  };
}

/** What was granted to PUBLIC, or to a role that this one belongs to, cannot be taken from this one. */
async function requireNoMore(sql: TransactionSql, role: string, roleInSql: string): Promise<void> {
  const more = (await needlessRights(sql, role)).map(({ kind, right, name }) =>
    kind === "table" ? `${right} ${name}` : `${right} on ${kind} ${name}`,
  );
  if (more.length > 0)
    throw new CannotGrant(
      `Role ${roleInSql} may ${more.join(", ")}, as PUBLIC or as a member of another role: revoke that there, or ${ownRole}`,
    );
}
