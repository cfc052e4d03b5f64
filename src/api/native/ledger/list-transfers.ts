import {
  TransferKind as KindMessage,
  type LedgerService,
  type ListTransfersRequest,
  type Transfer as TransferMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Account } from "../../../store/accounts.ts";
import type { TransferFilter } from "../../../store/transfer-filter.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readOpenPage, readPage } from "../../shared/page.ts";
import { PageTokens, placesByVersion } from "../../shared/page-token.ts";
import { customerNamed } from "../customer-name.ts";
import { choiceOf, pageSizeOf, periodOf, placeByTime, placesByTime } from "../page.ts";
import { kindMessages, transferMessage } from "./messages.ts";
import { accountNamed } from "./named-account.ts";

/** What to list, in which order, and where to go on. */
interface Listing {
  readonly orgId: string;
  readonly filter: TransferFilter;
  readonly ascending: boolean;
  readonly rowsMax: number;
  readonly request: ListTransfersRequest;
}

interface Page {
  readonly transfers: TransferMessage[];
  readonly nextPageToken: string;
}

export const listTransfers: Handler<typeof LedgerService.method.listTransfers> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const accountId = request.account === "" ? undefined : form.uuid("account", request.account);
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const filter = filterOf(form, request);
  const rowsMax = pageSizeOf(form, request);
  form.done();

  const account = accountId === undefined ? undefined : await accountNamed(call, orgId, accountId);
  const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
  const { ascending } = request;
  return pageFor(call, { orgId, filter, ascending, rowsMax, request }, { account, customerId });
};

function filterOf(form: Form, request: ListTransfersRequest): TransferFilter {
  const text = (field: string, value: string, charactersMax: number) =>
    form.text(field, value, { charactersMax }) || undefined;
  const key = text("metadata_key", request.metadataKey, 255);
  const value = text("metadata_value", request.metadataValue, 1_024);
  if (value !== undefined && key === undefined)
    form.refuse("metadata_key", "is required with metadata_value");
  const kind = choiceOf(form, "kind", {
    value: request.kind,
    unspecified: KindMessage.UNSPECIFIED,
    messages: kindMessages,
  });
  return {
    kind,
    source: text("source", request.source, 255),
    ...periodOf(form, request),
    metadata: key === undefined ? undefined : { key, value },
  };
}

/** The way to the page: along one account's versions where one account is meant, else by time. */
async function pageFor(
  call: Call,
  listing: Listing,
  named: { account: Account | undefined; customerId: string | undefined },
): Promise<Page> {
  const { account, customerId } = named;
  const { orgId } = listing;
  const { accounts } = call.app;
  if (account === undefined) {
    if (customerId === undefined) return pageByTime(call, listing, undefined);
    return pageByTime(call, listing, await accounts.idsOfCustomer({ orgId, customerId }, call.signal));
  }
  const owner = customerId === undefined ? account.owner : { customerId };
  const ids = await accounts.rowIds({ orgId, owner, currency: account.currency }, call.signal);
  if ("role" in owner) return pageByTime(call, listing, ids);
  const [accountId] = ids;
  if (accountId === undefined) return { transfers: [], nextPageToken: "" };
  if (accountId === account.id) return pageByVersion(call, listing, accountId);
  const accountIds = await accounts.rowIds({ orgId, ...account }, call.signal);
  return pageByVersion(call, { ...listing, filter: { ...listing.filter, accountIds } }, accountId);
}

async function pageByVersion(call: Call, listing: Listing, accountId: string): Promise<Page> {
  const { request, rowsMax, ...of } = listing;
  const tokens = new PageTokens(call, request, placesByVersion);
  const form = new Form();
  const past = tokens.read(form);
  form.done();
  const page = await readPage({
    rowsMax,
    past,
    read: (pastVersion, rowsMax) =>
      call.app.statements.lines({ ...of, accountId, pastVersion, rowsMax }, call.signal),
    placeOf: ({ version }) => version,
    message: ({ transfer }) => transferMessage(transfer),
  });
  return { transfers: page.messages, nextPageToken: tokens.write(page.next) };
}

async function pageByTime(
  call: Call,
  listing: Listing,
  accountIds: readonly string[] | undefined,
): Promise<Page> {
  const { request, rowsMax, ...of } = listing;
  const tokens = new PageTokens(call, request, placesByTime);
  const form = new Form();
  const past = tokens.read(form);
  form.done();
  const { messages, next } = await readOpenPage({
    rowsMax,
    past,
    read: async (past, rowsMax) => {
      const page = await call.app.transfers.list({ ...of, accountIds, past, rowsMax }, call.signal);
      return { rows: page.transfers, next: page.next };
    },
    placeOf: placeByTime,
    message: transferMessage,
  });
  return { transfers: messages, nextPageToken: tokens.write(next) };
}
