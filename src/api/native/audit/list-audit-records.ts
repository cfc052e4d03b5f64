import type { AuditService } from "../../../../gen/tallystick/v1/audit_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { AskedPage } from "../answer-page.ts";
import { periodOf, placesByTime } from "../page.ts";
import { auditRecordMessage } from "./audit-record-message.ts";

export const listAuditRecords: Handler<typeof AuditService.method.listAuditRecords> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id;
  const form = new Form();
  const text = (field: "actor" | "verb" | "target") =>
    form.text(field, request[field], { charactersMax: 512 }) || undefined;
  const filter = {
    ...periodOf(form, request),
    actor: text("actor"),
    verb: text("verb"),
    target: text("target"),
  };
  const page = new AskedPage(form, { call, request, places: placesByTime });
  form.done();

  const { messages: auditRecords, nextPageToken } = await page.answer({
    about: undefined,
    read: (past, rowsMax) => call.app.trail.list({ orgId, filter, past, rowsMax }, call.signal),
    placeOf: ({ at, id }) => ({ at, id }),
    message: auditRecordMessage,
  });
  return { auditRecords, nextPageToken };
};
