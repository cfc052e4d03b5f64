import type { BillingAccount } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { pageInTurn } from "../shared/in-turn.ts";
import { unpagedOf } from "../shared/page.ts";
import { type PageRequest, PageTokens, placesByTime } from "../shared/page-token.ts";
import { billingAccountMessage } from "./billing-account-message.ts";
import { isPaged, pageLimits } from "./page.ts";

const places = placesByTime(isUuid);

/**
 * Billing accounts, oldest first: of one organization, or of all where none is named. A request without a page is
 * answered with everything or, where that does not fit, refused.
 */
export async function billingAccountsPage(
  call: Call,
  request: PageRequest,
  of: { orgId: string | undefined; expanded?: Organization | undefined },
): Promise<{ billingAccounts: BillingAccount[]; nextPageToken: string }> {
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const tokens = new PageTokens(call, request, places);
  const past = tokens.read(form);
  form.done();

  const page = await pageInTurn(call, {
    rowsMax,
    past,
    read: (past, rowsMax) =>
      call.app.billingAccounts.list({ orgId: of.orgId, after: past, rowsMax }, call.signal),
    placeOf: ({ createdAt, id }) => ({ at: createdAt, id }),
    message: (customer) => billingAccountMessage(customer, of.expanded),
  });
  if (!isPaged(request)) return { billingAccounts: unpagedOf(page), nextPageToken: "" };
  return { billingAccounts: page.messages, nextPageToken: tokens.about(undefined).write(page.next) };
}
