import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceOfCustomer } from "../balance.ts";
import { groupHolder } from "./app-group.ts";

export const getAppGroupBalance: Handler<typeof AppGroupService.method.getAppGroupBalance> = async (
  call,
  request,
) => {
  const customerId = await groupHolder(call, request).find();
  return { balance: await balanceOfCustomer(call, customerId, request) };
};
