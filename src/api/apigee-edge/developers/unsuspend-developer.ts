import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { requireOwner } from "../owner.ts";

export const unsuspendDeveloper: Handler<typeof DeveloperService.method.unsuspendDeveloper> = async (
  call,
  request,
) => {
  await requireOwner(call, request.developer);
  return {};
};
