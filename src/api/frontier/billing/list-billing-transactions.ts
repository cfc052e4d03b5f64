import { create } from "@bufbuild/protobuf";
import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import {
  type BillingAccount,
  type BillingTransaction,
  BillingTransactionSchema,
} from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { Currency } from "../../../domain/currency.ts";
import type { HistoryLine } from "../../../store/books/history.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageInTurn } from "../../shared/in-turn.ts";
import { unpagedOf } from "../../shared/page.ts";
import { PageTokens, placesByEntry } from "../../shared/page-token.ts";
import { momentOf, structOf, timestampOf } from "../../shared/proto.ts";
import { billingAccountIfAny } from "../billing-account.ts";
import { billingAccountMessage } from "../billing-account-message.ts";
import { directionOf, shownCurrency } from "../credits.ts";
import { isExpanded } from "../expand.ts";
import { isPaged, pageLimits } from "../page.ts";
import { shownBalanceOf } from "../shown-balance.ts";
import { shownIds } from "../shown-id.ts";

export const listBillingTransactions: Handler<typeof FrontierService.method.listBillingTransactions> = async (
  call,
  request,
) => {
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const asked = new PageTokens(call, request, placesByEntry);
  const past = asked.read(form);
  const from =
    momentOf(form, "start_range", { timestamp: request.startRange, rounded: "up" }) ??
    momentOf(form, "since", { timestamp: request.since, rounded: "up" });
  const to = momentOf(form, "end_range", { timestamp: request.endRange, rounded: "down" });
  form.done();
  const { organization } = call;
  const customer = await billingAccountIfAny(call, { billingId: request.billingId, field: "billing_id" });
  const account = customer && (await shownBalanceOf(call, customer))?.account;
  const tokens = asked.about(account?.id);
  if (customer === undefined || account === undefined) return { transactions: [] };

  const range = { orgId: customer.orgId, accountId: account.id, from, to };
  const currency = shownCurrency(organization);
  const expanded = {
    customer: isExpanded(request, "customer") ? billingAccountMessage(customer) : undefined,
    hasUser: isExpanded(request, "user"),
  };
  const page = await pageInTurn(call, {
    rowsMax,
    past,
    read: async (before, rowsMax) => {
      const lines = await call.app.history.list({ ...range, before, rowsMax }, call.signal);
      const ids = await shownIds(call, lines);
      return lines.map((line, index) => ({ line, id: ids[index] ?? line.id }));
    },
    placeOf: ({ line: { createdAt, version } }) => ({ at: createdAt, version }),
    message: ({ line, id }) => transactionMessage(line, { id, customer, currency, expanded }),
  });
  if (!isPaged(request)) return { transactions: unpagedOf(page) };
  return { transactions: page.messages, nextPageToken: tokens.write(page.next) };
};

function transactionMessage(
  line: HistoryLine,
  of: {
    id: string;
    customer: Customer;
    currency: Currency;
    expanded: { customer: BillingAccount | undefined; hasUser: boolean };
  },
): BillingTransaction {
  return create(BillingTransactionSchema, {
    id: of.id,
    customerId: of.customer.id,
    source: line.source,
    ...directionOf(line, of.currency),
    description: line.description,
    userId: line.userId,
    metadata: structOf(line.metadata),
    createdAt: timestampOf(line.createdAt),
    updatedAt: timestampOf(line.createdAt),
    ...(of.expanded.customer !== undefined && { customer: of.expanded.customer }),
    ...(of.expanded.hasUser && line.userId !== "" && { user: { id: line.userId } }),
  });
}
