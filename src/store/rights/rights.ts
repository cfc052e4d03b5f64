import type { Sql, TransactionSql } from "postgres";
import type { placements } from "../distribution/tables.ts";

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

/**
 * What else somebody might be allowed to do with what serving uses. Who may make triggers on a table writes what the owner
 * does not see, who may set a sequence numbers anew, and what somebody creates in a schema the owner takes for the ledger's.
 */
const changingRights = {
  schema: ["create"],
  sequence: ["update"],
  table: ["insert", "update", "delete", "truncate", "references", "trigger"],
} as const;

/** Those of them that can be given on columns, too. To take one from a table takes it from its columns. */
const columnRights: ReadonlySet<string> = new Set(["insert", "update", "references"]);

/** A right to something in the database. */
export interface Right {
  readonly kind: "schema" | "sequence" | "table";
  readonly name: string;
  readonly right: string;
}

const kinds = ["schema", "sequence", "table"] as const;

const uses: Readonly<Record<Right["kind"], Readonly<Record<string, string>>>> = {
  schema: { drizzle: "usage", public: "usage" },
  sequence: { positions: "usage, select", clock_ms: "select, update" },
  table: { "drizzle.__drizzle_migrations": "select", ...tableRights },
};

/** Whether who lacks this right does not see which migrations there are. */
export function isToReadMigrations({ name }: Right): boolean {
  return /^drizzle\b/.test(name);
}

/** What serving needs. */
const needed = rightsThat((_, list) => list);

/** What serving does not need, and what protects the ledger where a role lacks it. */
const needless = rightsThat((kind, list) => changingRights[kind].filter((right) => !list.includes(right)));

function rightsThat(select: (kind: Right["kind"], used: readonly string[]) => readonly string[]): Right[] {
  return kinds.flatMap((kind) =>
    Object.entries(uses[kind]).flatMap(([name, list]) =>
      select(kind, list.split(", ")).map((right) => ({ kind, name, right })),
    ),
  );
}

/** Of those that are wanted the statements that give them to a role, by its name in SQL: as few as there can be. */
export function grantsTo(role: string, wanted = needed): string[] {
  return [...objectsByRights(wanted)].map(([list, names]) => `grant ${list} ${names} to ${role}`);
}

/** The statements that take rights from a role. */
export function revokesFrom(role: string, unwanted: readonly Right[]): string[] {
  return [...objectsByRights(unwanted)].map(([list, names]) => `revoke ${list} ${names} from ${role}`);
}

/** `select, insert on table` has the names of all that it says the rights of. */
function objectsByRights(rights: readonly Right[]): Map<string, string> {
  const lists = new Map<string, string>();
  for (const { kind, name, right } of rights) {
    const before = lists.get(`${kind} ${name}`);
    lists.set(`${kind} ${name}`, before === undefined ? right : `${before}, ${right}`);
  }
  const names = new Map<string, string>();
  for (const [object, list] of lists) {
    const [kind = "", name = ""] = object.split(" ");
    const rights = `${list} on ${kind}`;
    const before = names.get(rights);
    names.set(rights, before === undefined ? name : `${before}, ${name}`);
  }
  return names;
}

/** What serving needs and a role lacks. */
export function missingRights(sql: Sql | TransactionSql, role: string): Promise<Right[]> {
  return rightsWhere(sql, role, needed, hasRight, false);
}

/**
 * What a role may do though serving does not need it: by itself, or by any role that it is a member of, as which it may act
 * also where it does not inherit.
 */
export async function needlessRights(sql: Sql | TransactionSql, role: string): Promise<Right[]> {
  const roles = await sql<{ name: string }[]>`
    select rolname as name from pg_roles where pg_has_role(${role}::name, oid, 'member')`;
  const held = new Set<Right>();
  for (const { name } of roles)
    for (const right of await rightsWhere(sql, name, needless, hasSomeOfRight, true)) held.add(right);
  return needless.filter((right) => held.has(right));
}

/** Those that a role has, or has not. What is not there nobody has or lacks. */
async function rightsWhere(
  sql: Sql | TransactionSql,
  role: string,
  rights: readonly Right[],
  question: (right: Right) => string,
  isThere: boolean,
): Promise<Right[]> {
  const columns = rights.map((right, n) => `(${question(right)}) as "${n}"`);
  const [row] = await sql.unsafe(`select ${columns.join(", ")} limit 1`, [role]);
  return rights.filter((_, n) => row?.[`${n}`] === isThere);
}

/**
 * Whether the role $1 has a right, null where there is nothing to have it to. A look-up by `to_regclass` would be refused
 * where the schema may not be used.
 */
function hasRight(wanted: Right): string {
  return privilege(`has_${wanted.kind}_privilege`, wanted);
}

/** The same, but true also where it has the right to some columns of a table alone. */
function hasSomeOfRight(unwanted: Right): string {
  return columnRights.has(unwanted.right)
    ? privilege("has_any_column_privilege", unwanted)
    : hasRight(unwanted);
}

function privilege(question: string, { kind, name, right }: Right): string {
  const [object = "", schema = "public"] = name.split(".").reverse();
  const found =
    kind === "schema"
      ? `pg_namespace where nspname = '${object}'`
      : `pg_class where relname = '${object}'
          and relnamespace = (select oid from pg_namespace where nspname = '${schema}')`;
  return `select ${question}($1::name, oid, '${right}') from ${found}`;
}
