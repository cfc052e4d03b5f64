import { create } from "@bufbuild/protobuf";
import {
  BillingType,
  type MonetizationConfig,
  MonetizationConfigSchema,
} from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import { Form } from "../shared/form.ts";

const billingTypes = { prepaid: BillingType.PREPAID, postpaid: BillingType.POSTPAID } as const;

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
