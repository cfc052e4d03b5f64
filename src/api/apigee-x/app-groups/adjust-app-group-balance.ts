import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { adjust } from "../adjust.ts";
import { groupHolder } from "./app-group.ts";

export const adjustAppGroupBalance: Handler<typeof AppGroupService.method.adjustAppGroupBalance> = async (
  call,
  request,
) => {
  const of = { adjustment: request.adjustment, givesBack: false };
  return { balance: await adjust(call, groupHolder(call, request), of) };
};
