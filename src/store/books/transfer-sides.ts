import { and, eq } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { accounts, transfers } from "../schema.ts";

/** The account that a transfer went from. */
export const fromAccount = alias(accounts, "from_account");
export const isFromAccount = and(
  eq(fromAccount.orgId, transfers.orgId),
  eq(fromAccount.id, transfers.fromAccountId),
);

/** The account that it went to. */
export const toAccount = alias(accounts, "to_account");
export const isToAccount = and(eq(toAccount.orgId, transfers.orgId), eq(toAccount.id, transfers.toAccountId));
