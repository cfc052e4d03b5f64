import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { invalidField } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf, tokenOfVersion, versionOfToken } from "../../shared/page-token.ts";
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
  const pastVersion = versionOfToken(form, "page_token", request.pageToken) ?? 0;
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
  const lines = await call.app.statements.lines(
    {
      ...of,
      ascending: true,
      pastVersion: Math.max(pastVersion, opening?.version ?? 0),
      lastVersion: closing?.version ?? 0,
      rowsMax: rowsMax + 1,
    },
    call.signal,
  );
  const { page, nextPageToken } = pageOf(lines, rowsMax, ({ version }) => tokenOfVersion(version));
  return {
    openingBalance: postedText(opening),
    entries: page.map(({ version, amount, posted, transfer }) => ({
      version: BigInt(version),
      amount: amount.toString(),
      posted: posted.toString(),
      transfer: transferMessage(transfer),
    })),
    closingBalance: postedText(closing),
    nextPageToken,
  };
};
