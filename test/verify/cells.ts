import { getTableColumns, getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import * as schema from "../../src/store/schema.ts";
import { asReplica } from "../support/replica.ts";
import type { Random } from "../workload/random.ts";
import { shifted } from "./damages.ts";

/** A column of the books. */
export interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** Tables that are no books: no money stands in them. */
export const noBooks: readonly string[] = [
  ...[
    "organizations",
    "organization_names",
    "credentials",
    "spent_secrets",
    "currencies",
    "ceilings",
    "epochs",
    "refusals",
    "acts",
    "platform_acts",
  ],
  ...["customers", "customer_names", "developers", "app_groups"],
];

const schemaTables = Object.values<unknown>(schema).filter((each) => is(each, PgTable));
export const tables: readonly string[] = schemaTables.map((table) => getTableName(table));

/** Every column of every other table of the schema, so that a new one is damaged, too. */
export const columns: readonly Column[] = schemaTables
  .filter((table) => !noBooks.includes(getTableName(table)))
  .flatMap((table) =>
    Object.values(getTableColumns(table)).map((column) => ({
      table: getTableName(table),
      name: column.name,
      type: column.getSQLType(),
    })),
  );

/** Columns of which nothing else in the books tells what they should be. */
export const untold: Readonly<Record<string, string>> = {
  "operations.source": "the caller's own words",
  "operations.description": "the caller's own words",
  "operations.user_id": "the caller's own words",
  "operations.metadata": "the caller's own words",
  "operations.asked": "what the request said",
  "operations.created_by": "who asked",
  "operations.from_minimum": "the limit of then; limits are kept as they are now",
  "operations.to_minimum": "the limit of then; limits are kept as they are now",
  "accounts.stripe": "which lane claims the account",
  "accounts.minimum_balance": "a setting",
  "accounts.temporary_limits": "a setting",
  "accounts.credit_limit": "a setting",
  "accounts.capture_overdraft": "a setting",
  "accounts.created_at": "tells only how early the first entry may be",
  "changes.xid": "another transaction that has ended says the same to whoever follows",
};

/** An id that nothing has, as a constant: what is computed anew for each row is not computed on a node. */
const nobody = () => `'${uuidv7()}'`;

/** Values, in SQL, that a cell may have instead of its own. */
function othersFor({ table, name, type }: Column, seed: number): readonly string[] {
  const elsewhere = `(select o.${name} from ${table} o
    where o.org_id = t.org_id and o.${name}::text is distinct from t.${name}::text
    order by md5(o::text || '${seed}') limit 1)`;
  const known = special[`${table}.${name}`];
  if (known !== undefined) return [...known];
  // Of a slice ([2:]) in what an UPDATE sets the coordinator of Citus 13.2 dies.
  if (type === "uuid[]") return [`t.${name} || ${nobody()}::uuid`, `array_remove(t.${name}, t.${name}[1])`];
  if (type.startsWith("numeric"))
    return [`coalesce(t.${name}, 0) + 1`, `t.${name} - 0.000000001`, `-t.${name}`, elsewhere];
  if (type.startsWith("json")) return [elsewhere, `'{"another": "1"}'`];
  if (type === "xid8") return [elsewhere];
  if (type === "smallint" || type === "bigint")
    return name === "position" ? [elsewhere] : [`t.${name} + 1`, `t.${name} - 1`, elsewhere];
  if (type.startsWith("timestamp"))
    return [shifted(`t.${name}`, "1 hour"), shifted(`t.${name}`, "-1 ms"), elsewhere];
  // Not another's, whose books may be damaged at the same time.
  if (name === "org_id") return [nobody(), "null"];
  if (type === "uuid") return [nobody(), elsewhere, "null"];
  return [elsewhere, "'another'", "null"];
}

const special: Readonly<Record<string, readonly string[]>> = {
  // Whether an id was the caller's or the service's own choice is told by nothing else.
  "operations.key": ["'another'", "t.key || ' '"],
  // A charge and an adjustment that takes do the same.
  "operations.kind": ["credit", "transfer", "refund", "reversal", "capture", "hold", "release", "extend"].map(
    (kind) => `'${kind}'`,
  ),
  // A moment that is too early costs a look, and is no fault.
  "accounts.due_at": [shifted("t.due_at", "1 day"), "null"],
};

const somethingWasDone = `exists (select from operations o
  where o.org_id = t.org_id and t.id in (o.from_account_id, o.to_account_id))`;

/** Rows whose cell may be damaged, where not every row's may. */
const rowsOf: Readonly<Record<string, string>> = {
  "accounts.due_at":
    "exists (select from holds h where h.org_id = t.org_id and h.account_id = t.id and h.state = 'active')",
  // Whose an account is, and in what, that only has a limit is told by nothing else.
  "accounts.customer_id": somethingWasDone,
  "accounts.currency": somethingWasDone,
  // How long a hold lasts whose request did not say it is told by what comes next, unless that extends it.
  "operations.hold_expires_at": `t.kind <> 'hold' or t.asked ->> 'ttl' is not null
    or not exists (select from operations e where e.org_id = t.org_id and e.hold_id = t.id and e.kind = 'extend')`,
  // A limit's own moment is told by nothing else.
  "changes.at": "t.operations <> '{}'",
};

/** Texts of times and arrays depend on the session, which a node refuses; JSON has but its text. */
function differs({ name, type }: Column, other: string): string {
  const as = type.startsWith("json") ? "::text" : "";
  return `t.${name}${as} is distinct from (${other})${as}`;
}

const triesMax = 50;
/** Of PostgreSQL: a check, a null where none may be, a key that is there, a number that does not fit. */
const refusals = ["23514", "23502", "23505", "22003"];

/** A cell with another value than its own. */
export interface DamagedCell {
  readonly what: string;
  /** Puts its own value back; undefined where the database did not take the other one. */
  readonly mend: (() => Promise<unknown>) | undefined;
}

/** Gives a cell of an organization another value, without triggers. */
export async function damageCell(
  sql: Sql,
  of: { column: Column; orgId: string; random: Random },
): Promise<DamagedCell> {
  const { column, orgId, random } = of;
  const { table, name, type } = column;
  const rows = await sql.unsafe<{ ctid: string; own: string | null }[]>(
    `select t.ctid::text, t.${name}::text as own from ${table} t
    where t.org_id = $1 and (${rowsOf[`${table}.${name}`] ?? "true"}) order by t.ctid`,
    [orgId],
  );
  for (let tries = 0; tries < triesMax; tries += 1) {
    const other = random.pick(othersFor(column, random.below(1_000))) ?? "null";
    const { ctid = "", own = null } = random.pick(rows) ?? {};
    const what = `update ${table} t set ${name} = (${other}) where t.org_id = '${orgId}' and t.ctid = '${ctid}' and ${differs(column, other)}`;
    try {
      let place: string | undefined;
      await asReplica(sql, async (open) => {
        const [damaged] = await open.unsafe<{ ctid: string }[]>(`${what} returning t.ctid::text`);
        place = damaged?.ctid;
      });
      if (place === undefined) continue;
      const mending = `update ${table} set ${name} = $1::text::${type} where org_id = $3 and ctid = $2::tid`;
      const isIn = name === "org_id" ? other.slice(1, -1) : orgId;
      return { what, mend: () => asReplica(sql, (open) => open.unsafe(mending, [own, place ?? null, isIn])) };
    } catch (error) {
      const { code = "" } = error as { code?: string };
      // No row of a spread table comes to another organization.
      if (!refusals.includes(code) && !(name === "org_id" && code === "0A000")) throw error;
      return { what, mend: undefined };
    }
  }
  throw new Error(`no cell of ${table}.${name} could be another`);
}
