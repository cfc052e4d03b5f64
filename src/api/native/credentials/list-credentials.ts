import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { placesByTime } from "../../shared/page-token.ts";
import { answerPage } from "../answer-page.ts";
import { credentialMessage } from "./credential-message.ts";

/** A client id may be any text. */
const places = placesByTime(() => true);

export const listCredentials: Handler<typeof CredentialService.method.listCredentials> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const { messages: credentials, nextPageToken } = await answerPage(call, request, {
    places,
    read: (past, rowsMax) => call.app.credentials.list({ orgId, after: past, rowsMax }, call.signal),
    placeOf: ({ createdAt, clientId }) => ({ at: createdAt, id: clientId }),
    message: credentialMessage,
  });
  return { credentials, nextPageToken };
};
