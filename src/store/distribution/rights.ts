import type { Sql, TransactionSql } from "postgres";
import { CannotDistribute } from "./requirements.ts";
import type { placements } from "./tables.ts";

/**
 * What a role that serves, and is not the owner, does with each table: it adds to the journal and changes nothing in it.
 * Whoever locks a row must have the right to update it, and whoever adds to a table that is whole on every node, which Citus
 * locks there.
 */
const tableRights = {
  organizations: "select, insert, update",
  organization_names: "select, insert, update",
  customers: "select, insert, update",
  customer_names: "select, insert, delete",
  developers: "select, insert, update, delete",
  app_groups: "select, insert, update, delete",
  currencies: "select, insert, update, delete",
  ceilings: "select, insert, update",
  accounts: "select, insert, update",
  operations: "select, insert",
  holds: "select, insert, update",
  changes: "select, insert",
  refusals: "select, insert, delete",
  credentials: "select, insert, update",
  spent_secrets: "select, insert",
  acts: "select, insert",
  platform_acts: "select, insert",
  epochs: "select",
} as const satisfies Readonly<Record<keyof typeof placements, string>>;

/** A right to something in the database. */
interface Right {
  readonly kind: "schema" | "sequence" | "table";
  readonly name: string;
  readonly right: string;
}

const rights: readonly Right[] = [
  ...rightsOn("schema", { drizzle: "usage" }),
  ...rightsOn("sequence", { positions: "usage, select", clock_ms: "select, update" }),
  ...rightsOn("table", { "drizzle.__drizzle_migrations": "select", ...tableRights }),
];

function rightsOn(kind: Right["kind"], objects: Readonly<Record<string, string>>): Right[] {
  return Object.entries(objects).flatMap(([name, list]) =>
    list.split(", ").map((right) => ({ kind, name, right })),
  );
}

/** The statements that give a role, by its name in SQL, what it needs to serve: as few as there can be. */
export function grantsTo(role: string, wanted = rights): string[] {
  const lists = new Map<string, string>();
  for (const { kind, name, right } of wanted) {
    const before = lists.get(`${kind} ${name}`);
    lists.set(`${kind} ${name}`, before === undefined ? right : `${before}, ${right}`);
  }
  const names = new Map<string, string>();
  for (const [object, list] of lists) {
    const [kind = "", name = ""] = object.split(" ");
    const grant = `grant ${list} on ${kind}`;
    const before = names.get(grant);
    names.set(grant, before === undefined ? name : `${before}, ${name}`);
  }
  return [...names].map(([grant, list]) => `${grant} ${list} to ${role}`);
}

/** @throws CannotDistribute where this role may not do all that serving needs, with the statements that let it */
export async function requireRights(sql: Sql | TransactionSql): Promise<void> {
  const { role, grants } = await missingGrants(sql);
  if (grants.length === 0) return;
  const statements = grants.map((statement) => `\`${statement}\``);
  throw new CannotDistribute(
    `role ${role} is not the owner of the tables, and lacks rights that serving needs. As the owner, run ${statements.join("; ")}.`,
  );
}

/** This role by its name in SQL, and the statements that give it what serving needs and it lacks. */
export async function missingGrants(
  sql: Sql | TransactionSql,
): Promise<{ readonly role: string; readonly grants: readonly string[] }> {
  const [row] = await sql.unsafe(
    `select quote_ident(current_user) as role, ${rights.map(isMissing).join(", ")}`,
  );
  const role = String(row?.["role"]);
  return {
    role,
    grants: grantsTo(
      role,
      rights.filter((_, n) => row?.[`${n}`] === true),
    ),
  };
}

/** Of what is not there nothing is missing. A look-up by `to_regclass` would be refused where the schema may not be used. */
function isMissing({ kind, name, right }: Right, n: number): string {
  const [object = "", schema = "public"] = name.split(".").reverse();
  const found =
    kind === "schema"
      ? `pg_namespace where nspname = '${object}'`
      : `pg_class where relname = '${object}'
          and relnamespace = (select oid from pg_namespace where nspname = '${schema}')`;
  return `(select not has_${kind}_privilege(oid, '${right}') from ${found}) as "${n}"`;
}
