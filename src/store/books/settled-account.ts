import { and, eq, sql } from "drizzle-orm";
import { customerAccount } from "../../domain/account.ts";
import type { Database } from "../driver/database.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { accounts } from "../schema.ts";
import { type Account, readAccount, selectAccounts } from "./account.ts";
import type { AccountBooks } from "./moments.ts";
import { readSettled, type Settler } from "./settler.ts";

const org = sql`${sql.placeholder("org")}::uuid`;

const accountIn = keptQuery((orm) =>
  selectAccounts(orm, org)
    .where(
      and(
        sql`${accounts.orgId} = ${org}`,
        eq(accounts.customerId, sql.placeholder("customerId")),
        eq(accounts.currency, sql.placeholder("currency")),
      ),
    )
    .limit(1)
    .prepare("account_in"),
);

/** The account of some books, once nothing is due in it; undefined where there is none yet. */
export function settledAccount(
  of: { readonly database: Database; readonly settler: Settler },
  { orgId, customerId, currency }: AccountBooks,
  signal?: AbortSignal,
): Promise<Account | undefined> {
  const read = async () => {
    const [row] = await accountIn(of.database.keyed()).execute({ org: orgId, customerId, currency });
    return row && readAccount(row);
  };
  return readSettled({ settler: of.settler, orgId, signal }, read, (account) =>
    account?.isUnsettled ? [customerAccount(customerId, currency)] : [],
  );
}
