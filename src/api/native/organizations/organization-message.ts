import { create } from "@bufbuild/protobuf";
import {
  ManagementDialect,
  type Organization,
  OrganizationSchema,
} from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Organization as StoredOrganization } from "../../../store/tenants/organizations.ts";
import { timestampOf } from "../../shared/proto.ts";

export function organizationMessage({
  id,
  name,
  displayName,
  frontierCurrency,
  state,
  managementDialect,
  createdAt,
  updatedAt,
}: StoredOrganization): Organization {
  const [createTime, updateTime] = [timestampOf(createdAt), timestampOf(updatedAt)];
  return create(OrganizationSchema, {
    ...{ id, name, displayName, frontierCurrency, state, createTime, updateTime },
    managementDialect: managementDialect === "edge" ? ManagementDialect.EDGE : ManagementDialect.X,
  });
}
