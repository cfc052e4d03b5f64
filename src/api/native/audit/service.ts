import type { AuditService } from "../../../../gen/tallystick/v1/audit_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { listAuditRecords } from "./list-audit-records.ts";

export const auditService: Handlers<typeof AuditService> = { listAuditRecords };
