import { create } from "@bufbuild/protobuf";
import {
  type Credential,
  CredentialSchema,
  Role as RoleMessage,
} from "../../../../gen/tallystick/v1/credential_pb.ts";
import type { Role } from "../../../auth/caller.ts";
import type { StoredCredential } from "../../../store/tenants/credentials.ts";
import { timestampOf } from "../../shared/proto.ts";

const roleMessages: Record<Role, RoleMessage> = {
  reader: RoleMessage.READER,
  writer: RoleMessage.WRITER,
  admin: RoleMessage.ADMIN,
};

export function credentialMessage(row: StoredCredential): Credential {
  return create(CredentialSchema, {
    clientId: row.clientId,
    organizationId: row.orgId ?? "",
    role: roleMessages[row.role],
    displayName: row.displayName,
    createTime: timestampOf(row.createdAt),
    ...(row.revokedAt !== null && { revokeTime: timestampOf(row.revokedAt) }),
  });
}
