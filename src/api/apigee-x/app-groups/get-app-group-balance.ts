import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceOfCustomer } from "../balance.ts";
import { groupHolder } from "./app-group.ts";

export const getAppGroupBalance: Handler<typeof AppGroupService.method.getAppGroupBalance> = async (
  call,
  request,
) => {
  return { balance: await balanceOfCustomer(call, await groupHolder(call, request).find()) };
};
