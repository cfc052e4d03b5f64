import {
  type CredentialService,
  UpdateCredentialRequestSchema,
} from "../../../../gen/tallystick/v1/credential_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { changesOf } from "../update-mask.ts";
import { clientIdOf, descriptionOf, displayNameOf, endOf } from "./credential-fields.ts";
import { changedMessage } from "./credential-message.ts";

export const updateCredential: Handler<typeof CredentialService.method.updateCredential> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const form = new Form();
  const clientId = clientIdOf(form, request.clientId);
  const { displayName = "", description = "", expireTime } = request;
  const asked = changesOf(
    form,
    { desc: UpdateCredentialRequestSchema, request },
    { displayName: request.displayName, description: request.description, expireTime },
  );
  const change = {
    ...("displayName" in asked && { displayName: displayNameOf(form, displayName) }),
    ...("description" in asked && { description: descriptionOf(form, description) }),
    ...("expireTime" in asked && { expiresAt: endOf(form, expireTime) }),
  };
  form.done();

  const updated = await call.app.credentials.update({ orgId, clientId }, change, call);
  return { credential: changedMessage(updated, clientId) };
};
