import { and, asc, isNull, type SQL } from "drizzle-orm";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { customers } from "../schema.ts";

/** The customers that a condition wants, oldest first. Deleted ones are in no list. */
export async function listCustomers(
  orm: Orm,
  isWanted: SQL | undefined,
  { after, rowsMax }: { after?: Cursor | undefined; rowsMax: number },
): Promise<(typeof customers.$inferSelect)[]> {
  const { createdAt, id, deletedAt } = customers;
  const isPast = after && isAt([createdAt, id], ">", after);
  return orm
    .select()
    .from(customers)
    .where(and(isWanted, isNull(deletedAt), isPast))
    .orderBy(asc(createdAt), asc(id))
    .limit(rowsMax);
}
