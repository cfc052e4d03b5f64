import type { TransactionSql } from "postgres";
import { spreadTables } from "./tables.ts";

/** A check of a table that is a function over its whole row. */
export interface RowCheck {
  readonly table: string;
  /** Of the constraint. */
  readonly constraint: string;
  /** Of the function over the row: its name, that of its argument, and its body. */
  readonly name: string;
  readonly row: string;
  readonly body: string;
  /** The columns of the table. */
  readonly columns: readonly Parameter[];
  /** The function that stands in its place where the table is distributed: its parameters and its body. */
  readonly spread: { readonly parameters: readonly string[]; readonly body: string } | null;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
}

/** The same function with a parameter for each column that it looks at. */
interface SpreadFunction {
  readonly parameters: readonly Parameter[];
  readonly body: string;
}

/** Every such check of the tables that are to be spread, whether or not they are. */
export async function readRowChecks(sql: TransactionSql): Promise<RowCheck[]> {
  return sql<RowCheck[]>`
    select t.relname as table, c.conname as constraint, f.proname as name, f.proargnames[1] as row, f.prosrc as body,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
        from pg_attribute a where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select json_build_object('parameters', to_json(s.proargnames), 'body', s.prosrc) from pg_proc s
        where s.oid = used.refobjid and s.oid <> f.oid) as spread
    from pg_proc f
    join pg_class t on t.reltype = f.proargtypes[0] and t.relnamespace = 'public'::regnamespace
    join pg_constraint c on c.conrelid = t.oid and c.contype = 'c'
    join pg_depend used on used.objid = c.oid and used.classid = 'pg_constraint'::regclass
      and used.refclassid = 'pg_proc'::regclass
    join pg_proc u on u.oid = used.refobjid and u.proname = f.proname and u.pronamespace = f.pronamespace
    where f.pronargs = 1 and t.relname in ${sql(spreadTables)} order by c.conname`;
}

/** Citus cannot hand a whole row to a function. */
function spreadFunction({ row, body, columns }: RowCheck): SpreadFunction {
  const isUsed = ({ name }: Parameter) => new RegExp(`\\b${row}\\.${name}\\b`).test(body);
  return {
    parameters: columns.filter(isUsed),
    body: body.replaceAll(new RegExp(`\\b${row}\\.`, "g"), ""),
  };
}

/** Whether the check is the one over columns already, and says what that over the row says. */
export function isSpread(check: RowCheck): boolean {
  const { parameters, body } = spreadFunction(check);
  const names = parameters.map(({ name }) => name).join();
  return check.spread !== null && check.spread.body === body && check.spread.parameters.join() === names;
}

export async function dropCheck(
  sql: TransactionSql,
  { table, constraint, name, spread }: RowCheck,
): Promise<void> {
  await sql`alter table ${sql(table)} drop constraint ${sql(constraint)}`;
  if (spread === null) return;
  const [old] = await sql<{ signature: string }[]>`
    select oid::regprocedure::text as signature from pg_proc
    where proname = ${name} and pronamespace = 'public'::regnamespace and pronargs > 1`;
  if (old !== undefined) await sql.unsafe(`drop function ${old.signature}`);
}

export async function addSpreadCheck(sql: TransactionSql, check: RowCheck): Promise<void> {
  const { parameters, body } = spreadFunction(check);
  const declared = parameters.map(({ name, type }) => `"${name}" ${type}`).join(", ");
  await sql.unsafe(
    `create function "${check.name}"(${declared}) returns boolean immutable language plpgsql as $body$${body}$body$`,
  );
  const columns = parameters.map(({ name }) => `"${name}"`).join(", ");
  await sql.unsafe(
    `alter table "${check.table}" add constraint "${check.constraint}" check ("${check.name}"(${columns}))`,
  );
}
