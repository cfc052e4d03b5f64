import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { credit } from "../credit.ts";
import { developerHolder } from "./developer.ts";

export const creditDeveloperBalance: Handler<typeof DeveloperService.method.creditDeveloperBalance> = async (
  call,
  request,
) => {
  return { balance: await credit(call, developerHolder(call, request), request) };
};
