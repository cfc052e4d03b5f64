import type { CredentialService, Role as RoleMessage } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { type Role, roles } from "../../../auth/permissions.ts";
import { hashOf, newSecret } from "../../../auth/secret.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { descriptionOf, displayNameOf, endOf } from "./credential-fields.ts";
import { credentialMessage, roleMessages } from "./credential-message.ts";

export const createCredential: Handler<typeof CredentialService.method.createCredential> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const form = new Form();
  const role = roleOf(form, "role", request.role);
  const displayName = displayNameOf(form, request.displayName);
  const description = descriptionOf(form, request.description);
  const expiresAt = endOf(form, request.expireTime);
  if (expiresAt !== null && expiresAt <= (await call.app.credentials.clock(call.signal)))
    form.refuse("expire_time", "has passed already");
  form.done();

  const clientSecret = await call.once("secret", async () => newSecret());
  const secretHash = hashOf(clientSecret);
  const words = { displayName, description };
  const fields = { clientId: call.newId(), orgId, role, secretHash, expiresAt, ...words };
  const created = await call.app.credentials.create(fields, call);
  return { credential: credentialMessage(created), clientSecret };
};

function roleOf(form: Form, field: string, message: RoleMessage): Role {
  const role = roles.find((each) => roleMessages[each] === message);
  if (role === undefined)
    form.refuse(field, `must be one of ${roles.map((each) => `ROLE_${each.toUpperCase()}`).join(", ")}`);
  return role ?? "reader";
}
