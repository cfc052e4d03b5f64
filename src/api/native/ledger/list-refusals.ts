import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Refusal } from "../../../../gen/tallystick/v1/refusal_pb.ts";
import { suggestion } from "../../../bounds/suggestion.ts";
import { notedReasons } from "../../../domain/refusal-note.ts";
import type { KeptRefusal } from "../../../store/refusals/refusal-reader.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { timestampOf, type Whole } from "../../shared/proto.ts";
import { AskedPage } from "../answer-page.ts";
import { customerIdIfNamed } from "../customer-name.ts";
import { periodOf, placesByTime } from "../page.ts";
import { operationKindMessages } from "./operation-kind.ts";

export const listRefusals: Handler<typeof LedgerService.method.listRefusals> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const reason = reasonOf(form, request.reason);
  const period = periodOf(form, request);
  const page = new AskedPage(form, { call, request, places: placesByTime });
  form.done();

  const customerId = await customerIdIfNamed(call, orgId, customer);
  const { messages: refusals, nextPageToken } = await page.answer({
    about: customerId,
    read: (past, rowsMax) =>
      call.app.refusalReader.list(
        { orgId, customerId, reason, ...period, after: past, rowsMax },
        call.signal,
      ),
    placeOf: ({ at, id }) => ({ at, id }),
    message: refusalMessage,
  });
  return { refusals, nextPageToken };
};

/** The reason by which the list is narrowed, if at all. One that is never noted would pass for one that never came. */
function reasonOf(form: Form, text: string): string | undefined {
  const reason = form.text("reason", text, { charactersMax: 64 });
  if (reason === "") return undefined;
  if (!notedReasons.includes(reason))
    form.refuse(
      "reason",
      `is not a reason for which an operation is refused, such as INSUFFICIENT_FUNDS${suggestion(reason, notedReasons)}`,
    );
  return reason;
}

function refusalMessage(kept: KeptRefusal): Whole<Refusal> {
  return {
    $typeName: "tallystick.v1.Refusal",
    id: kept.id,
    createTime: timestampOf(kept.at),
    reason: kept.reason,
    figures: { ...kept.figures },
    kind: operationKindMessages[kept.kind],
    customerId: kept.customerId ?? "",
    key: kept.key ?? "",
    createdBy: kept.createdBy,
    requestId: kept.requestId,
  };
}
