import type { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { organizationMessage } from "./organization-message.ts";
import { setOrganizationState } from "./organization-state.ts";

export const disableOrganization: Handler<typeof OrganizationService.method.disableOrganization> = async (
  call,
) => ({ organization: organizationMessage(await setOrganizationState(call, "disabled")) });
