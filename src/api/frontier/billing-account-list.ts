import type { BillingAccount } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { Refused } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { cursorOfToken, pageOf, tokenOfCursor } from "../shared/page-token.ts";
import { billingAccountMessage } from "./billing-account-message.ts";

const pageLimits = { rowsDefault: 10_000, rowsMax: 10_000 };

/**
 * Billing accounts, oldest first: of one organization, or of all where none is named. A request without a page is
 * answered with everything or, where that does not fit, refused.
 */
export async function billingAccountsPage(
  call: Call,
  request: { readonly pageSize: number; readonly pageToken: string },
  of: { orgId: string | undefined; expanded?: Organization | undefined },
): Promise<{ billingAccounts: BillingAccount[]; nextPageToken: string }> {
  const { pageSize, pageToken } = request;
  const form = new Form();
  const rowsMax = form.pageSize("page_size", pageSize, pageLimits);
  const after = cursorOfToken(form, "page_token", pageToken, isUuid);
  form.done();

  const asked = { orgId: of.orgId, after, rowsMax: rowsMax + 1 };
  const rows = await call.app.billingAccounts.list(asked, call.signal);
  const isPaged = pageSize > 0 || pageToken !== "";
  if (!isPaged && rows.length > rowsMax) throw new Refused({ reason: "RESULT_TOO_LARGE", rowsMax });
  const { page, nextPageToken } = pageOf(rows, rowsMax, ({ createdAt, id }) =>
    tokenOfCursor({ at: createdAt, id }),
  );
  return {
    billingAccounts: page.map((customer) => billingAccountMessage(customer, of.expanded)),
    nextPageToken,
  };
}
