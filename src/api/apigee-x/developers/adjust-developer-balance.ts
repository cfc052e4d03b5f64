import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { adjust } from "../adjust.ts";
import { developerHolder } from "./developer.ts";

export const adjustDeveloperBalance: Handler<typeof DeveloperService.method.adjustDeveloperBalance> = async (
  call,
  request,
) => {
  const of = { adjustment: request.adjustment, givesBack: true };
  return { balance: await adjust(call, developerHolder(call, request), of) };
};
