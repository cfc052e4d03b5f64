import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { isUuid } from "../../../domain/uuid.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { cursorOfToken, pageOf, tokenOfCursor } from "../../shared/page-token.ts";
import { organizationMessage } from "./organization-message.ts";

const pageLimits = { rowsDefault: 100, rowsMax: 1_000 };

export const listOrganizations: Handler<typeof OrganizationService.method.listOrganizations> = async (
  call,
  request,
) => {
  const own = call.organizationIfNamed;
  if (own !== undefined) return { organizations: [organizationMessage(own)] };
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const after = cursorOfToken(form, "page_token", request.pageToken, isUuid);
  form.done();

  const rows = await call.app.organizations.list({ after, rowsMax: rowsMax + 1 }, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
    tokenOfCursor({ at: last.createdAt, id: last.id }),
  );
  return { organizations: page.map(organizationMessage), nextPageToken };
};
