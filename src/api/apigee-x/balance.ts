import { create } from "@bufbuild/protobuf";
import { type Balance, BalanceSchema } from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { Refused } from "../../domain/refusal.ts";
import type { Wallet } from "../../store/books/wallets.ts";
import type { Call } from "../shared/call.ts";
import { moneyMost, moneyOfAmount } from "./money.ts";

/**
 * The balance of a customer, a wallet a currency; expanded, each with its id.
 *
 * @throws Refused BALANCE_OUT_OF_RANGE where a wallet holds more than google.type.Money can say.
 */
export async function balanceOfCustomer(
  call: Call,
  customerId: string,
  { expand = false } = {},
): Promise<Balance> {
  const wallets = await walletsOf(call, customerId);
  const untold = wallets.find((wallet) => !isTold(wallet));
  if (untold !== undefined)
    throw new Refused({ reason: "BALANCE_OUT_OF_RANGE", currency: untold.currency, most: moneyMost });
  return balanceMessage(wallets, { expand });
}

/**
 * The balance after a change, which was done and is never answered with an error: without wallets that other interfaces
 * have brought to more than google.type.Money can say. Its own is among them only if that was later.
 */
export async function balanceAfterChange(call: Call, customerId: string): Promise<Balance> {
  const wallets = await walletsOf(call, customerId);
  return balanceMessage(wallets.filter(isTold), { expand: false });
}

function walletsOf({ app, organization, signal }: Call, customerId: string): Promise<Wallet[]> {
  return app.wallets.list({ orgId: organization.id, customerId }, signal);
}

function isTold({ balance }: Wallet): boolean {
  return !moneyMost.isLessThan(balance) && !balance.isLessThan(moneyMost.negated());
}

function balanceMessage(wallets: readonly Wallet[], { expand }: { readonly expand: boolean }): Balance {
  return create(BalanceSchema, {
    wallets: wallets.map(({ currency, balance, lastCreditAt }) => ({
      balance: moneyOfAmount(balance, currency),
      ...(expand && { id: currency }),
      ...(lastCreditAt !== null && { lastCreditTime: BigInt(lastCreditAt.getTime()) }),
    })),
  });
}
