import { sql } from "drizzle-orm";
import { array } from "../../../store/driver/arrays.ts";
import type { Orm } from "../../../store/driver/orm.ts";
import { mustWrite } from "./counted.ts";
import type { Moment } from "./moment.ts";

/** Tells whoever follows the organization what a transaction did. */
export async function writeChange(
  orm: Orm,
  { at, xid, position }: Moment,
  done: { orgId: string; operations: readonly string[]; limited: readonly string[] },
): Promise<void> {
  const written = await orm.execute(sql`
    insert into changes (org_id, xid, position, at, operations, limited)
    values (${done.orgId}::uuid, ${xid}::xid8, ${position}::bigint, ${at.toISOString()}::timestamptz,
      ${array(done.operations, "uuid")}, ${array(done.limited, "uuid")})`);
  mustWrite(written, 1, "changes");
}
