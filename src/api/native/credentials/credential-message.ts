import { create } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import {
  type Credential,
  CredentialSchema,
  Role as RoleMessage,
} from "../../../../gen/tallystick/v1/credential_pb.ts";
import type { Role } from "../../../auth/permissions.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import type { StoredCredential } from "../../../store/tenants/credential-rows.ts";
import { timestampOf } from "../../shared/proto.ts";

export const roleMessages: Readonly<Record<Role, RoleMessage>> = {
  reader: RoleMessage.READER,
  charger: RoleMessage.CHARGER,
  creditor: RoleMessage.CREDITOR,
  writer: RoleMessage.WRITER,
  admin: RoleMessage.ADMIN,
};

export function credentialMessage(row: StoredCredential): Credential {
  return create(CredentialSchema, {
    clientId: row.clientId,
    organizationId: row.orgId ?? "",
    role: roleMessages[row.role],
    displayName: row.displayName,
    description: row.description,
    createdBy: row.createdBy,
    createTime: timestampOf(row.createdAt),
    ...times({
      revokeTime: row.revokedAt,
      expireTime: row.expiresAt,
      lastUsedTime: row.lastUsedAt,
      formerExpireTime: row.formerEndsAt,
    }),
  });
}

/** One as it was changed. Refuses where there is none, and to change one that was revoked. */
export function changedMessage(
  changed: StoredCredential | "revoked" | undefined,
  clientId: string,
): Credential {
  if (changed === undefined) throw notFound("credential", clientId);
  if (changed === "revoked") throw new Refused({ reason: "CREDENTIAL_REVOKED", clientId });
  return credentialMessage(changed);
}

/** Those that there are. */
function times(of: Readonly<Record<string, Date | null>>): Readonly<Record<string, Timestamp>> {
  return Object.fromEntries(
    Object.entries(of).flatMap(([name, at]) => (at === null ? [] : [[name, timestampOf(at)]])),
  );
}
