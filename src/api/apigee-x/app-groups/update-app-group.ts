import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { found } from "../found.ts";
import { stateOf } from "../status.ts";
import { appGroupMessage, appGroupPlace, appGroupToChange } from "./app-group.ts";
import { fieldsOf } from "./app-group-fields.ts";

export const updateAppGroup: Handler<typeof AppGroupService.method.updateAppGroup> = async (
  call,
  request,
) => {
  const place = appGroupPlace(call, request);
  const { organization, named } = place;
  const state = request.action === "" ? undefined : stateOf("action", request.action);
  const { name: known, customer } = await appGroupToChange(call, place);
  const replace = () => {
    const form = new Form();
    const { name = "" } = request.body ?? {};
    if (name !== "" && name !== named.name && name !== known) form.refuse("body.name", "never changes");
    const fields = fieldsOf(form, request.body, customer.attributes);
    form.done();
    return call.app.appGroups.replace(customer, fields, call);
  };
  const changed =
    state === undefined ? await replace() : await call.app.appGroups.change(customer, { state }, call);
  return { appGroup: appGroupMessage(found("app group", changed, named.name), organization) };
};
