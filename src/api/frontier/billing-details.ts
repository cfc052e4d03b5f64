import { create } from "@bufbuild/protobuf";
import {
  type BillingAccountDetails,
  BillingAccountDetailsSchema,
} from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { notFound } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "../shared/call.ts";
import { shownCurrency, unitsOf } from "./credits.ts";
import { shownBalanceOf } from "./shown-balance.ts";

/** The terms of a customer: how low its balance may go, and its days to pay. */
export async function billingDetails(
  call: Call,
  place: { organization: Organization; customer: Customer },
): Promise<BillingAccountDetails> {
  const balance = await shownBalanceOf(call, place);
  if (balance === undefined) throw notFound("customer", place.customer.id);
  return create(BillingAccountDetailsSchema, {
    creditMin: unitsOf(balance.minimumBalance, shownCurrency(place.organization)),
    dueInDays: BigInt(place.customer.dueInDays),
  });
}
