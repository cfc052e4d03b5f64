import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { found } from "../found.ts";
import { developerMessage, developerPlace, developerToChange, takenError } from "./developer.ts";
import { fieldsOf } from "./developer-fields.ts";

export const updateDeveloper: Handler<typeof DeveloperService.method.updateDeveloper> = async (
  call,
  request,
) => {
  const place = developerPlace(call, request);
  const known = await developerToChange(call, place);
  const { customer } = known;
  const fields = fieldsOf(request.body, developerMessage(known, place.organization));
  const replaced = found(
    "developer",
    await call.app.developers.replace(customer, fields, call),
    place.named.idOrEmail,
  );
  if ("taken" in replaced) throw takenError(replaced, fields.email);
  return { developer: developerMessage(replaced, place.organization) };
};
