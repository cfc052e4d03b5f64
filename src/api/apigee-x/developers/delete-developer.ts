import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { apigeeError } from "../errors.ts";
import { found } from "../found.ts";
import { developerMessage, developerPlace, developerToChange, subjectOf } from "./developer.ts";

export const deleteDeveloper: Handler<typeof DeveloperService.method.deleteDeveloper> = async (
  call,
  request,
) => {
  const place = developerPlace(call, request);
  const { named, organization } = place;
  const developer = await developerToChange(call, place);
  const deleted = found("developer", await call.app.developers.delete(developer, call), named.idOrEmail);
  if ("unsettled" in deleted) {
    const refusal = { reason: "CUSTOMER_NOT_SETTLED", ...deleted.unsettled } as const;
    throw apigeeError(refusal, { subject: subjectOf(developer.customer) });
  }
  return { developer: developerMessage(deleted, organization) };
};
