import type { OrganizationService } from "../../../../gen/tallystick/apigee/edge/v1/organization_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { getOrganizationProfile } from "./get-organization-profile.ts";

export const organizationService: Handlers<typeof OrganizationService> = { getOrganizationProfile };
