import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { invalidField } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { placesByEntry } from "../../shared/page-token.ts";
import { AskedPage } from "../answer-page.ts";
import { periodOf } from "../page.ts";
import { entryMessage } from "./entry-message.ts";
import { accountNamed } from "./named-account.ts";
import { postedText } from "./posted-text.ts";

export const listEntries: Handler<typeof LedgerService.method.listEntries> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const accountId = form.uuid("account", request.account);
  const { from, to } = periodOf(form, request);
  const page = new AskedPage(form, { call, request, places: placesByEntry });
  form.done();

  const { owner, currency } = await accountNamed(call, orgId, accountId);
  if ("counter" in owner) {
    throw invalidField("account", `is the counter-account ${owner.counter}; list its transfers instead`);
  }
  const { customerId } = owner;
  const books = { orgId, customerId, currency };
  const [opening, last] = await Promise.all([
    from && call.app.statements.totals(books, from, call.signal),
    call.app.statements.totals(books, to, call.signal),
  ]);
  // The lines between the two, so that they add up whatever is booked meanwhile.
  const { messages: entries, nextPageToken } = await page.answer({
    about: undefined,
    read: async (past, rowsMax) => {
      if (last === undefined) return [];
      return call.app.statements.lines(
        { orgId, accountId, ascending: true, past: past ?? opening, last, rowsMax },
        call.signal,
      );
    },
    placeOf: ({ at, version }) => ({ at, version }),
    message: (line) => entryMessage({ accountId, customerId }, line),
  });
  return {
    openingBalance: postedText(opening),
    entries,
    closingBalance: postedText(last),
    nextPageToken,
  };
};
