import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { BillingAccountRequestBody } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { App } from "../../app.ts";
import { Amount } from "../../domain/amount.ts";
import { currencyOf } from "../../domain/currency.ts";
import { type Refusal, Refused } from "../../domain/refusal.ts";
import type { BillingAccountObstacle, CustomerFields } from "../../store/customers.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { billingAccountFor } from "./billing-account.ts";
import { billingAccountMessage } from "./billing-account-message.ts";
import { shownAccount, shownCurrency, unitsOf } from "./credits.ts";

type Methods = "createBillingAccount" | "getBillingAccount" | "listBillingAccounts";

const accountsMax = 10_000;
const taxIdsMax = 100;

export function billingAccountMethods(app: App): Pick<ServiceImpl<typeof FrontierService>, Methods> {
  return {
    async createBillingAccount(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.orgId, field: "org_id" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const fields = fieldsOf(request.body);
      const created = await app.customers.createBillingAccount({ orgId, id: uuidv7(), fields }, call.signal);
      if ("obstacle" in created) throw new Refused(refusalOf(created, fields));
      return { billingAccount: billingAccountMessage(created) };
    },

    async getBillingAccount(request, context) {
      const call = callOf(app, context);
      const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
      const place = await billingAccountFor(call, names, "reader");
      const { organization, customer } = place;
      const expanded = request.expand.includes("organization") ? organization : undefined;
      const billingAccount = billingAccountMessage(customer, expanded);
      if (!request.withBillingDetails) return { billingAccount };
      const minimum = (await shownAccount(call, place))?.minimumBalance ?? Amount.zero;
      const creditMin = unitsOf(minimum, shownCurrency(organization));
      return { billingAccount, billingDetails: { creditMin, dueInDays: BigInt(customer.dueInDays) } };
    },

    async listBillingAccounts(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.orgId, field: "org_id" };
      const organization = await organizationFor(call, name, "reader");
      const rows = await app.customers.listBillingAccounts(
        { orgId: organization.id, rowsMax: accountsMax + 1 },
        call.signal,
      );
      if (rows.length > accountsMax) throw new Refused({ reason: "RESULT_TOO_LARGE", rowsMax: accountsMax });
      const expanded = request.expand.includes("organization") ? organization : undefined;
      return { billingAccounts: rows.map((customer) => billingAccountMessage(customer, expanded)) };
    },
  };
}

function fieldsOf(body: BillingAccountRequestBody | undefined): CustomerFields {
  const form = new Form();
  if (body === undefined) form.refuse("body", "is required");
  const text = (name: string, value = "", charactersMax = 255) =>
    form.text(`body.${name}`, value, { charactersMax });
  const invoiceCurrency = (body?.currency || "usd").toLowerCase();
  if (currencyOf(invoiceCurrency.toUpperCase()) === undefined || invoiceCurrency === "vc") {
    form.refuse("body.currency", "is not an ISO 4217 code such as usd");
  }
  if ((body?.taxData.length ?? 0) > taxIdsMax)
    form.refuse("body.tax_data", `has more than ${taxIdsMax} tax ids`);
  const { address } = body ?? {};
  const fields = {
    name: text("name", body?.name),
    email: form.email("body.email", body?.email ?? ""),
    phone: text("phone", body?.phone, 64),
    invoiceCurrency,
    taxData: (body?.taxData ?? []).slice(0, taxIdsMax).map(({ type, id }, index) => ({
      type: text(`tax_data[${index}].type`, type),
      id: text(`tax_data[${index}].id`, id),
    })),
    address:
      address === undefined
        ? null
        : {
            line1: text("address.line1", address.line1),
            line2: text("address.line2", address.line2),
            city: text("address.city", address.city),
            state: text("address.state", address.state),
            postalCode: text("address.postal_code", address.postalCode),
            country: text("address.country", address.country),
          },
    metadata: body?.metadata === undefined ? null : form.metadata("body.metadata", body.metadata),
  };
  form.done();
  return fields;
}

function refusalOf(obstacle: BillingAccountObstacle, fields: CustomerFields): Refusal {
  if (obstacle.obstacle === "email") {
    return { reason: "ALREADY_EXISTS", resource: "customer", field: "email", name: fields.email };
  }
  const { customerId } = obstacle;
  return {
    reason: obstacle.obstacle === "active" ? "BILLING_ACCOUNT_ACTIVE" : "BILLING_ACCOUNT_OWES",
    customerId,
  };
}
