import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { type Refusal, Refused } from "../../../domain/refusal.ts";
import type {
  BillingAccountObstacle,
  CustomerFields,
} from "../../../store/customers/billing-account-creation.ts";
import type { Handler } from "../../shared/handler.ts";
import { narrowBody } from "../billing-account-body.ts";
import { emailTaken } from "../billing-account-errors.ts";
import { billingAccountMessage } from "../billing-account-message.ts";

const invoiceCurrencyDefault = "usd";

export const createBillingAccount: Handler<typeof FrontierService.method.createBillingAccount> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const fields = { invoiceCurrency: invoiceCurrencyDefault, ...narrowBody(request.body) };
  const created = await call.app.customers.createBillingAccount({ orgId, id: call.newId(), fields }, call);
  if ("obstacle" in created) throw new Refused(refusalOf(created, fields));
  return { billingAccount: billingAccountMessage(created) };
};

function refusalOf(obstacle: BillingAccountObstacle, fields: CustomerFields): Refusal {
  if (obstacle.obstacle === "email") return emailTaken(fields.email);
  const { customerId } = obstacle;
  return {
    reason: obstacle.obstacle === "active" ? "BILLING_ACCOUNT_ACTIVE" : "BILLING_ACCOUNT_OWES",
    customerId,
  };
}
