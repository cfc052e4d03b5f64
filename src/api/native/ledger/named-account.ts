import { notFound } from "../../../domain/refusal.ts";
import type { Account } from "../../../store/books/account.ts";
import type { Call } from "../../shared/call.ts";

/** The account of an id. NOT_FOUND where there is none. */
export async function accountNamed(call: Call, orgId: string, id: string): Promise<Account> {
  const account = await call.app.accounts.find({ orgId, id }, call.signal);
  if (account === undefined) throw notFound("account", id);
  return account;
}
