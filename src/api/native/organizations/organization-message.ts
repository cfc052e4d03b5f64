import { create } from "@bufbuild/protobuf";
import { type Organization, OrganizationSchema } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Organization as StoredOrganization } from "../../../store/tenants/organizations.ts";
import { timestampOf } from "../../shared/proto.ts";

export function organizationMessage({
  id,
  name,
  displayName,
  frontierCurrency,
  state,
  createdAt,
  updatedAt,
}: StoredOrganization): Organization {
  const [createTime, updateTime] = [timestampOf(createdAt), timestampOf(updatedAt)];
  const fields = { id, name, displayName, frontierCurrency, state, createTime, updateTime };
  return create(OrganizationSchema, fields);
}
