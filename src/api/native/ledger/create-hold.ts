import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountHolder } from "../customer-name.ts";
import { ttlOf } from "./hold-change.ts";
import { receiptMessage } from "./messages.ts";
import { submitOne } from "./submit.ts";

const ttlMsDefault = 15 * 60_000;

export const createHold: Handler<typeof LedgerService.method.createHold> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const found = await call.app.currencies.usable(orgId, request.currency);
  const currency = form.currency("currency", request.currency, found);
  const key = form.key("key", request.key);
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const words = {
    type: "hold",
    id: call.operationId(key),
    key,
    amount: form.positiveAmount("amount", request.amount, currency),
    currency: currency.code,
    ttlMs: ttlOf(form, request.ttl) ?? ttlMsDefault,
    source: form.text("source", request.source, { charactersMax: 255 }),
    description: form.text("description", request.description, { charactersMax: 1_024 }),
    userId: form.text("user_id", request.userId, { charactersMax: 255 }),
    metadata: form.metadata("metadata", request.metadata),
  } as const;
  form.done();
  const customerId = await accountHolder(call, orgId, { name: customer, currency: currency.code });
  const operation = { ...words, customerId };
  return {
    receipt: receiptMessage(await submitOne(call, { orgId, operation, dryRun: request.validateOnly })),
  };
};
