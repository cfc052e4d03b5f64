import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { momentOf } from "../../shared/proto.ts";
import { customerNamed } from "../customer-name.ts";
import { accountMessage } from "./account-message.ts";

export const setLimit: Handler<typeof LedgerService.method.setLimit> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const found = await call.app.currencies.recognized(orgId, request.currency, call.signal);
  const currency = form.currency("currency", request.currency, found);
  const text = request.minimumBalance;
  const minimumBalance = text === "" ? null : (form.amount("minimum_balance", text, currency) ?? null);
  const endsAt = momentOf(form, "end_time", { timestamp: request.endTime, rounded: "up" }) ?? null;
  if (endsAt !== null && endsAt.getTime() <= Date.now()) form.refuse("end_time", "has passed already");
  form.done();

  const { id: customerId } = await customerNamed(call, orgId, customer);
  const account = await call.app.limits.set(
    { orgId, customerId, currency: currency.code },
    { minimumBalance, endsAt },
    { dryRun: request.validateOnly, signal: call.signal },
  );
  return { account: accountMessage(account) };
};
