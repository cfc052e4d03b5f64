import {
  type OrganizationService,
  Organization_RuntimeType as RuntimeType,
  Organization_State as State,
} from "../../../../gen/tallystick/apigee/x/v1/organization_pb.ts";
import type { Handler } from "../../shared/handler.ts";

const enabled = (...names: readonly string[]) => ({
  properties: { property: names.map((name) => ({ name, value: "true" })) },
});

/** What Apigee's clients look for. By `hybrid` they know today's Apigee: it lists in pages, and has no companies. */
const x = {
  ...enabled("features.isMonetizationEnabled", "features.hybrid.enabled"),
  addonsConfig: { monetizationConfig: { enabled: true } },
  runtimeType: RuntimeType.CLOUD,
};

/** Edge lists in pages where it has `Cps`. */
const edge = enabled("features.isMonetizationEnabled", "features.isCpsEnabled");

export const getOrganization: Handler<typeof OrganizationService.method.getOrganization> = async ({
  organization: { name, displayName, createdAt, updatedAt, state, managementDialect },
}) => ({
  organization: {
    name,
    displayName,
    ...(managementDialect === "edge" ? edge : x),
    createdAt: BigInt(createdAt.getTime()),
    lastModifiedAt: BigInt(updatedAt.getTime()),
    state: state === "active" ? State.ACTIVE : State.STATE_UNSPECIFIED,
  },
});
