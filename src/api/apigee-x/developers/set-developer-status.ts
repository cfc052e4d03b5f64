import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { Refused } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import type { Handler } from "../../shared/handler.ts";
import { found } from "../found.ts";
import { stateOf } from "../status.ts";
import { developerPlace, developerToChange, takenError } from "./developer.ts";

export const setDeveloperStatus: Handler<typeof DeveloperService.method.setDeveloperStatus> = async (
  call,
  request,
) => {
  const place = developerPlace(call, request);
  const { named } = place;
  const state = stateOf("action", request.action);
  const { customer } = await developerToChange(call, place);
  const change = await call.app.developers.change(customer, () => ({ state }), call);
  const changed = found("developer", change, named.idOrEmail);
  if ("taken" in changed) throw takenError(changed, named.idOrEmail);
  if ("activeBillingAccount" in changed) throw await activeBillingAccount(call, named.orgId);
  return {};
};

async function activeBillingAccount(call: Call, orgId: string): Promise<Refused> {
  const active = await call.app.customers.findBillingAccount(orgId);
  return new Refused({ reason: "BILLING_ACCOUNT_ACTIVE", customerId: active?.id ?? "" });
}
