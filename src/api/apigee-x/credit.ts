import type { Money } from "../../../gen/google/type/money_pb.ts";
import type { Balance } from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { Amount } from "../../domain/amount.ts";
import { derivedIdentity } from "../../domain/operation-id.ts";
import type { Call } from "../shared/call.ts";
import { namesThatDiffer } from "../shared/errors.ts";
import { Form } from "../shared/form.ts";
import { balanceAfterChange } from "./balance.ts";
import { apigeeError } from "./errors.ts";
import { type HolderName, keyedHolder } from "./holder.ts";
import { amountOfMoney, moneyFields, moneyMost } from "./money.ts";
import { unworded } from "./words.ts";

const idCharactersMax = 255;

/** Credits a balance. What its transaction id did before is not done again. */
export async function credit(
  call: Call,
  name: HolderName,
  request: { readonly transactionAmount?: Money | undefined; readonly transactionId: string },
): Promise<Balance> {
  const field = "transaction_amount";
  const form = new Form();
  const amount = amountOfMoney(form, field, request.transactionAmount);
  if (amount !== undefined && !amount.isPositive()) form.refuse(field, "must be above 0");
  const limits = { charactersMax: idCharactersMax, required: true };
  const transactionId = form.normalText("transaction_id", request.transactionId, limits);
  form.done();

  const { customerId, identity } = await keyedHolder(call, name, (id) =>
    derivedIdentity(["apigee x credit", id, transactionId]),
  );
  const verdict = await call.submit([
    {
      type: "transfer",
      ...identity,
      kind: "credit",
      amount: amount ?? Amount.zero,
      currency: request.transactionAmount?.currencyCode ?? "",
      customer: { text: customerId, as: "id" },
      isPaying: false,
      other: { counter: "funding" },
      balanceMost: moneyMost,
      ...unworded,
    },
  ]);
  if (verdict.outcome === "done") return balanceAfterChange(call, customerId);
  const [{ refusal }] = verdict.refused;
  const { subject } = name;
  if (refusal.reason !== "KEY_CONFLICT")
    throw apigeeError(refusal, { subject, ...moneyFields(refusal, field) });
  const message = `transaction ${transactionId} of ${subject} was another one: ${namesThatDiffer(refusal.differing)}`;
  throw apigeeError(refusal, { subject, message });
}
