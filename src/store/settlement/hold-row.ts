import { getTableColumns } from "drizzle-orm";
import type { Hold } from "../../domain/hold.ts";
import { rowType } from "../driver/rows.ts";
import { holds } from "../schema.ts";

/** All are of one organization. */
const { orgId, ...columns } = getTableColumns(holds);

export const holdRow = rowType("written_hold", columns, (of: Hold) => [
  of.id,
  of.accountId,
  of.customerId,
  of.currency,
  of.amount.toString(),
  of.captured.toString(),
  of.remaining.toString(),
  of.state,
  of.expiresAt,
  of.onExpiry,
  of.createdAt,
]);
