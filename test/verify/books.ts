import type { Sql } from "postgres";
import { asReplica } from "../support/replica.ts";
import { withSql } from "../support/sql.ts";
import { columns } from "./cells.ts";
import { damages } from "./damages.ts";

const tables = [...new Set(columns.map(({ table }) => table)), "acts"];

/** An organization's books as they were when they were kept: damage is done and undone, without triggers. */
export class Books {
  private constructor(
    private readonly sql: Sql,
    private readonly orgId: string,
  ) {}

  static async keep(sql: Sql, orgId: string): Promise<Books> {
    for (const table of tables)
      await sql.unsafe(
        `create temporary table kept_${table} as select * from ${table} where org_id = '${orgId}'`,
      );
    return new Books(sql, orgId);
  }

  /** Runs a statement with $1, the organization's id, which must change something. */
  async damage(statement: string): Promise<void> {
    let count = 0;
    await asReplica(this.sql, async (sql) => {
      ({ count } = await sql.unsafe(statement, [this.orgId]));
    });
    if (count === 0) throw new Error(`no row was damaged by: ${statement}`);
  }

  async restore(): Promise<void> {
    await asReplica(this.sql, async (sql) => {
      for (const table of tables) {
        await sql`delete from ${sql(table)} where org_id = ${this.orgId}`;
        await sql`insert into ${sql(table)} table ${sql(`kept_${table}`)}`;
      }
    });
  }
}

/** Does one of the damages to an organization, for good. */
export function plant(
  databaseUrl: string,
  { damage, orgId }: { damage: string; orgId: string },
): Promise<void> {
  const { statement } = damages[damage] ?? {};
  if (statement === undefined) throw new Error(`there is no damage ${damage}`);
  return withSql(databaseUrl, async (sql) => {
    const books = await Books.keep(sql, orgId);
    await books.damage(statement);
  });
}
