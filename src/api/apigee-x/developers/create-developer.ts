import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { developerMessage, takenError } from "./developer.ts";
import { fieldsOf } from "./developer-fields.ts";

export const createDeveloper: Handler<typeof DeveloperService.method.createDeveloper> = async (
  call,
  request,
) => {
  const { organization } = call;
  const fields = fieldsOf(request.body);
  const which = { orgId: organization.id, id: call.newId() };
  const created = await call.app.developers.create(which, fields, call);
  if ("taken" in created) throw takenError(created, fields.email);
  return { developer: developerMessage(created, organization) };
};
