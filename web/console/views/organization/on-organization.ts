import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import {
  type Organization,
  OrganizationService,
  OrganizationState,
} from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Operation } from "../../components/operation/operation.ts";

/** Disables an organization, or enables one that is disabled. */
export function changeState({ id, name, state }: Organization): Operation {
  const { disableOrganization, enableOrganization } = OrganizationService.method;
  const isDisabled = state === OrganizationState.DISABLED;
  return {
    id: `state ${id}`,
    label: isDisabled ? "Enable" : "Disable",
    about: isDisabled
      ? `Lets changes in ${name} be made again.`
      : `Books nothing new in ${name} from now on: charges, credits and all other changes are refused. Reads go on, and holds expire.`,
    needs: Permission.MANAGE_ORGANIZATIONS,
    method: isDisabled ? enableOrganization : disableOrganization,
    fields: [],
    values: {},
    requestOf: () => ({ organization: id }),
    shown: () => (isDisabled ? "It is enabled." : "It is disabled."),
  };
}
