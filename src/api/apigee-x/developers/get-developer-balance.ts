import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceOfCustomer } from "../balance.ts";
import { developerHolder } from "./developer.ts";

export const getDeveloperBalance: Handler<typeof DeveloperService.method.getDeveloperBalance> = async (
  call,
  request,
) => {
  const customerId = await developerHolder(call, request).find();
  return { balance: await balanceOfCustomer(call, customerId, request) };
};
