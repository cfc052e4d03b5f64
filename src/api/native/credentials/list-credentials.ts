import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { cursorOfToken, pageOf, tokenOfCursor } from "../../shared/page-token.ts";
import { credentialMessage } from "./credential-message.ts";

const pageLimits = { rowsDefault: 100, rowsMax: 1_000 };

export const listCredentials: Handler<typeof CredentialService.method.listCredentials> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const after = cursorOfToken(form, "page_token", request.pageToken);
  form.done();

  const rows = await call.app.credentials.list({ orgId, after, rowsMax: rowsMax + 1 }, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
    tokenOfCursor({ at: last.createdAt, id: last.clientId }),
  );
  return { credentials: page.map(credentialMessage), nextPageToken };
};
