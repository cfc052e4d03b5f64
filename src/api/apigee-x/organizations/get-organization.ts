import {
  type OrganizationService,
  Organization_RuntimeType as RuntimeType,
  Organization_State as State,
} from "../../../../gen/tallystick/apigee/x/v1/organization_pb.ts";
import type { Handler } from "../../shared/handler.ts";

/** What Apigee's clients look for. By `hybrid` they know today's Apigee: it lists in pages, and has no companies. */
const properties = {
  property: ["features.isMonetizationEnabled", "features.hybrid.enabled"].map((name) => ({
    name,
    value: "true",
  })),
};

export const getOrganization: Handler<typeof OrganizationService.method.getOrganization> = async ({
  organization: { name, displayName, createdAt, updatedAt, state },
}) => ({
  organization: {
    ...{ name, displayName, properties },
    createdAt: BigInt(createdAt.getTime()),
    lastModifiedAt: BigInt(updatedAt.getTime()),
    addonsConfig: { monetizationConfig: { enabled: true } },
    runtimeType: RuntimeType.CLOUD,
    state: state === "active" ? State.ACTIVE : State.STATE_UNSPECIFIED,
  },
});
