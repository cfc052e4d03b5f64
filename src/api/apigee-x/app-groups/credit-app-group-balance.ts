import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { credit } from "../balance.ts";
import { groupHolderFor } from "./app-group.ts";

export const creditAppGroupBalance: Handler<typeof AppGroupService.method.creditAppGroupBalance> = async (
  call,
  request,
) => {
  return { balance: await credit(call, await groupHolderFor(call, request), request) };
};
