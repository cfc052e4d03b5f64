import type { ServiceImpl } from "@connectrpc/connect";
import { HoldState as HoldStateMessage, type LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { pageOf, tokenOfCursor } from "../shared/page-token.ts";
import { customerNamed } from "./customer-name.ts";
import { holdMessage, holdStateMessages } from "./ledger/messages.ts";
import { choiceOf, cursorOf, pageSizeOf } from "./page.ts";

export function holdListMethods(app: App): Pick<ServiceImpl<typeof LedgerService>, "listHolds"> {
  return {
    async listHolds(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      const form = new Form();
      const customer = form.text("customer", request.customer, { charactersMax: 254 });
      const state = choiceOf(form, "state", {
        value: request.state,
        unspecified: HoldStateMessage.UNSPECIFIED,
        messages: holdStateMessages,
      });
      const rowsMax = pageSizeOf(form, request);
      const after = cursorOf(form, request);
      form.done();

      const customerId = customer === "" ? undefined : (await customerNamed(call, orgId, customer)).id;
      const asked = { orgId, customerId, state, after, rowsMax: rowsMax + 1 };
      const rows = await app.holds.list(asked, call.signal);
      const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
        tokenOfCursor({ at: last.createdAt, id: last.id }),
      );
      return { holds: page.map(holdMessage), nextPageToken };
    },
  };
}
