import { create } from "@bufbuild/protobuf";
import {
  type BillingAccountDetails,
  BillingAccountDetailsSchema,
} from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { notFound } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import type { Call } from "../shared/call.ts";
import { shownCurrency, unitsOf } from "./credits.ts";
import { shownBalanceOf } from "./shown-balance.ts";

/** The terms of a customer: how low its balance may go, and its days to pay. */
export async function billingDetails(call: Call, customer: Customer): Promise<BillingAccountDetails> {
  const balance = await shownBalanceOf(call, customer);
  if (balance === undefined) throw notFound("customer", customer.id);
  return create(BillingAccountDetailsSchema, {
    creditMin: unitsOf(balance.minimumBalance, shownCurrency(call.organization)),
    dueInDays: BigInt(customer.dueInDays),
  });
}
