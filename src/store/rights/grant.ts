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
 * Gives a role what serving needs, and takes from it whatever else it may do with the tables. It may be done again: what a
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
  const [row] = await sql<{ roleInSql: string; isOwner: boolean | null }[]>`
    select quote_ident(wanted) as "roleInSql", pg_has_role(rolname, ${owner}, 'member') as "isOwner"
    from (select ${role}::text as wanted) as w left join pg_roles on rolname = wanted limit 1`;
  const { roleInSql = role, isOwner = null } = { ...row };
  if (isOwner === null)
    throw new CannotGrant(
      `There is no role ${roleInSql}: as a superuser, run \`create role ${roleInSql} login password '…'\`.`,
    );
  if (isOwner)
    throw new CannotGrant(
      `Role ${roleInSql} is a superuser, the owner of the tables or a member of that role, and may change whatever it ` +
        `likes: ${ownRole}`,
    );
  return roleInSql;
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
  const more = (await needlessRights(sql, role)).map(({ right, name }) => `${right} ${name}`);
  if (more.length > 0)
    throw new CannotGrant(
      `Role ${roleInSql} may ${more.join(", ")}, as PUBLIC or as a member of another role: revoke that there, or ${ownRole}`,
    );
}
