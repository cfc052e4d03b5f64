import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../driver/statements/statement.ts";
import type { WrittenAccount } from "./outcome.ts";

/** How an INSERT … SELECT gets its organization. */
export interface Home {
  /** Its id. */
  readonly org: SQL;
  /** What stands in FROM before the rows. */
  readonly before: SQL;
}

/**
 * The organization, read from a customer's row, so that a distributed database runs the INSERT on the node of that row.
 * Rows that come from parameters alone pass through the coordinator instead. Then every error is an internal one, and not what
 * the node says, such as a duplicate key; and the commit has two phases, of which the node's comes last, so a caller might not
 * find what was acknowledged. The customer must exist: without that row nothing is inserted.
 */
export function homeOf(customer: { org: Placeholder | string; id: Placeholder | string }): Home {
  return {
    org: sql`home`,
    before: sql`(select org_id as home from customers
      where org_id = ${customer.org}::uuid and id = ${customer.id}::uuid) as c cross join `,
  };
}

const [org, customer] = [sql.placeholder("org"), sql.placeholder("customer")];
const alone: Home = { org: sql`${org}::uuid`, before: sql`` };
const spread = homeOf({ org, id: customer });

/** A customer of the batch for `homeOf`. Every batch writes an account of one. Null where the tables are not spread. */
export function customerOf(
  accounts: readonly Pick<WrittenAccount, "account">[],
  isDistributed: boolean,
): string | null {
  if (!isDistributed) return null;
  for (const { account } of accounts) {
    if ("customerId" in account.owner) return account.owner.customerId;
  }
  throw new Error("nothing is written of a customer");
}

/** A statement as it is asked of a database that may be distributed, or of one that is not. */
export type InsertStatement<N extends string> = (isDistributed: boolean) => Statement<N>;

/** Makes both texts of a statement once. */
export function insertStatement<N extends string>(
  insert: (home: Home) => SQL,
): InsertStatement<N | "customer"> {
  const ofAlone = statement<N | "customer">(insert(alone));
  const ofSpread = statement<N | "customer">(insert(spread));
  return (isDistributed) => (isDistributed ? ofSpread : ofAlone);
}
