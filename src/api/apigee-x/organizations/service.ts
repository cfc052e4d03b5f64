import type { OrganizationService } from "../../../../gen/tallystick/apigee/x/v1/organization_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { getOrganization } from "./get-organization.ts";

export const organizationService: Handlers<typeof OrganizationService> = { getOrganization };
