import { create } from "@bufbuild/protobuf";
import { type AuditRecord, AuditRecordSchema } from "../../../../gen/tallystick/v1/audit_pb.ts";
import type { RecordedAct } from "../../../store/trail/trail.ts";
import { structOf, timestampOf } from "../../shared/proto.ts";

export function auditRecordMessage(act: RecordedAct): AuditRecord {
  const { id, at, actor, method, requestId, verb, orgId, target, before, after } = act;
  return create(AuditRecordSchema, {
    id,
    actor,
    method,
    requestId,
    verb,
    target,
    createTime: timestampOf(at),
    organizationId: orgId ?? "",
    ...(before !== null && { before: structOf(before) }),
    ...(after !== null && { after: structOf(after) }),
  });
}
