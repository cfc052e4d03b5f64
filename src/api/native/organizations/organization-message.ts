import { create } from "@bufbuild/protobuf";
import {
  ManagementDialect,
  type Organization,
  OrganizationSchema,
  OrganizationState as StateMessage,
} from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Organization as StoredOrganization } from "../../../store/tenants/organizations.ts";
import { timestampOf } from "../../shared/proto.ts";

const stateMessages: Record<StoredOrganization["state"], StateMessage> = {
  active: StateMessage.ACTIVE,
  disabled: StateMessage.DISABLED,
};

const dialectMessages: Record<StoredOrganization["managementDialect"], ManagementDialect> = {
  x: ManagementDialect.X,
  edge: ManagementDialect.EDGE,
};

export function organizationMessage(organization: StoredOrganization): Organization {
  return create(OrganizationSchema, {
    id: organization.id,
    name: organization.name,
    displayName: organization.displayName,
    frontierCurrency: organization.frontierCurrency,
    state: stateMessages[organization.state],
    createTime: timestampOf(organization.createdAt),
    updateTime: timestampOf(organization.updatedAt),
    managementDialect: dialectMessages[organization.managementDialect],
  });
}
