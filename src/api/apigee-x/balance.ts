import { create } from "@bufbuild/protobuf";
import { type Balance, BalanceSchema } from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import type { Call } from "../shared/call.ts";
import { moneyOfAmount } from "./money.ts";

/** The balance of a customer, a wallet a currency; expanded, each with its id. */
export async function balanceOfCustomer(
  call: Call,
  customerId: string,
  { expand = false } = {},
): Promise<Balance> {
  const which = { orgId: call.organization.id, customerId };
  const wallets = await call.app.wallets.list(which, call.signal);
  return create(BalanceSchema, {
    wallets: wallets.map(({ currency, balance, lastCreditAt }) => ({
      balance: moneyOfAmount(balance, currency),
      ...(expand && { id: currency }),
      ...(lastCreditAt !== null && { lastCreditTime: BigInt(lastCreditAt.getTime()) }),
    })),
  });
}
