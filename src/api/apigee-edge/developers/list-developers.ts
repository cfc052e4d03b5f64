import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Developer, DeveloperStart } from "../../../store/customers/developers.ts";
import type { Handler } from "../../shared/handler.ts";
import { developerMessage, listed } from "./listing.ts";

export const listDevelopers: Handler<typeof DeveloperService.method.listDevelopers> = async (
  call,
  request,
) => {
  const { developers } = call.app;
  const { messages, total } = await listed(call, request, {
    rows: {
      count: (orgId, signal) => developers.count(orgId, signal),
      list: ({ past: start, ...page }, signal) => developers.list({ ...page, start }, signal),
      placeOf: ({ customer: { email } }: Developer): DeveloperStart => ({ email, isIncluded: false }),
    },
    message: (organization, { customer }) => developerMessage(organization, customer),
  });
  return { developer: messages, totalRecords: total };
};
