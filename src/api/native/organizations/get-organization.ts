import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { organizationMessage } from "./organization-message.ts";

export const getOrganization: Handler<typeof OrganizationService.method.getOrganization> = async (
  call,
  _request,
) => {
  const { organization } = call;
  return { organization: organizationMessage(organization) };
};
