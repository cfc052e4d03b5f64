import {
  TransferKind as KindMessage,
  type LedgerService,
  type ListTransfersRequest,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Transfer } from "../../../domain/recorded.ts";
import type { Account } from "../../../store/accounts.ts";
import type { TransferFilter } from "../../../store/books/transfer-filter.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfCursor, tokenOfVersion, versionOfToken } from "../../shared/page-token.ts";
import { customerNamed } from "../customer-name.ts";
import { choiceOf, cursorOf, pageSizeOf, periodOf } from "../page.ts";
import { kindMessages, transferMessage } from "./messages.ts";
import { accountNamed } from "./named-account.ts";

/** What to list, in which order, and where to go on. */
interface Listing {
  readonly orgId: string;
  readonly filter: TransferFilter;
  readonly ascending: boolean;
  readonly rowsMax: number;
  readonly pageToken: string;
}

interface Page {
  readonly transfers: readonly Transfer[];
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
  const { ascending, pageToken } = request;
  const listing = { orgId, filter, ascending, rowsMax, pageToken };
  const { transfers, nextPageToken } = await pageFor(call, listing, { account, customerId });
  return { transfers: transfers.map(transferMessage), nextPageToken };
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
  const { pageToken, rowsMax, ...of } = listing;
  const form = new Form();
  const pastVersion = versionOfToken(form, "page_token", pageToken);
  form.done();
  const asked = { ...of, accountId, pastVersion, rowsMax: rowsMax + 1 };
  const lines = await call.app.statements.lines(asked, call.signal);
  const { page, nextPageToken } = pageOf(lines, rowsMax, ({ version }) => tokenOfVersion(version));
  return { transfers: page.map(({ transfer }) => transfer), nextPageToken };
}

async function pageByTime(
  call: Call,
  listing: Listing,
  accountIds: readonly string[] | undefined,
): Promise<Page> {
  const form = new Form();
  const past = cursorOf(form, listing);
  form.done();
  const { transfers, next } = await call.app.transfers.list({ ...listing, accountIds, past }, call.signal);
  return { transfers, nextPageToken: next === undefined ? "" : tokenOfCursor(next) };
}
