import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { credit } from "../credit.ts";
import { groupHolder } from "./app-group.ts";

export const creditAppGroupBalance: Handler<typeof AppGroupService.method.creditAppGroupBalance> = async (
  call,
  request,
) => {
  return { balance: await credit(call, groupHolder(call, request), request) };
};
