import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens } from "../../shared/page-token.ts";
import { pageSizeOf, placeByTime, placesByTime } from "../page.ts";
import { organizationMessage } from "./organization-message.ts";

export const listOrganizations: Handler<typeof OrganizationService.method.listOrganizations> = async (
  call,
  request,
) => {
  const form = new Form();
  const rowsMax = pageSizeOf(form, request);
  const tokens = new PageTokens(call, request, placesByTime);
  const past = tokens.read(form);
  form.done();

  const own = call.organizationIfNamed;
  if (own !== undefined) return { organizations: [organizationMessage(own)] };
  const page = await readPage({
    rowsMax,
    past,
    read: (past, rowsMax) => call.app.organizations.list({ after: past, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: organizationMessage,
  });
  return { organizations: page.messages, nextPageToken: tokens.write(page.next) };
};
