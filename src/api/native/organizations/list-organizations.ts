import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { AskedPage } from "../answer-page.ts";
import { placeByTime, placesByTime } from "../page.ts";
import { organizationMessage } from "./organization-message.ts";

export const listOrganizations: Handler<typeof OrganizationService.method.listOrganizations> = async (
  call,
  request,
) => {
  const form = new Form();
  const page = new AskedPage(form, { call, request, places: placesByTime });
  form.done();

  const own = call.organizationIfNamed;
  if (own !== undefined) return { organizations: [organizationMessage(own)] };
  const { messages: organizations, nextPageToken } = await page.answer({
    about: undefined,
    read: (past, rowsMax) => call.app.organizations.list({ after: past, rowsMax }, call.signal),
    placeOf: placeByTime,
    message: organizationMessage,
  });
  return { organizations, nextPageToken };
};
