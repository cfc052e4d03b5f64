import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { developerMessage, listed } from "./listing.ts";

export const listDevelopers: Handler<typeof DeveloperService.method.listDevelopers> = async (
  call,
  request,
) => {
  const { messages, total } = await listed(call, request, {
    rows: call.app.developers,
    message: (organization, { customer }) => developerMessage(organization, customer),
  });
  return { developer: messages, totalRecords: total };
};
