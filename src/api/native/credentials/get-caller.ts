import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { permissionMessages } from "../../shared/access.ts";
import type { Handler } from "../../shared/handler.ts";
import { organizationMessage } from "../organizations/organization-message.ts";
import { roleMessages } from "./credential-message.ts";

export const getCaller: Handler<typeof CredentialService.method.getCaller> = async ({
  caller: { actor: name, role },
  organizationIfNamed: organization,
}) => ({
  caller: {
    name,
    ...(organization !== undefined && { organization: organizationMessage(organization) }),
    role: roleMessages[role],
    permissions: permissionMessages(role),
  },
});
