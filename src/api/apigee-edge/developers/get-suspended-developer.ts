import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { requireOwner } from "../owner.ts";

export const getSuspendedDeveloper: Handler<typeof DeveloperService.method.getSuspendedDeveloper> = async (
  call,
  request,
) => {
  await requireOwner(call, request.developer);
  throw notFound("suspension", `of ${request.developer}`);
};
