import { create } from "@bufbuild/protobuf";
import type { Money } from "../../../gen/google/type/money_pb.ts";
import {
  type Balance,
  BalanceSchema,
  BillingType,
  type MonetizationConfig,
  MonetizationConfigSchema,
} from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { Amount } from "../../domain/amount.ts";
import type { TransferOperation } from "../../domain/command.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { apigeeError } from "./errors.ts";
import { amountOfMoney, moneyOfAmount } from "./money.ts";

/** Whose balance it is, and what errors call it. */
export interface Holder {
  readonly customer: Customer;
  /** `developer ann@example.com` */
  readonly subject: string;
}

/** How often an adjustment is worked out anew because a credit came in between. */
const attemptsMax = 50;
const idCharactersMax = 255;
const billingTypes = { prepaid: BillingType.PREPAID, postpaid: BillingType.POSTPAID } as const;

export async function balanceOfHolder(call: Call, { customer }: Holder): Promise<Balance> {
  const which = { orgId: customer.orgId, customerId: customer.id };
  const wallets = await call.app.wallets.list(which, call.signal);
  return create(BalanceSchema, {
    wallets: wallets.map(({ currency, balance, lastCredit }) => ({
      balance: moneyOfAmount(balance, currency),
      ...(lastCredit !== null && { lastCreditTime: BigInt(lastCredit.at.getTime()) }),
    })),
  });
}

/** Credits a balance. What its transaction id did before is not done again. */
export async function credit(
  call: Call,
  holder: Holder,
  request: { readonly transactionAmount?: Money | undefined; readonly transactionId: string },
): Promise<Balance> {
  const { orgId, id: customerId } = holder.customer;
  const field = "transaction_amount";
  const money = request.transactionAmount;
  const form = new Form();
  const currency = await call.app.currencies.usable(orgId, money?.currencyCode ?? "");
  const amount = amountOfMoney(form, field, { money, currency });
  if (amount !== undefined && !amount.isPositive()) form.refuse(field, "must be above 0");
  const limits = { charactersMax: idCharactersMax, required: true };
  const transactionId = form.text("transaction_id", request.transactionId, limits);
  form.done();

  const key = `customers/${customerId}/credits/${transactionId}`;
  const refusal = await submit(call, orgId, {
    ...unworded,
    id: call.operationId(key),
    key,
    kind: "credit",
    amount: amount ?? Amount.zero,
    currency: money?.currencyCode ?? "",
    from: { role: "funding" },
    to: { customerId },
  });
  if (refusal?.reason === "KEY_CONFLICT") {
    const message = `transaction ${transactionId} of ${holder.subject} was another one: ${refusal.differing.join(", ")} differ`;
    throw apigeeError(refusal, { subject: holder.subject, message });
  }
  if (refusal !== undefined) throw apigeeError(refusal, holder);
  return balanceOfHolder(call, holder);
}

/**
 * Adjusts a balance: an adjustment above zero is taken from it, one below zero is given back, up to what the balance was
 * right after the newest credit.
 */
export async function adjust(
  call: Call,
  holder: Holder,
  of: { adjustment: Money | undefined; givesBack: boolean },
): Promise<Balance> {
  const { orgId, id: customerId } = holder.customer;
  const form = new Form();
  const currencyCode = of.adjustment?.currencyCode ?? "";
  const currency = await call.app.currencies.recognized(orgId, currencyCode, call.signal);
  const amount = amountOfMoney(form, "adjustment", { money: of.adjustment, currency });
  if (amount?.equals(Amount.zero)) form.refuse("adjustment", "must not be 0");
  if (amount?.isNegative() && !of.givesBack)
    form.refuse("adjustment", "must be above 0 for an app group; to give back, credit it");
  const givenKey = form.key("idempotency-key", call.requestHeader.get("idempotency-key") ?? "");
  form.done();

  const key = givenKey === null ? null : `customers/${customerId}/adjustments/${givenKey}`;
  const operation = {
    ...unworded,
    id: call.operationId(key),
    key,
    kind: "adjustment",
    currency: currencyCode,
    ...sidesOf(amount ?? Amount.zero, customerId),
  } as const;
  const refusal = await submitAdjustment(call, { orgId, customerId, operation });
  if (refusal !== undefined) throw apigeeError(refusal, holder);
  return balanceOfHolder(call, holder);
}

const unworded = {
  type: "transfer",
  source: "apigee",
  description: "",
  userId: "",
  metadata: {},
} as const;

function sidesOf(adjustment: Amount, customerId: string): Pick<TransferOperation, "amount" | "from" | "to"> {
  const [own, other] = [{ customerId }, { role: "adjustments" }];
  return adjustment.isNegative()
    ? { amount: adjustment.negated(), from: other, to: own }
    : { amount: adjustment, from: own, to: other };
}

/** Tries until no credit comes between the look at the newest one and the decision. */
async function submitAdjustment(
  call: Call,
  of: { orgId: string; customerId: string; operation: TransferOperation },
): Promise<Refusal | undefined> {
  const { orgId, customerId, operation } = of;
  const { currency, amount } = operation;
  let refusal: Refusal | undefined;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const [wallet] = await call.app.wallets.list({ orgId, customerId, currency }, call.signal);
    if (wallet === undefined) return { reason: "NO_ACCOUNT", customerId, currency };
    const { lastCredit, funded } = wallet;
    if ("customerId" in operation.from) return submit(call, orgId, operation);
    if (lastCredit === null) {
      const largest = Amount.zero;
      return { reason: "ADJUSTMENT_TOO_LARGE", customerId, currency, largest, required: amount };
    }
    refusal = await submit(call, orgId, { ...operation, ceiling: { funded, balance: lastCredit.balance } });
    if (refusal?.reason !== "ACCOUNT_CHANGED") return refusal;
  }
  return refusal;
}

/** Books a transfer; the refusal where it was not booked. */
async function submit(call: Call, orgId: string, operation: TransferOperation) {
  const command = { orgId, operations: [operation], dryRun: false } as const;
  const verdict = await call.submit(command);
  return verdict.outcome === "refused" ? verdict.refused[0].refusal : undefined;
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
