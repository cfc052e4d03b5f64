import { create } from "@bufbuild/protobuf";
import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import {
  type BillingAccount,
  type BillingTransaction,
  BillingTransactionSchema,
} from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { Currency } from "../../../domain/currency.ts";
import { Refused } from "../../../domain/refusal.ts";
import type { HistoryLine } from "../../../store/books/history.ts";
import type { Customer } from "../../../store/customers/customers.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfVersion, versionOfToken } from "../../shared/page-token.ts";
import { momentOf, structOf, timestampOf } from "../../shared/proto.ts";
import { billingAccountIfAny } from "../billing-account.ts";
import { billingAccountMessage } from "../billing-account-message.ts";
import { directionOf, shownCurrency } from "../credits.ts";
import { isExpanded } from "../expand.ts";
import { shownBalanceOf } from "../shown-balance.ts";

const pageLimits = { rowsDefault: 10_000, rowsMax: 10_000 };

export const listBillingTransactions: Handler<typeof FrontierService.method.listBillingTransactions> = async (
  call,
  request,
) => {
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const beforeVersion = versionOfToken(form, "page_token", request.pageToken);
  const from =
    momentOf(form, "start_range", { timestamp: request.startRange, rounded: "up" }) ??
    momentOf(form, "since", { timestamp: request.since, rounded: "up" });
  const to = momentOf(form, "end_range", { timestamp: request.endRange, rounded: "down" });
  form.done();
  const { organization } = call;
  const customer = await billingAccountIfAny(call, { billingId: request.billingId, field: "billing_id" });
  if (customer === undefined) return { transactions: [] };
  const balance = await shownBalanceOf(call, customer);
  if (balance?.account === undefined) return { transactions: [] };

  const range = { orgId: customer.orgId, accountId: balance.account.id, from, to, beforeVersion };
  const lines = await call.app.history.list({ ...range, rowsMax: rowsMax + 1 }, call.signal);
  const isPaged = request.pageSize > 0 || request.pageToken !== "";
  if (!isPaged && lines.length > rowsMax) throw new Refused({ reason: "RESULT_TOO_LARGE", rowsMax });
  const { page, nextPageToken } = pageOf(lines, rowsMax, (last) => tokenOfVersion(last.version));
  const currency = shownCurrency(organization);
  const expanded = {
    customer: isExpanded(request, "customer") ? billingAccountMessage(customer) : undefined,
    hasUser: isExpanded(request, "user"),
  };
  return {
    transactions: page.map((line) => transactionMessage(line, { customer, currency, expanded })),
    nextPageToken,
  };
};

function transactionMessage(
  line: HistoryLine,
  of: {
    customer: Customer;
    currency: Currency;
    expanded: { customer: BillingAccount | undefined; hasUser: boolean };
  },
): BillingTransaction {
  return create(BillingTransactionSchema, {
    id: line.transferId,
    customerId: of.customer.id,
    source: line.source,
    ...directionOf(line.amount, of.currency),
    description: line.description,
    userId: line.userId,
    metadata: structOf(line.metadata),
    createdAt: timestampOf(line.createdAt),
    updatedAt: timestampOf(line.createdAt),
    ...(of.expanded.customer !== undefined && { customer: of.expanded.customer }),
    ...(of.expanded.hasUser && line.userId !== "" && { user: { id: line.userId } }),
  });
}
