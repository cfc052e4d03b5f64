import {
  TransferKind as KindMessage,
  type LedgerService,
  type ListTransfersRequest,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { bytesOf } from "../../../bounds/size.ts";
import type { Transfer } from "../../../domain/recorded.ts";
import type { Account } from "../../../store/books/account.ts";
import type { TransferFilter } from "../../../store/books/transfer-filter.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageBytesMax } from "../../shared/page.ts";
import { type Places, placesByEntry } from "../../shared/page-token.ts";
import { AskedPage, type RowsAbout } from "../answer-page.ts";
import { customerIdIfNamed } from "../customer-name.ts";
import { choiceOf, pageSizeOf, periodOf, placesByTime } from "../page.ts";
import { kindMessages, transferMessage } from "./messages.ts";
import { accountNamed } from "./named-account.ts";

/** What is asked for, with whom it is about. */
interface Asked {
  readonly orgId: string;
  readonly account: Account | undefined;
  readonly customerId: string | undefined;
  /** Whom the request names, for its page tokens. */
  readonly about: string | undefined;
  readonly filter: TransferFilter;
  readonly rowsMax: number;
  readonly request: ListTransfersRequest;
}

export const listTransfers: Handler<typeof LedgerService.method.listTransfers> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const accountId = request.account === "" ? undefined : form.uuid("account", request.account);
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const filter = filterOf(form, request);
  const rowsMax = pageSizeOf(form, request);
  if (request.fromNow && !request.ascending) form.refuse("from_now", "asks for ascending, too");
  form.done();

  const account = accountId === undefined ? undefined : await accountNamed(call, orgId, accountId);
  const customerId = await customerIdIfNamed(call, orgId, customer);
  const asked = { orgId, account, customerId, about: customerId, filter, rowsMax, request };
  return request.ascending ? following(call, asked) : newestFirst(call, asked);
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
    createdBy: text("created_by", request.createdBy, 255),
    ...periodOf(form, request),
    metadata: key === undefined ? undefined : { key, value },
  };
}

/** In the order in which they were done, each page with a token. */
async function following(call: Call, { orgId, account, customerId, filter, rowsMax, request }: Asked) {
  const between = [...(account ? [account.owner] : []), ...(customerId ? [{ customerId }] : [])];
  const page = {
    orgId,
    filter: { ...filter, currency: account?.currency, between },
    token: request.pageToken,
    rowsMax,
    bytesMax: pageBytesMax,
    bytesOf: (transfer: Transfer) => bytesOf(transferMessage(transfer)),
  };
  const { followedTransfers } = call.app;
  if (request.fromNow && request.pageToken === "")
    return { transfers: [], nextPageToken: await followedTransfers.tokenOfNow(page, call.signal) };
  const { transfers, nextToken } = await followedTransfers.page(page, call.signal);
  return { transfers: transfers.map(transferMessage), nextPageToken: nextToken };
}

/** Along one customer's account where one is meant, else by time. */
async function newestFirst(call: Call, asked: Asked) {
  const { orgId, account, customerId } = asked;
  const { accounts } = call.app;
  if (account === undefined) {
    if (customerId === undefined) return byTime(call, asked, undefined);
    const theirs = await accounts.ofCustomer({ orgId, customerId }, call.signal);
    return byTime(
      call,
      asked,
      theirs.map(({ id }) => id),
    );
  }
  const { owner, currency } = account;
  if ("customerId" in owner) return alongAccount(call, asked, { accountId: account.id });
  if (customerId === undefined) {
    return byTime(call, asked, await accounts.rowIds({ orgId, owner, currency }, call.signal));
  }
  const [accountId] = await accounts.rowIds({ orgId, owner: { customerId }, currency }, call.signal);
  if (accountId === undefined) return byTime(call, asked, []);
  return alongAccount(call, { ...asked, customerId: undefined }, { accountId, counter: owner.counter });
}

async function alongAccount(call: Call, asked: Asked, of: { accountId: string; counter?: string }) {
  const { orgId, customerId, filter } = asked;
  const { accountId, counter } = of;
  const between = [...(counter ? [{ counter }] : []), ...(customerId ? [{ customerId }] : [])];
  return pageOf(call, asked, placesByEntry, {
    read: (past, rowsMax) =>
      call.app.statements.search(
        { orgId, accountId, filter: { ...filter, between }, past, rowsMax },
        call.signal,
      ),
    placeOf: ({ at, version }) => ({ at, version }),
    message: ({ transfer }) => transferMessage(transfer),
  });
}

async function byTime(call: Call, asked: Asked, accountIds: readonly string[] | undefined) {
  const { orgId, filter } = asked;
  return pageOf(call, asked, placesByTime, {
    read: (past, rowsMax) =>
      call.app.transfers.list({ orgId, filter, accountIds, past, rowsMax }, call.signal),
    placeOf: ({ place }) => place,
    message: ({ transfer }) => transferMessage(transfer),
  });
}

async function pageOf<R, P>(
  call: Call,
  { request, about }: Asked,
  places: Places<P>,
  rows: Omit<RowsAbout<R, P, ReturnType<typeof transferMessage>>, "about">,
) {
  const form = new Form();
  const page = new AskedPage(form, { call, request, places });
  form.done();
  const { messages: transfers, nextPageToken } = await page.answer({ ...rows, about });
  return { transfers, nextPageToken };
}
