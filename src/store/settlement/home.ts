import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../driver/statement.ts";
import type { WrittenAccount } from "./outcome.ts";

/** How an INSERT … SELECT is told the organization. */
export interface Home {
  /** Its id. */
  readonly org: SQL;
  /** What stands in FROM before the rows. */
  readonly before: SQL;
}

/**
 * The organization of a customer's row. Where tables are spread over nodes, rows that come from parameters alone pass
 * through the coordinator: all that goes wrong there is an internal error, and not what the node says of it, such as a key
 * that is there already; and the transaction is prepared and then committed, the node after the coordinator, so that who is
 * answered may not find it yet. Beside a row of their organization they are inserted where that is. The row must be there: of
 * none nothing is inserted.
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

/** A customer to insert beside: each operation and each hold is one's, whose account is written. Null where none is needed. */
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
