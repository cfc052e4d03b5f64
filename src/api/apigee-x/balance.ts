import { create } from "@bufbuild/protobuf";
import {
  type Balance,
  BalanceSchema,
  BillingType,
  type MonetizationConfig,
  MonetizationConfigSchema,
} from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { moneyOfAmount } from "./money.ts";

const billingTypes = { prepaid: BillingType.PREPAID, postpaid: BillingType.POSTPAID } as const;

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

export function configOf({ billingType }: Customer): MonetizationConfig {
  return create(MonetizationConfigSchema, { billingType: billingTypes[billingType] });
}

export function billingTypeOf(config: MonetizationConfig | undefined): Customer["billingType"] {
  const form = new Form();
  const asked = config?.billingType ?? BillingType.BILLING_TYPE_UNSPECIFIED;
  const isKnown = asked === BillingType.PREPAID || asked === BillingType.POSTPAID;
  if (!isKnown) form.refuse("body.billing_type", "must be PREPAID or POSTPAID");
  form.done();
  return asked === BillingType.POSTPAID ? "postpaid" : "prepaid";
}
