import {
  ExpiryPolicy as ExpiryMessage,
  type LedgerService,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { ExpiryPolicy } from "../../../domain/hold.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { ttlOf } from "./hold-change.ts";
import { receiptMessage } from "./messages.ts";
import { descriptionOf, sourceOf, userIdOf } from "./operation-fields.ts";
import { submitOne } from "./submit.ts";
import { customerName } from "./transfer-request.ts";

const expiryPolicies: Partial<Record<ExpiryMessage, ExpiryPolicy>> = {
  [ExpiryMessage.UNSPECIFIED]: "release",
  [ExpiryMessage.RELEASE]: "release",
  [ExpiryMessage.CAPTURE]: "capture",
};

export const createHold: Handler<typeof LedgerService.method.createHold> = async (call, request) => {
  const form = new Form();
  const identity = call.identity(form.key("key", request.key));
  const amount = form.positiveAmount("amount", request.amount);
  const minimumAmount =
    request.minimumAmount === "" ? null : form.positiveAmount("minimum_amount", request.minimumAmount);
  if (minimumAmount !== null && amount.isLessThan(minimumAmount))
    form.refuse("minimum_amount", "is more than the amount");
  const onExpiry = expiryPolicies[request.onExpiry];
  if (onExpiry === undefined) form.refuse("on_expiry", "is not a policy");
  const operation = {
    type: "hold",
    ...identity,
    customer: customerName(form, "customer", request.customer),
    amount,
    minimumAmount,
    currency: form.currencyCode("currency", request.currency),
    ttlMs: ttlOf(form, request.ttl) ?? null,
    onExpiry: onExpiry ?? "release",
    source: sourceOf(form, request.source),
    description: descriptionOf(form, request.description),
    userId: userIdOf(form, request.userId),
    metadata: form.metadata("metadata", request.metadata),
  } as const;
  form.done();
  return { receipt: receiptMessage(await submitOne(call, operation, request.validateOnly)) };
};
