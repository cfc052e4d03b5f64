import type { Sql, TransactionSql } from "postgres";
import { CannotDistribute } from "./requirements.ts";
import { firstDistributed, type Placement, placements } from "./tables.ts";

/** A table of the schema as it is, and as it is to be. */
interface PlacedTable {
  readonly name: string;
  readonly is: Placement;
  readonly isBeside: boolean;
}

export interface TableToPlace {
  readonly table: string;
  readonly placement: Exclude<Placement, "local">;
}

/** Whether it was distributed before, with whatever tables there were then. */
export async function isDistributed(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ answer: boolean }[]>`
    select exists (select from pg_dist_partition
      where logicalrelid = to_regclass(${firstDistributed}) and partmethod = 'h') as answer`;
  return row?.answer === true;
}

/**
 * The tables that are to be placed otherwise than they are, in order.
 *
 * @throws CannotDistribute where somebody has distributed one in another way
 */
export async function tablesToPlace(sql: TransactionSql): Promise<TableToPlace[]> {
  const tables = new Map((await readPlaced(sql)).map((table) => [table.name, table]));
  return Object.entries(placements).flatMap(([name, placement]): TableToPlace[] => {
    const { is, isBeside } = tables.get(name) ?? { is: "local", isBeside: true };
    if (placement === "local" || (is === placement && isBeside)) return [];
    if (is === "local") return [{ table: name, placement }];
    throw new CannotDistribute(
      `table ${name} was distributed in another way. Run \`select undistribute_table('${name}', cascade_via_foreign_keys => true)\`, then distribute again.`,
    );
  });
}

async function readPlaced(sql: TransactionSql): Promise<PlacedTable[]> {
  return sql<PlacedTable[]>`
    select t.relname as name,
      case when p.partmethod = 'h' then 'distributed' when p.repmodel = 't' then 'reference' else 'local' end as is,
      p.partmethod is distinct from 'h' or p.colocationid = (select colocationid from pg_dist_partition
        where logicalrelid = ${firstDistributed}::regclass) as "isBeside"
    from pg_class t left join pg_dist_partition p on p.logicalrelid = t.oid
    where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')`;
}
