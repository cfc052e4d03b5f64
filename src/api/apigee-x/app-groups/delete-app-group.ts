import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { apigeeError } from "../errors.ts";
import { found } from "../found.ts";
import { appGroupMessage, appGroupPlace, appGroupToChange } from "./app-group.ts";

export const deleteAppGroup: Handler<typeof AppGroupService.method.deleteAppGroup> = async (
  call,
  request,
) => {
  const place = appGroupPlace(call, request);
  const { organization, named } = place;
  const group = await appGroupToChange(call, place);
  const deleted = found("app group", await call.app.appGroups.delete(group, call), named.name);
  if ("unsettled" in deleted) {
    const refusal = { reason: "CUSTOMER_NOT_SETTLED", ...deleted.unsettled } as const;
    throw apigeeError(refusal, { subject: `app group ${named.name}` });
  }
  return { appGroup: appGroupMessage(deleted, organization) };
};
