import { create } from "@bufbuild/protobuf";
import { type Organization, OrganizationSchema } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Organization as StoredOrganization } from "../../../store/tenants/organizations.ts";
import { timestampOf } from "../../shared/proto.ts";

export function organizationMessage({
  id,
  name,
  displayName,
  frontierCurrency,
  createdAt,
}: StoredOrganization): Organization {
  const createTime = timestampOf(createdAt);
  return create(OrganizationSchema, { id, name, displayName, frontierCurrency, createTime });
}
