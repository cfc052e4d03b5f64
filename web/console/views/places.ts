import { hrefOf } from "../app/location.ts";
import { filled } from "../app/paths.ts";

/** Where views link to each other. */

/** @param more behind the customer, such as `/statement` */
export function customerHref(organization: string, customer: string, more = ""): string {
  return hrefOf(filled(`organizations/:organization/customers/:customer${more}`, { organization, customer }));
}

export function refusalHref(organization: string, customer: string, refusal: string): string {
  return hrefOf(
    filled("organizations/:organization/customers/:customer/refusals/:refusal", {
      organization,
      customer,
      refusal,
    }),
  );
}

export function transferHref(organization: string, transfer: string): string {
  return hrefOf(filled("organizations/:organization/transfers/:transfer", { organization, transfer }));
}
