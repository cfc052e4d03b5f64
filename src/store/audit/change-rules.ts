import { sql } from "drizzle-orm";
import type { Rule } from "./inspection.ts";

/** What must be true of an operation beside the batch that did it. */
export const changeRules: Readonly<Record<string, Rule>> = {
  CHANGE_WITHOUT_OPERATION: {
    broken: sql`kind is null and changed_id is not null`,
    says: sql`format('batch %s did operation %s, which does not exist', position, changed_id)`,
  },
  OPERATION_WITHOUT_CHANGE: {
    broken: sql`changed_id is null and not is_payee`,
    says: sql`'no batch says that it did the operation'`,
  },
  OPERATION_TIME: {
    // What is imported keeps the time that it had.
    broken: sql`not is_payee and (created_at > changed_at or created_at < changed_at and not is_imported)`,
    says: sql`format('the operation has the time %s; its batch has %s', created_at, changed_at)`,
  },
  CHANGE_ORDER: {
    broken: sql`(position, ordinal) <= (position_before, ordinal_before)`,
    says: sql`format('sequence %s was done in batch %s as number %s, after batch %s with number %s', sequence, position,
      ordinal, position_before, ordinal_before)`,
  },
};
