import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { AppGroup, AppGroupStart } from "../../../store/customers/app-groups.ts";
import type { Handler } from "../../shared/handler.ts";
import { companyMessage, listed } from "./listing.ts";

export const listCompanies: Handler<typeof DeveloperService.method.listCompanies> = async (call, request) => {
  const { appGroups } = call.app;
  const { messages, total } = await listed(call, request, {
    rows: {
      count: (orgId, signal) => appGroups.count(orgId, signal),
      list: ({ past: start, ...page }, signal) => appGroups.list({ ...page, start }, signal),
      placeOf: ({ name }: AppGroup): AppGroupStart => ({ name, isIncluded: false }),
    },
    message: companyMessage,
  });
  return { company: messages, totalRecords: total };
};
