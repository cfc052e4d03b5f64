import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { invalidField } from "../../../domain/refusal.ts";
import type { Line } from "../../../store/statements.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens, placesByVersion } from "../../shared/page-token.ts";
import { pageSizeOf, periodOf } from "../page.ts";
import { transferMessage } from "./messages.ts";
import { accountNamed } from "./named-account.ts";
import { postedText } from "./posted-text.ts";

export const listEntries: Handler<typeof LedgerService.method.listEntries> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const accountId = form.uuid("account", request.account);
  const { from, to } = periodOf(form, request);
  const rowsMax = pageSizeOf(form, request);
  const tokens = new PageTokens(call, request, placesByVersion);
  const past = tokens.read(form) ?? 0;
  form.done();

  const account = await accountNamed(call, orgId, accountId);
  if ("role" in account.owner) {
    throw invalidField("account", `is the counter-account ${account.owner.role}; list its transfers instead`);
  }
  const of = { orgId, accountId };
  const [opening, closing] = await Promise.all([
    from && call.app.statements.totals({ ...of, before: from }, call.signal),
    call.app.statements.totals({ ...of, before: to }, call.signal),
  ]);
  // The lines between the two, so that they add up whatever is booked meanwhile.
  const page = await readPage({
    rowsMax,
    past: Math.max(past, opening?.version ?? 0),
    read: (pastVersion, rowsMax) => {
      const lines = { ...of, ascending: true, pastVersion, lastVersion: closing?.version ?? 0, rowsMax };
      return call.app.statements.lines(lines, call.signal);
    },
    placeOf: ({ version }) => version,
    message: entryMessage,
  });
  return {
    openingBalance: postedText(opening),
    entries: page.messages,
    closingBalance: postedText(closing),
    nextPageToken: tokens.write(page.next),
  };
};

function entryMessage({ version, amount, posted, transfer }: Line) {
  return {
    version: BigInt(version),
    amount: amount.toString(),
    posted: posted.toString(),
    transfer: transferMessage(transfer),
  };
}
