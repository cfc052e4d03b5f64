import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceOfHolder } from "../balance.ts";
import { groupHolderFor } from "./app-group.ts";

export const getAppGroupBalance: Handler<typeof AppGroupService.method.getAppGroupBalance> = async (
  call,
  request,
) => {
  return { balance: await balanceOfHolder(call, await groupHolderFor(call, request)) };
};
