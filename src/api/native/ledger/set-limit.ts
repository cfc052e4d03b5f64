import type { LedgerService, SetLimitRequest } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Amount } from "../../../domain/amount.ts";
import type { Currency } from "../../../domain/currency.ts";
import { temporaryLimitsMax } from "../../../domain/limit.ts";
import { invalidField, notFound } from "../../../domain/refusal.ts";
import type { NewLimit } from "../../../store/terms/limits.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { momentOf } from "../../shared/proto.ts";
import { customerNamed } from "../customer-name.ts";
import { recognizedCurrency } from "../recognized-currency.ts";
import { accountMessage } from "./account-message.ts";

export const setLimit: Handler<typeof LedgerService.method.setLimit> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const currency = await recognizedCurrency(call, form, request.currency);
  const limit = limitOf(form, request, currency);
  form.done();

  const { id: customerId } = await customerNamed(call, orgId, customer);
  const which = { orgId, customerId, currency: currency.code };
  const options = { dryRun: request.validateOnly, by: call };
  const outcome = await call.app.limits.set(which, limit, options);
  if (outcome === undefined) throw notFound("customer", customer);
  if (outcome === "ended") throw invalidField("expire_time", "has passed already");
  if (outcome === "too many") {
    const problem = `would be one more than the ${temporaryLimitsMax} limits with an end that an account may have`;
    throw invalidField("expire_time", problem);
  }
  return { account: accountMessage(outcome) };
};

function limitOf(form: Form, request: SetLimitRequest, currency: Currency): NewLimit {
  const amount = (field: string, text: string) =>
    text === "" ? undefined : form.amount(field, text, currency);
  const captureOverdraft = captureOverdraftOf(form, request, currency);
  const minimumBalance = amount("minimum_balance", request.minimumBalance) ?? null;
  const endsAt = momentOf(form, "expire_time", { timestamp: request.expireTime, rounded: "up" });
  if (endsAt === undefined) {
    // Whoever names the overdraft alone does not mean to clear the limits beside it.
    const isOverdraftAlone = request.minimumBalance === "" && request.captureOverdraft !== undefined;
    return isOverdraftAlone ? { captureOverdraft } : { minimumBalance, endsAt: null, captureOverdraft };
  }
  if (minimumBalance !== null) return { minimumBalance, endsAt, captureOverdraft };
  if (request.minimumBalance === "")
    form.refuse("minimum_balance", "is required where there is an expire_time");
  return { minimumBalance, endsAt: null, captureOverdraft };
}

/** Undefined where it stays as it was, null where it becomes the currency's. */
function captureOverdraftOf(
  form: Form,
  { captureOverdraft }: SetLimitRequest,
  currency: Currency,
): Amount | null | undefined {
  if (captureOverdraft === undefined) return undefined;
  return captureOverdraft === "" ? null : form.limit("capture_overdraft", captureOverdraft, currency);
}
