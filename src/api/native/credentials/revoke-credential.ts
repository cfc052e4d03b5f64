import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { clientIdOf } from "./credential-fields.ts";
import { changedMessage } from "./credential-message.ts";

export const revokeCredential: Handler<typeof CredentialService.method.revokeCredential> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const form = new Form();
  const clientId = clientIdOf(form, request.clientId);
  form.done();

  const revoked = await call.app.credentials.revoke({ orgId, clientId }, call);
  return { credential: changedMessage(revoked, clientId) };
};
