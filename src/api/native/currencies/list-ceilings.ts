import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens, placesByName } from "../../shared/page-token.ts";
import { pageSizeOf } from "../page.ts";
import { ceilingMessage } from "./ceiling-message.ts";

export const listCeilings: Handler<typeof CurrencyService.method.listCeilings> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const rowsMax = pageSizeOf(form, request);
  const tokens = new PageTokens(call, request, placesByName);
  const past = tokens.read(form);
  form.done();

  const page = await readPage({
    rowsMax,
    past,
    read: (past, rowsMax) => call.app.ceilings.page({ orgId, after: past, rowsMax }, call.signal),
    placeOf: ({ currency }) => currency,
    message: ceilingMessage,
  });
  return { ceilings: page.messages, nextPageToken: tokens.write(page.next) };
};
