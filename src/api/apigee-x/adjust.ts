import type { Money } from "../../../gen/google/type/money_pb.ts";
import type { Balance } from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { Amount } from "../../domain/amount.ts";
import { derivedIdentity } from "../../domain/operation-id.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { idempotencyKey } from "../shared/idempotency-key.ts";
import { balanceAfterChange } from "./balance.ts";
import { apigeeError } from "./errors.ts";
import { type HolderName, type Keyed, keyedHolder, unkeyedHolder } from "./holder.ts";
import { amountOfMoney, moneyFields, moneyMost } from "./money.ts";
import { unworded } from "./words.ts";

/**
 * Adjusts a balance: an adjustment above zero is taken from it, one below zero is given back, up to what the balance was
 * right after the newest credit.
 */
export async function adjust(
  call: Call,
  name: HolderName,
  of: { adjustment: Money | undefined; givesBack: boolean },
): Promise<Balance> {
  const form = new Form();
  const given = amountOfMoney(form, "adjustment", of.adjustment);
  if (given?.equals(Amount.zero) === true) form.refuse("adjustment", "must not be 0");
  const adjustment = given ?? Amount.zero;
  if (adjustment.isNegative() && !of.givesBack)
    form.refuse("adjustment", "must be above 0 for an app group; to give back, credit it");
  const key = idempotencyKey(form, call);
  form.done();

  const isPaying = !adjustment.isNegative();
  const { customerId, identity } = await holderOf(call, name, key);
  const verdict = await call.submit([
    {
      type: "transfer",
      ...identity,
      kind: "adjustment",
      amount: isPaying ? adjustment : adjustment.negated(),
      currency: of.adjustment?.currencyCode ?? "",
      customer: { text: customerId, as: "id" },
      isPaying,
      other: { counter: "adjustments" },
      isCapped: true,
      balanceMost: moneyMost,
      ...unworded,
    },
  ]);
  if (verdict.outcome === "done") return balanceAfterChange(call, customerId);
  const [{ refusal }] = verdict.refused;
  throw apigeeError(refusal, { subject: name.subject, ...moneyFields(refusal, "adjustment") });
}

function holderOf(call: Call, name: HolderName, key: string | null): Promise<Keyed> {
  if (key === null) return unkeyedHolder(call, name);
  return keyedHolder(call, name, (id) => derivedIdentity(["apigee x adjustment", id, key]));
}
