import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";

export const listSuspendedDevelopers: Handler<
  typeof DeveloperService.method.listSuspendedDevelopers
> = async () => ({ suspendedDeveloper: [] });
