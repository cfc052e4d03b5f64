import { getTableColumns } from "drizzle-orm";
import type { Hold } from "../../domain/hold.ts";
import { rowType } from "../driver/statements/rows.ts";
import { holds } from "../schema.ts";

/** All are of one organization. */
const { orgId, ...columns } = getTableColumns(holds);

export const holdRow = rowType("written_hold", columns, (of: Hold, cells) => {
  cells.add(of.id);
  cells.add(of.accountId);
  cells.add(of.customerId);
  cells.add(of.currency);
  cells.add(of.amount.toString());
  cells.add(of.captured.toString());
  cells.add(of.remaining.toString());
  cells.add(of.state);
  cells.add(of.expiresAt);
  cells.add(of.onExpiry);
  cells.add(of.createdAt);
});
