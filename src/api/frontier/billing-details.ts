import { create } from "@bufbuild/protobuf";
import {
  type BillingAccountDetails,
  BillingAccountDetailsSchema,
} from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { Customer } from "../../store/customers.ts";
import type { Organization } from "../../store/organizations.ts";
import type { Call } from "../shared/call.ts";
import { minimumBalanceOf, shownAccount, shownCurrency, unitsOf } from "./credits.ts";

/** The terms of a customer: how low its balance may go, and its days to pay. */
export async function billingDetails(
  call: Call,
  place: { organization: Organization; customer: Customer },
): Promise<BillingAccountDetails> {
  const minimumBalance = await minimumBalanceOf(call, place, await shownAccount(call, place));
  return create(BillingAccountDetailsSchema, {
    creditMin: unitsOf(minimumBalance, shownCurrency(place.organization)),
    dueInDays: BigInt(place.customer.dueInDays),
  });
}
