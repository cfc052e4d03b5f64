import { create } from "@bufbuild/protobuf";
import {
  type BillingAccount,
  BillingAccountSchema,
  type Organization as OrganizationMessage,
  OrganizationSchema,
} from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { structOf, timestampOf } from "../shared/proto.ts";

/** A customer as Frontier prints it. It is always offline here: there is no payment provider. */
export function billingAccountMessage(customer: Customer, expanded?: Organization): BillingAccount {
  return create(BillingAccountSchema, {
    id: customer.id,
    orgId: customer.orgId,
    name: customer.name,
    email: customer.email,
    phone: customer.phone,
    currency: customer.invoiceCurrency,
    state: customer.state,
    taxData: customer.taxData.map(({ type, id }) => ({ type, id })),
    createdAt: timestampOf(customer.createdAt),
    updatedAt: timestampOf(customer.updatedAt),
    ...(customer.address !== null && { address: { ...customer.address } }),
    ...(customer.metadata !== null && { metadata: structOf(customer.metadata) }),
    ...(expanded !== undefined && { organization: organizationMessage(expanded) }),
  });
}

function organizationMessage({ id, name, displayName, createdAt }: Organization): OrganizationMessage {
  const at = timestampOf(createdAt);
  return create(OrganizationSchema, {
    id,
    name,
    title: displayName,
    state: "enabled",
    createdAt: at,
    updatedAt: at,
  });
}
