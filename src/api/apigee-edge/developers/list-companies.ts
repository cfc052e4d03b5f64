import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { companyMessage, listed } from "./listing.ts";

export const listCompanies: Handler<typeof DeveloperService.method.listCompanies> = async (call, request) => {
  const { messages, total } = await listed(call, request, {
    rows: call.app.appGroups,
    message: companyMessage,
  });
  return { company: messages, totalRecords: total };
};
