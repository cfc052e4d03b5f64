import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens, placesByTime } from "../../shared/page-token.ts";
import { pageSizeOf } from "../page.ts";
import { credentialMessage } from "./credential-message.ts";

/** A client id may be any text. */
const places = placesByTime(() => true);

export const listCredentials: Handler<typeof CredentialService.method.listCredentials> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const form = new Form();
  const rowsMax = pageSizeOf(form, request);
  const tokens = new PageTokens(call, request, places);
  const past = tokens.read(form);
  form.done();

  const page = await readPage({
    rowsMax,
    past,
    read: (past, rowsMax) => call.app.credentials.list({ orgId, after: past, rowsMax }, call.signal),
    placeOf: ({ createdAt, clientId }) => ({ at: createdAt, id: clientId }),
    message: credentialMessage,
  });
  return { credentials: page.messages, nextPageToken: tokens.write(page.next) };
};
