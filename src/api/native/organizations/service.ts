import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { createOrganization } from "./create-organization.ts";
import { disableOrganization } from "./disable-organization.ts";
import { enableOrganization } from "./enable-organization.ts";
import { getOrganization } from "./get-organization.ts";
import { listOrganizations } from "./list-organizations.ts";
import { updateOrganization } from "./update-organization.ts";

export const organizationService: Handlers<typeof OrganizationService> = {
  createOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
  disableOrganization,
  enableOrganization,
};
