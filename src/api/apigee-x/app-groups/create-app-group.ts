import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { errorOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { appGroupMessage, newAppGroupName } from "./app-group.ts";
import { fieldsOf } from "./app-group-fields.ts";

export const createAppGroup: Handler<typeof AppGroupService.method.createAppGroup> = async (
  call,
  request,
) => {
  const { organization } = call;
  const form = new Form();
  const name = newAppGroupName(form, "body.name", request.body?.name ?? "");
  const fields = fieldsOf(form, request.body);
  form.done();
  const created = await call.app.appGroups.create(
    { orgId: organization.id, id: call.newId(), name },
    fields,
    call,
  );
  if (created === "taken") {
    const refusal = { reason: "ALREADY_EXISTS", resource: "customer", field: "name", name } as const;
    throw errorOf(refusal, { message: `another app group has the name ${name}` });
  }
  return { appGroup: appGroupMessage(created, organization) };
};
