import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { balanceOfHolder } from "../balance.ts";
import { holderFor } from "./developer.ts";

export const getDeveloperBalance: Handler<typeof DeveloperService.method.getDeveloperBalance> = async (
  call,
  request,
) => {
  return { balance: await balanceOfHolder(call, await holderFor(call, request)) };
};
